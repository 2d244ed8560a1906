"""The tokens that an operator's programs show, and what they open."""

from base64 import b64decode
from binascii import Error
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bson import ObjectId

from shoprelay_runtime.crypto import token_hash
from shoprelay_runtime.store import Bson, Control, Store

_LONGEST: Final = 512


class TokenKind(StrEnum):
    """What a token opens."""

    PROJECT_API = "project_api"
    SHOP_API = "shop_api"
    SESSION_FORWARDING = "session_forwarding"


def token_row(kind: TokenKind, token: str) -> Bson:
    """What a project keeps of a token. `until`: when it ends; None: when it is replaced."""
    return {"kind": kind.value, "hash": token_hash(token), "created_at": datetime.now(UTC), "until": None}


def basic(header: str) -> str:
    """The token of `Authorization: Basic base64(token)`, "" for anything else. A colon after it is cut off."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > _LONGEST:
        return ""
    try:
        return b64decode(encoded.strip(), validate=True).decode().strip().removesuffix(":")
    except (Error, UnicodeDecodeError):
        return ""


async def opened_by(store: Store, kind: TokenKind, header: str) -> ObjectId | None:
    """The project that this Authorization header opens, None when it opens none.

    The token is looked up by its hash: what an attacker could learn from the time is about hashes, which they cannot choose.
    """
    token = basic(header)
    if not token:
        return None
    alive = {"$or": [{"until": None}, {"until": {"$gt": datetime.now(UTC)}}]}
    wanted = {"tokens": {"$elemMatch": {"kind": kind.value, "hash": token_hash(token), **alive}}, "destroyed_at": None}
    row = await store.collection(Control.PROJECTS).find_one(wanted, {"_id": 1})
    return None if row is None else ObjectId(row["_id"])
