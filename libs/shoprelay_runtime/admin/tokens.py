"""Exchanging a project's tokens while programs still show the old ones."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bson import ObjectId

from shoprelay_runtime.access import TokenKind, token_row
from shoprelay_runtime.admin.errors import Missing
from shoprelay_runtime.crypto import new_token
from shoprelay_runtime.store import Control, Store


@dataclass(frozen=True, slots=True)
class RotatedToken:
    """A new token: only its hash is stored, so this is the one time it can be read. `old_until`: when the ones before end."""

    kind: TokenKind
    token: str = field(repr=False)
    created_at: datetime
    old_until: datetime


async def rotate_token(store: Store, project: ObjectId, kind: TokenKind, overlap: timedelta) -> RotatedToken:
    """Give the project a new token of this kind. The ones before are valid for `overlap` longer, or as long as they were.

    One write: two rotations at a time give two tokens, and both are valid. Tokens that have ended are forgotten.
    """
    token = new_token()
    row = token_row(kind, token)
    old_until = row["created_at"] + overlap
    until, is_old = {"$ifNull": ["$$this.until", old_until]}, {"$eq": ["$$this.kind", kind.value]}
    kept = {"$cond": [is_old, {"$min": [until, old_until]}, "$$this.until"]}
    has_ended = {"$lte": [{"$ifNull": ["$$this.until", row["created_at"] + timedelta(1)]}, row["created_at"]]}
    alive = {"$filter": {"input": "$tokens", "cond": {"$not": [has_ended]}}}
    shortened = {"$map": {"input": alive, "in": {"$mergeObjects": ["$$this", {"until": kept}]}}}
    change = [{"$set": {"tokens": {"$concatArrays": [shortened, [{"$literal": row}]]}}}]
    found = await store.collection(Control.PROJECTS).update_one({"_id": project, "destroyed_at": None}, change)
    if not found.matched_count:
        raise Missing(f"project {project} does not exist")
    return RotatedToken(kind, token, row["created_at"], old_until)
