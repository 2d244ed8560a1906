"""Addresses are remembered for a moment, within bounds, and while the database is away."""

from typing import Any

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from services.webhook_ingest import hooks as module
from services.webhook_ingest.answers import NO_STORE, Refused
from services.webhook_ingest.hooks import Hook, Hooks
from shoprelay_relays.spec import Routed, Verdict, Webhook
from shoprelay_runtime.crypto import Cipher, new_key, token_hash

HOOK = Hook(
    "p", "w", "r", Cipher("p", {"k": new_key()}, "k"), {}, Webhook(lambda *_: Verdict.GENUINE, lambda *_: Routed("orders"))
)


class Known(Hooks):
    """Looks up in a dict, or not at all."""

    def __init__(self, seconds: float, **known: Hook) -> None:
        super().__init__(None, None, {}, seconds)
        self.known = {token_hash(token): hook for token, hook in known.items()}
        self.asked = 0
        self.away = False

    async def _look_up(self, hashed: str) -> Hook | None:
        self.asked += 1
        if self.away:
            raise ServerSelectionTimeoutError
        return self.known.get(hashed)


async def test_both_answers_are_remembered() -> None:
    hooks = Known(60, good=HOOK)
    for _ in range(3):
        assert await hooks.find("good") is HOOK
        assert await hooks.find("bad") is None
    assert hooks.asked == 2


async def test_after_its_time_it_is_asked_again() -> None:
    hooks = Known(0, good=HOOK)
    await hooks.find("good")
    hooks.known.clear()
    assert await hooks.find("good") is None


async def test_a_known_address_stays_good_while_the_database_is_away() -> None:
    hooks = Known(0, good=HOOK)
    await hooks.find("good")
    hooks.away = True
    assert await hooks.find("good") is HOOK
    with pytest.raises(Refused) as refused:
        await hooks.find("other")
    assert refused.value.answer is NO_STORE


async def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", 10)
    hooks = Known(60, good=HOOK)
    for number in range(100):
        await hooks.find(f"guess-{number}")
    assert len(hooks._known) == 10


@pytest.mark.parametrize("token", ["", "x" * 129])
async def test_what_cannot_be_a_token_is_not_looked_up(token: str) -> None:
    hooks = Known(60)
    assert await hooks.find(token) is None
    assert hooks.asked == 0


async def test_tokens_are_kept_as_hashes_only() -> None:
    hooks: Any = Known(60, good=HOOK)
    await hooks.find("good")
    assert "good" not in hooks._known
