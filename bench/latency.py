"""How long a shop's webhook takes to become a typed event, against the least that a broker with transactions takes for it.

- `service`: a signed WooCommerce webhook to webhook-ingest, through the normalizer, to its documents.orders.v1 event as a
  `read_committed` subscriber sees it. Both services run as processes.
- `baseline`: the same body sent to a topic, sent on by a bare process in one transaction per fetch (with its offsets), and
  seen by a `read_committed` subscriber. Same broker, same producers and consumers, no document, no database.

Requests begin at fixed moments, whether or not the ones before were answered, and each time counts from that moment, so that
waiting for a slow answer is in it. The two take turns, each in a place of its own. A run counts only when every event came,
and each event's document is the one that was sent.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import uvloop

from bench.figures import Row, compared, medians, mongod_cpu, options, peak_rss, tell, until
from bench.place import place, servers
from bench.processes import cpu_of, running, service
from bench.webshops import Connected, Orders, connect, connection, post, project, webhook
from shoprelay_runtime import bus
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.identity import document_id
from shoprelay_schema.topics import DOCUMENTS, RAW_LIVE

CONNECTIONS = 16
WARM_SECONDS = 2.0
Send = Callable[[int], Awaitable[None]]


@dataclass
class Place:
    """Where one of the two works. `next` is the id of the next order: none is sent twice."""

    kind: str
    settings: Settings
    store: Store
    shops: list[Connected]
    orders: Orders = field(default_factory=Orders)
    next: int = 1

    def shop(self, order: int) -> Connected:
        return self.shops[order % len(self.shops)]

    def key(self, order: int) -> bytes:
        """The key of the order's event."""
        if self.kind == "baseline":
            return str(order).encode()
        shop = self.shop(order)
        return str(document_id(shop.project.identity_key, "orders", shop.id, str(order))).encode()

    def told(self, event: bytes) -> str:
        """Of which order an event is."""
        found = json.loads(event)
        if self.kind == "baseline":
            return str(found["number"])
        return self.shops[0].project.cipher.open("orders", "remote_id", found["remote_id"]).decode()


@dataclass
class Run:
    """Milliseconds, and what it took."""

    p50: float
    p99: float
    cpu: dict[str, float]
    rss: dict[str, float]


@dataclass
class Seen:
    """What was sent, by the key of its event, and how long it took: key -> (moment, order)."""

    where: Place
    waiting: dict[bytes, tuple[float, int]] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)

    async def follow(self, begun: asyncio.Event) -> None:
        settings = self.where.settings
        consumer = await bus.consumer(settings, "bench", settings.named(DOCUMENTS["orders"].name), group=None)
        try:
            await consumer.seek_to_end()
            begun.set()
            while True:
                batches = await consumer.getmany(timeout_ms=200)
                seen = time.monotonic()
                for record in (record for batch in batches.values() for record in batch):
                    self._note(record.key, record.value, seen)
        finally:
            await consumer.stop()

    def _note(self, key: bytes, event: bytes, seen: float) -> None:
        if (sent := self.waiting.pop(key, None)) is None:
            return
        moment, order = sent
        if (told := self.where.told(event)) != str(order):
            raise SystemExit(f"the event of order {order} is of {told}")
        self.times.append(seen - moment)

    async def came(self) -> bool:
        """Whether nothing is waited for."""
        return not self.waiting


async def at_rate(where: Place, seen: Seen, send: Send, seconds: float, rate: float) -> None:
    """Send new orders at fixed moments until all their events were seen."""
    first, count = where.next, int(seconds * rate)
    where.next += count
    began = time.monotonic() + 0.05

    async def line(start: int) -> None:
        for number in range(start, count, CONNECTIONS):
            moment = began + number / rate
            await asyncio.sleep(max(0.0, moment - time.monotonic()))
            seen.waiting[where.key(first + number)] = (moment, first + number)
            await send(first + number)

    await asyncio.gather(*(line(start) for start in range(min(CONNECTIONS, count))))
    if (took := time.monotonic() - began) > 1.2 * seconds + 1:
        raise SystemExit(f"{where.kind}: {count} requests took {took:.1f} s instead of {seconds:.1f}: {rate:g}/s was not reached")
    await until("all events came", seen.came, 60)


async def webhooks(where: Place, stack: AsyncExitStack, port: int) -> Send:
    """Send an order as its shop does, on one of some open connections."""
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        reader, writer = await connection(port)
        stack.callback(writer.close)
        free.put_nowait((reader, writer))

    async def send(order: int) -> None:
        pair = await free.get()
        await post(*pair, webhook(where.shop(order).token, where.orders.body(order)))
        free.put_nowait(pair)

    return send


async def records(where: Place, stack: AsyncExitStack) -> Send:
    """Send an order straight to the topic."""
    producer = await bus.producer(where.settings, "bench")
    stack.push_async_callback(producer.stop)
    topic = where.settings.named(RAW_LIVE.name)

    async def send(order: int) -> None:
        await producer.send_and_wait(topic, where.orders.body(order), key=str(order).encode())

    return send


async def measure(where: Place, seconds: float, rate: float) -> Run:
    """One run of one of the two."""
    async with AsyncExitStack() as stack:
        commands = {name: service(name) for name in ("webhook-ingest", "normalizer")}
        if where.kind == "baseline":
            commands = {"echo": ["-m", "bench.echo"]}
        started = {name: await stack.enter_async_context(running(where.settings, each)) for name, each in commands.items()}
        seen, begun = Seen(where), asyncio.Event()
        following = asyncio.ensure_future(seen.follow(begun))
        stack.callback(following.cancel)
        await begun.wait()
        send = await (records(where, stack) if where.kind == "baseline" else webhooks(where, stack, started["webhook-ingest"][1]))
        await at_rate(where, seen, send, WARM_SECONDS, rate)
        seen.times.clear()
        before = {name: cpu_of(process) for name, (process, _) in started.items()} | {"mongod": await mongod_cpu(where.store)}
        await at_rate(where, seen, send, seconds, rate)
        after = {name: cpu_of(process) for name, (process, _) in started.items()} | {"mongod": await mongod_cpu(where.store)}
        cpu = {name: 1000 * (after[name] - before[name]) / len(seen.times) for name in after}
        cut = statistics.quantiles(seen.times, n=100)
        rss = {name: peak_rss(process.pid) for name, (process, _) in started.items()}
        return Run(1000 * cut[49], 1000 * cut[98], cpu, rss)


async def compare(given: argparse.Namespace) -> list[Row]:
    async with AsyncExitStack() as stack:
        places = []
        for kind in ("service", "baseline"):
            settings, store = await stack.enter_async_context(place(given.partitions))
            owner = await project(store, settings)
            places.append(Place(kind, settings, store, [await connect(store, owner) for _ in range(given.shops)]))
        runs: dict[str, list[Run]] = {"service": [], "baseline": []}
        for turn in range(given.runs):
            for where in places if turn % 2 else reversed(places):
                found = await measure(where, given.seconds, given.rate)
                runs[where.kind].append(found)
                print(f"{where.kind:<9} p50 {found.p50:7.1f} ms  p99 {found.p99:7.1f} ms", flush=True)
    ours, bare = runs["service"], runs["baseline"]
    used: Row = {"cpu_seconds_per_1000": medians([run.cpu for run in ours]), "peak_rss_mb": medians([run.rss for run in ours])}
    return [
        compared(f"p50 at {given.rate:g}/s", [run.p50 for run in ours], [run.p50 for run in bare], "ms"),
        compared(f"p99 at {given.rate:g}/s", [run.p99 for run in ours], [run.p99 for run in bare], "ms", "<= 3", **used),
    ]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of a run")
    parser.add_argument("--rate", type=float, default=200.0, help="webhooks a second")
    parser.add_argument("--shops", type=int, default=20)
    parser.add_argument("--partitions", type=int, default=4)
    given = parser.parse_args()
    with servers():
        tell("latency", uvloop.run(compare(given)), as_json=given.json)


if __name__ == "__main__":
    main()
