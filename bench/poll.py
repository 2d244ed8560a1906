"""How fast relay-poller brings a shop's history into the raw log, against one who only reads the same pages.

A shop of a process of its own (bench/fast_shop.py) gives 50,000 orders of 5.5 KB in pages of 250 rendered in advance, in
Shopify's GraphQL, uncompressed, on loopback.

- `relay-poller`: the service as it runs, with Shopify's relay: a first import, each page encrypted and acknowledged by Kafka
  before the next one is asked for. Two things of the relay are other than in production: it lists 250 orders a page, not 40, and
  walks the list where it would have Shopify make a file. The budget of the shop is kept as ever; this shop says in its answers,
  as the larger plans do, how fast its points come back, and that is faster than they are used.
- `bare`: requests and orjson read and parse the same answers of the same queries, and do nothing with them.
- `airbyte-cdk`: a declarative source reads the same orders (/orders.json) to a file; `make bench` installs it, into
  .venv-peers.

A run of the service counts only when the raw log has grown by exactly the orders and one end for each page, and a sample of its
records, decrypted, is what the shop has. Its time is the poll's own: from before its first request to after its last page.
"""

import argparse
import asyncio
import json
import os
import sys
from argparse import Namespace
from dataclasses import replace
from typing import Final

import uvloop
from aiokafka import TopicPartition
from bson import ObjectId

from bench import fast_shop
from bench.figures import Row, compared, medians, options, peak_rss, tell
from bench.place import ROOT, environment, logged, place, servers
from bench.processes import cpu_of, running
from bench.webshops import project, shopify
from services.relay_poller import main as poller
from shoprelay_relays import registry
from shoprelay_relays import shopify as relays
from shoprelay_relays.shopify import listing
from shoprelay_runtime import bus, rawlog
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.raw import RawKind
from shoprelay_schema.topics import RAW_BACKFILL

Told = dict[str, float]
"""Of a run: `rate` (orders a second), `cpu` (seconds per 1,000 orders), `rss` (MB)."""
SAMPLE: Final = 25
PEERS: Final = ROOT / ".venv-peers" / "bin" / "python"
READERS: Final = {
    "bare": [sys.executable, "-m", "bench.bare"],
    "airbyte-cdk": [str(PEERS), str(ROOT / "bench" / "airbyte.py")],
}
"""Commands."""


def poll(options: Namespace) -> None:
    """Be the relay-poller, with a relay that lists larger pages."""
    large = listing.pages(replace(listing.ORDERS, size=options.page, history=None))
    orders, *rest = relays.CUSTOM_APP.resources
    relay = replace(relays.CUSTOM_APP, resources=(replace(orders, pages=large), *rest))
    registry._BY_ID[registry.relay_id(relay.name)] = relay  # noqa: SLF001
    poller.run(["--port", str(options.port)])


async def other(kind: str, settings: Settings, options: Namespace, shop: str) -> Told:
    command = [*READERS[kind], "--shop", shop, "--orders", str(options.orders)]
    command += ["--page", str(options.page)] if kind == "bare" else []
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environment(settings))
    said, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"{kind} ended with code {process.returncode}")
    return dict(json.loads(said.splitlines()[-1]))


async def service(store: Store, settings: Settings, owner: Project, options: Namespace, shop: str) -> Told:
    before = await logged(settings, RAW_BACKFILL.name)
    command = ["-m", "bench.poll", "--serve", "--page", str(options.page)]
    async with running(settings, command) as (process, _):
        cpu = cpu_of(process)
        webshop = await shopify(store, owner, shop)
        seconds = await ended(store, owner, webshop, options.orders)
        told = {"cpu": (cpu_of(process) - cpu) / options.orders * 1000, "rss": peak_rss(process.pid)}
    pages = -(-options.orders // options.page)
    if (grown := await logged(settings, RAW_BACKFILL.name) - before) != options.orders + pages:
        raise SystemExit(f"the raw log grew by {grown} records, not by {options.orders} orders and {pages} ends of pages")
    await check(settings, owner, before, options)
    await store.database(owner.database)["webshops"].delete_one({"_id": webshop})
    return {"rate": options.orders / seconds, **told}


async def ended(store: Store, owner: Project, webshop: ObjectId, orders: int) -> float:
    """Wait for the poll's end; how long it took, by its own account."""
    async with asyncio.timeout(1800):
        while True:
            found = await store.database(owner.database)["webshops"].find_one({"_id": webshop}) or {}
            if found.get("orders_error") or found.get("got_error_at"):
                raise SystemExit("the poll failed: run it with SHOPRELAY_LOG_LEVEL=info")
            if stats := found.get("orders_stats"):
                if (stats["records"], stats["counted"]) != (orders, orders):
                    raise SystemExit(f"it polled {stats['records']} orders and the shop counted {stats['counted']}, not {orders}")
                return float(stats["seconds"])
            await asyncio.sleep(0.1)


async def check(settings: Settings, owner: Project, before: int, options: Namespace) -> None:
    """Hold some of the run's records, spread over it, against the shop's orders."""
    made, topic = fast_shop.template(), settings.named(RAW_BACKFILL.name)
    consumer = await bus.consumer(settings, "bench", topic, group=None)
    try:
        for number in range(0, options.orders, max(1, options.orders // SAMPLE)):
            part = TopicPartition(topic, 0)
            consumer.seek(part, before + number + number // options.page)
            record = await consumer.getone(part)
            read = rawlog.decode(owner.cipher, record.headers, record.value, "")
            wanted = fast_shop.FIRST + number
            if (read.kind, read.remote_id) != (RawKind.RECORD_READ, str(wanted)) or read.body != fast_shop.render(made, wanted):
                raise SystemExit(f"the raw log has another record than order {wanted}: {read.kind} {read.remote_id}")
    finally:
        await consumer.stop()


async def compare(options: Namespace) -> list[Row]:
    kinds = ["relay-poller", "bare", *(["airbyte-cdk"] if PEERS.exists() else [])]
    found: dict[str, list[Told]] = {kind: [] for kind in kinds}
    # A shop is one partition's, however many there are.
    async with place(partitions=1) as (settings, store):
        owner = await project(store, settings)
        command = ["-m", "bench.fast_shop", "--orders", str(options.orders), "--page", str(options.page)]
        async with running(settings, command) as (_, port):
            shop = f"http://127.0.0.1:{port}"
            for turn in range(options.runs):
                for kind in kinds if turn % 2 else reversed(kinds):
                    ours = kind == "relay-poller"
                    run = service(store, settings, owner, options, shop) if ours else other(kind, settings, options, shop)
                    found[kind].append(await run)
                    print(kind, json.dumps(found[kind][-1]), flush=True)
    return [row(found, kind, goal) for kind, goal in (("bare", ">= 0.6"), ("airbyte-cdk", ">= 3")) if kind in found]


def row(found: dict[str, list[Told]], kind: str, goal: str) -> Row:
    ours, baseline = ([run["rate"] for run in found[each]] for each in ("relay-poller", kind))
    middle = {each: medians(found[each]) for each in ("relay-poller", kind)}
    cpu, rss = ({each: middle[each][name] for each in middle} for name in ("cpu", "rss"))
    return compared(f"orders, against {kind}", ours, baseline, "orders/s", goal, cpu_seconds_per_1000=cpu, peak_rss_mb=rss)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--orders", type=int, default=50_000, help="orders that the shop has")
    parser.add_argument("--page", type=int, default=250, help="orders a page")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        poll(given)
        return
    os.environ["SHOPRELAY_ALLOW_PRIVATE_ADDRESSES"] = "true"  # the shop is on this machine
    with servers():
        rows = uvloop.run(compare(given))
    if not PEERS.exists():
        print("airbyte-cdk: no .venv-peers (make .venv-peers/.installed)")
    tell("poll", rows, as_json=given.json)


if __name__ == "__main__":
    main()
