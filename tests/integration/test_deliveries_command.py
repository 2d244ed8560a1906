"""`shoprelay deliveries`, as an operator mistypes it: 1 when the thing is not there, 2 when the command cannot be meant so."""

import pytest

from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from tests.support.shell import shell

pytestmark = pytest.mark.integration
NOBODY = "65f0a1b2c3d4e5f6a7b8c9d0"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", NOBODY), 1, f"there is no delivery {NOBODY}"),
        (("show", f"msg_{NOBODY}"), 1, f"there is no delivery {NOBODY}"),
        (("replay", NOBODY), 1, f"there is no delivery {NOBODY}"),
        (("show", "17"), 2, "expected 24 hexadecimal digits"),
        (("replay",), 2, "expected the id of a delivery, or --failed"),
        (("list", "--project", "nobody"), 2, "there is no project 'nobody'"),
        (("replay", "--failed", "--project", "nobody"), 2, "there is no project 'nobody'"),
        (("replay", "--failed", "--since", "soon"), 2, "expected a time, or 30m, 2h, 3d; got 'soon'"),
    ],
)
async def test_what_is_not_there_is_told_from_what_is_mistyped(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, said: str
) -> None:
    result = await shell(settings, monkeypatch, "deliveries")(*words)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.stderr.replace("│", " ").split())
