"""`shoprelay deliveries`, as an operator mistypes it."""

import pytest

from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from tests.support.shell import said, shell

pytestmark = pytest.mark.integration
NOBODY = "65f0a1b2c3d4e5f6a7b8c9d0"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("show", NOBODY), f"there is no delivery {NOBODY}"),
        (("show", f"msg_{NOBODY}"), f"there is no delivery {NOBODY}"),
        (("replay", NOBODY), f"there is no delivery {NOBODY}"),
        (("show", "17"), "expected 24 hexadecimal digits"),
        (("replay",), "expected the id of a delivery, or --failed"),
        (("list", "--project", "nobody"), "there is no project 'nobody'"),
        (("replay", "--failed", "--project", "nobody"), "there is no project 'nobody'"),
        (("replay", "--failed", "--since", "soon"), "expected a time, or 30m, 2h, 3d; got 'soon'"),
    ],
)
async def test_what_is_wrong_is_named(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], text: str
) -> None:
    result = await shell(settings, monkeypatch, "deliveries")(*words)
    assert result.exit_code == 2, result.output
    assert text in said(result)
