"""What an order leaves behind and costs the servers: bytes in Kafka and in MongoDB, CPU of both, for docs/guides/sizing.md.

WooCommerce orders of 3 KB wait in raw.backfill as relay-poller writes them, and one normalizer works them off. Then each topic's
committed records are read and their keys, values and headers added up (Kafka adds about 20 bytes a record, and keeps them as
often as it has replicas), and MongoDB is asked for the size of the project's database: of the documents as BSON, and of its files
with their indexes, compressed as they are by default. There is no baseline: the numbers are what the arithmetic begins with.
"""

import argparse

import psutil
import uvloop

from bench.figures import Row, measured, mongod_cpu, options, tell
from bench.history import everything, fill, normalized
from bench.place import place, servers
from bench.processes import cpu_of, running, service
from bench.webshops import connect, project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.topics import DOCUMENTS, RAW_BACKFILL, USAGE

Told = dict[str, float]


def kafka_cpu() -> float:
    """CPU seconds of the Kafka on this machine, 0 where there is none."""
    found = 0.0
    for process in psutil.process_iter(["cmdline"]):
        if "kafka.Kafka" in (process.info["cmdline"] or ()):
            times = process.cpu_times()
            found += times.user + times.system
    return found


async def logged_bytes(settings: Settings, *topics: str) -> tuple[int, int]:
    """(records, bytes) that are committed to these topics."""
    records = size = 0
    async for record in everything(settings, *topics):
        records += 1
        size += len(record.key or b"") + len(record.value or b"") + sum(len(k) + len(v) for k, v in record.headers)
    return records, size


async def stored_bytes(store: Store, database: str) -> Told:
    """Of a database, in bytes: the documents, their files, the indexes, and how many documents."""
    await store.control.client.admin.command("fsync")  # sizes of files are those of the last checkpoint
    told = await store.database(database).command("dbStats")
    return {name: float(told[name]) for name in ("dataSize", "storageSize", "indexSize", "objects")}


async def run(given: argparse.Namespace) -> Told:
    """One run: everything per order."""
    async with place(given.partitions) as (settings, store):
        owner = await project(store, settings)
        shops = [await connect(store, owner) for _ in range(given.shops)]
        pages = await fill(settings, shops, given.orders)
        async with running(settings, service("normalizer")) as (process, _):
            mongo, kafka = await mongod_cpu(store), kafka_cpu()
            found = await normalized(settings, given.orders + pages, lambda: cpu_of(process), from_start=True)
            mongo, kafka = await mongod_cpu(store) - mongo, kafka_cpu() - kafka
        raw = await logged_bytes(settings, RAW_BACKFILL.name)
        events = await logged_bytes(settings, *(topic.name for topic in DOCUMENTS.values()))
        usage = await logged_bytes(settings, USAGE.name)
        stored = await stored_bytes(store, owner.database)
    if events[0] < given.orders:
        raise SystemExit(f"{given.orders} orders were normalized, but there are only {events[0]} events")
    each = {"raw": raw[1], "events": events[1], "usage": usage[1], "event records": events[0], **stored}
    cpu = {"cpu normalizer": found.cpu * 1000, "cpu mongod": mongo * 1000, "cpu kafka": kafka * 1000}
    return {name: number / given.orders for name, number in {**each, **cpu}.items()}


NAMES = {
    "raw": ("raw log", "bytes"),
    "event records": ("events", "records"),
    "events": ("events", "bytes"),
    "usage": ("usage", "bytes"),
    "objects": ("documents in MongoDB", "documents"),
    "dataSize": ("documents in MongoDB, as BSON", "bytes"),
    "storageSize": ("the same, in files", "bytes"),
    "indexSize": ("their indexes", "bytes"),
    "cpu normalizer": ("CPU of the normalizer, its start included", "s per 1,000"),
    "cpu mongod": ("CPU of MongoDB", "s per 1,000"),
    "cpu kafka": ("CPU of Kafka", "s per 1,000"),
}


async def compare(given: argparse.Namespace) -> list[Row]:
    runs = [await run(given) for _ in range(given.runs)]
    return [measured(f"an order: {name}", [told[key] for told in runs], unit) for key, (name, unit) in NAMES.items()]


def main() -> None:
    parser = options(__doc__, runs=1)
    parser.add_argument("--orders", type=int, default=20_000, help="orders that wait")
    parser.add_argument("--shops", type=int, default=8)
    parser.add_argument("--partitions", type=int, default=4)
    given = parser.parse_args()
    with servers():
        tell("footprint", uvloop.run(compare(given)), as_json=given.json)


if __name__ == "__main__":
    main()
