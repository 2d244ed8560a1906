"""Who works on what: turns on shops, and the due jobs of a shop.

A shop is gentle ground: one poller works on it at a time, over all processes. So what is leased is the shop, by its row in
`shops`, and a turn takes the shop's due jobs one after the other. Each job it takes carries the turn's name, which is new for
every turn: a poller that lost its lease (it was stopped, and woke up) finds another name there and can save nothing.
Leases compare the clocks of pollers: these must agree to within a few seconds.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.relay_poller.clock import now
from services.relay_poller.fairness import Fairness
from shoprelay_runtime import metrics
from shoprelay_runtime.admin.modes import CHANGES, DATE, HISTORY, SWEEP
from shoprelay_runtime.forgetting import forget_polls
from shoprelay_runtime.store import Bson, Control, Store

_LATE = metrics.OLDEST.labels("relay-poller", "jobs")


class Lost(Exception):
    """Another turn, an operator's edit or a pause took the job over: what was under way stops and saves nothing."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to work on one shop until the lease ends. `owner` is its name."""

    project: ObjectId
    webshop: ObjectId
    owner: str


async def next_turn(store: Store, fairness: Fairness, busy: set[ObjectId], lease: timedelta) -> Turn | None:
    """A turn on a shop of the project that has the fewest, and there on the one that has waited longest; None when there is
    nothing to do.

    `busy`: shops to pass over; those that are found to be in other hands are added.
    """
    while True:
        row = await _waiting_longest(store, await fairness.ranks(), busy)
        _LATE.set((now() - row["due_at"]).total_seconds() if row else 0)
        if row is None:
            return None
        turn = Turn(row["project"], row["webshop"], secrets.token_hex(8))
        if await _take(store, turn, lease):
            if not await fairness.exceeds(turn.project, turn.webshop):
                return turn
            await end_turn(store, turn, None)
        busy.add(turn.webshop)
        await _put_off(store, turn.webshop)


async def _waiting_longest(store: Store, ranks: list[list[ObjectId]], busy: set[ObjectId]) -> Bson | None:
    for projects in ranks:
        due = {"project": {"$in": projects}, "due_at": {"$lte": now()}, "webshop": {"$nin": list(busy)}}
        fields = {"project": 1, "webshop": 1, "due_at": 1}
        row: Bson | None = await store.collection(Control.JOBS).find_one(due, fields, sort=[("due_at", 1)])
        if row is not None:
            return row
    return None


async def _take(store: Store, turn: Turn, lease: timedelta) -> bool:
    free = {"_id": turn.webshop, "$or": [{"lease_until": None}, {"lease_until": {"$lte": now()}}]}
    mine = {"$set": {"owner": turn.owner, "lease_until": now() + lease, "taken_at": now(), "project": turn.project}}
    try:
        await store.collection(Control.SHOPS).update_one(free, mine, upsert=True)
    except DuplicateKeyError:
        return False
    return True


async def _put_off(store: Store, webshop: ObjectId) -> None:
    """What is due on a shop that wants quiet is due when the quiet ends: until then nobody need look at it."""
    shop = await store.collection(Control.SHOPS).find_one({"_id": webshop, "owner": None, "lease_until": {"$gt": now()}})
    if shop is not None:
        await put_off(store, webshop, shop["lease_until"])


async def put_off(store: Store, webshop: ObjectId, until: datetime) -> None:
    """Let nothing of this shop be due before then."""
    early = {"webshop": webshop, "due_at": {"$lt": until, "$ne": None}}
    await store.collection(Control.JOBS).update_many(early, {"$set": {"due_at": until}})


async def waiting(store: Store, webshop: ObjectId) -> list[str]:
    """The resources of the shop's jobs that are due."""
    due = {"webshop": webshop, "due_at": {"$lte": now()}}
    found: list[str] = await store.collection(Control.JOBS).distinct("resource", due)
    return found


async def next_job(store: Store, turn: Turn, lease: timedelta) -> Bson | None:
    """The shop's job that has been due the longest, taken; None when nothing is due."""
    mine = {"$set": {"owner": turn.owner, "lease_until": now() + lease}}
    due = {"webshop": turn.webshop, "due_at": {"$lte": now()}}
    found: Bson | None = await store.collection(Control.JOBS).find_one_and_update(
        due, mine, sort=[("due_at", 1)], return_document=ReturnDocument.AFTER
    )
    return found


async def others_wait(store: Store, job: str) -> bool:
    """Whether another job, of this shop or of any, is due and in nobody's hands."""
    free = [{"lease_until": None}, {"lease_until": {"$lte": now()}}]
    due = {"due_at": {"$lte": now()}, "_id": {"$ne": job}, "$or": free}
    return await store.collection(Control.JOBS).find_one(due, {"_id": 1}) is not None


async def extend(store: Store, turn: Turn, lease: timedelta) -> bool:
    """Prolong the lease; False when it is another's."""
    until = {"$set": {"lease_until": now() + lease}}
    shop = await store.collection(Control.SHOPS).update_one({"_id": turn.webshop, "owner": turn.owner}, until)
    await store.collection(Control.JOBS).update_many({"webshop": turn.webshop, "owner": turn.owner}, until)
    return bool(shop.matched_count)


async def end_turn(store: Store, turn: Turn, quiet_until: datetime | None) -> None:
    """Give the shop back; with `quiet_until`, nobody works on it before then."""
    left = {"$set": {"owner": None, "lease_until": quiet_until}}
    await store.collection(Control.SHOPS).update_one({"_id": turn.webshop, "owner": turn.owner}, left)
    if quiet_until is not None:
        await put_off(store, turn.webshop, quiet_until)


async def save(store: Store, turn: Turn, job: Bson, change: dict[str, Any], *, seq: int | None = None) -> None:
    """Change a job's row if it is still this turn's (and at this `seq`); Lost when it is not."""
    mine: Bson = {"_id": job["_id"], "owner": turn.owner}
    if seq is not None:
        mine["seq"] = seq
    if not (await store.collection(Control.JOBS).update_one(mine, change)).matched_count:
        raise Lost(job["_id"])


async def drop_jobs(store: Store, webshop: ObjectId) -> None:
    """Forget what was planned for a shop that exists no more."""
    await forget_polls(store, webshop)


async def suspend(store: Store, webshop: ObjectId) -> None:
    """Nothing of a stopped shop is due."""
    await store.collection(Control.JOBS).update_many({"webshop": webshop}, {"$set": {"due_at": None}})


async def twins(store: Store, job: Bson, begun: datetime) -> list[str]:
    """Other modes of the job's resource that waited for everything when this run began: the same list, asked for once."""
    rows = store.collection(Control.JOBS).find(_twin(job, begun), {"mode": 1})
    return [row["mode"] async for row in rows if row["_id"] != job["_id"]]


async def finish_twin(store: Store, job: Bson, mode: str, begun: datetime, place: Bson) -> None:
    """A twin has what this run brought, unless it was asked for again meanwhile."""
    await store.collection(Control.JOBS).update_one({**_twin(job, begun), "mode": mode}, {"$set": place})


def _twin(job: Bson, begun: datetime) -> Bson:
    same = {"webshop": job["webshop"], "resource": job["resource"], "mode": {"$in": [*CHANGES, *HISTORY]}, DATE: None}
    return {**same, "watermark": None, "cursor": None, "due_at": {"$ne": None}, "everything_at": {"$lte": begun}}


async def put_off_sweep(store: Store, job: Bson, due: datetime) -> None:
    """Everything was just listed: a sweep that has not begun can wait for its time."""
    waiting = {"webshop": job["webshop"], "resource": job["resource"], "mode": SWEEP, "cursor": None, "owner": None}
    await store.collection(Control.JOBS).update_many({**waiting, "due_at": {"$ne": None}}, {"$set": {"due_at": due}})


async def wake(store: Store, webshop: ObjectId) -> None:
    """End a shop's quiet: what waits for its end, or after a failure, is due at once."""
    quiet = await store.collection(Control.SHOPS).find_one_and_update(
        {"_id": webshop, "owner": None}, {"$set": {"lease_until": None}}
    )
    waits: list[Bson] = [{"failures": {"$gt": 0}, "due_at": {"$ne": None}}]
    if quiet and quiet.get("lease_until"):
        waits.append({"due_at": quiet["lease_until"]})
    jobs = store.collection(Control.JOBS)
    await jobs.update_many({"webshop": webshop, "$or": waits}, {"$set": {"due_at": now(), "failures": 0}})
