"""The poll schedule as a projection of the webshops' documents: one row per webshop, resource and mode.

The switches and stamps that operators see and edit stand on the document; the row says when the poll is due and how far it
has come. A row's `watermark` is the moment up to which the shop has been read; the document's stamp is a copy of it.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from bson import ObjectId
from pymongo import DeleteOne, UpdateOne

from shoprelay_relays.registry import by_id
from shoprelay_relays.spec import Mode, Relay
from shoprelay_runtime.projects import STATUS_LISTS, Project
from shoprelay_runtime.store import Bson, Control, Session, Store

POLLED: Final = ("orders", "products", "customers", "categories", "statuses")
"""The contract's resources that a webshop has switches and stamps for."""
SERVED: Final = (Mode.CREATED_SINCE_LAST_REQUEST, Mode.UPDATED_SINCE_LAST_REQUEST)
"""The modes that are scheduled; switching on another one does nothing yet."""
READ: Final = "read"
"""The mode of a direct read's row."""
PAUSED: Final = "paused_imports"
"""The webshop's attribute that names the resources whose import (a poll of everything) waits for the operator."""
WHOLE: Final = "*"
"""The remote_id of a direct read of the whole resource."""
_LEFT: Final = {"lease_until": None, "owner": None}
"""Nobody works on the row. Who did cannot save a position any more, and stops at its next page."""
_FRESH: Final = {**_LEFT, "cursor": None, "until": None, "failures": 0}


def switch(resource: str, mode: str) -> str:
    """The webshop's attribute that says whether this is polled."""
    return f"get_{resource}_{mode}"


def stamp(resource: str, mode: str) -> str:
    """The webshop's attribute that says up to when this was polled; null asks for everything again."""
    return f"got_{resource}_{mode}_at"


def polls(relay: Relay) -> Iterator[tuple[str, Mode]]:
    """What a relay can be polled for: of the 24 polls of the contract those that it and the schedule serve."""
    for resource in relay.resources:
        if resource.name in POLLED and resource.pages is not None:
            yield from ((resource.name, mode) for mode in SERVED if mode in resource.modes)


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
    for resource, mode in polls(relay):
        row = present.pop(job_id(webshop, resource, mode), None)
        changes += _poll_changes(project.id, document, relay, now, resource, mode, row, stamp(resource, mode) in again)
    changes += _read_changes(document, now, present)
    if changes:
        await rows.bulk_write(changes, ordered=False, session=session)
    return document


def _poll_changes(
    project: ObjectId, webshop: Bson, relay: Relay, now: datetime, resource: str, mode: Mode, row: Bson | None, again: bool
) -> list[Any]:
    stamped = webshop.get(stamp(resource, mode))
    everything = stamped is None or again or (row is not None and row.get("watermark") is None)
    paused = everything and resource in (webshop.get(PAUSED) or ())
    due = now if webshop.get("active") and webshop.get(switch(resource, mode)) and not paused else None
    if row is None:
        new = {**_row(project, webshop["_id"], relay, resource, mode, stamped, due), "everything_at": now}
        return [UpdateOne({"_id": new["_id"]}, {"$setOnInsert": new}, upsert=True)]
    change: Bson = {}
    if again or (stamped is None and row.get("watermark") is not None):
        # The page that a run under way may just be sending has the next number: it is left to that page.
        change = {"$set": {**_FRESH, "watermark": None, "due_at": due, "everything_at": now}, "$inc": {"seq": 1}}
    elif (due is None) != (row.get("due_at") is None):
        change = {"$set": {**_LEFT, "due_at": due}}
    return [UpdateOne({"_id": row["_id"]}, change)] if change else []


def _row(
    project: ObjectId,
    webshop: ObjectId,
    relay: Relay,
    resource: str,
    mode: Mode,
    watermark: datetime | None,
    due: datetime | None,
) -> Bson:
    row = {"_id": job_id(webshop, resource, mode), "project": project, "webshop": webshop, "relay": relay.name}
    return {**_FRESH, **row, "resource": resource, "mode": mode.value, "watermark": watermark, "due_at": due, "seq": 0}


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
