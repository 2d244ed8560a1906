"""History that waits in the raw log: written as relay-poller writes it, and followed until it is normalized."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import ConsumerRecord

from bench.place import logged
from bench.webshops import Connected, Orders
from shoprelay_runtime import bus, rawlog
from shoprelay_runtime.settings import Settings
from shoprelay_schema.events import PageReadV1
from shoprelay_schema.raw import RawKind, RawRecord, Via
from shoprelay_schema.topics import RAW_BACKFILL

PAGE = 250
_MODE = "created_since_last_request"
_LONGEST_SECONDS = 1800


async def fill(settings: Settings, shops: list[Connected], orders: int) -> int:
    """Write so many orders, those of a shop in pages that are closed, a page of each shop in turn; gives how many pages.

    Orders are numbered from 1 on; number `n` is of the shop `shops[n % len(shops)]`.
    """
    producer, made, topic = await bus.producer(settings, "bench", linger_ms=20), Orders(), settings.named(RAW_BACKFILL.name)
    before, pages = await logged(settings, RAW_BACKFILL.name), 0
    of = [range(number or len(shops), orders + 1, len(shops)) for number in range(len(shops))]
    for first in range(0, max(map(len, of)), PAGE):
        for shop, numbers in zip(shops, of, strict=True):
            if page := numbers[first : first + PAGE]:
                pages += 1
                for record in _page(shop, made, page, first // PAGE + 1, finished=first + PAGE >= len(numbers)):
                    key, value, headers = rawlog.encode(shop.project.cipher, record)
                    await producer.send(topic, value, key=key, headers=headers)
    await producer.stop()  # after all is sent
    if (grown := await logged(settings, RAW_BACKFILL.name) - before) != orders + pages:
        raise SystemExit(f"{orders} orders and {pages} ends of pages were written, but the raw log grew by {grown}")
    return pages


def _page(shop: Connected, orders: Orders, numbers: range, seq: int, *, finished: bool) -> list[RawRecord]:
    """The orders of a page, then its end."""
    at, job = datetime.now(UTC), f"{shop.id}:orders:{_MODE}:backfill"
    ended = PageReadV1(
        job=job,
        seq=seq,
        klass="orders",
        mode=_MODE,
        requests=1,
        pieces=len(numbers),
        finished=finished,
        started_at=at,
        total=(seq - 1) * PAGE + len(numbers) if finished else 0,
    )
    named, request = (str(shop.project.id), str(shop.id), "woocommerce", "orders"), f"{job}/{seq}"
    made = [
        RawRecord(RawKind.RECORD_READ, f"{request}/{n}", *named, str(number), at, Via.POLL, request, orders.body(number))
        for n, number in enumerate(numbers)
    ]
    body = ended.model_dump_json().encode()
    return [*made, RawRecord(RawKind.PAGE_READ, f"{request}/page", *named, "", at, Via.POLL, request, body)]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was normalized between the first look that saw some of it done and the last: records, in seconds, with CPU seconds."""

    records: int
    seconds: float
    cpu: float


async def normalized(settings: Settings, records: int, cpu: Callable[[], float], *, from_start: bool = False) -> Measured:
    """Wait until so many records of history are done. `from_start`: measured from now on, not from the first that are done."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    began: tuple[int, float, float] | None = (0, time.monotonic(), cpu()) if from_start else None
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            while (done := await _done(admin, settings)) < records:
                if began is None and done:
                    began = (done, time.monotonic(), cpu())
                await asyncio.sleep(0.05)
    finally:
        await admin.close()
    if began is None or done > records:
        raise SystemExit(f"{done} records were done at the first look, of {records}: give more --orders")
    return Measured(done - began[0], time.monotonic() - began[1], cpu() - began[2])


async def _done(admin: AIOKafkaAdminClient, settings: Settings) -> int:
    topic, found = settings.named(RAW_BACKFILL.name), await bus.group_offsets(admin, settings.named("normalizer"))
    return sum(offset for part, offset in found.items() if part.topic == topic and offset > 0)


async def until(look: Callable[[], Awaitable[int]], enough: int, pause: float) -> int:
    """Look every `pause` seconds until there are so many; gives how many there were at last."""
    async with asyncio.timeout(_LONGEST_SECONDS):
        while True:
            if (found := await look()) >= enough:
                return found
            await asyncio.sleep(pause)


async def everything(settings: Settings, *topics: str) -> AsyncIterator[ConsumerRecord]:
    """All committed records that are in these topics now."""
    consumer = await bus.consumer(settings, "bench", *map(settings.named, topics), group=None)
    try:
        for part, end in (await consumer.end_offsets(consumer.assignment())).items():
            while await consumer.position(part) < end:
                for records in (await consumer.getmany(part, timeout_ms=1000)).values():
                    for record in records:
                        yield record
    finally:
        await consumer.stop()
