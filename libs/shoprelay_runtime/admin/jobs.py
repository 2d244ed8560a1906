"""The poll schedule as a projection of the webshops' documents: one row per webshop, resource and mode.

The switches and stamps that operators see and edit stand on the document; the row says when the poll is due and how far it
has come. A row's `watermark` is the moment up to which the shop has been read; the document's stamp is a copy of it. A poll that
was never switched on has no row.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from bson import ObjectId
from pymongo import DeleteOne, UpdateOne

from shoprelay_relays.registry import by_id
from shoprelay_relays.spec import Relay
from shoprelay_runtime.admin.modes import (
    CHANGES,
    DAILY,
    DATE,
    HISTORY,
    MEANWHILE,
    OPEN,
    POLLED,
    SUBSCRIBE,
    SWEEP,
    WEBHOOK_URL,
    WEBHOOKS,
    catch_all_date,
    every,
    imports,
    klass,
    parts,
    polls,
    stamp,
    switch,
)
from shoprelay_runtime.codec import unseal
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.direct_reads import READ
from shoprelay_runtime.projects import STATUS_LISTS, Project
from shoprelay_runtime.store import Bson, Control, Session, Store

PAUSED: Final = "paused_imports"
"""The webshop's attribute that names the resources whose import (a poll of everything) waits for the operator."""
WHOLE: Final = "*"
"""The remote_id of a direct read of the whole resource."""
_LEFT: Final = {"lease_until": None, "owner": None}
"""Nobody works on the row. Who did cannot save a position any more, and stops at its next page."""
_FRESH: Final = {**_LEFT, "cursor": None, "until": None, "failures": 0}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A row as the webshop's document wants it.

    `stamped`: up to when it has read. `again`: it is asked for anew. `first`: when it comes the first time.
    """

    resource: str
    mode: str
    on: bool
    stamped: datetime | None
    again: bool
    first: datetime
    every: timedelta
    since: datetime | str | None = None

    def due(self, row: Bson | None, now: datetime) -> datetime | None:
        """When it comes: what is rare waits for its time after a stop as well."""
        if not self.on:
            return None
        if row is None:
            return self.first
        if self.again or self.mode in CHANGES:
            return now
        # A round of open orders that never ran counts from when it was asked for.
        since = self.stamped or (row.get("everything_at") if self.mode in OPEN else None)
        return max(now, since + self.every) if since else now


def job_id(webshop: ObjectId, resource: str, mode: str) -> str:
    """The `_id` of a poll's row."""
    return f"{webshop}:{resource}:{mode}"


async def reconcile(
    store: Store,
    project: Project,
    webshop: ObjectId,
    now: datetime,
    again: Collection[str] = (),
    session: Session | None = None,
) -> Bson | None:
    """Make the rows of a webshop say what its document says, and return the document; None when it is gone.

    `again`: names of stamps that were set to null, for imports that are asked for again (found here as well when the stamp is
    still null). Without it, a repeat changes nothing. KeyError when this version does not have the shop's relay.
    """
    rows = store.collection(Control.JOBS)
    # The rows first: a poll stamps the document before its row, so a row that is ahead of the document read later was reset.
    present = {row["_id"]: row async for row in rows.find({"webshop": webshop}, session=session)}
    document = await store.database(project.database)["webshops"].find_one({"_id": webshop}, session=session)
    if document is None:
        return None
    relay = by_id(document["relay_id"])
    changes: list[Any] = []
    others = [*_others(document, relay, now, present), *_meanwhile(document, relay, now, present)]
    for wanted in [*_polls(project, document, relay, now, present, again), *others]:
        row = present.pop(job_id(webshop, wanted.resource, wanted.mode), None)
        changes += _changes(project.id, document, relay, now, wanted, row)
    changes += _read_changes(document, now, present)
    if changes:
        await rows.bulk_write(changes, ordered=False, session=session)
    return document


def _polls(
    project: Project, webshop: Bson, relay: Relay, now: datetime, rows: dict[str, Bson], again: Collection[str]
) -> Iterator[_Wanted]:
    """The contract's polls, each with its switch and its stamp."""
    date = _date(project, webshop)
    for resource, mode in polls(relay):
        row = rows.get(job_id(webshop["_id"], resource.name, mode))
        stamped, since = _moment(webshop.get(stamp(resource.name, mode))), date if mode in HISTORY else None
        asked = stamp(resource.name, mode) in again or (stamped is None and row is not None and row.get("watermark") is not None)
        moved = row is not None and row.get(DATE) != since
        whole = asked or (row is not None and row.get("watermark") is None)
        waits = imports(mode, None if whole else stamped) and _paused(webshop, resource.name)
        interval = every(resource, mode)
        # What is open comes with the first import: there is nothing to ask for at once.
        before = now if mode in OPEN and not webshop.get("got_started_at") else stamped
        first = max(now, before + interval) if before and mode not in CHANGES else now
        on = bool(webshop.get("active") and webshop.get(switch(resource.name, mode)) and not waits)
        yield _Wanted(resource.name, mode, on, stamped, asked or moved, first, interval, since)


def _others(webshop: Bson, relay: Relay, now: datetime, rows: dict[str, Bson]) -> Iterator[_Wanted]:
    """What has no switch and no stamp of its own: it runs while any poll of its class does, its webhooks while the shop does."""
    classes = {r.name for r, mode in polls(relay) if webshop.get(switch(r.name, mode))} if webshop.get("active") else set()
    found = [(r.name, mode.value, klass(r.name) in classes, every(r, mode)) for r, mode in parts(relay)]
    for resource in relay.resources:
        if resource.sweep and (resource.pages or resource.sweep_pages):
            name = resource.name
            found.append((name, SWEEP, klass(name) in classes and not _paused(webshop, klass(name)), resource.sweep))
    if relay.webhook and relay.webhook.subscribe and (webshop.get("config") or {}).get(WEBHOOK_URL):
        found.append((WEBHOOKS, SUBSCRIBE, bool(webshop.get("active")), DAILY))
    for name, mode, on, interval in found:
        row = rows.get(job_id(webshop["_id"], name, mode))
        yield _Wanted(name, mode, on, (row or {}).get("watermark") or now, again=False, first=now + interval, every=interval)


def _paused(webshop: Bson, resource: str) -> bool:
    return resource in (webshop.get(PAUSED) or ())


def _moment(value: Any) -> datetime | None:
    """A stamp; what an operator wrote there that is no time asks for everything, as null does."""
    return value if isinstance(value, datetime) else None


def _date(project: Project, webshop: Bson) -> datetime | str | None:
    """The catch-all date; what is none stays a text, of which the poll complains."""
    given = (webshop.get("config") or {}).get(DATE)
    try:
        opened = unseal(project.cipher, "webshops", {"config": {DATE: given}})["config"] if given is not None else {}
        return catch_all_date(opened, project.settings)
    except (ValueError, DecryptionFailed) as error:
        return str(error)


def _meanwhile(webshop: Bson, relay: Relay, now: datetime, rows: dict[str, Bson]) -> Iterator[_Wanted]:
    """While an import is paused and no poll of changes can begin where it ended: changes since it was asked for."""
    for resource in relay.resources:
        name = resource.name
        modes = [mode for mode in CHANGES if mode in resource.modes and webshop.get(switch(name, mode))]
        if name not in POLLED or resource.pages is None or not modes:
            continue
        polled = [rows.get(job_id(webshop["_id"], name, mode)) or {} for mode in modes]
        asked = min(row.get("everything_at") or now for row in polled)
        on = webshop.get("active") and _paused(webshop, name) and not any(row.get("watermark") for row in polled)
        row = rows.get(job_id(webshop["_id"], name, MEANWHILE)) or {}
        read = row.get("watermark") or asked
        yield _Wanted(name, MEANWHILE, bool(on), read, again=False, first=now, every=resource.every)


def _changes(project: ObjectId, webshop: Bson, relay: Relay, now: datetime, wanted: _Wanted, row: Bson | None) -> list[UpdateOne]:
    due = wanted.due(row, now)
    if row is None:
        if not (wanted.on or webshop.get(switch(wanted.resource, wanted.mode))):
            return []
        new = {**_row(project, webshop["_id"], relay, wanted), "due_at": due, "everything_at": now}
        return [UpdateOne({"_id": new["_id"]}, {"$setOnInsert": new}, upsert=True)]
    change: Bson = {}
    if wanted.again:
        # The page that a run under way may just be sending has the next number: it is left to that page.
        fresh = {**_FRESH, "watermark": None, "due_at": due, "everything_at": now, **_from(wanted)}
        change = {"$set": fresh, "$inc": {"seq": 1}}
    elif (due is None) != (row.get("due_at") is None):
        change = {"$set": {**_LEFT, "due_at": due}}
    return [UpdateOne({"_id": row["_id"]}, change)] if change else []


def _row(project: ObjectId, webshop: ObjectId, relay: Relay, wanted: _Wanted) -> Bson:
    row = {
        "_id": job_id(webshop, wanted.resource, wanted.mode),
        "project": project,
        "webshop": webshop,
        "relay": relay.name,
        "resource": wanted.resource,
        "mode": str(wanted.mode),
        "watermark": wanted.stamped,
        "seq": 0,
    }
    return {**_FRESH, **row, **_from(wanted)}


def _from(wanted: _Wanted) -> Bson:
    return {DATE: wanted.since} if wanted.mode in HISTORY else {}


def _read_changes(webshop: Bson, now: datetime, rows: dict[str, Bson]) -> list[Any]:
    """Direct reads wait while their shop is stopped; polls that the relay does not serve any more go."""
    changes: list[Any] = []
    for row in rows.values():
        stopped = row.get("due_at") is None
        if row["mode"] != READ:
            changes.append(DeleteOne({"_id": row["_id"]}))
        elif stopped == bool(webshop.get("active")):
            changes.append(UpdateOne({"_id": row["_id"]}, {"$set": {**_LEFT, "due_at": now if stopped else None}}))
    return changes


def lists_fingerprint(webshop: Bson) -> str:
    """The webshop's status lists as one short text: another text, other lists."""
    lists = [sorted(str(status) for status in webshop.get(f"{name}_status_ids") or ()) for name in STATUS_LISTS]
    return sha256(repr(lists).encode()).hexdigest()


async def forget_place(store: Store, webshop: ObjectId) -> None:
    """Let runs under way begin anew: their page marks mean nothing at another address. Up to when was read stays."""
    # The watermarks stay: a shop that moved is the same shop, and a resync reads one that is another.
    begun = {"webshop": webshop, "cursor": {"$ne": None}}
    await store.collection(Control.JOBS).update_many(begun, {"$set": _FRESH, "$inc": {"seq": 1}})
