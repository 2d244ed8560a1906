"""The pages: links lead somewhere, commands exist with these options, and the deployment names what there is."""

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from shoprelay_cli.main import SERVICES
from shoprelay_cli.tools import app
from shoprelay_runtime import service

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path.relative_to(ROOT) for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md"))
)
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
COMMAND = re.compile(r"^(?:\.venv/bin/)?shoprelay (.+)$|^docker (?:compose run --rm cli|run --rm shoprelay) (.+)$")


def prose(page: Path) -> str:
    return re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(ROOT / page)):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / page).parent / name if name else ROOT / page
        assert target.exists(), f"{page} links to {link}"
        assert not anchor or anchor in anchors(target), f"{page} links to {link}"


def test_the_map_names_every_page() -> None:
    index, relays = ROOT / "docs" / "index.md", ROOT / "docs" / "relays" / "README.md"
    # The platforms' pages have a map of their own, which is generated.
    assert {ROOT / page for page in PAGES} - linked(index) - linked(relays) == {index}


def linked(page: Path) -> set[Path]:
    return {(page.parent / link.partition("#")[0]).resolve() for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text())}


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_four_parts(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {page.stem[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Alternatives"]


def test_decisions_are_numbered_without_gaps() -> None:
    assert [page.stem[:4] for page in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


def commands() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for block in re.findall(r"^```sh\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                if found := COMMAND.match(line.strip()):
                    yield page, found[1] or found[2]


def parse(command: str) -> None:
    """Parse as the console script would, and run nothing; raises for a command or an option that there is not."""
    words = shlex.split(command, comments=True)
    found: Any = typer.main.get_command(app)
    context = found.context_class(found, info_name="shoprelay")
    while hasattr(found, "resolve_command") and words and not words[0].startswith("-"):
        name, found, words = found.resolve_command(context, words)
        context = found.context_class(found, info_name=name, parent=context)
    found.parse_args(context, words)


@pytest.mark.parametrize(("page", "command"), list(commands()), ids=str)
def test_a_printed_command_exists_with_its_options(page: Path, command: str) -> None:
    parse(command)


@pytest.mark.parametrize(
    "command",
    ["nothing", "webshop ad woocommerce", "tail usage.v1 --sealedd", "project create", "local up --wipe", "bill --to May"],
)
def test_a_wrong_command_is_found(command: str) -> None:
    with pytest.raises(Exception, match=r"(?i)no such|missing|does not match"):
        parse(command)


def test_the_pages_print_commands() -> None:
    assert {command.split()[0] for _, command in commands()} >= {
        "local",
        "project",
        "company",
        "webshop",
        "bill",
        "tail",
        *SERVICES,
    }


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Each service's default port, as its main.py says."""
    found: dict[str, int] = {}
    monkeypatch.setattr(service, "run", lambda name, _settings, _main, port, *_args, **_more: found.update({name: port}))
    for name in SERVICES:
        importlib.import_module(f"services.{name.replace('-', '_')}.main").run([])
    return found


def test_the_deployment_names_every_service_with_its_port(ports: dict[str, int]) -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    scraped = (ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text()
    assert set(ports) == set(SERVICES)
    for name, port in ports.items():
        section = compose.split(f"\n  {name}:\n")[1].split("\n\n")[0]
        assert f'command: ["{name}"]' in section
        assert f"{port}:{port}" in section
        assert f"http://127.0.0.1:{port}/health/ready" in section
        assert f"- {name}:{port}\n" in scraped
