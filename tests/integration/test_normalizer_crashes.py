"""The write-publish protocol at each point where a process can die or lose its partition."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import timedelta
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from services.normalizer import journal
from services.normalizer.outputs import Output
from services.normalizer.protocol import Fenced, LogReplaced, Offsets, Partition
from shoprelay_runtime import bus
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.raw import RawKind, Via
from shoprelay_schema.topics import RAW_BACKFILL
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


async def put_a_mixed_batch(shop: World) -> int:
    """An update, a creation, a line's deletion, a webhook that is billed and told, a poison record."""
    await shop.put(order("1", START + MINUTE, {"A": 2}, price=2.0))
    await shop.put(order("2", START, {"C": 1}), kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)
    await shop.put({"id": "3", "poison": True})
    return 3


async def published(shop: World) -> list[tuple[str, str, str, Any]]:
    topics = (ORDERS, "documents.order_lines.v1", "usage.v1", "activity.v1", "raw.live.v1.dlq")
    return sorted((e.topic, e.key, e.id, str(e.value)) for e in await shop.events(*topics[:-1])) + await letters(shop)


async def letters(shop: World) -> list[tuple[str, str, str, Any]]:
    name = shop.settings.named("raw.live.v1.dlq")
    consumer = await bus.consumer(shop.settings, "tests", name, group=None)
    try:
        ends = await consumer.end_offsets(sorted(consumer.assignment()))
        found: list[tuple[str, str, str, Any]] = []
        for part, end in ends.items():
            while await consumer.position(part) < end:
                records = (await consumer.getmany(part, timeout_ms=100)).get(part, ())
                found += [(name, (r.key or b"").decode(), dict(r.headers)["dlq_position"].decode(), "") for r in records]
        return sorted(found)
    finally:
        await consumer.stop()


def expected(shop: World, events: Sequence[Output]) -> list[tuple[str, str, str, Any]]:
    def row(o: Output) -> tuple[str, str, str, Any]:
        headers = {name: value.decode() for name, value in o.headers}
        if o.topic.endswith(".dlq"):
            return (shop.settings.named(o.topic), o.key.decode(), headers["dlq_position"], "")
        return (o.topic, o.key.decode(), headers.get("ce_id", ""), str(None if o.value is None else orjson.loads(o.value)))

    plain = sorted(row(o) for o in events if not o.topic.endswith(".dlq"))
    return plain + sorted(row(o) for o in events if o.topic.endswith(".dlq"))


async def test_a_crash_between_the_two_transactions_publishes_exactly_what_was_applied(
    shop: World, process: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.put(order("1", START, {"A": 1, "B": 1}, price=1.0))
    partition = await process.run(1)
    before = await published(shop)
    wanted = await put_a_mixed_batch(shop)
    applied: list[Output] = []

    async def die(_self: Partition, events: Sequence[Output], _after: Offsets) -> None:
        applied.extend(events)
        raise Dies

    await dies(monkeypatch, Partition, "publish", die, process.process(partition, wanted))
    assert await published(shop) == before
    assert len(await shop.stored("orders")) == 2, "it was applied"
    await process.incarnate()
    after = await published(shop)
    assert sorted(after, key=str) == sorted(before + expected(shop, applied), key=str)
    await audit(shop)
    await process.incarnate()
    assert await published(shop) == after, "a second recovery publishes nothing more"


async def test_a_crash_before_the_commit_leaves_nothing_of_the_open_transaction(
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


async def test_a_crash_after_the_kafka_commit_repeats_nothing(
    shop: World, process: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.put(order("1", START, {"A": 1}))
    really = Partition.publish

    async def publish_and_die(self: Partition, events: Sequence[Output], after: Offsets) -> None:
        await really(self, events, after)
        raise Dies

    await dies(monkeypatch, Partition, "publish", publish_and_die, process.run(1))
    events = await published(shop)
    newer = await process.incarnate()
    assert await published(shop) == events
    await shop.put(order("1", START + MINUTE, {"A": 1}, price=3.0))
    await process.process(newer, 1)
    await audit(shop)


async def test_a_crash_inside_the_mongo_transaction_leaves_nothing_and_the_batch_is_done_again(
    shop: World, process: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.put(order("1", START, {"A": 1}))

    def die(_plan: object) -> dict[str, Any]:
        raise Dies

    await dies(monkeypatch, journal, "entry", die, process.run(1))
    assert (await shop.stored("orders"), await shop.events(ORDERS)) == ([], [])
    await process.run(1)
    assert len(await audit(shop)) == 2


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


async def test_a_crash_between_two_lanes_of_one_document_keeps_its_versions_rising(
    shop: World, process: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(_self: Partition, _events: Sequence[Output], _after: Offsets) -> None:
        raise Dies

    await shop.put(order("1", START + 2 * MINUTE, {"A": 2}, price=2.0))
    await dies(monkeypatch, Partition, "publish", die, process.run(1))
    # History reaches the same document, older and newer than what was applied and not published.
    await shop.put(order("1", START, {"A": 1, "B": 1}, price=1.0), lane=RAW_BACKFILL.name)
    await shop.put(order("1", START + 3 * MINUTE, {"A": 3}, price=3.0), lane=RAW_BACKFILL.name)
    newer = await process.incarnate()
    await process.process(newer, 2)
    histories = await audit(shop)
    (stored,) = await shop.stored("orders")
    assert [e.value["price"] for e in histories[str(stored["_id"])]] == [2.0, 3.0]
    assert [line["variant_sku"] for line in await shop.documents("order_lines")] == ["A"]


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
