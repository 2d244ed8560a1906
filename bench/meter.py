"""How fast billing-meter counts usage, each event exactly once, against counters that are merely added to.

- `billing-meter`: one process as it runs, with usage events of one day and 200 companies that wait in usage.v1, in batches of
  1,000. About one event in a hundred comes a second time at the end. Counters, the ids of what is counted, and the place in the
  topic change in one transaction; then it issues the day's statement.
- `$inc an event`: Motor adds every event to its company's counter, in bulk writes of the same 1,000 events, with the counters'
  indexes, acknowledged by the majority. It counts what comes twice twice, and after a crash begins anew.
- `$inc a company`: the same, but what a batch has of a company is added up first, as billing-meter does it.

The baselines have the events in memory: they read no topic and decode nothing. The service's run is measured from when some of
its events are counted (its start is not in it) to when all are, and counts only when each company's counter and its line of the
only statement (stored, and on statements.v1) are the sums of the events, each taken once.
"""

import argparse
import json
import os
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import uvloop
from bson import ObjectId
from pymongo import IndexModel, UpdateOne

from bench.figures import Row, compared, measured, medians, options, peak_rss, tell
from bench.history import everything, until
from bench.place import logged, place, servers
from bench.processes import cpu_of, running, service
from bench.webshops import project
from shoprelay_runtime import bus
from shoprelay_runtime.billing.rows import counts_of_row
from shoprelay_runtime.billing.statements import Counts, counts_of
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.events import StatementIssuedV1, UsageRecordedV1
from shoprelay_schema.topics import STATEMENTS, USAGE

BATCH = 1000
TWICE = 97
"""One event in so many comes twice."""
BARE = {"$inc an event": False, "$inc a company": True}
KINDS = ("billing-meter", *BARE)
Told = dict[str, float]


@dataclass(frozen=True, slots=True)
class Usage:
    """One event; `shop` is its key."""

    id: str
    shop: ObjectId
    company: ObjectId
    counts: Counts


def usages(events: int, companies: int) -> list[Usage]:
    """Different traffic of so many companies with one shop each."""
    rng = random.Random(1)
    shops = [(ObjectId(), ObjectId()) for _ in range(companies)]
    counts = [Counts(rng.randrange(9), rng.randrange(9), rng.randrange(9), rng.randrange(300)) for _ in range(events)]
    return [Usage(f"bench/{number}", *shops[number % companies], each) for number, each in enumerate(counts)]


async def fill(settings: Settings, project_id: ObjectId, found: list[Usage], at: datetime) -> int:
    """Write the events; gives how many records that made."""
    producer, topic = await bus.producer(settings, "bench", linger_ms=20), settings.named(USAGE.name)
    records = [*found, *found[::TWICE]]
    for each in records:
        about = {"project": project_id, "company_id": each.company, "webshop_id": each.shop, "at": at}
        event = UsageRecordedV1(**about, **each.counts._asdict())
        headers = bus.event_headers(event.type, each.id, f"/projects/{project_id}", str(each.shop), at, str(project_id))
        await producer.send(topic, event.model_dump_json().encode(), key=str(each.shop).encode(), headers=headers)
    await producer.stop()  # after all is sent
    if (grown := await logged(settings, USAGE.name)) != len(records):
        raise SystemExit(f"{len(records)} usage events were written, but the topic has {grown}")
    return grown


async def ours(settings: Settings, store: Store, records: int, events: int) -> Told:
    """The service's run."""

    async def counted() -> int:
        return sum([row["offset"] async for row in store.collection(Control.OFFSETS).find({}, {"offset": 1})])

    async with running(settings, service("billing-meter")) as (process, _):
        first = await until(counted, 1, 0.005)
        cpu, began = cpu_of(process), time.monotonic()
        last = await until(counted, records, 0.02)
        seconds, cpu = time.monotonic() - began, cpu_of(process) - cpu
        if first == last:
            raise SystemExit(f"all {records} events were counted at the first look: give more --events")
        published = {"unpublished": {"$exists": False}}
        await until(lambda: store.collection(Control.STATEMENTS).count_documents(published), 1, 0.05)
        stated, rss = time.monotonic() - began - seconds, peak_rss(process.pid)
    share = events * (last - first) / records
    return {"rate": share / seconds, "cpu": cpu / share * 1000, "rss": rss, "stated": stated}


async def check(settings: Settings, store: Store, found: list[Usage]) -> None:
    """Hold counters and statement against the events."""
    due: dict[ObjectId, Counts] = {}
    for each in found:
        due[each.company] = due.get(each.company, Counts()).plus(each.counts)
    counters = {row["company"]: counts_of_row(row) async for row in store.collection(Control.COUNTERS).find()}
    if counters != due:
        raise SystemExit(f"of {len(due)} companies, {sum(counters.get(c) != n for c, n in due.items())} are counted wrongly")
    issued = [StatementIssuedV1.model_validate_json(record.value) async for record in everything(settings, STATEMENTS.name)]
    if [{line.company_id: counts_of(line) for line in statement.lines} for statement in issued] != [due]:
        raise SystemExit(f"{len(issued)} statements were published, and they do not say what was used")


async def bare(store: Store, found: list[Usage], day: str, *, summed: bool) -> Told:
    """A baseline's run, in a collection of its own."""
    counters = store.collection(f"bare_{int(summed)}")
    await counters.create_indexes([IndexModel([("company", 1), ("day", 1)]), IndexModel([("unstated", 1), ("day", 1)])])
    cpu, began = time.process_time(), time.monotonic()
    for first in range(0, len(found), BATCH):
        changes = [(each.company, each.counts) for each in found[first : first + BATCH]]
        if summed:
            sums: dict[ObjectId, Counts] = {}
            for company, counts in changes:
                sums[company] = sums.get(company, Counts()).plus(counts)
            changes = list(sums.items())
        await counters.bulk_write([_added(company, day, counts) for company, counts in changes], ordered=False)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    pieces = Counter({row["company"]: row["pieces"] async for row in counters.find()})
    if pieces.total() != sum(each.counts.pieces for each in found):
        raise SystemExit(f"the baseline counted {pieces.total()} pieces")
    return {"rate": len(found) / seconds, "cpu": cpu / len(found) * 1000}


def _added(company: ObjectId, day: str, counts: Counts) -> UpdateOne:
    change = {"$inc": counts._asdict(), "$set": {"unstated": True}, "$setOnInsert": {"company": company, "day": day}}
    return UpdateOne({"_id": f"{day}:{company}"}, change, upsert=True)


async def run(given: argparse.Namespace, turn: int) -> dict[str, Told]:
    """One run of each, in a place of its own; who begins changes from turn to turn."""
    at = (datetime.now(UTC) - timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
    told: dict[str, Told] = {}
    async with place(given.partitions) as (settings, store):
        owner, found = await project(store, settings), usages(given.events, given.companies)
        for kind in KINDS if turn % 2 else reversed(KINDS):
            if kind in BARE:
                told[kind] = await bare(store, found, f"{at:%Y-%m-%d}", summed=BARE[kind])
            else:
                records = await fill(settings, owner.id, found, at)
                told[kind] = await ours(settings, store, records, given.events)
                await check(settings, store, found)
    return told


def rows(runs: list[dict[str, Told]]) -> list[Row]:
    found = {kind: [run[kind] for run in runs] for kind in KINDS}
    middle = {kind: medians(told) for kind, told in found.items()}
    more = {
        "cpu_seconds_per_1000": {kind: told["cpu"] for kind, told in middle.items()},
        "peak_rss_mb": {"billing-meter": middle["billing-meter"]["rss"]},
    }
    mine = [run["rate"] for run in found["billing-meter"]]
    against = [
        compared(f"usage events, against {kind}", mine, [run["rate"] for run in found[kind]], "events/s", ">= 0.7", **more)
        for kind in BARE
    ]
    stated = {"seconds_to_the_statement": middle["billing-meter"]["stated"]}
    return [measured("usage events", mine, "events/s", ">= 10000", **more, **stated), *against]


async def compare(given: argparse.Namespace) -> list[Row]:
    runs = []
    for turn in range(given.runs):
        runs.append(await run(given, turn))
        print(json.dumps(runs[-1]), flush=True)
    return rows(runs)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--events", type=int, default=200_000, help="usage events that wait")
    parser.add_argument("--companies", type=int, default=200)
    parser.add_argument("--partitions", type=int, default=4)
    given = parser.parse_args()
    # Statements are looked after every 30 seconds otherwise, in the same loop: the counting is not made faster by it.
    os.environ["SHOPRELAY_BILLING_METER_CHECK_SECONDS"] = "1"
    with servers():
        tell("meter", uvloop.run(compare(given)), as_json=given.json)


if __name__ == "__main__":
    main()
