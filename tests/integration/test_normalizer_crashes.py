"""The write-publish protocol where a partition has an older owner, a record that comes again, or a log that is another.

Where processes are killed: tests/chaos/crash_points.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from services.normalizer import journal
from services.normalizer.outputs import Output
from services.normalizer.protocol import Fenced, LogReplaced, Offsets, Partition
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.raw import RawKind
from tests.support.audit import audit
from tests.support.owner import Dies, Owner, owner
from tests.support.plain_relay import order
from tests.support.world import START, World, world

pytestmark = pytest.mark.integration
ORDERS = "documents.orders.v1"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


@pytest.fixture
async def process(shop: World) -> AsyncIterator[Owner]:
    async with owner(shop) as made:
        yield made


async def dies(monkeypatch: pytest.MonkeyPatch, of: object, step: str, ending: object, work: Awaitable[object]) -> None:
    """Do the work, in which this step is where the process ends."""
    with monkeypatch.context() as patch:
        patch.setattr(of, step, ending)
        with pytest.raises(Dies):
            await work


async def test_an_owner_that_freezes_inside_its_kafka_transaction_leaves_nothing_of_it(
    shop: World, process: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.put(order("1", START, {"A": 1}))
    older = await process.incarnate()
    reached, wakes = asyncio.Event(), asyncio.Event()
    really = AIOKafkaProducer.send_offsets_to_transaction

    async def stop(self: AIOKafkaProducer, *arguments: Any) -> None:
        await self.flush()
        reached.set()
        await wakes.wait()
        await really(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(AIOKafkaProducer, "send_offsets_to_transaction", stop)
        stopped = asyncio.create_task(process.process(older, 1))
        await reached.wait()
    newer = await process.incarnate()
    first = await audit(shop)
    assert len(first) == 2
    wakes.set()
    with pytest.raises(Fenced):
        await stopped
    await shop.put(order("1", START + MINUTE, {"A": 2}, price=2.0))
    await process.process(newer, 1)
    assert [len(history) for history in (await audit(shop)).values()] == [2, 2]


async def test_an_older_owner_can_neither_apply_nor_publish(shop: World, process: Owner) -> None:
    await shop.put(order("1", START, price=1.0))
    older = await process.incarnate()
    batch, after = await process.take(1)
    plan = await process.worker.preparer.prepare(batch)
    newer = await process.incarnate()
    with pytest.raises(Fenced):
        await older.apply(plan, after)
    assert await shop.stored("orders") == []
    with pytest.raises(Fenced):
        await older.publish(journal.events(plan), after)
    assert await shop.events(ORDERS) == []
    await process.process(newer, 1)
    assert len(await audit(shop)) == 1


async def test_an_older_owner_that_applied_before_it_was_fenced_does_not_publish_what_its_successor_published(
    shop: World, process: Owner
) -> None:
    await shop.put(order("1", START, price=1.0))
    older = await process.incarnate()
    batch, after = await process.take(1)
    plan = await process.worker.preparer.prepare(batch)
    await older.apply(plan, after)
    await process.incarnate()
    with pytest.raises(Fenced):
        await older.publish(journal.events(plan), after)
    assert len(await audit(shop)) == 1


async def test_a_document_that_the_operator_removed_does_not_stop_a_recovery(
    shop: World, process: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(_self: Partition, _events: Sequence[Output], _after: Offsets) -> None:
        raise Dies

    for number in ("1", "2"):
        await shop.put(order(number, START))
    await dies(monkeypatch, Partition, "publish", die, process.run(2))
    await shop.store.database(shop.project.database)["orders"].delete_one({"order_number": "1"})
    await process.incarnate()
    assert [event.value["order_number"] for event in await shop.events(ORDERS)] == ["2"]


async def test_a_page_is_charged_once_across_batches_and_a_restart(shop: World, process: Owner) -> None:
    def page(seq: int) -> dict[str, Any]:
        return {
            "job": "j", "seq": seq, "klass": "orders", "mode": "open_since_1x", "requests": 1, "pieces": 10,
            "finished": seq == 2, "started_at": START.isoformat(), "total": 20 if seq == 2 else 0,
        }  # fmt: skip

    for seq in (1, 1):
        await shop.put(page(seq), kind=RawKind.PAGE_READ)
    partition = await process.run(2)
    await shop.put(page(1), kind=RawKind.PAGE_READ)
    await process.process(partition, 1)
    for seq in (1, 2):
        await shop.put(page(seq), kind=RawKind.PAGE_READ)
    await process.run(2)
    usage = await shop.events("usage.v1")
    assert [(e.value["outgoing_requests"], e.value["pieces"]) for e in usage] == [(1, 10), (1, 10)]
    (told,) = await shop.events("activity.v1")
    assert told.value["details"]["stats"] == {"orders": {"fetched": 20}}


async def test_a_log_that_was_replaced_is_not_passed_over(shop: World, process: Owner) -> None:
    await shop.put(order("1001", START))
    await process.run(1)
    journal_rows = shop.store.collection(Control.JOURNAL)
    await journal_rows.update_one({"_id": process.worker.index}, {"$set": {"offsets.raw_live_v1": 1000}})
    with pytest.raises(LogReplaced, match=r"raw\.live\.v1"):
        await process.incarnate()
