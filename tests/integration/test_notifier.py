"""The notifier against the real broker and the real database: at least once, once per endpoint, and nobody waits for another."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord
from bson import ObjectId
from typer.testing import CliRunner

from services.notifier.handlers import Recorder, TooManyRejected
from services.notifier.main import consume, main
from services.notifier.sending import Sender
from services.notifier.settings import NotifierSettings
from shoprelay_cli.deliveries import app as deliveries_app
from shoprelay_runtime import bus
from shoprelay_runtime.admin import create_project
from shoprelay_runtime.health import Health
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.events import CompanyCreatedV1
from shoprelay_schema.topics import ACTIVITY

pytestmark = pytest.mark.integration
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


class Operator:
    """Answers calls with what `answers` says by path, and remembers them."""

    def __init__(self, **answers: Callable[[], Any]) -> None:
        self.answers = answers
        self.calls: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request)
        answer = self.answers[request.url.path.strip("/")]()
        return await answer if asyncio.iscoroutine(answer) else answer

    def count(self) -> Counter[str]:
        return Counter(request.url.path.strip("/") for request in self.calls)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def hanging() -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError


def ok() -> httpx.Response:
    return httpx.Response(200)


def notifier_settings(settings: Settings, **more: Any) -> NotifierSettings:
    return NotifierSettings(**{**settings.model_dump(), **more})


@asynccontextmanager
async def sending(
    store: Store, settings: Settings, operator: Operator | httpx.AsyncBaseTransport, **more: Any
) -> AsyncIterator[tuple[Sender, Clock]]:
    """A sender that looks only when it is told to, with a clock of its own and the longest pauses."""
    clock = Clock()
    transport = httpx.MockTransport(operator) if isinstance(operator, Operator) else operator
    async with transport:
        made = notifier_settings(settings, **more)
        sender = Sender(store, Projects(store, settings.master()), transport, made, clock, lambda _low, high: high)
        try:
            yield sender, clock
        finally:
            await sender.drain(0)


async def project_with(store: Store, settings: Settings, url: str) -> tuple[ObjectId, ObjectId]:
    made = await create_project(store, settings, "p" + url[-8:].strip("/").replace(":", "").replace("/", ""), webhook_url=url)
    assert made.endpoint
    return made.id, made.endpoint.id


async def deliveries(store: Store, settings: Settings, project: ObjectId, number: int = 1) -> None:
    """So many deliveries that are due."""
    records = [record(project, f"{project}-{n}") for n in range(number)]
    recorder = Recorder(settings, store, Projects(store, settings.master()), None, 10)
    assert await recorder.handle(records) == number
    await store.collection("deliveries").update_many({"project": project}, {"$set": {"due_at": NOW, "since": NOW}})


def record(project: ObjectId, event: str) -> ConsumerRecord:
    activity = CompanyCreatedV1(project=project, company_id=ObjectId(), details={"website": "a.example", "email": "e@a.example"})
    value = activity.model_dump_json().encode()
    headers = bus.event_headers(activity.type, event, "/test", "company", NOW, str(project))
    return ConsumerRecord("activity.v1", 0, 0, 0, 0, None, value, None, len(value), 0, headers)


async def row_of(store: Store) -> dict[str, Any]:
    row = await store.collection("deliveries").find_one({})
    assert row
    return row


async def attempts(store: Store) -> list[dict[str, Any]]:
    return await store.collection("attempts").find({}).sort("at", 1).to_list(None)


async def finished(sender: Sender) -> None:
    """One look, and all its calls."""
    await sender.look()
    await asyncio.gather(*sender._calls)
    await sender.flush()


async def test_done_is_done(store: Store, settings: Settings) -> None:
    project, _ = await project_with(store, settings, "http://o.example/ok")
    await deliveries(store, settings, project)
    operator = Operator(ok=ok)
    async with sending(store, settings, operator) as (sender, clock):
        await finished(sender)
        clock.now += timedelta(days=2)
        await finished(sender)
    row = await row_of(store)
    assert operator.count() == {"ok": 1}
    assert (row["state"], row["tries"], row["last_status"]) == ("done", 1, 200)
    assert [attempt["status"] for attempt in await attempts(store)] == [200]
    assert b"e@a.example" not in str(row).encode(), "the body is stored sealed"


async def test_a_failure_is_repeated_with_the_same_id_after_its_pause(store: Store, settings: Settings) -> None:
    project, _ = await project_with(store, settings, "http://o.example/flaky")
    await deliveries(store, settings, project)
    answers = iter([httpx.Response(500, text="oh no"), httpx.Response(302), httpx.Response(204)])
    operator = Operator(flaky=lambda: next(answers))
    async with sending(store, settings, operator) as (sender, clock):
        for pause, calls in ((0, 1), (4, 1), (1, 2), (29, 2), (1, 3), (86400, 3)):
            clock.now += timedelta(seconds=pause)
            await finished(sender)
            assert len(operator.calls) == calls
    assert len({request.headers["webhook-id"] for request in operator.calls}) == 1
    assert len({request.headers["webhook-timestamp"] for request in operator.calls}) == 3
    assert [attempt["status"] for attempt in await attempts(store)] == [500, 302, 204]
    assert (await row_of(store))["state"] == "done"


async def test_given_up_after_a_day_of_failures(store: Store, settings: Settings) -> None:
    project, _ = await project_with(store, settings, "http://o.example/down")
    await deliveries(store, settings, project)
    operator = Operator(down=lambda: httpx.Response(404))
    async with sending(store, settings, operator) as (sender, clock):
        while (row := await row_of(store))["state"] == "pending":
            clock.now = max(clock.now, row["due_at"])
            await finished(sender)
    assert row["state"] == "failed"
    assert clock.now - NOW > timedelta(hours=24)
    assert len(await attempts(store)) == len(operator.calls) == 11


async def test_retry_after_holds_the_whole_endpoint_back(store: Store, settings: Settings) -> None:
    project, _ = await project_with(store, settings, "http://o.example/busy")
    await deliveries(store, settings, project, 3)
    operator = Operator(busy=lambda: httpx.Response(429, headers={"retry-after": "600"}))
    async with sending(store, settings, operator, per_endpoint=1) as (sender, clock):
        await finished(sender)
        clock.now += timedelta(seconds=599)
        await finished(sender)
        assert len(operator.calls) == 1
        clock.now += timedelta(seconds=1)
        await finished(sender)
        assert len(operator.calls) == 2


async def test_410_switches_the_endpoint_off(store: Store, settings: Settings) -> None:
    project, endpoint = await project_with(store, settings, "http://o.example/gone")
    await deliveries(store, settings, project, 3)
    operator = Operator(gone=lambda: httpx.Response(410))
    async with sending(store, settings, operator, per_endpoint=1) as (sender, _):
        for _look in range(3):
            await finished(sender)
    row = await store.collection("endpoints").find_one({"_id": endpoint})
    assert row
    assert not row["active"]
    assert "410" in row["disabled_reason"]
    assert len(operator.calls) == 1
    assert await store.collection("deliveries").distinct("state") == ["disabled"]
    recorder = Recorder(settings, store, Projects(store, settings.master()), None, 10)
    assert await recorder.handle([record(project, "later")]) == 0


async def test_a_hanging_endpoint_delays_no_other(store: Store, settings: Settings) -> None:
    slow, _ = await project_with(store, settings, "http://o.example/slow")
    fast, _ = await project_with(store, settings, "http://o.example/fast")
    await deliveries(store, settings, slow, 50)
    await deliveries(store, settings, fast, 50)
    operator = Operator(slow=hanging, fast=ok)
    async with sending(store, settings, operator, per_endpoint=4, in_flight=8, call_seconds=60) as (sender, _):
        async with asyncio.timeout(30):
            while operator.count()["fast"] < 50:
                await sender.look()
                await asyncio.sleep(0)
        assert operator.count() == {"slow": 4, "fast": 50}


async def test_an_endpoint_that_fails_gets_one_call_at_a_time(store: Store, settings: Settings) -> None:
    project, _ = await project_with(store, settings, "http://o.example/down")
    await deliveries(store, settings, project, 20)
    operator = Operator(down=lambda: httpx.Response(500))
    async with sending(store, settings, operator, per_endpoint=4) as (sender, clock):
        await finished(sender)
        assert len(operator.calls) == 4
        clock.now += timedelta(hours=1)
        await finished(sender)
        assert len(operator.calls) == 5


async def test_a_private_address_is_refused_and_the_attempt_says_why(store: Store, settings: Settings) -> None:
    project, _ = await project_with(store, settings, "http://127.0.0.1:9/x")
    await deliveries(store, settings, project)
    async with sending(store, settings, guarded_transport(allow_private=False)) as (sender, _):
        await finished(sender)
    (attempt,) = await attempts(store)
    assert attempt["status"] is None
    assert "127.0.0.1" in attempt["error"]
    assert (await row_of(store))["state"] == "pending"


async def test_two_senders_share_the_work(store: Store, settings: Settings) -> None:
    project, _ = await project_with(store, settings, "http://o.example/ok")
    await deliveries(store, settings, project, 60)
    operator = Operator(ok=ok)
    async with sending(store, settings, operator) as (one, _), sending(store, settings, operator) as (two, _):
        while await store.collection("deliveries").count_documents({"state": "pending"}):
            await asyncio.gather(finished(one), finished(two))
    ids = Counter(request.headers["webhook-id"] for request in operator.calls)
    assert len(ids) == 60
    assert set(ids.values()) == {1}


async def test_what_is_claimed_in_advance_is_let_go_when_the_endpoint_hangs(store: Store, settings: Settings) -> None:
    project, _ = await project_with(store, settings, "http://o.example/hook")
    await deliveries(store, settings, project, 12)
    operator = Operator(hook=ok)
    async with sending(store, settings, operator, per_endpoint=2) as (sender, clock):
        await finished(sender)
        operator.answers["hook"] = hanging
        await sender.look()
        await asyncio.sleep(0)
        claimed = {"state": "pending", "owner": {"$ne": None}}
        assert await store.collection("deliveries").count_documents(claimed) > 2
        clock.now += timedelta(seconds=3)
        await sender.look()
        assert await store.collection("deliveries").count_documents(claimed) == 2
        operator.answers["hook"] = ok
        async with sending(store, settings, operator) as (other, its_clock):
            its_clock.now = clock.now
            await finished(other)
            await finished(other)
    ids = Counter(request.headers["webhook-id"] for request in operator.calls)
    assert (len(ids), set(ids.values())) == (12, {1})


async def test_a_quick_endpoint_is_called_again_without_a_look_at_the_database(store: Store, settings: Settings) -> None:
    project, _ = await project_with(store, settings, "http://o.example/ok")
    await deliveries(store, settings, project, 100)
    operator, looks = Operator(ok=ok), 0
    async with sending(store, settings, operator, per_endpoint=2) as (sender, _):
        while await store.collection("deliveries").count_documents({"state": "pending"}):
            looks += 1
            await sender.look()
            while sender._calls:
                await asyncio.gather(*sender._calls)
        ids = Counter(request.headers["webhook-id"] for request in operator.calls)
    assert (len(ids), set(ids.values())) == (100, {1})
    assert looks < 15


async def test_a_sender_that_died_is_repeated_when_its_lease_ends(store: Store, settings: Settings) -> None:
    project, _ = await project_with(store, settings, "http://o.example/ok")
    await deliveries(store, settings, project)
    operator = Operator(ok=ok)
    async with sending(store, settings, operator) as (dead, _):
        await dead.look()
        await asyncio.gather(*dead._calls)
        dead._settled.clear()  # it called, and died before it could write so
    async with sending(store, settings, operator) as (heir, clock):
        await finished(heir)
        assert len(operator.calls) == 1
        clock.now += timedelta(seconds=91)
        await finished(heir)
    assert len(operator.calls) == 2
    assert len({request.headers["webhook-id"] for request in operator.calls}) == 1
    assert (await row_of(store))["state"] == "done"


# --- from the topic on


async def publish(settings: Settings, records: Sequence[ConsumerRecord]) -> None:
    producer: AIOKafkaProducer = await bus.producer(settings, "test")
    for each in records:
        await producer.send_and_wait(settings.named(ACTIVITY.name), each.value, key=each.key, headers=list(each.headers))
    await producer.stop()


async def committed(settings: Settings) -> int:
    consumer = await bus.consumer(settings, "test", group=settings.named("notifier"))
    try:
        topic = settings.named(ACTIVITY.name)
        return sum([await consumer.committed(tp) or 0 for tp in _partitions(topic)])
    finally:
        await consumer.stop()


def _partitions(topic: str) -> list[Any]:
    from aiokafka import TopicPartition

    return [TopicPartition(topic, number) for number in range(2)]


async def test_an_error_between_row_and_offset_repeats_the_batch_and_makes_no_second_delivery(
    store: Store, settings: Settings
) -> None:
    project, _ = await project_with(store, settings, "http://o.example/ok")
    await publish(settings, [record(project, f"e-{n}") for n in range(5)])
    producer = await bus.producer(settings, "test")
    recorder = Recorder(settings, store, Projects(store, settings.master()), producer, 10)
    heard: list[list[int]] = []

    async def run(failing: bool) -> None:
        trouble: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        reached = asyncio.Event()

        async def handle(records: Sequence[ConsumerRecord]) -> None:
            heard.append([r.offset for r in records])
            await recorder.handle(records)
            reached.set()
            if failing:
                raise RuntimeError("it goes wrong here")

        broker = consume(notifier_settings(settings), handle, trouble)
        await broker.start()
        async with asyncio.timeout(60):
            await reached.wait()
            while not failing and await committed(settings) < 5:
                pass
        await broker.stop()
        assert trouble.done() == failing
        if failing:
            assert isinstance(trouble.exception(), RuntimeError)

    await run(failing=True)
    assert await committed(settings) == 0
    await run(failing=False)
    await producer.stop()
    assert sum(map(len, heard)) >= 6
    assert await store.collection("deliveries").count_documents({}) == 5
    assert await committed(settings) == 5


@asynccontextmanager
async def notifier(settings: Settings, **more: Any) -> AsyncIterator[Health]:
    health = Health("notifier")
    task = asyncio.ensure_future(main(notifier_settings(settings, **more), health))
    try:
        yield health
    finally:
        health.stopping.set()
        await asyncio.wait_for(task, 30)


@asynccontextmanager
async def endpoint() -> AsyncIterator[tuple[str, "asyncio.Queue[tuple[dict[str, str], dict[str, Any]]]"]]:
    """A real HTTP server that answers 200."""
    heard: asyncio.Queue[tuple[dict[str, str], dict[str, Any]]] = asyncio.Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = dict(line.lower().split(": ", 1) for line in head)
        body = await reader.readexactly(int(headers["content-length"]))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        heard.put_nowait((headers, json.loads(body)))
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", heard


async def test_from_the_topic_to_the_operator(store: Store, settings: Settings) -> None:
    async with endpoint() as (url, heard), asyncio.timeout(40):
        project, _ = await project_with(store, settings, url)
        first, second = record(project, "e-1"), record(project, "e-2")
        async with notifier(settings) as health:
            await publish(settings, [first, first, second, first])
            bodies = [(await heard.get())[1] for _ in range(2)]
            while await store.collection("deliveries").count_documents({"state": "done"}) < 2:
                pass
            assert health.lacks == {}
    assert sorted(body["_id"] for body in bodies) == sorted(json.loads(r.value)["company_id"] for r in (first, second))
    assert heard.empty()
    assert await store.collection("deliveries").count_documents({}) == 2


async def test_what_cannot_be_read_is_set_aside_with_its_reason(store: Store, settings: Settings) -> None:
    async with endpoint() as (url, heard), asyncio.timeout(40):
        project, _ = await project_with(store, settings, url)
        good = record(project, "e-1")
        bad = record(project, "e-2")
        bad.value = b"\xff not json"
        bad.headers = [*bad.headers, ("odd", b"\xff\xfe"), ("content-type", b"application/json")]
        async with notifier(settings):
            await publish(settings, [bad, good])
            await heard.get()
    consumer = await bus.consumer(settings, "test", settings.named(ACTIVITY.dead_letter), group=None)
    dead = await asyncio.wait_for(consumer.getone(), 10)
    await consumer.stop()
    headers = dict(dead.headers)
    assert dead.value == bad.value
    assert headers["ce_id"] == b"e-2"
    assert headers["odd"] == b"\xff\xfe"
    assert b"Invalid JSON" in headers["dlq_reason"]
    assert headers["dlq_position"].decode().startswith(settings.named(ACTIVITY.name))


async def test_a_flood_of_unreadable_records_stops_the_intake(store: Store, settings: Settings) -> None:
    producer = await bus.producer(settings, "test")
    recorder = Recorder(settings, store, Projects(store, settings.master()), producer, 3)
    bad = record(ObjectId(), "e")
    bad.value = b"{}"
    with pytest.raises(TooManyRejected):
        await recorder.handle([bad] * 5)
    await producer.stop()


async def test_not_ready_without_servers(settings: Settings) -> None:
    dead = settings.model_copy(update={"kafka": "127.0.0.1:9"})
    async with notifier(dead) as health, asyncio.timeout(60):
        while "not reached yet" in health.lacks.get("servers", "not reached yet"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert "Kafka" in health.lacks["servers"]


# --- the operator's tool


async def command(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    """`shoprelay deliveries ...` as a script runs it."""
    assert settings.master_key
    monkeypatch.setenv("SHOPRELAY_KAFKA", settings.kafka)
    monkeypatch.setenv("SHOPRELAY_MONGO", settings.mongo)
    monkeypatch.setenv("SHOPRELAY_DATABASE", settings.database)
    monkeypatch.setenv("SHOPRELAY_MASTER_KEY", settings.master_key.get_secret_value())
    result = await asyncio.to_thread(CliRunner().invoke, deliveries_app, list(arguments))
    return result.exit_code, result.output


async def test_deliveries_are_listed_shown_and_replayed(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = await project_with(store, settings, "http://o.example/ok")
    await deliveries(store, settings, project)
    operator = Operator(ok=lambda: httpx.Response(200, text="thank you"))
    async with sending(store, settings, operator) as (sender, clock):
        await finished(sender)
        _, listed = await command(settings, monkeypatch, "list", "--state", "done", "--json")
        (row,) = json.loads(listed)
        code, shown = await command(settings, monkeypatch, "show", row["_id"], "--body", "--json")
        assert code == 0
        found = json.loads(shown)
        assert found["webhook_id"] == operator.calls[0].headers["webhook-id"]
        assert json.loads(found["body"]) == json.loads(operator.calls[0].content)
        assert [(attempt["status"], attempt["excerpt"]) for attempt in found["attempts"]] == [(200, "thank you")]
        assert "thank you" in (await command(settings, monkeypatch, "show", found["webhook_id"]))[1]
        assert json.loads((await command(settings, monkeypatch, "list", "--state", "failed", "--json"))[1]) == []

        assert await command(settings, monkeypatch, "replay", row["_id"]) == (0, "1 will be sent again\n")
        clock.now = datetime.now(UTC) + timedelta(minutes=1)
        await finished(sender)
    assert operator.count() == {"ok": 2}
    assert len({request.headers["webhook-id"] for request in operator.calls}) == 1


async def test_what_was_given_up_is_replayed_together(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    project, endpoint_id = await project_with(store, settings, "http://o.example/ok")
    await deliveries(store, settings, project, 4)
    rows = store.collection("deliveries")
    await rows.update_many({}, {"$set": {"state": "failed"}})
    old = await rows.find_one_and_update({}, {"$set": {"created_at": NOW - timedelta(days=30)}})
    assert old
    assert (await command(settings, monkeypatch, "replay", "--failed", "--since", "2h"))[1] == "3 will be sent again\n"
    assert (await rows.find_one({"_id": old["_id"]}) or {})["state"] == "failed"
    await store.collection("endpoints").update_one({"_id": endpoint_id}, {"$set": {"active": False}})
    code, text = await command(settings, monkeypatch, "replay", str(old["_id"]))
    assert code == 1
    assert "switched off" in text


@pytest.mark.parametrize(
    "arguments", [["show", "xyz"], ["replay"], ["list", "--state", "lost"], ["replay", "--failed", "--since", "x"]]
)
async def test_wrong_arguments_are_named(settings: Settings, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    code, text = await command(settings, monkeypatch, *arguments)
    assert code == 2
    assert "expected" in text


async def test_an_unknown_delivery_is_named(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = str(ObjectId())
    code, text = await command(settings, monkeypatch, "show", missing)
    assert (code, missing in text, "see: shoprelay deliveries list" in " ".join(text.replace("│", " ").split())) == (
        2,
        True,
        True,
    ), text
