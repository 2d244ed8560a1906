"""Tables that say which test shows what: each test that they name is there."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def _tests(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def named_in(path: str) -> set[str]:
    """The names of the tests in this file."""
    return {name for name in _tests(path) if name.startswith("test_")}


def missing(named: list[str]) -> list[str]:
    """Those of these tests ("path::name") that do not exist."""
    split = [(one, *one.split("::")) for one in named]
    return [one for one, path, name in split if not (ROOT / path).is_file() or name not in _tests(path)]
