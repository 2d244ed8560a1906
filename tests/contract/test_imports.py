"""House law by syntax tree: who may import whom, where names of topics and collections may stand, what is banned."""

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from shoprelay_schema.topics import DEAD_LETTERS, TOPICS

ROOT = Path(__file__).resolve().parents[2]
# What each part may import of ours, beside itself: schema <- relays <- runtime <- services <- cli.
MAY = {
    "shoprelay_schema": set[str](),
    "shoprelay_relays": {"shoprelay_schema"},
    "shoprelay_runtime": {"shoprelay_schema", "shoprelay_relays"},
    "services": {"shoprelay_schema", "shoprelay_relays", "shoprelay_runtime"},
    "shoprelay_simulators": {"shoprelay_schema"},
    "shoprelay_local": {"shoprelay_schema"},
    "shoprelay_client": {"shoprelay_relays"},
}
OURS = {*MAY, "shoprelay_cli"}
NO_JSON = {"services", "shoprelay_runtime"}
TOPIC_NAMES = {*(topic.name for topic in TOPICS), *DEAD_LETTERS}
TOPIC_STARTS = ("documents.", *(name.rsplit(".v", 1)[0] + ".v" for name in TOPIC_NAMES))
FILES = sorted(path.relative_to(ROOT) for top in ("libs", "services") for path in (ROOT / top).rglob("*.py"))


def part_of(module: str) -> str:
    """services.normalizer.fold -> services.normalizer; shoprelay_runtime.bus -> shoprelay_runtime."""
    names = module.split(".")
    return ".".join(names[: 2 if names[0] == "services" else 1])


def module_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[1:] if parts[0] == "libs" else parts)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            # `from services import x` imports services.x
            yield from ((node.lineno, f"{node.module}.{name.name}" if node.module else name.name) for name in node.names)


def import_rules(module: str, tree: ast.AST) -> Iterator[str]:
    me = part_of(module)
    for line, name in imported(tree):
        top, other = name.split(".")[0], part_of(name)
        if top in OURS and me not in {other, "shoprelay_cli"} and top not in MAY[me.split(".")[0]]:
            yield f"{line}: {me} imports {other}"
        if top == "motor" and module != "shoprelay_runtime.store":
            yield f"{line}: only shoprelay_runtime/store.py imports motor"
        if top == "requests":
            yield f"{line}: every outgoing call is httpx's; requests is banned"
        if top == "json" and me.split(".")[0] in NO_JSON:
            yield f"{line}: JSON is orjson's here; json is banned"


def no_relative_imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{node.lineno}: relative imports hide who imports whom"


def text_rules(module: str, tree: ast.AST) -> Iterator[str]:
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in said:
            continue
        if module != "shoprelay_schema.topics" and (node.value in TOPIC_NAMES or node.value.startswith(TOPIC_STARTS)):
            yield f"{node.lineno}: the topic {node.value!r} is named outside shoprelay_schema/topics.py"


def collection_rules(module: str, tree: ast.AST) -> Iterator[str]:
    """Control collections are named by `Control`; a literal in their place would name one elsewhere."""
    if module == "shoprelay_runtime.store":
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="collection"), args=[ast.Constant(value=str() as name), *_]):
                yield f"{node.lineno}: the control collection {name!r} is named outside shoprelay_runtime/store.py"
            case ast.Subscript(value=ast.Attribute(attr="control"), slice=ast.Constant(value=str() as name)):
                yield f"{node.lineno}: the control collection {name!r} is named outside shoprelay_runtime/store.py"


def clock_rules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="now"), args=[], keywords=[]) if "datetime" in ast.unparse(node.func):
                yield f"{node.lineno}: datetime.now() needs a time zone"
            case ast.Attribute(attr="utcnow" | "utcfromtimestamp"):
                yield f"{node.lineno}: {node.attr} gives a time without a time zone"


def broken(module: str, source: str) -> list[str]:
    tree = ast.parse(source)
    return [
        *import_rules(module, tree),
        *no_relative_imports(tree),
        *text_rules(module, tree),
        *collection_rules(module, tree),
        *clock_rules(tree),
    ]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_house_law(path: Path) -> None:
    found = broken(module_of(path), (ROOT / path).read_text())
    assert not found, "\n".join(f"{path}:{text}" for text in found)


def test_every_folder_of_code_is_under_the_law() -> None:
    assert {part_of(module_of(path)).split(".")[0] for path in FILES} == OURS


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("shoprelay_schema.topics", "from shoprelay_relays.spec import Relay"),
        ("shoprelay_relays.spec", "import shoprelay_runtime.bus"),
        ("shoprelay_runtime.bus", "from services.normalizer import fold"),
        ("shoprelay_runtime.bus", "def f():\n    import shoprelay_cli.main"),
        ("services.normalizer.fold", "from services.notifier.main import run"),
        ("services.normalizer.fold", "from services import notifier"),
        ("services.normalizer.fold", "from shoprelay_cli import main"),
        ("services.normalizer.fold", "from . import guard"),
        ("shoprelay_simulators.ledger", "from shoprelay_runtime import bus"),
        ("shoprelay_local.cli", "from shoprelay_relays import spec"),
        ("shoprelay_runtime.bus", "from motor.motor_asyncio import AsyncIOMotorClient"),
        ("shoprelay_cli.main", "import requests"),
        ("services.notifier.main", "import json"),
        ("services.notifier.main", "topic = 'activity.v1'"),
        ("services.notifier.main", "topic = f'documents.{collection}.v1'"),
        ("services.notifier.main", "topic = 'raw.live.v1.dlq'"),
        ("services.notifier.main", "rows = store.collection('deliveries')"),
        ("services.notifier.main", "rows = store.control['deliveries']"),
        ("services.notifier.main", "at = datetime.now()"),
        ("services.notifier.main", "at = datetime.datetime.utcnow()"),
    ],
)
def test_a_violation_is_found(module: str, source: str) -> None:
    assert len(broken(module, source)) == 1


def test_what_is_allowed_is_not_found() -> None:
    source = '''
        """Reads raw.live.v1."""
        import orjson
        from services.normalizer import fold
        from shoprelay_relays.spec import Relay
        from shoprelay_runtime.store import Control, Store
        from shoprelay_schema.topics import RAW_LIVE
        at = datetime.now(UTC)
        rows = store.collection(Control.JOBS)
        kind = "shoprelay.raw.record_read.v1"
    '''
    assert broken("services.normalizer.main", textwrap.dedent(source)) == []
    assert broken("shoprelay_runtime.store", "from motor.motor_asyncio import AsyncIOMotorClient") == []
