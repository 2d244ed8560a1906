"""What the ingest holds is bounded, also while Kafka takes nothing."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.producer.message_accumulator import BatchBuilder
from granian.rsgi import ProtocolClosed

from services.webhook_ingest.answers import FULL, NO_BUS, TOO_LARGE, TOO_SLOW, Refused
from services.webhook_ingest.batches import Batches
from services.webhook_ingest.handlers import Ingest
from services.webhook_ingest.hooks import Hook
from services.webhook_ingest.intake import Disconnected, Room, Watch, read_body
from services.webhook_ingest.log import RawLog
from services.webhook_ingest.settings import IngestSettings
from shoprelay_relays.spec import Routed, Verdict, Webhook
from shoprelay_runtime.crypto import Cipher, new_key
from shoprelay_runtime.health import Health


class Client:
    """Sends these chunks, then nothing more, over granian's RSGI; `answered` is the status that it got."""

    def __init__(self, *chunks: bytes, hangs_up: bool = False, complete: bool = True) -> None:
        self.chunks = list(chunks)
        self.hangs_up = hangs_up
        self.complete = complete
        self.read = 0
        self.answered = 0

    async def __call__(self) -> bytes:
        body = b"".join([part async for part in self])
        if self.hangs_up:
            raise ProtocolClosed
        return body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.chunks:
            chunk = self.chunks.pop(0)
            self.read += len(chunk)
            yield chunk
        if not self.complete and not self.hangs_up:
            await asyncio.Event().wait()
        yield b""
        if self.hangs_up:
            yield b""

    def response_bytes(self, status: int, _headers: list[tuple[str, str]], _body: bytes) -> None:
        self.answered = status


async def read(
    client: Client, room: Room, headers: Mapping[str, str] | None = None, *, seconds: float = 5, limit: int = 100
) -> bytes:
    return await read_body(client, headers or {}, room.enter(), limit, Watch(seconds, asyncio.get_running_loop()))


async def test_a_body_in_pieces_is_put_together() -> None:
    assert await read(Client(b"a", b"", b"bc"), Room(10, 1)) == b"abc"


async def test_a_declared_size_is_refused_before_anything_is_read() -> None:
    client = Client(b"x" * 101)
    with pytest.raises(Refused) as refused:
        await read(client, Room(1000, 1), {"content-length": "101"})
    assert refused.value.answer is TOO_LARGE
    assert client.read == 0


async def test_the_exact_limit_is_let_in() -> None:
    assert len(await read(Client(b"x" * 100), Room(1000, 1), {"content-length": "100"})) == 100


async def test_reading_stops_at_the_limit() -> None:
    client = Client(*[b"x" * 40] * 100)
    with pytest.raises(Refused) as refused:
        await read(client, Room(10_000, 1))
    assert refused.value.answer is TOO_LARGE
    assert client.read == 120


async def test_a_body_that_stalls_is_given_up() -> None:
    with pytest.raises(Refused) as refused:
        await read(Client(b"x", complete=False), Room(1000, 1), seconds=0.01)
    assert refused.value.answer is TOO_SLOW


async def test_a_shop_that_hangs_up_is_not_answered() -> None:
    for headers in ({}, {"content-length": "20"}):
        with pytest.raises(Disconnected):
            await read(Client(b"x", hangs_up=True, complete=False), Room(1000, 1), headers, limit=10**6)
    with pytest.raises(Disconnected):
        await read(Client(b"x"), Room(10**6, 1), {"content-length": "90000"}, limit=10**6)


async def test_who_announces_a_large_body_and_sends_nothing_takes_no_room() -> None:
    room = Room(200_000, 2)
    reading = asyncio.ensure_future(read(Client(complete=False), room, {"content-length": "150000"}, limit=10**6))
    await asyncio.sleep(0)
    assert room.held == (200_000, 1)
    reading.cancel()


async def test_all_bodies_together_are_bounded() -> None:
    room = Room(150, 10)
    await read(Client(b"x" * 100), room)
    with pytest.raises(Refused) as refused:
        await read(Client(b"x" * 60), room)
    assert refused.value.answer is FULL


class Producer:
    """Takes everything, acknowledges nothing until it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.futures: list[asyncio.Future[None]] = []
        self.error = error

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(256 * 1024, 0, is_transactional=False)

    async def send_batch(self, _batch: BatchBuilder, _topic: str, partition: int) -> "asyncio.Future[None]":
        if self.error:
            raise self.error
        self.futures.append(asyncio.get_running_loop().create_future())
        return self.futures[-1]


class OneHook:
    async def find(self, token: str) -> Hook | None:
        webhook = Webhook(check=lambda _c, _h, _b: Verdict.GENUINE, route=lambda _h, _b: Routed("orders"))
        return Hook("p", "w", "r", Cipher("p", {"k": new_key()}, "k"), {}, webhook)


def ingest(producer: Producer, **more: Any) -> Ingest:
    settings = IngestSettings(produce_seconds=0.02, **more)
    health = Health("webhook-ingest")
    log = RawLog(settings, health, settings.produce_seconds)
    log._batches = Batches(producer, "raw.live.v1", 12, settings.produce_seconds)
    return Ingest(settings, health, OneHook(), log)


async def post(app: Ingest, body: bytes) -> int:
    client = Client(body)
    scope = SimpleNamespace(path="/webhooks/token", method="POST", headers={"content-length": str(len(body))})
    await app(scope, client)
    return client.answered


async def test_what_kafka_did_not_take_still_counts_after_the_answer() -> None:
    producer = Producer()
    app = ingest(producer, in_flight_requests=1)
    assert await post(app, b"{}") == NO_BUS.status
    assert await post(app, b"{}") == FULL.status
    assert len(producer.futures) == 1, "the second one was not even handed over"
    producer.futures[0].set_result(None)
    await asyncio.sleep(0)
    assert app._room.held == (IngestSettings().in_flight_bytes, 1)


async def test_a_refused_batch_is_a_503_and_the_producer_is_replaced() -> None:
    producer = Producer()
    app = ingest(producer)
    posting = asyncio.ensure_future(post(app, b"{}"))
    while not producer.futures:  # noqa: ASYNC110
        await asyncio.sleep(0)
    producer.futures[0].set_exception(KafkaError("out of order"))
    assert await posting == 503
    assert app._log._broken


async def test_slowness_alone_does_not_replace_the_producer() -> None:
    app = ingest(Producer())
    assert await post(app, b"{}") == 503
    assert not app._log._broken


async def test_a_record_that_kafka_finds_too_large_is_a_413() -> None:
    app = ingest(Producer(MessageSizeTooLargeError()))
    assert await post(app, b"{}") == 413
    assert app._room.held == (IngestSettings().in_flight_bytes, IngestSettings().in_flight_requests)


async def test_a_relays_mistake_is_a_500_and_frees_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    app = ingest(Producer(ValueError("a mistake")))
    assert await post(app, b"{}") == 500
    assert app._room.held == (IngestSettings().in_flight_bytes, IngestSettings().in_flight_requests)
