"""What the operator's webhook was told, what it answered, and telling it again."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bson import ObjectId

from shoprelay_runtime.admin.errors import AdminError, Missing
from shoprelay_runtime.crypto import Cipher, DecryptionFailed
from shoprelay_runtime.projects import Projects, Unknown
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.documents.base import jsonable

STATES: Final = ("pending", "done", "failed", "disabled")
_LOST: Final = ("failed", "disabled")
_SHOWN: Final = ("_id", "event", "kind", "project", "company", "endpoint", "state", "tries", "created_at", "due_at", "done_at",
                 "last_status", "last_error")  # fmt: skip
_AGO: Final = {"m": "minutes", "h": "hours", "d": "days"}


async def list_deliveries(store: Store, project: ObjectId | None, state: str | None = None, limit: int = 50) -> list[Bson]:
    """The newest deliveries, as JSON values; of all projects when none is named. AdminError for a state that does not exist."""
    if state is not None and state not in STATES:
        raise AdminError(f"state: expected one of {', '.join(STATES)}, got {state!r}")
    query = {**({"state": state} if state else {}), **_of(project)}
    rows = store.collection(Control.DELIVERIES).find(query).sort("created_at", -1).limit(limit)
    return [_shown(row) async for row in rows]


async def show_delivery(
    store: Store, projects: Projects, project: ObjectId | None, delivery: ObjectId, *, with_body: bool = False
) -> Bson:
    """One delivery with every attempt at it, and what was sent when that is asked for. Missing when there is none."""
    row = await _row(store, project, delivery)
    cipher = await _cipher(projects, row["project"])
    attempts = await store.collection(Control.ATTEMPTS).find({"delivery": delivery}).sort("at", 1).to_list(None)
    shown = {**_shown(row), "webhook_id": f"msg_{delivery}", "attempts": [_attempt(cipher, each) for each in attempts]}
    return {**shown, "body": _opened(cipher, "deliveries", "body", row["body"])} if with_body else shown


async def replay_delivery(store: Store, project: ObjectId | None, delivery: ObjectId) -> int:
    """Tell the webhook once more. Missing when there is no such delivery; AdminError when its webhook is switched off."""
    row = await _row(store, project, delivery)
    if not await store.collection(Control.ENDPOINTS).find_one({"_id": row["endpoint"], "active": True}):
        raise AdminError(f"delivery {delivery}: its endpoint is switched off; set the project's webhook first")
    return await _again(store, {"_id": delivery})


async def replay_failed(store: Store, project: ObjectId | None, since: datetime | None = None) -> int:
    """Tell once more what was given up; gives how many. Only where the endpoint is on: the others would be put aside again."""
    active = await store.collection(Control.ENDPOINTS).distinct("_id", {"active": True})
    created = {"created_at": {"$gte": since}} if since else {}
    return await _again(store, {"state": {"$in": _LOST}, "endpoint": {"$in": active}, **created, **_of(project)})


def delivery_id(text: str) -> ObjectId:
    """The id of a delivery, or of the webhook-id that the operator saw; AdminError when it can be neither."""
    if not ObjectId.is_valid(text.removeprefix("msg_")):
        raise AdminError(f"delivery: expected 24 hexadecimal digits, or msg_ and these, got {text!r}")
    return ObjectId(text.removeprefix("msg_"))


def moment(text: str) -> datetime:
    """A time, or how long ago as 30m, 2h, 3d; AdminError for anything else."""
    try:
        if ago := re.fullmatch(r"(\d{1,6})([mhd])", text):
            return datetime.now(UTC) - timedelta(**{_AGO[ago[2]]: int(ago[1])})
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise AdminError(f"since: expected a time, or 30m, 2h, 3d; got {text!r}") from None


def _of(project: ObjectId | None) -> Bson:
    return {"project": project} if project is not None else {}


async def _again(store: Store, query: Bson) -> int:
    now = datetime.now(UTC)
    fresh = {"state": "pending", "due_at": now, "since": now, "tries": 0, "owner": None}
    return (await store.collection(Control.DELIVERIES).update_many(query, {"$set": fresh})).matched_count


async def _row(store: Store, project: ObjectId | None, delivery: ObjectId) -> Bson:
    row = await store.collection(Control.DELIVERIES).find_one({"_id": delivery, **_of(project)})
    if row is None:
        raise Missing(f"there is no delivery {delivery}: they are kept for 60 days", "delivery")
    return row


async def _cipher(projects: Projects, project: ObjectId) -> Cipher | None:
    try:
        return (await projects.get(project)).cipher
    except Unknown:
        return None


def _opened(cipher: Cipher | None, collection: str, attribute: str, text: str | None) -> str | None:
    """The plain text; None when there is none, or when its key is destroyed."""
    try:
        return cipher.open(collection, attribute, text).decode() if cipher and text else None
    except DecryptionFailed:
        return None


def _attempt(cipher: Cipher | None, row: Bson) -> dict[str, Any]:
    shown = {name: jsonable(row.get(name)) for name in ("at", "status", "error")}
    return {**shown, "seconds": round(row["seconds"], 3), "excerpt": _opened(cipher, "attempts", "excerpt", row.get("excerpt"))}


def _shown(row: Bson) -> dict[str, Any]:
    return {name: jsonable(row.get(name)) for name in _SHOWN}
