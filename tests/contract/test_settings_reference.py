"""The page of settings: current, complete, and true to what a service reads."""

import ast
import re
from pathlib import Path

import pytest

from shoprelay_cli import settings_reference
from shoprelay_runtime.settings import Settings, variable

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "settings.md").read_text()


def test_the_page_is_current() -> None:
    assert settings_reference.page() == PAGE, f"run: {settings_reference.COMMAND}"


def test_check_says_whether_the_page_is_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "settings.md"
    arguments = ["--file", str(page)]
    assert settings_reference.main([*arguments, "--check"]) == 1
    assert "stale: settings.md" in capsys.readouterr().err
    assert settings_reference.main(arguments) == 0
    assert settings_reference.main([*arguments, "--check"]) == 0
    page.write_text(page.read_text().replace("Kafka", "Kaftan"))
    assert settings_reference.main([*arguments, "--check"]) == 1


def test_every_service_has_a_section() -> None:
    folders = {path.parent.name.replace("_", "-") for path in (ROOT / "services").glob("*/settings.py")}
    assert folders == set(settings_reference.SERVICES)


def test_every_setting_has_a_row_that_says_what_it_means() -> None:
    rows = dict(re.findall(r"^\| `(SHOPRELAY_\w+)` \|.*\| (.*) \|$", PAGE, re.MULTILINE))
    for kind in (Settings, *settings_reference.SERVICES.values()):
        for name in kind.model_fields:
            assert rows[variable(kind, name)], f"{kind.__name__}.{name} has no description"


def test_every_variable_that_the_code_names_is_on_the_page() -> None:
    named = {name for path in (ROOT / "libs").rglob("*.py") for name in _variables(path)}
    assert {name for name in named if f"`{name}`" not in PAGE} == set()


def _variables(path: Path) -> set[str]:
    texts = (n.value for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return {text for text in texts if re.fullmatch(r"SHOPRELAY(_[A-Z]+)+", text)}


def test_no_default_on_the_page_is_a_secret() -> None:
    row = next(line for line in PAGE.splitlines() if "`SHOPRELAY_MASTER_KEY`" in line)
    assert row.split(" | ")[2] == "none"
