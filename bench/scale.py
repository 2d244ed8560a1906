"""Whether more normalizers cost more: CPU seconds per 1,000 orders of 1, 2 and 4 processes over 12 partitions.

The processes share one consumer group. They are ready and each has its partitions before WooCommerce orders of many shops are
written to raw.backfill, as relay-poller writes them; CPU seconds are those of all processes together, from before the first order
is written to when the last one is normalized. On a machine with fewer cores than processes the rate says little, the CPU does.

Each run is in a place of its own. It counts only when each order has its document, and every process did a part of the records,
all of them together each record once.
"""

import argparse
import asyncio
import json
import re
import time
from contextlib import AsyncExitStack

import httpx
import uvloop
from aiokafka.admin import AIOKafkaAdminClient

from bench.figures import Row, compared, medians, options, peak_rss, tell
from bench.history import fill, normalized, until
from bench.place import place, servers
from bench.processes import cpu_of, running, service
from bench.webshops import connect, project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.topics import RAW_BACKFILL

PROCESSES = (1, 2, 4)
_DONE = re.compile(rf"^shoprelay_records_total\{{.*done.*{re.escape(RAW_BACKFILL.name)}.*\}} ([0-9.e+]+)$", re.MULTILINE)
Told = dict[str, float]


async def run(processes: int, given: argparse.Namespace) -> Told:
    """One run of so many processes."""
    async with place(given.partitions) as (settings, store), AsyncExitStack() as stack:
        owner = await project(store, settings)
        shops = [await connect(store, owner) for _ in range(given.shops)]
        started = [await stack.enter_async_context(running(settings, service("normalizer"))) for _ in range(processes)]
        await settled(settings, store, processes)
        used, began = sum(cpu_of(process) for process, _ in started), time.monotonic()
        pages = await fill(settings, shops, given.orders)
        await normalized(settings, given.orders + pages, lambda: 0.0, from_start=True)
        seconds, used = time.monotonic() - began, sum(cpu_of(process) for process, _ in started) - used
        rss = sum(peak_rss(process.pid) for process, _ in started)
        parts: list[int] = []

        async def shares() -> int:
            parts[:] = [await done(port) for _, port in started]
            return sum(parts)

        await until(shares, given.orders + pages, 0.1)  # a batch is counted a moment after it is committed
        stored = await store.database(owner.database)["orders"].count_documents({})
    if (stored, sum(parts)) != (given.orders, given.orders + pages) or min(parts) == 0:
        raise SystemExit(
            f"{stored} of {given.orders} orders are stored; the processes did {parts} of {given.orders + pages} records"
        )
    return {"cpu": used / given.orders * 1000, "rate": given.orders / seconds, "rss": rss}


async def settled(settings: Settings, store: Store, processes: int) -> None:
    """Wait until the group has so many members and nobody takes a partition over any more."""
    admin, before = AIOKafkaAdminClient(bootstrap_servers=settings.kafka), None
    await admin.start()
    try:
        while True:
            (described,) = await admin.describe_consumer_groups([settings.named("normalizer")])
            state, members = described.groups[0][2], described.groups[0][5]
            owners = {row["_id"]: row["epoch"] async for row in store.collection(Control.JOURNAL).find({}, {"epoch": 1})}
            here = (state, len(members), len(owners)) == ("Stable", processes, settings.partitions)
            if here and owners == before:
                return
            before = owners if here else None
            # Longer than one take-over, so that one that is under way shows.
            await asyncio.sleep(1)
    finally:
        await admin.close()


async def done(port: int) -> int:
    """How many records of history a process has done, as it says itself."""
    async with httpx.AsyncClient() as client:
        said = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    found = _DONE.search(said)
    return int(float(found[1])) if found else 0


def rows(runs: dict[int, list[Told]]) -> list[Row]:
    names = {number: f"{number} process{'es' if number > 1 else ''}" for number in runs}
    middle = {names[number]: medians(found) for number, found in runs.items()}
    one = [run["cpu"] for run in runs[1]]
    more = {
        "cpu_seconds_per_1000": {name: told["cpu"] for name, told in middle.items()},
        "peak_rss_mb": {name: told["rss"] for name, told in middle.items()},
        "orders_per_second": {name: told["rate"] for name, told in middle.items()},
    }
    return [
        compared(names[number], [run["cpu"] for run in found], one, "CPU s per 1,000 orders", "<= 1.15", **more)
        for number, found in runs.items()
        if number != 1
    ]


async def compare(given: argparse.Namespace) -> list[Row]:
    runs: dict[int, list[Told]] = {number: [] for number in PROCESSES}
    for turn in range(given.runs):
        for number in PROCESSES if turn % 2 else reversed(PROCESSES):
            runs[number].append(await run(number, given))
            print(number, json.dumps(runs[number][-1]), flush=True)
    return rows(runs)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--orders", type=int, default=12_000, help="orders of a run")
    parser.add_argument("--shops", type=int, default=60)
    parser.add_argument("--partitions", type=int, default=12)
    given = parser.parse_args()
    with servers():
        tell("scale", uvloop.run(compare(given)), as_json=given.json)


if __name__ == "__main__":
    main()
