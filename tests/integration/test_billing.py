"""billing-meter against the real broker and the real database: counted once, stated once, adjusted afterwards."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiokafka import TopicPartition
from bson import ObjectId
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from services.billing_meter.counting import Fenced, Move, count
from services.billing_meter.handlers import Handler, TooManyRejected
from services.billing_meter.main import main
from services.billing_meter.meter import Meter, OffsetBeyondEnd
from services.billing_meter.settings import MeterSettings
from services.billing_meter.stating import ProjectDay, due, read_through, state
from shoprelay_runtime import bus
from shoprelay_runtime.billing.rows import counts_of_row, offset_id
from shoprelay_runtime.billing.statements import Counts
from shoprelay_runtime.billing.usage import Usage
from shoprelay_runtime.health import Health, answer
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.events import StatementIssuedV1, UsageRecordedV1
from shoprelay_schema.topics import STATEMENTS, USAGE

pytestmark = pytest.mark.integration

COMPANY, OTHER = ObjectId("c" * 24), ObjectId("d" * 24)
AMMAN = ZoneInfo("Asia/Amman")
DAY = date(2024, 5, 2)
AT = "2024-05-01T21:00:00Z"  # the first quarter of an hour of DAY in Amman
LATER = datetime(2024, 5, 4, tzinfo=UTC)


@pytest.fixture
async def project(store):
    row = {"_id": ObjectId(), "name": "shop owners", "database": "p1", "time_zone": "Asia/Amman"}
    await store.collection(Control.PROJECTS).insert_one(row)
    return row["_id"]


def usage(project, *, at=AT, company=COMPANY, event_id=None, **counts) -> Usage:
    event = UsageRecordedV1(project=project, company_id=company, webshop_id=ObjectId(), at=at, **counts)
    return Usage(event_id or secrets.token_hex(8), event)


async def send(settings, *usages, partition=0, headers=None, value=None):
    """One transaction, as the normalizer's: its commit marker takes an offset too."""
    producer = await bus.producer(settings, "test", transactional_id=settings.named(f"test-{partition}"))
    async with producer.transaction():
        for each in usages:
            named = bus.event_headers(each.event.type, each.id, "/test", "", each.event.at, str(each.event.project))
            body = each.event.model_dump_json().encode()
            await producer.send_and_wait(settings.named(USAGE.name), body, b"k", partition, headers=named)
        if headers is not None:
            await producer.send_and_wait(settings.named(USAGE.name), value, b"k", partition, headers=headers)
    await producer.stop()


@asynccontextmanager
async def metering(settings, store, **options):
    producer = await bus.producer(settings, "meter")
    consumer = await bus.consumer(settings, "meter", group=settings.named("billing-meter"), session_timeout_ms=6000)
    meter = Meter(store, consumer, Handler(settings, store, producer, **options))
    meter.join(settings.named(USAGE.name))
    try:
        yield meter
    finally:
        await consumer.stop()
        await producer.stop()


async def read_all(meter, settings):
    """Step until nothing waits in any partition, by the database's own account."""
    before = datetime.now(UTC)
    topic = settings.named(USAGE.name)
    async with asyncio.timeout(60):
        while (await read_through(meter._store, topic, range(2)) or datetime.min.replace(tzinfo=UTC)) < before:
            await meter.step(50)
            if meter.assigned:
                await meter.mark_read()


async def until(condition):
    async with asyncio.timeout(30):
        while not await condition():  # noqa: ASYNC110  # the other side is a database, which has no event to wait for
            await asyncio.sleep(0.05)


async def counted(store) -> Mapping[tuple[str, ObjectId], Counts]:
    rows = store.collection(Control.COUNTERS).find()
    return {(row["day"], row["company"]): counts_of_row(row) async for row in rows}


async def records(settings, topic):
    """Everything that is in a topic now."""
    consumer = await bus.consumer(settings, "reader", group=None)
    await consumer._client.add_topic(settings.named(topic))
    tps = [TopicPartition(settings.named(topic), n) for n in consumer.partitions_for_topic(settings.named(topic))]
    consumer.assign(tps)
    ends = await consumer.end_offsets(tps)
    await consumer.seek_to_beginning(*tps)
    found = []
    while any([await consumer.position(tp) < ends[tp] for tp in tps]):
        found += [record for part in (await consumer.getmany(timeout_ms=100)).values() for record in part]
    await consumer.stop()
    return found


async def test_usage_becomes_counters_by_project_day_and_company(settings, store, project):
    await send(settings, usage(project, pieces=3, outgoing_requests=1), usage(project, company=OTHER, incoming_requests=2))
    await send(
        settings, usage(project, pieces=4, incoming_product_requests=1), usage(project, at="2024-05-01T20:45:00Z"), partition=1
    )
    async with metering(settings, store) as meter:
        await read_all(meter, settings)
        committed = [await meter._consumer.committed(tp) for tp in sorted(meter.known)]
        ends = [end for _, end in sorted((await meter._consumer.end_offsets(list(meter.known))).items())]
        assert meter.lag() == {0: 0, 1: 0}
    assert await counted(store) == {
        ("2024-05-02", COMPANY): Counts(1, 0, 1, 7),
        ("2024-05-02", OTHER): Counts(0, 2, 0, 0),
        ("2024-05-01", COMPANY): Counts(),
    }
    assert committed == ends == [3, 3]


@dataclass
class Sleeper:
    """Takes batches and falls asleep over them."""

    batches: list = field(default_factory=list)

    async def handle(self, *batch):
        self.batches.append(batch)


async def test_a_process_that_wakes_up_cannot_count_again(settings, store, project):
    await send(settings, usage(project, pieces=3))
    async with metering(settings, store) as zombie:
        await wait_for_assignment(zombie)
        handler, sleeper = zombie._handler, Sleeper()
        zombie._handler = sleeper
        while not sleeper.batches:
            await zombie.step(50)
    async with metering(settings, store) as successor:
        await read_all(successor, settings)
    # Its producer is closed, and not needed: the batch holds no dead letter.
    with pytest.raises(Fenced):
        await handler.handle(*sleeper.batches[0])
    assert await counted(store) == {("2024-05-02", COMPANY): Counts(pieces=3)}


async def wait_for_assignment(meter):
    async with asyncio.timeout(60):
        while not meter.assigned:
            await meter.step(50)


async def test_two_processes_share_the_partitions_and_hand_them_over(settings, store, project):
    async with metering(settings, store) as one:
        await send(settings, *[usage(project, pieces=1) for _ in range(20)])
        await read_all(one, settings)
        async with metering(settings, store) as two:
            await send(settings, *[usage(project, pieces=1) for _ in range(20)], partition=0)
            await send(settings, *[usage(project, pieces=1) for _ in range(20)], partition=1)
            async with asyncio.timeout(30):
                while len(two.known) != 1 or len(one.known) != 1:
                    await asyncio.gather(one.step(50), two.step(50))
                while (await counted(store))["2024-05-02", COMPANY].pieces != 60:
                    await asyncio.gather(one.step(50), two.step(50))
        await send(settings, usage(project, pieces=1), partition=1)
        await send(settings, usage(project, pieces=1), partition=0)
        await wait_for_assignment(one)
        await read_all(one, settings)
    assert await counted(store) == {("2024-05-02", COMPANY): Counts(pieces=62)}


async def test_an_event_id_that_comes_again_is_not_counted_again(settings, store, project):
    same = usage(project, pieces=3)
    await send(settings, same, same)
    await send(settings, same)
    async with metering(settings, store) as meter:
        await read_all(meter, settings)
    assert await counted(store) == {("2024-05-02", COMPANY): Counts(pieces=3)}


async def test_what_cannot_be_billed_is_set_aside_with_its_reason(settings, store, project):
    unknown = usage(ObjectId(), pieces=1)
    headers = bus.event_headers(UsageRecordedV1.type, "bad", "/test", "", LATER, "")
    await send(settings, usage(project, pieces=3), headers=headers, value=b'{"project": 1}')
    await send(settings, unknown)
    async with metering(settings, store) as meter:
        await read_all(meter, settings)
    assert await counted(store) == {("2024-05-02", COMPANY): Counts(pieces=3)}
    dead = {bus.header(record.headers, "ce_id"): record for record in await records(settings, USAGE.dead_letter)}
    assert dead.keys() == {"bad", unknown.id}
    assert (dead["bad"].key, dead["bad"].value) == (b"k", b'{"project": 1}')
    assert bus.header(dead["bad"].headers, "dlq_reason").startswith("project: ")
    assert bus.header(dead["bad"].headers, "dlq_position") == f"{settings.named(USAGE.name)}-0-1"
    assert bus.header(dead[unknown.id].headers, "dlq_reason") == f"project: {unknown.event.project} does not exist"


async def test_a_run_of_rejected_events_stops_the_counting(settings, store, project):
    await send(settings, *[usage(ObjectId()) for _ in range(4)])
    async with metering(settings, store, most_in_a_row=3) as meter:
        with pytest.raises(TooManyRejected, match="4 usage events in a row"):
            await read_all(meter, settings)
    assert await records(settings, USAGE.dead_letter) == []
    assert (await store.collection(Control.OFFSETS).find_one({"_id": offset_id(settings.named(USAGE.name), 0)}))["offset"] == 0


async def test_a_topic_that_is_shorter_than_what_was_counted_is_refused(settings, store):
    row = offset_id(settings.named(USAGE.name), 1)
    await store.collection(Control.OFFSETS).insert_one({"_id": row, "offset": 7})
    async with metering(settings, store) as meter:
        with pytest.raises(OffsetBeyondEnd, match=f"counted up to 7 but ends at 0: .* delete the row {row}"):
            await read_all(meter, settings)


async def counting(store, *usages):
    """Count without a broker: as if these were the records of one batch."""
    row = {"_id": "direct:0"}
    found = await store.collection(Control.OFFSETS).find_one_and_update(row, {"$setOnInsert": {"offset": 0}}, upsert=True)
    at = found["offset"] if found else 0
    zones = {each.event.project: AMMAN for each in usages}
    return await count(store, zones, usages, {"direct:0": Move(at, at + len(usages))})


counts = st.builds(Counts, *[st.integers(0, 100)] * 4)
some = st.lists(st.tuples(counts, st.sampled_from([COMPANY, OTHER]), st.integers(0, 200)), min_size=1, max_size=8)


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some, st.data())
def test_any_order_split_and_repetition_gives_the_same_counters(servers, made, data):
    project = ObjectId()
    start = datetime(2024, 5, 1, tzinfo=UTC)
    usages = [
        usage(project, company=company, at=start + quarters * timedelta(minutes=15), event_id=f"e{n}", **each._asdict())
        for n, (each, company, quarters) in enumerate(made)
    ]
    deliveries = data.draw(st.lists(st.lists(st.sampled_from(usages), max_size=6), max_size=5)) + [
        [each] for each in data.draw(st.permutations(usages))
    ]
    in_order, shuffled = asyncio.run(_both(servers, [usages], deliveries))
    assert shuffled == in_order
    assert sum(each.pieces for each in in_order.values()) == sum(each.pieces for each, _, _ in made)


async def _both(servers, *runs):
    results = []
    for deliveries in runs:
        store = Store(servers.mongo, "t" + secrets.token_hex(4))
        for each in deliveries:
            await counting(store, *each)
        results.append(await counted(store))
        await store._client.drop_database(store._database)
        store.close()
    return results


async def stated(store, project, now=LATER):
    return await state(store, ProjectDay(project, DAY, AMMAN), now)


async def test_a_day_is_stated_and_late_usage_adjusts_it(settings, store, project):
    await counting(store, usage(project, pieces=500, outgoing_requests=10), usage(project, company=OTHER))
    (first,) = await stated(store, project)
    assert [(str(x.account_fee), str(x.traffic_fee)) for x in first.lines] == [("0.096452", "0.002000"), ("0.096452", "0.000000")]
    assert (first.number, first.day, first.time_zone, str(first.total)) == (0, DAY, "Asia/Amman", "0.194904")
    assert await stated(store, project) == []

    newcomer = ObjectId("e" * 24)
    await counting(store, usage(project, incoming_requests=3), usage(project, company=newcomer, pieces=1))
    (adjustment,) = await stated(store, project)
    assert adjustment.number == 1
    assert [(x.company_id, x.incoming_requests, str(x.account_fee), str(x.total)) for x in adjustment.lines] == [
        (COMPANY, 3, "0.000000", "0.000060"),
        (newcomer, 0, "0.096452", "0.096454"),
    ]
    rows = [row async for row in store.collection(Control.STATEMENTS).find().sort("number")]
    assert StatementIssuedV1.model_validate({n: rows[0][n] for n in StatementIssuedV1.model_fields}) == first
    assert [row["total"] for row in rows] == ["0.194904", "0.096514"]


async def test_a_large_day_goes_on_in_the_next_numbers(store, project, monkeypatch):
    monkeypatch.setattr("services.billing_meter.stating.MAX_LINES", 2)
    await counting(store, *[usage(project, company=ObjectId(), pieces=1) for _ in range(5)])
    parts = await stated(store, project)
    assert [(part.number, len(part.lines)) for part in parts] == [(0, 2), (1, 2), (2, 1)]
    assert sum(part.total for part in parts) * 1_000_000 == 5 * 96_454


async def test_a_day_is_due_after_its_grace_when_all_is_read(settings, store, project):
    await counting(store, usage(project, pieces=1))
    meter_settings = MeterSettings(**settings.model_dump(), grace_seconds=7200, adjust_seconds=3600)
    over = datetime(2024, 5, 2, 21, tzinfo=UTC)  # midnight in Amman

    async def days(through, now=LATER):
        return [each.day for each in await due(store, meter_settings, through, now)]

    assert await days(over + timedelta(seconds=7199)) == []
    assert await days(over + timedelta(seconds=7200)) == [DAY]
    await stated(store, project, now=LATER)
    assert await days(LATER) == []
    await counting(store, usage(project, pieces=1))
    assert await days(LATER, now=LATER + timedelta(seconds=3599)) == []
    assert await days(LATER, now=LATER + timedelta(seconds=3601)) == [DAY]


async def test_read_through_waits_for_every_partition(store):
    assert await read_through(store, "u", range(2)) is None
    rows = store.collection(Control.OFFSETS)
    await rows.insert_many([{"_id": "u:0", "offset": 1, "through": LATER}, {"_id": "u:1", "offset": 1}])
    assert await read_through(store, "u", range(2)) is None
    await rows.update_one({"_id": "u:1"}, {"$set": {"through": LATER - timedelta(hours=1)}})
    assert await read_through(store, "u", range(2)) == LATER - timedelta(hours=1)
    assert await read_through(store, "u", []) is None


async def test_two_processes_that_state_the_same_day_write_one_statement(store, project):
    await counting(store, *[usage(project, company=ObjectId(), pieces=1) for _ in range(20)])
    results = await asyncio.gather(*[stated(store, project) for _ in range(4)], return_exceptions=True)
    assert len([r for r in results if isinstance(r, list) and r]) == 1
    assert await store.collection(Control.STATEMENTS).count_documents({}) == 1
    assert await store.collection(Control.COUNTERS).count_documents({"unstated": True}) == 0


async def test_the_service_counts_states_publishes_and_leaves(settings, store, project):
    await send(settings, usage(project, pieces=7))
    fast = MeterSettings(**settings.model_dump(), grace_seconds=0, adjust_seconds=0, check_seconds=0.1)
    health = Health("billing-meter")
    health.missing("start", "not yet")
    task = asyncio.create_task(main(fast, health))

    async def published(number):
        return await store.collection(Control.STATEMENTS).count_documents({"unpublished": {"$exists": False}}) == number

    await until(lambda: published(1))
    assert answer(health, "/health/ready")[0] == 200
    await send(settings, usage(project, incoming_requests=1), partition=1)
    await until(lambda: published(2))
    health.stopping.set()
    await asyncio.wait_for(task, 8)
    found = [json.loads(r.value) for r in await records(settings, STATEMENTS.name)]
    assert [(s["number"], s["total"]) for s in found] == [(0, "0.096466"), (1, "0.000020")]


async def test_readiness_says_what_is_lacking(settings):
    down = MeterSettings(**(settings.model_dump() | {"mongo": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"}))
    health = Health("billing-meter")
    task = asyncio.create_task(main(down, health))

    async def said():
        return "ServerSelectionTimeoutError" in health.lacks.get("servers", "")

    await until(said)
    assert answer(health, "/health/ready")[0] == 503
    health.stopping.set()
    await asyncio.wait_for(task, 8)
