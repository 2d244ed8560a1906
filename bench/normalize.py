"""How fast normalizer turns history into documents, against one who writes the very same documents and does nothing else.

- `normalizer`: one process as it runs, with WooCommerce orders that wait in raw.backfill as relay-poller writes them, those of
  several shops in pages of 250: decrypted, mapped, compared with what is stored, encrypted, stored in a transaction, announced in
  another, and metered.
- `baseline`: Motor writes all documents that were in the database afterwards to another one with the same indexes: bulk writes
  of 500 upserts of whole documents, not in transactions, as many at once as there are partitions, acknowledged by the majority
  as ever. Reading the documents is not counted.

Each pair of runs is in a place of its own. The service's run is measured from when some of its records are done (its start is
not in it) to when all are, and counts only when each order has its document, a sample of them says what the shop said, each
document has had one event of its creation, and the usage is that of the pages.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from typing import Any

import uvloop
from pymongo import ReplaceOne

from bench.figures import Row, compared, medians, options, peak_rss, tell
from bench.history import everything, fill, normalized
from bench.place import place, servers
from bench.processes import cpu_of, running, service
from bench.webshops import Connected, Orders, connect, project
from shoprelay_runtime.bus import header
from shoprelay_runtime.codec import to_json, unseal
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Store
from shoprelay_schema.documents import SHOP_COLLECTIONS
from shoprelay_schema.events import UsageRecordedV1, document_event
from shoprelay_schema.identity import document_id
from shoprelay_schema.topics import DOCUMENTS, USAGE

BATCH = 500
SAMPLE = 20
Told = dict[str, float]


async def ours(settings: Settings, shops: list[Connected], given: argparse.Namespace) -> tuple[Told, int]:
    """The normalizer's run, and how many pages there were."""
    pages = await fill(settings, shops, given.orders)
    async with running(settings, service("normalizer")) as (process, _):
        found = await normalized(settings, given.orders + pages, lambda: cpu_of(process))
        rss = peak_rss(process.pid)
    orders = found.records * given.orders / (given.orders + pages)
    return {"orders": orders / found.seconds, "cpu": found.cpu / orders * 1000, "rss": rss}, pages


async def check(settings: Settings, store: Store, shops: list[Connected], orders: int, pages: int) -> int:
    """How many documents there are; SystemExit when they, their events or the usage are not what they should be."""
    database = store.database(shops[0].project.database)
    stored = {name: await database[name].count_documents({}) for name in SHOP_COLLECTIONS}
    if stored["orders"] != orders:
        raise SystemExit(f"{stored['orders']} orders are stored, not {orders}")
    made, numbers = Orders(), range(1, orders + 1, max(1, orders // SAMPLE))
    sample = [await _order(store, shops[n % len(shops)], n, json.loads(made.body(n))) for n in numbers]
    created, told_last = Counter[str](), {str(order["_id"]).encode(): b"" for order in sample}
    async for record in everything(settings, *(topic.name for topic in DOCUMENTS.values())):
        created[header(record.headers, "ce_type")] += 1
        if record.key in told_last:
            told_last[record.key] = record.value
    if [to_json(order) for order in sample] != list(told_last.values()):
        raise SystemExit("the last event of an order has another document than is stored")
    for name, count in stored.items():
        if (told := created[document_event(name, "created")]) != count:
            raise SystemExit(f"{count} {name} are stored, and {told} were announced as created")
    usage = [UsageRecordedV1.model_validate_json(record.value) async for record in everything(settings, USAGE.name)]
    charged = sum(each.pieces for each in usage), sum(each.outgoing_requests for each in usage)
    if charged != (orders, pages):
        raise SystemExit(f"{charged[0]} orders and {charged[1]} requests are metered, not {orders} and {pages}")
    return sum(stored.values())


async def _order(store: Store, shop: Connected, number: int, said: Bson) -> Bson:
    """An order's document, held against what the shop said."""
    database = store.database(shop.project.database)
    identity = document_id(shop.project.identity_key, "orders", shop.id, str(number))
    found = await database["orders"].find_one({"_id": identity})
    if found is None:
        raise SystemExit(f"order {number} is not stored")
    opened = unseal(shop.project.cipher, "orders", found)
    lines = await database["order_lines"].count_documents({"order_id": found["_id"]})
    stored = opened["order_number"], opened["email"], opened["currency"], lines
    if stored != (said["number"], said["billing"]["email"], said["currency"], len(said["line_items"])):
        raise SystemExit(f"order {number} is stored as {stored}")
    return dict(found)


async def baseline(store: Store, source: str, target: str, writers: int) -> tuple[float, float]:
    """Write the documents of one database to another; the seconds and the CPU seconds that writing took."""
    await store.prepare_project(target)
    seconds = cpu = 0.0
    for name in SHOP_COLLECTIONS:
        count, cursor = 0, store.database(source)[name].find({})
        while documents := await cursor.to_list(writers * BATCH):
            count += len(documents)
            parts = [documents[first : first + BATCH] for first in range(0, len(documents), BATCH)]
            began, used = time.perf_counter(), time.process_time()
            await asyncio.gather(*(_write(store, target, name, part) for part in parts))
            seconds, cpu = seconds + time.perf_counter() - began, cpu + time.process_time() - used
            if await store.database(target)[name].find_one({"_id": documents[-1]["_id"]}) != documents[-1]:
                raise SystemExit(f"the baseline wrote other {name} than there are")
        if (written := await store.database(target)[name].count_documents({})) != count:
            raise SystemExit(f"the baseline wrote {written} {name}, not {count}")
    return seconds, cpu


async def _write(store: Store, database: str, name: str, documents: list[Bson]) -> None:
    changes = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in documents]
    await store.database(database)[name].bulk_write(changes, ordered=False)


async def run(given: argparse.Namespace) -> dict[str, Told]:
    """One pair of runs."""
    async with place(given.partitions) as (settings, store):
        owner = await project(store, settings)
        shops = [await connect(store, owner) for _ in range(given.shops)]
        told, pages = await ours(settings, shops, given)
        documents = await check(settings, store, shops, given.orders, pages)
        seconds, cpu = await baseline(store, owner.database, f"{settings.database}_bare", given.partitions)
    each = documents / given.orders
    bare = {"orders": given.orders / seconds, "documents": documents / seconds, "cpu": cpu / given.orders * 1000}
    return {"normalizer": told | {"documents": told["orders"] * each}, "baseline": bare}


def rows(runs: list[dict[str, Told]]) -> list[Row]:
    found = {kind: [run[kind] for run in runs] for kind in ("normalizer", "baseline")}
    middle = {kind: medians(told) for kind, told in found.items()}
    more: dict[str, Any] = {
        "cpu_seconds_per_1000": {kind: told["cpu"] for kind, told in middle.items()},
        "peak_rss_mb": {"normalizer": middle["normalizer"]["rss"]},
    }
    numbers = {name: [[run[name] for run in told] for told in found.values()] for name in ("documents", "orders")}
    return [compared(name, mine, bare, f"{name}/s", ">= 0.7", **more) for name, (mine, bare) in numbers.items()]


async def compare(given: argparse.Namespace) -> list[Row]:
    runs = []
    for _ in range(given.runs):
        runs.append(await run(given))
        print(json.dumps(runs[-1]), flush=True)
    return rows(runs)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--orders", type=int, default=20_000, help="orders that wait")
    parser.add_argument("--shops", type=int, default=8)
    parser.add_argument("--partitions", type=int, default=4)
    given = parser.parse_args()
    with servers():
        tell("normalize", uvloop.run(compare(given)), as_json=given.json)


if __name__ == "__main__":
    main()
