"""How long a webhook's event takes while history waits, against the same with no history waiting.

webhook-ingest and normalizer run as processes on a real Kafka and MongoDB. Signed WooCommerce webhooks arrive at a modest rate;
measured is the time from sending one to seeing its documents.orders.v1 event as a `read_committed` subscriber. The two cases
take turns, each in a place of its own: `quiet` has an empty raw.backfill, `busy` one with 200,000 orders, which may not run out.
"""

import argparse
import asyncio
import statistics
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

import uvloop
from bson import ObjectId

from bench.figures import Row, compared, measured, medians, mongod_cpu, options, peak_rss, tell
from bench.place import committed, logged, place, servers
from bench.processes import cpu_of, running, service
from bench.webshops import Connected, Orders, connect, connection, post, project, webhook
from shoprelay_runtime import bus, rawlog
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.identity import document_id
from shoprelay_schema.raw import RawKind, RawRecord, Via
from shoprelay_schema.topics import DOCUMENTS, RAW_BACKFILL

WARM_SECONDS = 3.0
_LIVE = 10_000_000  # orders from here on are told by webhooks


@dataclass
class Case:
    """One of the two; of each run `p50` and `p99` in milliseconds, `history` in records per second.

    `cpu`: seconds per 1,000 records, live and history together.
    """

    name: str
    settings: Settings
    store: Store
    shops: list[Connected]
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    history: list[float] = field(default_factory=list)
    cpu: list[dict[str, float]] = field(default_factory=list)
    rss: list[dict[str, float]] = field(default_factory=list)
    sent: int = 0


@dataclass
class Seen:
    """When the event of each order was seen, by the event's key."""

    waiting: dict[bytes, float] = field(default_factory=dict)
    none: asyncio.Event = field(default_factory=asyncio.Event)
    times: list[float] = field(default_factory=list)

    async def follow(self, settings: Settings, begun: asyncio.Event) -> None:
        consumer = await bus.consumer(settings, "bench", settings.named(DOCUMENTS["orders"].name), group=None)
        try:
            await consumer.seek_to_end()
            begun.set()
            while True:
                batches = await consumer.getmany(timeout_ms=200)
                seen = time.monotonic()
                for record in (record for batch in batches.values() for record in batch):
                    if (sent := self.waiting.pop(record.key, None)) is not None:
                        self.times.append(seen - sent)
                if not self.waiting:
                    self.none.set()
        finally:
            await consumer.stop()


async def fill(settings: Settings, shops: list[Connected], records: int) -> None:
    """History: one order per record, encoded as the poller does."""
    producer, orders = await bus.producer(settings, "bench", linger_ms=20), Orders()
    topic, at, last = settings.named(RAW_BACKFILL.name), datetime.now(UTC), None
    for number in range(records):
        shop = shops[number % len(shops)]
        made = (f"history/{number}", str(shop.project.id), str(shop.id), "woocommerce", "orders", str(number + 1))
        record = RawRecord(RawKind.RECORD_READ, *made, at, Via.POLL, "history", orders.body(number + 1))
        key, value, headers = rawlog.encode(shop.project.cipher, record)
        last = await producer.send(topic, value, key=key, headers=headers)
    if last is not None:
        await producer.flush()
    await producer.stop()


async def measure(case: Case, seconds: float, rate: float) -> None:
    """One run."""
    async with AsyncExitStack() as stack:
        ingest, port = await stack.enter_async_context(running(case.settings, service("webhook-ingest")))
        normalizer, _ = await stack.enter_async_context(running(case.settings, service("normalizer")))
        seen, begun = Seen(), asyncio.Event()
        following = asyncio.ensure_future(seen.follow(case.settings, begun))
        await begun.wait()
        await send(case, seen, port, WARM_SECONDS, rate)
        seen.times.clear()
        done, cpu, began = (
            await _done(case),
            {"normalizer": cpu_of(normalizer), "mongod": await mongod_cpu(case.store)},
            time.monotonic(),
        )
        await send(case, seen, port, seconds, rate)
        grown, took = await _done(case) - done, time.monotonic() - began
        used = {"normalizer": cpu_of(normalizer), "mongod": await mongod_cpu(case.store)}
        case.history.append(grown / took)
        case.cpu.append({name: 1000 * (used[name] - cpu[name]) / (grown + len(seen.times)) for name in cpu})
        case.rss.append({"webhook-ingest": peak_rss(ingest.pid), "normalizer": peak_rss(normalizer.pid)})
        cut = statistics.quantiles(seen.times, n=100)
        case.p50.append(1000 * cut[49])
        case.p99.append(1000 * cut[98])
        print(f"{case.name:<5} p50 {case.p50[-1]:6.1f} ms  p99 {case.p99[-1]:6.1f} ms  history {grown / took:6.0f}/s", flush=True)
        following.cancel()
        await asyncio.wait({following})


async def _done(case: Case) -> int:
    return await committed(case.settings, "normalizer", RAW_BACKFILL.name)


async def send(case: Case, seen: Seen, port: int, seconds: float, rate: float) -> None:
    """Webhooks of new orders at a steady rate, until their events were seen."""
    reader, writer = await connection(port)
    orders, began = Orders(), time.monotonic()
    for number in range(int(seconds * rate)):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        shop, order = case.shops[number % len(case.shops)], _LIVE + case.sent
        case.sent += 1
        request = webhook(shop.token, orders.body(order))
        seen.waiting[_key(shop, order)] = time.monotonic()
        await post(reader, writer, request)
    writer.close()
    seen.none.clear()
    async with asyncio.timeout(60):
        await seen.none.wait()


def _key(shop: Connected, order: int) -> bytes:
    _id: ObjectId = document_id(shop.project.identity_key, "orders", shop.id, str(order))
    return str(_id).encode()


async def compare(given: argparse.Namespace) -> list[Row]:
    async with AsyncExitStack() as stack:
        cases = []
        for name in ("quiet", "busy"):
            settings, store = await stack.enter_async_context(place(given.partitions))
            owner = await project(store, settings)
            cases.append(Case(name, settings, store, [await connect(store, owner) for _ in range(given.shops)]))
        quiet, busy = cases
        await fill(busy.settings, busy.shops, given.records)
        for turn in range(given.runs):
            for case in cases if turn % 2 else reversed(cases):
                await measure(case, given.seconds, given.rate)
        if (left := await logged(busy.settings, RAW_BACKFILL.name) - await _done(busy)) <= 0:
            raise SystemExit("the history ran out while it was measured: give more --records or less --seconds")
        print(f"records of history left: {left}")
        return rows(quiet, busy)


def rows(quiet: Case, busy: Case) -> list[Row]:
    used: Row = {"cpu_seconds_per_1000": medians(busy.cpu), "peak_rss_mb": medians(busy.rss)}
    return [
        compared("p50 while history waits", busy.p50, quiet.p50, "ms", **used),
        compared("p99 while history waits", busy.p99, quiet.p99, "ms", "<= 1.5"),
        measured("history meanwhile", busy.history, "records/s"),
    ]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--records", type=int, default=200_000, help="records of history that wait")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of a run")
    parser.add_argument("--rate", type=float, default=10.0, help="webhooks a second")
    parser.add_argument("--shops", type=int, default=4)
    parser.add_argument("--partitions", type=int, default=4)
    given = parser.parse_args()
    with servers():
        tell("live_beside_backfill", uvloop.run(compare(given)), as_json=given.json)


if __name__ == "__main__":
    main()
