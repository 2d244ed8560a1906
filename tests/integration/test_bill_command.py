"""`shoprelay bill`: what it shows, and that a recount finds what is wrong and nothing else."""

import asyncio
import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import typer
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from bson import ObjectId
from typer.testing import CliRunner

from services.billing_meter.handlers import Handler
from services.billing_meter.meter import Meter
from services.billing_meter.stating import ProjectDay, read_through, state
from shoprelay_cli.bill import app as bill
from shoprelay_runtime import bus
from shoprelay_runtime.store import Control
from shoprelay_schema.events import UsageRecordedV1
from shoprelay_schema.topics import USAGE
from tests.support.shell import said

pytestmark = pytest.mark.integration

COMPANY, OTHER = ObjectId("c" * 24), ObjectId("d" * 24)
AMMAN, ST_JOHNS = ZoneInfo("Asia/Amman"), ZoneInfo("America/St_Johns")
app = typer.Typer()
app.add_typer(bill, name="bill")


@pytest.fixture
async def projects(settings, store):
    """Two projects; in the first one 2 May is stated and adjusted, and 3 May is open."""
    one, two = ObjectId("1" * 24), ObjectId("2" * 24)
    rows = store.collection(Control.PROJECTS)
    await rows.insert_one({"_id": one, "name": "amman", "database": "p1", "time_zone": "Asia/Amman"})
    await rows.insert_one({"_id": two, "name": "st johns", "database": "p2", "time_zone": "America/St_Johns"})
    await send(settings, "a", one, COMPANY, "2024-05-01T21:00:00Z", pieces=500, outgoing_requests=10)
    await send(settings, "a", one, COMPANY, "2024-05-01T21:00:00Z", pieces=500, outgoing_requests=10)
    await meter(settings, store)
    await state(store, ProjectDay(one, date(2024, 5, 2), AMMAN), datetime(2024, 5, 3, tzinfo=UTC))
    await send(settings, "b", one, COMPANY, "2024-05-02T20:45:00Z", 1, incoming_requests=3)
    await send(settings, "c", one, OTHER, "2024-05-02T21:00:00Z", incoming_product_requests=1)
    await send(settings, "d", two, OTHER, "2024-05-03T02:15:00Z", 1, pieces=1)
    await send(settings, "e", ObjectId(), OTHER, "2024-05-03T02:15:00Z")
    await meter(settings, store)
    await state(store, ProjectDay(one, date(2024, 5, 2), AMMAN), datetime(2024, 5, 3, tzinfo=UTC))
    return one, two


async def send(settings, event_id, project, company, at, partition=0, **counts):
    event = UsageRecordedV1(project=project, company_id=company, webshop_id=ObjectId("e" * 24), at=at, **counts)
    headers = bus.event_headers(event.type, event_id, "/test", "", event.at, str(project))
    producer = await bus.producer(settings, "test", transactional_id=settings.named("test"))
    async with producer.transaction():
        value = event.model_dump_json().encode()
        await producer.send_and_wait(settings.named(USAGE.name), value, partition=partition, headers=headers)
    await producer.stop()


async def meter(settings, store):
    """Count what is in the topic."""
    producer = await bus.producer(settings, "meter")
    consumer = await bus.consumer(settings, "meter", group=settings.named("billing-meter"))
    made = Meter(store, consumer, Handler(settings, store, producer))
    made.join(settings.named(USAGE.name))
    before = datetime.now(UTC)
    async with asyncio.timeout(60):
        while (await read_through(store, settings.named(USAGE.name), range(2)) or datetime.min.replace(tzinfo=UTC)) < before:
            await made.step(50)
            await made.mark_read()
    await consumer.stop()
    await producer.stop()


async def run(settings, *arguments):
    environment = {
        "SHOPRELAY_KAFKA": settings.kafka,
        "SHOPRELAY_MONGO": settings.mongo,
        "SHOPRELAY_DATABASE": settings.database,
        "SHOPRELAY_PREFIX": settings.prefix,
        "SHOPRELAY_MASTER_KEY": settings.master_key.get_secret_value(),
    }
    return await asyncio.to_thread(CliRunner().invoke, app, ["bill", *arguments], env=environment)


async def test_the_bill_as_people_read_it(settings, projects):
    result = await run(settings)
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines() if line.startswith("2024")]
    assert rows == [
        ["2024-05-02", str(COMPANY), "10", "3", "0", "500", "0.096452", "0.002060", "0.098512", "0.098512", "stated"],
        ["2024-05-03", str(OTHER), "0", "0", "1", "0", "0.096452", "0.000004", "0.096456", "0.194968", "open"],
        ["2024-05-02", str(OTHER), "0", "0", "0", "1", "0.096452", "0.000002", "0.096454", "0.096454", "open"],
    ]
    assert "amman (111111111111111111111111, Asia/Amman), EUR" in result.stdout
    assert "total 0.194968" in result.stdout


async def test_the_bill_as_scripts_read_it(settings, store, projects):
    await store.collection(Control.COUNTERS).update_one({"day": "2024-05-02", "company": COMPANY}, {"$set": {"unstated": True}})
    result = await run(settings, "--json", "--project", "amman", "--to", "2024-05-02")
    assert json.loads(result.stdout)["projects"] == [
        {
            "project": "1" * 24,
            "name": "amman",
            "time_zone": "Asia/Amman",
            "days": [
                {
                    "day": "2024-05-02",
                    "state": "late",
                    "statements": 2,
                    "lines": [
                        {
                            "company_id": str(COMPANY),
                            "outgoing_requests": 10,
                            "incoming_requests": 3,
                            "incoming_product_requests": 0,
                            "pieces": 500,
                            "account_fee": "0.096452",
                            "traffic_fee": "0.002060",
                            "total": "0.098512",
                        }
                    ],
                    "total": "0.098512",
                    "running_total": "0.098512",
                }
            ],
            "total": "0.098512",
        }
    ]


async def test_one_part_of_the_bill(settings, projects):
    async def days(*arguments):
        shown = json.loads((await run(settings, "--json", *arguments)).stdout)
        return [(p["name"], day["day"]) for p in shown["projects"] for day in p["days"]]

    assert await days("--project", "2" * 24) == [("st johns", "2024-05-02")]
    assert await days("--company", str(OTHER)) == [("amman", "2024-05-03"), ("st johns", "2024-05-02")]
    assert await days("--from", "2024-05-03") == [("amman", "2024-05-03")]
    assert await days("--from", "2024-05-04") == []


async def test_what_is_wrong_with_the_arguments_is_said(settings, projects):
    for arguments, text in ((["--project", "nobody"], "no project 'nobody'"), (["--company", "x"], "24 hexadecimal digits")):
        result = await run(settings, *arguments)
        assert result.exit_code == 2
        assert text in said(result)


async def test_a_recount_of_a_right_bill_is_equal(settings, projects):
    await send(settings, "f", projects[0], COMPANY, "2024-05-03T05:00:00Z", pieces=1)
    result = await run(settings, "--recount", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert report["equal"]
    assert (report["events"], report["repeated"], report["malformed"], report["days"]) == (4, 1, 1, 3)
    assert report["waiting"] == 2  # an event that is not counted yet, and its commit marker
    assert report["complete_since"] is None
    assert (await run(settings, "--recount")).stdout.endswith("equal\n")


async def test_a_recount_finds_a_changed_counter(settings, store, projects):
    row = {"day": "2024-05-03", "company": OTHER}
    await store.collection(Control.COUNTERS).update_one(row, {"$inc": {"pieces": 1}})
    result = await run(settings, "--recount")
    assert result.exit_code == 1
    assert f"DIFFERS project {projects[0]} 2024-05-03 company {OTHER}: counters say" in result.stdout
    assert "1 differences" in result.stdout
    assert (await run(settings, "--recount", "--to", "2024-05-02")).exit_code == 0
    assert (await run(settings, "--recount", "--company", str(COMPANY))).exit_code == 0
    assert (await run(settings, "--recount", "--project", "st johns")).exit_code == 0


async def test_a_recount_finds_a_counter_that_is_missing_and_one_too_many(settings, store, projects):
    counters = store.collection(Control.COUNTERS)
    row = await counters.find_one_and_delete({"project": projects[1]})
    await counters.insert_one({**row, "_id": "x", "company": COMPANY})
    found = json.loads((await run(settings, "--recount", "--json")).stdout)["differences"]
    assert [(d["company"], d["expected"] and d["expected"]["pieces"], d["found"] and d["found"]["pieces"]) for d in found] == [
        (str(COMPANY), None, 1),
        (str(OTHER), 1, None),
    ]


async def test_a_recount_finds_a_changed_statement(settings, store, projects):
    change = {"$set": {"lines.0.account_fee": "0.096451", "lines.0.total": "0.098451"}}
    await store.collection(Control.STATEMENTS).update_one({"number": 0}, change)
    result = await run(settings, "--recount", "--json")
    assert result.exit_code == 1
    whole, line = json.loads(result.stdout)["differences"]
    assert (whole["company"], whole["expected"], whole["found"]) == (None, {"total": "0.098451"}, {"total": "0.098452"})
    assert (line["company"], line["where"]) == (str(COMPANY), "statements")
    assert (line["expected"]["account_fee"], line["found"]["account_fee"]) == ("0.096452", "0.096451")


async def test_a_recount_says_from_when_on_the_topic_is_complete(settings, store, projects):
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    await admin.delete_records({TopicPartition(settings.named(USAGE.name), 0): RecordsToDelete(before_offset=2)})
    await admin.close()
    result = await run(settings, "--recount")
    assert result.exit_code == 0
    assert "days that began earlier cannot be compared (3 left out)" in result.stdout
    assert "0 project days compared" in result.stdout


async def test_a_recount_of_another_topic_is_refused(settings, store, projects):
    await store.collection(Control.OFFSETS).update_one({"_id": f"{settings.named(USAGE.name)}:0"}, {"$set": {"offset": 99}})
    result = await run(settings, "--recount")
    assert result.exit_code == 1
    assert "but it was counted up to 99" in result.stderr


async def test_a_wrong_setting_is_named(settings):
    result = await asyncio.to_thread(
        CliRunner().invoke, app, ["bill"], env={"SHOPRELAY_PARTITIONS": "many", "SHOPRELAY_MONGO": settings.mongo}
    )
    assert result.exit_code == 1
    assert "SHOPRELAY_PARTITIONS" in result.stderr
