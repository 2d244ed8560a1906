"""Asking the poller for a direct read: a row of the schedule."""

from datetime import datetime
from typing import Final

from bson import ObjectId
from pymongo import UpdateOne

from shoprelay_runtime.store import Bson

ReadAsked = tuple[ObjectId, ObjectId, str, str, str]
"""A direct read that is needed: (project, webshop, relay, resource, remote_id)."""
READ: Final = "read"
"""The mode of such a row."""


def read_job(asked: ReadAsked, now: datetime, due: datetime | None = None) -> UpdateOne:
    """The change of the schedule. A read that is under way is asked again: it may have left before this was known."""
    project, webshop, relay, resource, remote_id = asked
    row: Bson = {"project": project, "webshop": webshop, "relay": relay, "mode": READ, "resource": resource}
    row["remote_id"] = remote_id
    change = {
        "$set": row,
        "$min": {"due_at": due or now},
        "$inc": {"asked": 1},
        "$max": {"seq": int(now.timestamp() * 1000)},
        "$setOnInsert": {"lease_until": None, "owner": None},
    }
    return UpdateOne({"_id": f"{webshop}:{resource}:{READ}:{remote_id}"}, change, upsert=True)
