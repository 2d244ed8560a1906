"""Servers of the tests' own, which may be hurt; a shop."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shoprelay_local import servers as local
from shoprelay_relays import registry
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from tests.chaos.crash_points.relay import RELAY
from tests.chaos.outside_trouble.hurting import Hurt
from tests.support.world import World, world


@pytest.fixture(scope="session")
def hurt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hurt]:
    home: Path = tmp_path_factory.mktemp("servers")
    addresses = local.up(home)
    yield Hurt(home, addresses)
    local.down(home, wipe=True)


@pytest.fixture
async def shop(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setitem(registry.RELAYS, RELAY.name, RELAY)
    monkeypatch.setitem(registry._BY_ID, registry.relay_id(RELAY.name), RELAY)
    async with world(settings, store, RELAY) as made:
        await made.set_webshop(relay_id=registry.relay_id(RELAY.name))
        yield made
