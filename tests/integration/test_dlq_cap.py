"""A broken mapping stops its partition before the raw log drains into the dead letters; a mended one goes on by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from bson import ObjectId

from shoprelay_relays.spec import Json, Mapped, Relay, Shop
from shoprelay_runtime import deadletters, metrics, settling
from shoprelay_runtime.bus import partition_of
from shoprelay_runtime.deadletters import Letter
from shoprelay_runtime.health import Health
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.events import PageReadV1
from shoprelay_schema.raw import RawKind
from shoprelay_schema.topics import DEAD_LETTERS
from tests.support.audit import audit
from tests.support.plain_relay import RELAY, order
from tests.support.world import START, World, normalizing, world

pytestmark = pytest.mark.integration
CAP = 6


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


def _broken(_record: Json, _shop: Shop) -> Mapped:
    raise KeyError("total")


BROKEN = replace(RELAY, resources=tuple(replace(resource, map=_broken) for resource in RELAY.resources))


def partition(shop: ObjectId, settings: Settings) -> int:
    return partition_of(str(shop).encode(), settings.partitions)


async def neighbour(shop: World) -> ObjectId:
    """Another webshop in the same partition."""
    mine = partition(shop.webshop.webshop_id, shop.settings)
    other = next(made for made in iter(ObjectId, None) if partition(made, shop.settings) == mine)
    shops = shop.store.database(shop.project.database)["webshops"]
    row = await shops.find_one({"_id": shop.webshop.webshop_id}) or {}
    await shops.insert_one({**row, "_id": other})
    return other


async def letters(shop: World) -> list[Letter]:
    return await deadletters.read(shop.settings, DEAD_LETTERS, lambda _: True)


async def numbers(shop: World) -> list[int]:
    return sorted(int(row["order_number"]) for row in await shop.documents("orders"))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while True:
            if true():
                return
            await asyncio.sleep(0.02)


def tries() -> float:
    return float(metrics.ERRORS.labels("normalizer", "TooManyRejected")._value.get())


async def stopped(shop: World, health: Health) -> None:
    """Wait until the partition is stopped and has tried again twice."""
    before, index = tries(), str(partition(shop.webshop.webshop_id, shop.settings))
    await until(lambda: tries() >= before + 3)
    assert "plain/orders" in health.lacks[f"partition {index}: mapping"]
    assert "stay in the raw log" in health.lacks[f"partition {index}: mapping"]
    assert metrics.STOPPED.labels("normalizer", index)._value.get() == 1


def page(number: int) -> Json:
    read = PageReadV1(job="job", seq=number, klass="orders", mode="all", requests=1, pieces=1, finished=False, started_at=START)
    return read.model_dump(mode="json")


async def test_a_broken_mapping_stops_and_goes_on_when_it_is_mended(shop: World) -> None:
    other = await neighbour(shop)
    for number in range(20):
        await shop.put(order(str(number), START), shop=other if number % 2 else None)
        await shop.put(page(number), kind=RawKind.PAGE_READ)  # needs no mapping, so it proves nothing
    relays: dict[str, Relay] = {"plain": BROKEN}
    options = {"dead_letters_least": CAP, "batch_records": 3}
    async with normalizing(shop.settings, relays, **options) as health:
        await stopped(shop, health)
        assert 0 < len(await letters(shop)) < CAP
    async with normalizing(shop.settings, relays, **options) as health:
        await stopped(shop, health)  # what the process before counted is not forgotten
        kept = await letters(shop)
        assert len(kept) < CAP
        relays["plain"] = RELAY
        await shop.drained()
        await until(lambda: not health.lacks)
        assert len(await numbers(shop)) == 20 - len(kept)
        assert await settling.retry(shop.settings, shop.store, kept) == kept
        await shop.drained()
    assert await numbers(shop) == list(range(20))
    assert await letters(shop) == kept
    assert {len(history) for history in (await audit(shop)).values()} == {1}


async def test_no_more_dead_letters_than_the_cap_allows_however_large_the_batch(shop: World) -> None:
    other = await neighbour(shop)
    for number in range(60):
        await shop.put(order(str(number), START), shop=other if number % 2 else None)
    async with normalizing(shop.settings, {"plain": BROKEN}, dead_letters_least=CAP, batch_records=500) as health:
        await stopped(shop, health)
        assert len(await letters(shop)) == CAP - 1  # the operator has something to look at
        assert "the last one: KeyError" in str(health.lacks)


async def test_the_only_shop_of_a_partition_is_stopped_within_a_batch(shop: World) -> None:
    for number in range(5):
        await shop.put(order(str(number), START))
    for number in range(60):
        await shop.put({"id": str(number), "poison": True})
    async with normalizing(shop.settings, dead_letters_least=2, batch_records=500) as health:
        await stopped(shop, health)
        assert (len(await letters(shop)), len(await numbers(shop))) == (19, 5)
        await stopped(shop, health)
        assert len(await letters(shop)) == 19
        assert "lines.0.price: expected a number" in str(health.lacks)


async def test_a_shop_that_sends_garbage_does_not_stop_its_neighbour(shop: World) -> None:
    other = await neighbour(shop)
    await shop.put(order("1", START), shop=other)
    for number in range(10 * CAP + 5):
        await shop.put({"id": str(number), "poison": True})
    await shop.put(order("2", START), shop=other)
    async with normalizing(shop.settings, dead_letters_least=CAP, batch_records=20) as health:
        await shop.drained()
        assert not health.lacks
    assert await numbers(shop) == [1, 2]
    assert len(await letters(shop)) == 10 * CAP + 5


async def test_the_only_shop_of_a_partition_is_held_at_ten_times_the_cap(shop: World) -> None:
    for number in range(30):
        await shop.put(order(str(number), START))
    relays: dict[str, Relay] = {"plain": BROKEN}
    async with normalizing(shop.settings, relays, dead_letters_least=2, batch_records=4) as health:
        await stopped(shop, health)
        assert len(await letters(shop)) < 20
        relays["plain"] = RELAY
        await shop.drained()
    assert len(await numbers(shop)) == 30 - len(await letters(shop))


async def test_one_kind_of_record_that_fails_stops_it_though_others_are_read_and_the_operator_may_let_it_through(
    shop: World,
) -> None:
    other = await neighbour(shop)
    for number in range(24):
        whose = other if number % 8 < 4 else None
        broken = number % 4  # three of four are
        await shop.put({"id": str(number), "poison": True} if broken else order(str(number), START), shop=whose)
    async with normalizing(shop.settings, dead_letters_least=CAP, batch_records=3) as health:
        await stopped(shop, health)
        assert 0 < len(await letters(shop)) < 12
    async with normalizing(shop.settings, dead_letters_least=CAP, dead_letters_share=1.0) as health:
        await shop.drained()
        assert not health.lacks
    assert (len(await letters(shop)), len(await numbers(shop))) == (18, 6)


async def test_letters_that_fail_again_do_not_count(shop: World) -> None:
    other = await neighbour(shop)
    for number in range(4):
        await shop.put({"id": str(number), "poison": True}, shop=other if number % 2 else None)
    async with normalizing(shop.settings, dead_letters_least=CAP) as health:
        await shop.drained()
        for _ in range(3):
            done = await settling.settled(shop.store)
            await settling.retry(shop.settings, shop.store, [e for e in await letters(shop) if str(e.origin) not in done])
            await shop.drained()
        assert not health.lacks
    assert len(await letters(shop)) == 16
