"""How long a webhook's event takes while history waits, against the same with no history waiting.

webhook-ingest and normalizer run as processes on a real Kafka and MongoDB. Signed WooCommerce webhooks arrive at a modest rate;
measured is the time from sending one to seeing its documents.orders.v1 event as a `read_committed` subscriber. The two cases
take turns, each in a place of its own: `quiet` has an empty raw.backfill, `busy` one with 200,000 orders, which may not run out.
"""

import argparse
import asyncio
import json
import statistics
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

import uvloop
from bson import ObjectId

from bench.place import committed, logged, place, servers
from bench.processes import running, service
from bench.webshops import Connected, Orders, connect, connection, post, project, webhook
from shoprelay_runtime import bus, rawlog
from shoprelay_runtime.settings import Settings
from shoprelay_schema.identity import document_id
from shoprelay_schema.raw import RawKind, RawRecord, Via
from shoprelay_schema.topics import DOCUMENTS, RAW_BACKFILL

WARM_SECONDS = 3.0
_LIVE = 10_000_000  # orders from here on are told by webhooks


@dataclass
class Case:
    """One of the two; `times` in seconds, `history` in records per second."""

    name: str
    settings: Settings
    shops: list[Connected]
    times: list[float] = field(default_factory=list)
    history: list[float] = field(default_factory=list)
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
        _, port = await stack.enter_async_context(running(case.settings, service("webhook-ingest")))
        await stack.enter_async_context(running(case.settings, service("normalizer")))
        seen, begun = Seen(), asyncio.Event()
        following = asyncio.ensure_future(seen.follow(case.settings, begun))
        await begun.wait()
        await send(case, seen, port, WARM_SECONDS, rate)
        seen.times.clear()
        done, began = await committed(case.settings, "normalizer", RAW_BACKFILL.name), time.monotonic()
        await send(case, seen, port, seconds, rate)
        grown = await committed(case.settings, "normalizer", RAW_BACKFILL.name) - done
        case.history.append(grown / (time.monotonic() - began))
        case.times += seen.times
        following.cancel()
        await asyncio.wait({following})


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


async def compare(options: argparse.Namespace) -> dict[str, object]:
    async with AsyncExitStack() as stack:
        cases = []
        for name in ("quiet", "busy"):
            settings, store = await stack.enter_async_context(place(options.partitions))
            owner = await project(store, settings)
            cases.append(Case(name, settings, [await connect(store, owner) for _ in range(options.shops)]))
        busy = cases[1]
        await fill(busy.settings, busy.shops, options.records)
        for turn in range(options.turns):
            for case in cases if turn % 2 else reversed(cases):
                await measure(case, options.seconds, options.rate)
        left = await logged(busy.settings, RAW_BACKFILL.name) - await committed(busy.settings, "normalizer", RAW_BACKFILL.name)
        if left <= 0:
            raise SystemExit("the history ran out while it was measured: give more --records or less --seconds")
        return report(cases, left)


def report(cases: list[Case], left: int) -> dict[str, object]:
    found: dict[str, dict[str, float]] = {}
    for case in cases:
        cut = statistics.quantiles(case.times, n=100)
        found[case.name] = {
            "webhooks": len(case.times),
            "p50_ms": round(1000 * cut[49], 1),
            "p99_ms": round(1000 * cut[98], 1),
            "history_per_second": round(statistics.mean(case.history), 1),
        }
    ratios = {name: round(found["busy"][f"{name}_ms"] / found["quiet"][f"{name}_ms"], 2) for name in ("p50", "p99")}
    return {**found, "busy_to_quiet": ratios, "history_left": left}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000, help="records of history that wait")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of a run")
    parser.add_argument("--turns", type=int, default=3, help="runs of each case")
    parser.add_argument("--rate", type=float, default=10.0, help="webhooks a second")
    parser.add_argument("--shops", type=int, default=4)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with servers():
        found = uvloop.run(compare(options))
    if options.json:
        print(json.dumps(found))
        return
    for name in ("quiet", "busy"):
        print(f"{name:<6} {json.dumps(found[name])}")
    print(f"busy to quiet: {json.dumps(found['busy_to_quiet'])}; records of history left: {found['history_left']}")


if __name__ == "__main__":
    main()
