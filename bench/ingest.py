"""How fast webhook-ingest takes webhooks, against another that answers 200 at the same point.

- `service`: webhook-ingest as it runs (bare RSGI on granian).
- `baseline`: a raw ASGI handler on granian: HMAC + one aiokafka idempotent acks=all send and nothing else.

Each runs in a process of its own and gets 3 KB signed WooCommerce orders over 64 connections, then 256. A run counts only
when the topic grew by exactly the number of 200s, by the order that was sent. Everything stays on loopback.
CPU seconds are the server's own; on a small machine the load and the broker share the cores, so compare the ratios.
"""

import argparse
import asyncio
import base64
import hmac
import json
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import uvloop
from aiokafka import TopicPartition

from bench.figures import Row, compared, medians, options, peak_rss, tell
from bench.place import logged, place, servers
from bench.processes import cpu_of, running
from bench.webshops import SECRET, Connected, connect, connection, post, project, webhook
from services.webhook_ingest import main as service
from services.webhook_ingest.answers import ACCEPTED
from services.webhook_ingest.settings import IngestSettings
from shoprelay_runtime import bus, rawlog
from shoprelay_runtime.health import Health
from shoprelay_runtime.memory import collect_seldom
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.web import serving
from shoprelay_schema.topics import RAW_LIVE

KINDS = ("service", "baseline")


def order() -> bytes:
    """An order of the shape and size that WooCommerce sends: 3 KB."""
    place = {"first_name": "Ada", "last_name": "Larsen", "address_1": "Havnegade 1", "city": "Aarhus", "country": "DK"}
    line = {
        "id": 1,
        "name": "Wool sweater, blue",
        "product_id": 77,
        "quantity": 2,
        "subtotal": "80.00",
        "total": "80.00",
        "taxes": [],
    }
    body = {"id": 727, "status": "processing", "currency": "DKK", "total": "180.00", "billing": place, "shipping": place,
            "line_items": [line] * 3, "meta_data": []}  # fmt: skip
    missing = 3072 - len(json.dumps({**body, "customer_note": ""}))
    return json.dumps({**body, "customer_note": "n" * missing}).encode()


async def serve_baseline(settings: Settings, health: Health) -> None:
    """HMAC, one send, nothing else."""
    producer = await bus.producer(settings, "baseline")
    topic, key = settings.named(RAW_LIVE.name), SECRET.encode()
    said = [(name.encode(), value.encode()) for name, value in ACCEPTED.headers]

    async def app(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        body, more = b"", scope["method"] == "POST"
        while more:
            message = await receive()
            body += message["body"]
            more = message.get("more_body", False)
        status = 200
        if body:
            expected = base64.b64encode(hmac.digest(key, body, sha256))
            given = next(value for name, value in scope["headers"] if name == b"x-wc-webhook-signature")
            status = 200 if hmac.compare_digest(expected, given) else 401
            await (await producer.send(topic, body, key=b"shop"))
        await send({"type": "http.response.start", "status": status, "headers": said})
        await send({"type": "http.response.body", "body": ACCEPTED.body})

    async with serving(app, settings.host, health.port):
        await health.stopping.wait()
    await producer.stop()


async def serve(kind: str, port: int) -> None:
    """Run one of them until SIGTERM."""
    settings, health = IngestSettings(), Health("webhook-ingest", port)
    collect_seldom()  # as every service does at its start; the baseline too
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, health.stopping.set)
    if kind == "baseline":
        await serve_baseline(settings, health)
        return
    await service.main(settings, health)


@dataclass
class Run:
    kind: str
    rate: float
    cpu: float
    """The server's CPU seconds per 1,000 webhooks."""
    rss: float
    """The most memory that it had, in MB."""


async def post_until(deadline: float, port: int, request: bytes) -> int:
    """One connection: send, wait for the answer, again. Returns the number of 200s; anything else is an error."""
    reader, writer = await connection(port)
    count = 0
    while time.monotonic() < deadline:
        await post(reader, writer, request)
        count += 1
    writer.close()
    return count


async def measure(kind: str, settings: Settings, shop: Connected, seconds: float, connections: int) -> Run:
    request = webhook(shop.token, order())
    async with running(settings, ["-m", "bench.ingest", "--serve", kind]) as (process, port):
        await asyncio.gather(*(post_until(time.monotonic() + 0.5, port, request) for _ in range(connections)))  # warm
        before, cpu, began = await logged(settings, RAW_LIVE.name), cpu_of(process), time.monotonic()
        counts = await asyncio.gather(*(post_until(began + seconds, port, request) for _ in range(connections)))
        took, cpu, number = time.monotonic() - began, cpu_of(process) - cpu, sum(counts)
        if (grown := await logged(settings, RAW_LIVE.name) - before) != number:
            raise SystemExit(f"{kind}: {number} answers of 200, but the topic grew by {grown}")
        await check(kind, settings, shop)
        return Run(kind, number / took, cpu / number * 1000, peak_rss(process.pid))


async def check(kind: str, settings: Settings, shop: Connected) -> None:
    """Hold the topic's newest record against the order."""
    topic, last = settings.named(RAW_LIVE.name), []
    consumer = await bus.consumer(settings, "bench", topic, group=None)
    ends = await consumer.end_offsets([TopicPartition(topic, number) for number in range(settings.partitions)])
    for part, end in ends.items():
        if end:
            consumer.seek(part, end - 1)
            last.append(await consumer.getone(part))
    await consumer.stop()
    newest = max(last, key=lambda record: record.timestamp)
    body = newest.value if kind == "baseline" else rawlog.decode(shop.project.cipher, newest.headers, newest.value, "").body
    if body != order():
        raise SystemExit(f"{kind}: the topic's newest record is another than the order")


async def compare(seconds: float, turns: int, connections: int) -> list[Row]:
    print(f"{connections} connections", flush=True)
    async with place() as (settings, store):
        shop = await connect(store, await project(store, settings))
        runs = []
        for turn in range(turns):
            for kind in KINDS[turn % 2 :] + KINDS[: turn % 2]:
                runs.append(await measure(kind, settings, shop, seconds, connections))
                print(f"{runs[-1].kind:<9} {runs[-1].rate:8.0f}/s  {runs[-1].cpu:.3f} CPU s per 1,000", flush=True)
        return rows(runs, connections)


async def compare_all(given: argparse.Namespace) -> list[Row]:
    return [row for each in given.connections for row in await compare(given.seconds, given.runs, each)]


def rows(runs: list[Run], connections: int) -> list[Row]:
    """The service against the baseline."""
    rates = {kind: [run.rate for run in runs if run.kind == kind] for kind in KINDS}
    told = {kind: medians([{"cpu": run.cpu, "rss": run.rss} for run in runs if run.kind == kind]) for kind in KINDS}
    used: Row = {
        "cpu_seconds_per_1000": {kind: told[kind]["cpu"] for kind in KINDS},
        "peak_rss_mb": {kind: told[kind]["rss"] for kind in KINDS},
    }
    return [
        compared(f"{connections} connections: webhooks", rates["service"], rates["baseline"], "webhooks/s", ">= 0.9", **used),
    ]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a run")
    parser.add_argument("--connections", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--serve", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        uvloop.run(serve(given.serve, given.port))
        return
    with servers():
        tell("ingest", uvloop.run(compare_all(given)), as_json=given.json)


if __name__ == "__main__":
    main()
