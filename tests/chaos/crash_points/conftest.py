"""A shop of the tests' relay, known to this process and to those that die."""

from collections.abc import AsyncIterator

import pytest

from shoprelay_relays import registry
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from tests.chaos.crash_points.relay import RELAY
from tests.support.world import World, world


@pytest.fixture
async def shop(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setitem(registry.RELAYS, RELAY.name, RELAY)
    monkeypatch.setitem(registry._BY_ID, registry.relay_id(RELAY.name), RELAY)
    async with world(settings, store, RELAY) as made:
        await made.set_webshop(relay_id=registry.relay_id(RELAY.name))
        yield made
