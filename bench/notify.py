"""How many signed webhooks the notifier sends a second, each attempt stored, against a client that only posts.

- `service`: activities on the topic become deliveries, are signed and sent, and the attempts are stored. The clock runs from the
  first activity to the last stored attempt. To one endpoint that answers at once, and to one that takes 20 ms.
- `baseline`: httpx with the same guarded transport posts the same bodies to the same endpoint, as many at once.
- `hang`: the same activities go to 100 endpoints, all well or one of them never answering: what that costs the others.

The cases take turns. A run counts only when every webhook came, the last one has a valid signature, and MongoDB
holds an attempt with a 200 for each.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import httpx
import uvloop
from bson import ObjectId

from bench.endpoints import SECRET, TOKEN, is_ours, seen
from bench.figures import Row, compared, measured, medians, mongod_cpu, options, peak_rss, tell, until
from bench.place import place, servers
from bench.processes import cpu_of, running, service
from bench.webshops import project
from services.notifier.settings import NotifierSettings
from shoprelay_runtime import bus
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.documents.base import Encryption
from shoprelay_schema.events import DataReceivedV1
from shoprelay_schema.topics import ACTIVITY

AT_ONCE = NotifierSettings().per_endpoint
SPEEDS = (0, 20)
"""Milliseconds that an endpoint takes."""


@dataclass
class Run:
    """Webhooks a second; `cpu` per 1,000 of them."""

    rate: float
    cpu: dict[str, float]
    rss: dict[str, float]


@dataclass
class Bench:
    """What all runs share. `client` asks the operator's process what it has seen."""

    settings: Settings
    store: Store
    project: Project
    operator: str
    client: httpx.AsyncClient
    company: ObjectId

    def activity(self, number: int) -> DataReceivedV1:
        details = {"webshop_id": str(self.company), "stats": {"orders": {"created": 1, "updated": number}}}
        return DataReceivedV1(project=self.project.id, company_id=self.company, remote_id=f"company-{number}", details=details)

    def body(self, number: int) -> bytes:
        """What the operator is to get for it."""
        told = self.activity(number)
        about = {"_id": str(told.company_id), "remote_id": told.remote_id, "details": told.details}
        return json.dumps({"event": "received_data", **about}, separators=(",", ":")).encode()

    async def endpoints(self, paths: Sequence[str]) -> list[ObjectId]:
        """Only these, and nothing left of earlier runs."""
        for name in (Control.ENDPOINTS, Control.DELIVERIES, Control.ATTEMPTS):
            await self.store.collection(name).delete_many({})
        await self.client.post("/forget")
        seal, texts = self.project.cipher.seal, {"token": TOKEN, "secret": SECRET}
        sealed = {name: seal("endpoints", name, text.encode(), Encryption.RANDOMIZED) for name, text in texts.items()}
        about = {"project": self.project.id, "active": True, "created_at": datetime.now(UTC), **sealed}
        ids = [ObjectId() for _ in paths]
        rows = [{"_id": one, "url": self.operator + path, **about} for one, path in zip(ids, paths, strict=True)]
        await self.store.collection(Control.ENDPOINTS).insert_many(rows)
        return ids


async def announce(bench: Bench, count: int) -> None:
    """So many activities on the topic, over all its partitions."""
    producer, run = await bus.producer(bench.settings, "bench"), ObjectId()
    topic, last = bench.settings.named(ACTIVITY.name), None
    for number in range(count):
        event = bench.activity(number)
        about = (event.type, f"{run}/{number}", f"/projects/{bench.project.id}", str(bench.company), datetime.now(UTC))
        headers = bus.event_headers(*about, str(bench.project.id))
        last = await producer.send(topic, event.model_dump_json().encode(), key=str(number).encode(), headers=headers)
    if last is not None:
        await producer.flush()
    await producer.stop()


async def serviced(bench: Bench, paths: Sequence[str], count: int) -> Run:
    """The notifier tells every path `count` activities; those that hang are not waited for."""
    ids = await bench.endpoints(paths)
    waited = [one for one, path in zip(ids, paths, strict=True) if not path.startswith("/hang")]
    expected = count * len(waited)
    async with running(bench.settings, service("notifier")) as (process, _):
        before, began = {"notifier": cpu_of(process), "mongod": await mongod_cpu(bench.store)}, time.monotonic()
        await announce(bench, count)
        await until("all webhooks came", lambda: _came(bench, expected), 600, 0.05)
        await until("all are done", lambda: _settled(bench, waited, expected), 120, 0.01)
        took = time.monotonic() - began
        after = {"notifier": cpu_of(process), "mongod": await mongod_cpu(bench.store)}
        rss = {"notifier": peak_rss(process.pid)}
    await check(bench, waited, expected)
    return Run(expected / took, {name: 1000 * (after[name] - before[name]) / expected for name in after}, rss)


async def _came(bench: Bench, expected: int) -> bool:
    return (await seen(bench.client))[0] >= expected


async def _settled(bench: Bench, endpoints: Sequence[ObjectId], expected: int) -> bool:
    """The attempts are stored before the deliveries are done."""
    done = {"state": "done", "endpoint": {"$in": list(endpoints)}}
    return await bench.store.collection(Control.DELIVERIES).count_documents(done) >= expected


async def check(bench: Bench, waited: Sequence[ObjectId], expected: int) -> None:
    """Every webhook came, the last one is what it should be, and the attempts are stored."""
    ids, headers, body = await seen(bench.client)
    number = json.loads(body)["details"]["stats"]["orders"]["updated"]
    told = bench.store.collection(Control.DELIVERIES).find({"endpoint": {"$in": list(waited)}}, {"_id": 1})
    deliveries = [row["_id"] async for row in told]
    well = {"delivery": {"$in": deliveries}, "status": 200, "error": ""}
    stored = await bench.store.collection(Control.ATTEMPTS).count_documents(well)
    if (ids, len(deliveries), stored) != (expected, expected, expected):
        raise SystemExit(f"{expected} webhooks: {ids} came, {len(deliveries)} deliveries and {stored} attempts are stored")
    if failed := await bench.store.collection(Control.ATTEMPTS).count_documents({"delivery": {"$in": deliveries}}) - expected:
        print(f"{failed} calls failed and were repeated")
    if not is_ours(headers, body) or json.loads(body) != json.loads(bench.body(number)):
        raise SystemExit(f"the operator got something else: {headers}, {body[:200]!r}")


async def bare(bench: Bench, path: str, count: int) -> Run:
    """The baseline, in this process."""
    await bench.client.post("/forget")
    numbers = iter(range(count))
    transport = guarded_transport(allow_private=True, connections=AT_ONCE)
    async with httpx.AsyncClient(transport=transport, timeout=15, trust_env=False) as client:

        async def caller() -> None:
            for number in numbers:
                kept = {"content-type": "application/json", "webhook-id": f"msg_{number}"}
                answer = await client.post(bench.operator + path, content=bench.body(number), headers=kept)
                answer.raise_for_status()

        cpu, began = time.process_time(), time.monotonic()
        await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
        took, cpu = time.monotonic() - began, time.process_time() - cpu
    if (ids := (await seen(bench.client))[0]) != count:
        raise SystemExit(f"bare client: {ids} of {count} came")
    return Run(count / took, {"client": 1000 * cpu / count}, {})


async def compare(given: argparse.Namespace) -> list[Row]:
    async with AsyncExitStack() as stack:
        settings, store = await stack.enter_async_context(place())
        _, port = await stack.enter_async_context(running(settings, ["-m", "bench.endpoints"]))
        operator = f"http://127.0.0.1:{port}"
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=operator, trust_env=False))
        bench = Bench(settings, store, await project(store, settings), operator, client, ObjectId())
        many = [f"/0/{number}" for number in range(given.endpoints)]
        runs: dict[str, list[Run]] = {}
        cases = {f"bare {ms}": partial(bare, bench, f"/{ms}/0", given.count) for ms in SPEEDS}
        cases |= {f"notifier {ms}": partial(serviced, bench, [f"/{ms}/0"], given.count) for ms in SPEEDS}
        cases |= {"all well": partial(serviced, bench, many, given.each)}
        cases |= {"one hangs": partial(serviced, bench, ["/hang/0", *many[1:]], given.each)}
        for turn in range(given.runs):
            for name in cases if turn % 2 else reversed(cases):
                runs.setdefault(name, []).append(await cases[name]())
                print(f"{name:<12} {runs[name][-1].rate:7.0f}/s", flush=True)
    return rows(runs, given.endpoints)


def rows(runs: dict[str, list[Run]], endpoints: int) -> list[Row]:
    rates = {name: [run.rate for run in found] for name, found in runs.items()}
    cpu = {name: medians([run.cpu for run in found]) for name, found in runs.items()}
    rss = {name: medians([run.rss for run in found]) for name, found in runs.items() if found[0].rss}
    made = []
    for ms in SPEEDS:
        name, used = f"notifier {ms}", {"cpu_seconds_per_1000": cpu[f"notifier {ms}"] | cpu[f"bare {ms}"]}
        more = used | {"peak_rss_mb": rss[name]}
        made.append(
            compared(f"endpoint that answers in {ms} ms", rates[name], rates[f"bare {ms}"], "webhooks/s", ">= 0.6", **more)
        )
        both = [sum(run.cpu.values()) for run in runs[name]]
        made.append(measured(f"CPU with MongoDB, {ms} ms", both, "s per 1,000", "<= 1.0"))
    more = {"cpu_seconds_per_1000": cpu["one hangs"], "peak_rss_mb": rss["one hangs"]}
    name = f"others while one of {endpoints} endpoints hangs"
    return [*made, compared(name, rates["one hangs"], _others(rates["all well"], endpoints), "webhooks/s", "> 0.95", **more)]


def _others(rates: Sequence[float], endpoints: int) -> list[float]:
    """Of all endpoints' rate, that of all but one."""
    return [rate * (endpoints - 1) / endpoints for rate in rates]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--count", type=int, default=4000, help="webhooks to one endpoint in a run")
    parser.add_argument("--endpoints", type=int, default=100, help="endpoints of which one hangs")
    parser.add_argument("--each", type=int, default=60, help="webhooks to each of these in a run")
    given = parser.parse_args()
    os.environ["SHOPRELAY_ALLOW_PRIVATE_ADDRESSES"] = "true"
    with servers():
        tell("notify", uvloop.run(compare(given)), as_json=given.json)


if __name__ == "__main__":
    main()
