"""What many shops cost the poll schedule: picking the next due job, and shops for which nothing is due.

The control database holds the schedule of 100, 10,000 and 50,000 WooCommerce shops, each with the rows that a connected shop
has, none due. MongoDB is real.

- picking: a few shops become due, and relay-poller's own functions take the turn on a shop and the job, one after the other,
  as the process does. `baseline` is the same with the fewest shops. A run counts only when the jobs came in the order in which
  they fell due and nothing was left.
- idle: relay-poller runs as a process, following edits of the webshops, and nothing is due. Its CPU is measured once it has
  compared every shop with its schedule, which it does once at its start. A run counts only when no row was touched.
"""

import argparse
import asyncio
import copy
import random
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import uvloop
from bson import ObjectId
from pymongo import UpdateOne

from bench.figures import Row, compared, measured, medians, mongod_cpu, options, peak_rss, tell, until
from bench.place import place, servers
from bench.processes import cpu_of, running, service
from services.relay_poller import schedule
from services.relay_poller.clock import now
from services.relay_poller.fairness import Fairness
from shoprelay_relays.registry import by_name, relay_id
from shoprelay_runtime.admin import create_project
from shoprelay_runtime.admin.jobs import job_id, lists_fingerprint, reconcile
from shoprelay_runtime.admin.modes import CHANGES, polls, stamp, switch, switched_on
from shoprelay_runtime.codec import seal
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store

LEASE = timedelta(seconds=60)
PROJECTS = 5
_AT_ONCE = 2000
_FAR = timedelta(days=30)


@dataclass
class Place:
    """A schedule of so many shops."""

    settings: Settings
    store: Store
    projects: Projects
    shops: list[ObjectId]


@dataclass
class Run:
    """`value`: milliseconds of a pick, or percent of a core. `cpu` per 1,000 picks, or percent of a core."""

    value: float
    cpu: dict[str, float]


async def fill(settings: Settings, store: Store, count: int) -> Place:
    """Connected shops, and their rows as the relay-poller would make them."""
    projects, shops = Projects(store, settings.master()), [ObjectId() for _ in range(count)]
    for number in range(PROJECTS):
        owner = await projects.get((await create_project(store, settings, f"bench {number}")).id)
        await _fill(store, owner, shops[number::PROJECTS])
    return Place(settings, store, projects, shops)


async def _fill(store: Store, owner: Project, shops: list[ObjectId]) -> None:
    webshops, first = store.database(owner.database)["webshops"], _webshop(owner, ObjectId())
    await webshops.insert_one(first)
    await reconcile(store, owner, first["_id"], now())
    rows = await store.collection(Control.JOBS).find({"webshop": first["_id"]}).to_list(None)
    await store.collection(Control.JOBS).delete_many({"webshop": first["_id"]})
    await webshops.delete_one({"_id": first["_id"]})
    known = {"project": owner.id, "owner": None, "lease_until": None, "lists": lists_fingerprint(first)}
    for some in _parts(shops):
        await webshops.insert_many([{**copy.deepcopy(first), "_id": shop} for shop in some])
        await store.collection(Control.SHOPS).insert_many([{"_id": shop, **known} for shop in some])
        await store.collection(Control.JOBS).insert_many([_copied(row, shop) for shop in some for row in rows], ordered=False)


def _webshop(owner: Project, webshop: ObjectId) -> Bson:
    """A WooCommerce shop for which everything was polled a moment ago."""
    config = {"shop_url": "https://shop.example", "auth": "basic", "consumer_key": "ck_bench", "consumer_secret": "cs_bench"}
    about = {
        "_id": webshop,
        "company_id": ObjectId(),
        "relay_id": relay_id("woocommerce"),
        "active": True,
        "got_started_at": now(),
    }
    sealed = seal(owner.cipher, "webshops", {"config": config})
    modes = [(resource.name, mode) for resource, mode in polls(by_name("woocommerce"))]
    switches = {switch(*each): switched_on(each[1]) for each in modes}
    return {**about, **sealed, **switches, **{stamp(*each): now() for each in modes}}


def _copied(row: Bson, shop: ObjectId) -> Bson:
    due = now() + _FAR + timedelta(seconds=random.uniform(0, 3600))
    return {**row, "_id": job_id(shop, row["resource"], row["mode"]), "webshop": shop, "due_at": due}


def _parts(shops: list[ObjectId]) -> Iterator[list[ObjectId]]:
    for first in range(0, len(shops), _AT_ONCE):
        yield shops[first : first + _AT_ONCE]


async def fall_due(where: Place, count: int) -> list[str]:
    """Let a job each of some shops be due; their ids, the longest due first."""
    chosen = random.sample(where.shops, count)
    ids = [job_id(shop, "orders", CHANGES[0]) for shop in chosen]
    dues = [now() - timedelta(seconds=count - number) for number in range(count)]
    changes = [UpdateOne({"_id": one}, {"$set": {"due_at": due}}) for one, due in zip(ids, dues, strict=True)]
    if (found := (await where.store.collection(Control.JOBS).bulk_write(changes)).modified_count) != count:
        raise SystemExit(f"{found} of {count} jobs fell due")
    return ids


async def pick(where: Place, count: int) -> Run:
    """Take so many due jobs, one after the other, and give each back as done."""
    expected, fairness = await fall_due(where, count), Fairness(where.store, where.projects)
    took, mongod = 0.0, await mongod_cpu(where.store)
    for number in range(count):
        began = time.perf_counter()
        turn = await schedule.next_turn(where.store, fairness, set(), LEASE)
        job = await schedule.next_job(where.store, turn, LEASE) if turn else None
        took += time.perf_counter() - began
        if turn is None or job is None or job["_id"] != expected[number]:
            raise SystemExit(f"pick {number + 1}: expected {expected[number]}, got {job and job['_id']}")
        await schedule.save(where.store, turn, job, {"$set": {"owner": None, "lease_until": None, "due_at": now() + _FAR}})
        await schedule.end_turn(where.store, turn, None)
    mongod = await mongod_cpu(where.store) - mongod
    if await schedule.next_turn(where.store, fairness, set(), LEASE):
        raise SystemExit(f"something is due after {count} picks")
    return Run(1000 * took / count, {"mongod, with giving back": 1000 * mongod / count})


async def idle(where: Place, runs: int, seconds: float) -> tuple[list[Run], float, float]:
    """A relay-poller with nothing to do: (runs, the seconds of its start, its peak RSS in MB)."""
    before, began = await _touched(where), time.monotonic()
    async with running(where.settings, service("relay-poller")) as (process, _):
        await until("the poller follows the webshops", lambda: _follows(where), 3600, 0.1)
        start, found = time.monotonic() - began, []
        for _ in range(runs):
            cpu, mongod, began = cpu_of(process), await mongod_cpu(where.store), time.monotonic()
            await asyncio.sleep(seconds)
            took = time.monotonic() - began
            used = {"relay-poller": cpu_of(process) - cpu, "mongod": await mongod_cpu(where.store) - mongod}
            percent = {name: 100 * each / took for name, each in used.items()}
            found.append(Run(percent["relay-poller"], percent))
        if await _touched(where) != before:
            raise SystemExit("a shop was not idle")
        return found, start, peak_rss(process.pid)


async def _follows(where: Place) -> bool:
    """The place in the stream of changes is kept only after everything was compared."""
    return await where.store.collection(Control.WATCHES).find_one({"token": {"$exists": True}}) is not None


async def _touched(where: Place) -> tuple[int, datetime | None]:
    """How many rows there are, and the first that is due."""
    jobs = where.store.collection(Control.JOBS)
    first = await jobs.find_one({"due_at": {"$ne": None}}, sort=[("due_at", 1)])
    return await jobs.count_documents({}), first["due_at"] if first else None


async def compare(given: argparse.Namespace) -> list[Row]:
    async with AsyncExitStack() as stack:
        places: dict[int, Place] = {}
        for count in given.shops:
            places[count] = await fill(*await stack.enter_async_context(place()), count)
            print(f"{count} shops have a schedule", flush=True)
        picks: dict[int, list[Run]] = {count: [] for count in places}
        for turn in range(given.runs):
            for count in places if turn % 2 else reversed(places):
                picks[count].append(await pick(places[count], given.picks))
                print(f"{count:>6} shops: {picks[count][-1].value:6.2f} ms a pick", flush=True)
        rests = {}
        for count, where in places.items():
            rests[count] = await idle(where, given.runs, given.seconds)
            print(f"{count:>6} idle shops: all compared {rests[count][1]:.1f} s after the start", flush=True)
        return rows(picks, rests)


def rows(picks: dict[int, list[Run]], rests: dict[int, tuple[list[Run], float, float]]) -> list[Row]:
    """The fewest shops are the baseline."""
    least, *more = picks
    values = {count: [run.value for run in runs] for count, runs in picks.items()}
    idles = {count: [run.value for run in runs] for count, (runs, _, _) in rests.items()}
    made = []
    for count in more:
        cpu = medians([run.cpu for run in picks[count]])
        name = f"picking the next due job, {count} shops against {least}"
        made.append(compared(name, values[count], values[least], "ms", "<= 1.5", cpu_seconds_per_1000=cpu))
    most = more[-1] if more else least
    rss = {"relay-poller": round(rests[most][2], 1)}
    made.append(measured(f"relay-poller, {most} idle shops", idles[most], "% of a core", "< 5", peak_rss_mb=rss))
    made.append(measured(f"MongoDB meanwhile, {most} shops", [run.cpu["mongod"] for run in rests[most][0]], "% of a core"))
    made.append(measured(f"relay-poller, {least} idle shops", idles[least], "% of a core"))
    each = [
        10_000 * (mine - other) / (most - least) for mine, other in zip(idles[most], idles[least], strict=True) if most > least
    ]
    made += [measured("CPU of one more idle shop", each, "µs a second")] if each else []
    return made


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--shops", type=int, nargs="+", default=[100, 10_000, 50_000], help="sizes, the smallest first")
    parser.add_argument("--picks", type=int, default=100, help="due jobs in a run, at most the smallest size")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of an idle run")
    given = parser.parse_args()
    with servers():
        tell("schedule", uvloop.run(compare(given)), as_json=given.json)


if __name__ == "__main__":
    main()
