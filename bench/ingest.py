"""How fast webhook-ingest takes webhooks, against two others that answer 200 at the same point.

- `service`: webhook-ingest as it runs (bare ASGI on granian).
- `fastapi`: the same parts behind a FastAPI route on granian.
- `baseline`: a raw ASGI handler on granian: HMAC + one aiokafka idempotent acks=all send and nothing else.

Each runs in a process of its own and gets 3 KB signed WooCommerce orders over 64 connections, in turns. A run counts only
when the topic grew by exactly the number of 200s. Needs SHOPRELAY_KAFKA and SHOPRELAY_MONGO; everything stays on loopback.
CPU seconds are the server's own; on a small machine the load and the broker share the cores, so compare the ratios.
"""

import argparse
import asyncio
import base64
import hmac
import json
import os
import secrets
import signal
import socket
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil
import uvloop
from aiokafka import TopicPartition
from bson import ObjectId

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "libs")]

from fastapi import FastAPI, Request, Response  # noqa: E402

from services.webhook_ingest import main as service  # noqa: E402
from services.webhook_ingest.answers import ACCEPTED, Refused  # noqa: E402
from services.webhook_ingest.handlers import Ingest  # noqa: E402
from services.webhook_ingest.settings import IngestSettings  # noqa: E402
from shoprelay_runtime import bus  # noqa: E402
from shoprelay_runtime.admin import create_project, find_project  # noqa: E402
from shoprelay_runtime.codec import seal  # noqa: E402
from shoprelay_runtime.crypto import new_token, token_hash  # noqa: E402
from shoprelay_runtime.service import Health  # noqa: E402
from shoprelay_runtime.settings import Settings  # noqa: E402
from shoprelay_runtime.store import Store  # noqa: E402
from shoprelay_runtime.web import serving  # noqa: E402
from shoprelay_schema.topics import RAW_LIVE  # noqa: E402

SECRET = "a webhook secret"
KINDS = ("service", "fastapi", "baseline")


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


def as_fastapi(ingest: Ingest) -> FastAPI:
    """The same handler behind FastAPI's routing, request and response."""
    app = FastAPI()

    @app.post("/webhooks/{token}")
    async def webhook(token: str, request: Request) -> Response:
        hook = await ingest._hooks.find(token)  # noqa: SLF001
        if hook is None:
            return Response(status_code=404)
        try:
            given = await ingest._take(hook, dict(request.headers), request.receive)  # noqa: SLF001
        except Refused as refused:
            given = refused.answer
        return Response(given.body, given.status, media_type="application/json")

    @app.get("/health/ready")
    async def ready() -> Response:
        return Response(status_code=503 if ingest._health.lacks else 200)  # noqa: SLF001

    return app


async def serve_baseline(settings: Settings, health: Health) -> None:
    """HMAC, one send, nothing else."""
    producer = await bus.producer(settings, "baseline")
    topic, key = settings.named(RAW_LIVE.name), SECRET.encode()

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
        await send({"type": "http.response.start", "status": status, "headers": ACCEPTED.headers})
        await send({"type": "http.response.body", "body": ACCEPTED.body})

    async with serving(app, settings.host, health.port):
        await health.stopping.wait()
    await producer.stop()


async def serve(kind: str, port: int) -> None:
    """Run one of the three until SIGTERM."""
    settings, health = IngestSettings(), Health("webhook-ingest", port)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, health.stopping.set)
    if kind == "baseline":
        await serve_baseline(settings, health)
        return
    if kind == "fastapi":
        plain = service.Ingest
        service.Ingest = lambda *parts: as_fastapi(plain(*parts))  # type: ignore[assignment, misc]
    await service.main(settings, health)


@dataclass
class Run:
    kind: str
    rate: float
    cpu: float
    """The server's CPU seconds per 1,000 webhooks."""


async def post_until(deadline: float, port: int, request: bytes) -> int:
    """One connection: send, wait for the answer, again. Returns the number of 200s; anything else is an error."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.monotonic() < deadline:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"answered {head[:60]!r}")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        count += 1
    writer.close()
    return count


async def measure(kind: str, settings: Settings, token: str, seconds: float, connections: int) -> Run:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--serve", kind, "--port", str(port), env=environment(settings)
    )
    try:
        await ready(port)
        body = order()
        signature = base64.b64encode(hmac.digest(SECRET.encode(), body, sha256)).decode()
        lines = [
            f"POST /webhooks/{token} HTTP/1.1",
            "host: 127.0.0.1",
            "content-type: application/json",
            "x-wc-webhook-topic: order.updated",
            "x-wc-webhook-delivery-id: 5",
            f"x-wc-webhook-signature: {signature}",
            f"content-length: {len(body)}",
        ]
        request = "\r\n".join([*lines, "", ""]).encode() + body
        await asyncio.gather(*(post_until(time.monotonic() + 0.5, port, request) for _ in range(connections)))  # warm
        before, cpu, began = await logged(settings), cpu_of(process.pid), time.monotonic()
        counts = await asyncio.gather(*(post_until(began + seconds, port, request) for _ in range(connections)))
        took, cpu, number = time.monotonic() - began, cpu_of(process.pid) - cpu, sum(counts)
        if (grown := await logged(settings) - before) != number:
            raise SystemExit(f"{kind}: {number} answers of 200, but the topic grew by {grown}")
        return Run(kind, number / took, cpu / number * 1000)
    finally:
        process.terminate()
        await process.wait()


def cpu_of(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


async def ready(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
                continue
            writer.write(b"GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            status = await reader.readline()
            writer.close()
            if b" 200 " in status:
                return
            await asyncio.sleep(0.05)


async def logged(settings: Settings) -> int:
    """How many records the topic holds."""
    topic = settings.named(RAW_LIVE.name)
    consumer = await bus.consumer(settings, "bench", topic, group=None)
    ends = await consumer.end_offsets([TopicPartition(topic, number) for number in range(settings.partitions)])
    await consumer.stop()
    return sum(ends.values())


def environment(settings: Settings) -> dict[str, str]:
    assert settings.master_key
    return {
        **os.environ, "SHOPRELAY_PREFIX": settings.prefix, "SHOPRELAY_DATABASE": settings.database,
        "SHOPRELAY_MASTER_KEY": settings.master_key.get_secret_value(), "SHOPRELAY_PARTITIONS": str(settings.partitions),
    }  # fmt: skip


async def shop(store: Store, settings: Settings) -> str:
    """A project with one WooCommerce webshop; returns the token of its address."""
    made, token, webshop = await create_project(store, settings, "bench"), new_token(), ObjectId()
    project = await find_project(store, settings, "bench")
    config = seal(project.cipher, "webshops", {"config": {"webhook_secret": SECRET}})["config"]
    row = {"_id": webshop, "company_id": ObjectId(), "relay_id": ObjectId(), "active": True, "config": config}
    await store.database(made.database)["webshops"].insert_one(row)
    await store.collection("hooks").insert_one(
        {"_id": token_hash(token), "project": made.id, "webshop": webshop, "relay": "woocommerce"}
    )
    return token


async def compare(seconds: float, turns: int, connections: int) -> None:
    name = "b" + secrets.token_hex(4)
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    settings = Settings(prefix=f"{name}.", database=name, master_key=key, partitions=2)
    await bus.ensure_topics(settings)
    store = Store(settings.mongo, settings.database)
    try:
        token = await shop(store, settings)
        runs = []
        for turn in range(turns):
            for kind in KINDS[turn % 3 :] + KINDS[: turn % 3]:
                runs.append(await measure(kind, settings, token, seconds, connections))
                print(f"{runs[-1].kind:<9} {runs[-1].rate:8.0f}/s  {runs[-1].cpu:.3f} CPU s per 1,000", flush=True)
        report(runs)
    finally:
        await remove(settings, store)


def report(runs: list[Run]) -> None:
    """Medians, and everything as a ratio to the baseline."""
    rate = {kind: statistics.median(run.rate for run in runs if run.kind == kind) for kind in KINDS}
    cpu = {kind: statistics.median(run.cpu for run in runs if run.kind == kind) for kind in KINDS}
    print("baseline: raw ASGI handler on granian: HMAC + one aiokafka idempotent acks=all send and nothing else")
    print(f"medians of {len(runs) // 3} runs each")
    for kind in KINDS:
        found = {"rate": round(rate[kind]), "cpu_s_per_1000": round(cpu[kind], 4)}
        ratios = {"rate_to_baseline": rate[kind] / rate["baseline"], "cpu_to_baseline": cpu[kind] / cpu["baseline"]}
        print(json.dumps({"kind": kind, **found, **{name: round(value, 3) for name, value in ratios.items()}}))


async def remove(settings: Settings, store: Store) -> None:
    """Leave nothing behind."""
    from aiokafka.admin import AIOKafkaAdminClient

    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    await admin.delete_topics([topic for topic in await admin.list_topics() if topic.startswith(settings.prefix)])
    await admin.close()
    for database in (settings.database, f"{settings.database}_bench"):
        await store.control.client.drop_database(database)
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a run")
    parser.add_argument("--turns", type=int, default=3, help="runs of each")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--serve", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    work = serve(options.serve, options.port) if options.serve else compare(options.seconds, options.turns, options.connections)
    uvloop.run(work)


if __name__ == "__main__":
    main()
