"""The machine-local servers, for real: a private instance, with the user's cache of downloads."""

import os
import signal
import uuid
from collections.abc import Awaitable, Callable

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from motor.motor_asyncio import AsyncIOMotorClient

from shoprelay_local import servers

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("servers")
    servers.up(folder)
    yield folder
    servers.down(folder)


@pytest.fixture
async def database(data):
    """A database of the test's own, on servers that run, whatever a test before left stopped."""
    # A test may end with the servers elsewhere: closing must not look for them for 30 s.
    client = AsyncIOMotorClient(servers.up(data).mongo, serverSelectionTimeoutMS=3_000)
    yield client[f"test_{uuid.uuid4().hex}"]
    client.close()


@pytest.fixture
def broker(data):
    return servers.up(data).kafka


@pytest.fixture
async def topic(broker):
    name = f"test-{uuid.uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    await admin.close()
    return name


def pids(data):
    return {server.name: server.pid for server in servers.status(data)}


async def send(broker, topic, value, *, settle: Callable[[AIOKafkaProducer], Awaitable[None]]):
    producer = AIOKafkaProducer(bootstrap_servers=broker, transactional_id=f"{topic}-producer", transaction_timeout_ms=15_000)
    async with producer:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, value)
        await settle(producer)


async def first_committed(broker, topic):
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker,
        group_id=topic,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    )
    async with consumer:
        record = await consumer.getone()
        await consumer.commit()
        return record.value


async def test_a_subscriber_reads_what_a_transaction_committed_and_not_what_one_aborted(broker, topic):
    await send(broker, topic, b"aborted", settle=AIOKafkaProducer.abort_transaction)
    await send(broker, topic, b"committed", settle=AIOKafkaProducer.commit_transaction)
    assert await first_committed(broker, topic) == b"committed"


async def test_a_topic_that_nobody_created_does_not_come_to_be(broker):
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    try:
        name = f"mistyped-{uuid.uuid4().hex}"
        await admin.describe_topics([name])
        assert name not in await admin.list_topics()
    finally:
        await admin.close()


async def test_a_change_stream_tells_of_a_transaction(database):
    async with database.orders.watch() as changes:
        async with await database.client.start_session() as session, session.start_transaction():
            await database.orders.insert_one({"_id": 1}, session=session)
            await database.lines.insert_one({"_id": 2}, session=session)
        change = await changes.next()
    assert change["fullDocument"] == {"_id": 1}
    assert await database.lines.count_documents({}) == 1


async def test_a_stalled_transaction_is_ended_after_ten_seconds(database):
    limit = await database.client.admin.command("getParameter", transactionLifetimeLimitSeconds=1)
    assert limit["transactionLifetimeLimitSeconds"] == 10


def test_a_second_up_finds_the_same_servers(data):
    addresses, running = servers.up(data), pids(data)
    assert servers.up(data) == addresses
    assert pids(data) == running


async def test_a_killed_database_comes_back_with_its_data_at_the_same_address(data, database):
    await database.orders.insert_one({"_id": 1})
    addresses, before = servers.up(data), pids(data)
    os.kill(before["mongo"], signal.SIGKILL)
    psutil.Process(before["mongo"]).wait()
    assert servers.up(data) == addresses
    assert pids(data)["mongo"] != before["mongo"]
    assert await database.orders.find_one() == {"_id": 1}


async def test_a_killed_broker_comes_back_with_its_records_at_the_same_address(data, broker, topic):
    await send(broker, topic, b"kept", settle=AIOKafkaProducer.commit_transaction)
    killed = pids(data)["kafka"]
    os.kill(killed, signal.SIGKILL)
    psutil.Process(killed).wait()
    assert servers.up(data).kafka == broker
    assert await first_committed(broker, topic) == b"kept"


def test_down_leaves_no_process(data):
    servers.up(data)
    running = pids(data)
    assert servers.down(data) == ["mongo", "kafka"]
    assert not any(psutil.pid_exists(pid) for pid in running.values())
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(data) in " ".join(p.info["cmdline"] or [])]


async def test_with_its_file_of_ports_lost_the_data_come_back_at_new_ports(data, database):
    await database.orders.insert_one({"_id": 1})
    before = servers.up(data)
    servers.down(data)
    (data / "servers.json").unlink()
    after = servers.up(data)
    assert after.mongo != before.mongo
    client = AsyncIOMotorClient(after.mongo)
    assert await client[database.name].orders.find_one() == {"_id": 1}
    client.close()
