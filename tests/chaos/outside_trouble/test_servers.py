"""Kafka and MongoDB are killed, frozen, full, deposed and slow, while webhooks keep coming and shops are polled."""

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.chaos.outside_trouble.hurting import Hurt, slowed
from tests.chaos.outside_trouble.town import RECOVERY, SERVICES, at_work, say, town
from tests.conftest import Servers
from tests.support.world import World

pytestmark = pytest.mark.integration
LONG = os.environ.get("OUTSIDE_TROUBLE_SECONDS")
SECONDS = float(LONG or 10)
"""How long each trouble lasts; a minute in the long run, which has all of them."""

Trouble = Callable[[Hurt], AbstractAsyncContextManager[None]]
TROUBLES: dict[str, Trouble] = {
    "Kafka is killed": lambda hurt: hurt.killed("kafka"),
    "Kafka is frozen": lambda hurt: hurt.frozen("kafka"),
    "Kafka's disk is full": lambda hurt: hurt.full("kafka"),
    "MongoDB is killed": lambda hurt: hurt.killed("mongo"),
    "MongoDB is frozen": lambda hurt: hurt.frozen("mongo"),
}


@pytest.fixture(scope="module")
def servers(hurt: Hurt) -> Servers:
    """In place of the shared ones."""
    return Servers(hurt.addresses.kafka, hurt.addresses.mongo, "servers of their own")


@pytest.mark.parametrize("trouble", TROUBLES if LONG else ["Kafka's disk is full", "MongoDB is killed"])
async def test_a_server_is_away(shop: World, hurt: Hurt, trouble: str) -> None:
    server = trouble.split(maxsplit=1)[0].removesuffix("'s")
    async with town(shop) as there:
        await at_work(there)
        began = time.monotonic()
        async with TROUBLES[trouble](hurt):
            await asyncio.sleep(SECONDS)
            ended = time.monotonic()
        took = await there.recovered()
        say(there.told(trouble, took))
        await there.check()
        assert took < RECOVERY
        for name in SERVICES:
            assert any(server in why for why in there.reasons(name, began)), f"{name} says why it is not ready"
        if server == "Kafka":
            assert 503 in there.statuses(began + 1, ended)


async def test_mongodb_is_deposed(shop: World, hurt: Hurt) -> None:
    async with town(shop) as there:
        await at_work(there)
        await hurt.step_down(5)
        took = await there.recovered()
        say(there.told("MongoDB is deposed", took))
        await there.check()
        assert took < RECOVERY


async def test_mongodb_is_slow(shop: World, hurt: Hurt) -> None:
    port = int(hurt.addresses.mongo.partition("127.0.0.1:")[2].partition("/")[0])
    async with slowed(port, 0.1) as slow:
        uri = f"mongodb://127.0.0.1:{slow}/?directConnection=true"
        async with town(shop, shop.settings.model_copy(update={"mongo": uri})) as there:
            await at_work(there)
            await asyncio.sleep(SECONDS / 2)
            took = await there.recovered()
            say(there.told("MongoDB is slow", took))
            await there.check()
            assert took < RECOVERY
