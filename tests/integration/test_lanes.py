"""Live records go first: in what order one owner takes the two lanes, and what a batch of history gives way to."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

import pytest
from aiokafka.structs import ConsumerRecord

from services.normalizer import lanes
from services.normalizer.prepare import Plan, Preparer
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE
from tests.support.audit import audit
from tests.support.owner import Owner, owner
from tests.support.plain_relay import order
from tests.support.world import START, World, normalizing, world

pytestmark = pytest.mark.integration


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


@pytest.fixture
async def process(shop: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Owner]:
    monkeypatch.setattr(lanes, "_QUIET_TURN", 1)
    async with owner(shop) as made:
        made.worker.lanes.reader.patience = time.monotonic() + 3600  # history waits as long as it takes
        yield made


async def history(shop: World, number: int, process: Owner | None = None) -> None:
    """Append so many orders; with a process, until it has them at hand."""
    for each in range(number):
        await shop.put(order(f"old-{each}", START), lane=RAW_BACKFILL.name)
    while process and len(process.worker.lanes.held) < number:
        process.worker.lanes.held += await process.worker.lanes._get(RAW_BACKFILL.name, 1000)


async def live(shop: World, *names: str, process: Owner | None = None) -> None:
    """The same of the live lane."""
    for name in names:
        await shop.put(order(name, START))
    while process and len(process.worker.lanes.early) < len(names):
        process.worker.lanes.early += await process.worker.lanes._get(RAW_LIVE.name, 1000)


def names(batch: Sequence[ConsumerRecord]) -> list[str]:
    return [dict(record.headers)["ce_subject"].decode().partition("/")[2] for record in batch]


async def batch(process: Owner) -> list[str]:
    """The next batch, processed."""
    taken: list[ConsumerRecord] = []
    process.worker.lanes.reader.size = 4
    while not taken:
        taken = await process.worker.lanes.take()
        after = await process.worker.lanes.positions()
        if taken:
            await process.worker._process(process.partition, taken, after)
        process.worker.lanes.done()
    return names(taken)


async def test_live_records_go_first_and_wait_for_one_batch_of_history_at_most(shop: World, process: Owner) -> None:
    process.partition = await process.incarnate()
    await history(shop, 10, process)
    assert await batch(process) == [f"old-{n}" for n in range(4)]
    await live(shop, "new-1", "new-2", process=process)
    assert await batch(process) == ["new-1", "new-2"]
    rest = []
    while len(rest) < 6:
        rest += await batch(process)
    assert rest == [f"old-{n}" for n in range(4, 10)]
    assert process.partition.offsets == {RAW_LIVE.name: 2, RAW_BACKFILL.name: 10}
    await audit(shop)


async def test_a_batch_of_history_that_is_not_applied_gives_way(
    shop: World, process: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    process.partition = await process.incarnate()
    await history(shop, 4, process)
    begun: list[list[str]] = []
    real = Preparer.prepare

    async def slow(self: Preparer, records: Sequence[ConsumerRecord]) -> Plan:
        begun.append(names(records))
        if len(begun) == 1:
            await live(shop, "new")
            await asyncio.Event().wait()  # for ever: only giving way ends it
        return await real(self, records)

    monkeypatch.setattr(Preparer, "prepare", slow)
    assert await batch(process) == begun[0]  # taken, and given up
    assert process.partition.offsets == {RAW_LIVE.name: 0, RAW_BACKFILL.name: 0}
    assert await batch(process) == ["new"]
    assert process.partition.offsets == {RAW_LIVE.name: 1, RAW_BACKFILL.name: 0}
    done: list[str] = []
    while len(done) < 4:
        done += await batch(process)
    assert done == [f"old-{n}" for n in range(4)]
    await audit(shop)


async def test_history_that_has_waited_too_long_goes_along_with_live_records(shop: World, process: Owner) -> None:
    process.partition = await process.incarnate()
    await history(shop, 9, process)
    assert await batch(process) == [f"old-{n}" for n in range(4)]
    process.worker.lanes.reader.patience = 0.0
    await live(shop, "new", process=process)
    assert await batch(process) == ["new", *(f"old-{n}" for n in range(4, 8))]
    await audit(shop)


async def test_both_lanes_of_every_partition_are_normalized_and_lose_nothing(shop: World) -> None:
    await history(shop, 30)
    async with normalizing(shop.settings):
        for number in range(20):
            await live(shop, f"new-{number}")
        await shop.drained()
    assert len(await shop.stored("orders")) == 50
    await audit(shop)
