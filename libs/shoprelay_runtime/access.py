"""The tokens that an operator's programs show, and what they open."""

import time
from base64 import b64decode
from binascii import Error
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bson import ObjectId

from shoprelay_runtime.crypto import token_hash
from shoprelay_runtime.store import Bson, Control, Store

KEPT_SECONDS: Final = 1.0
_LONGEST: Final = 512
_MOST: Final = 10_000


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
    return await _opened(store, kind, token_hash(token)) if token else None


async def _opened(store: Store, kind: TokenKind, hashed: str) -> ObjectId | None:
    alive = {"$or": [{"until": None}, {"until": {"$gt": datetime.now(UTC)}}]}
    wanted = {"tokens": {"$elemMatch": {"kind": kind.value, "hash": hashed, **alive}}, "destroyed_at": None}
    row = await store.collection(Control.PROJECTS).find_one(wanted, {"_id": 1})
    return None if row is None else ObjectId(row["_id"])


class Openings:
    """What tokens open, remembered for KEPT_SECONDS: so long may one be valid that was ended by another process.

    Tokens that open nothing are not remembered: anybody may invent them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[tuple[TokenKind, str], tuple[float, ObjectId]] = {}

    async def opened_by(self, kind: TokenKind, header: str) -> ObjectId | None:
        """As the function of this name."""
        token = basic(header)
        if not token:
            return None
        key = kind, token_hash(token)
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        began = time.monotonic()
        project = await _opened(self._store, *key)
        if project is None:
            self._kept.pop(key, None)
            return None
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = began, project
        return project

    def forget(self) -> None:
        """Look at every token anew: one may have been ended in this process."""
        self._kept.clear()
