"""One retry of dead letters at a time. Two would end each other: the later one fences the earlier one's Kafka producer.

Whoever retries holds the only row of `turns` and shows every second or so that it lives. The next one waits for it; from one that
died it takes the turn over. The database's clock decides, since operators' machines differ.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from bson import ObjectId
from pymongo import ReturnDocument

from shoprelay_runtime.admin.errors import AdminError
from shoprelay_runtime.store import Bson, Control, Session, Store
from shoprelay_schema.documents.base import iso

LEASE_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 15.0
_BEAT_SECONDS: Final = 1.0
_ROW: Final = "dead_letters"
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def turn(store: Store) -> AsyncIterator[ObjectId]:
    """Hold the turn until left; gives the name to `keep` it by. AdminError when another retry lives and takes long."""
    mine = ObjectId()
    await _take(store, mine)
    beating = asyncio.create_task(_beat(store, mine))
    try:
        yield mine
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        await store.collection(Control.TURNS).update_one(
            {"_id": _ROW, "owner": mine}, {"$set": {"owner": None, "until": _LONG_AGO}}
        )


async def keep(store: Store, mine: ObjectId, session: Session | None = None) -> None:
    """Hold the turn on, in a transaction until its end; AdminError when another one has taken it over."""
    done = await store.collection(Control.TURNS).update_one({"_id": _ROW, "owner": mine}, _held(), session=session)
    if done.matched_count == 0:
        raise AdminError("another retry has begun meanwhile; see what is still open: shoprelay dlq list")


async def _take(store: Store, mine: ObjectId) -> None:
    rows, until = store.collection(Control.TURNS), time.monotonic() + PATIENCE_SECONDS
    free = {"_id": _ROW, "$expr": {"$lt": ["$until", "$$NOW"]}}
    while True:
        before = await _before(store)
        taken = [{"$set": {"owner": mine, "since": "$$NOW"}}, *_held()]
        if await rows.find_one_and_update(free, taken, return_document=ReturnDocument.AFTER):
            return
        if time.monotonic() > until:
            since = f" since {iso(before['since'])}" if "since" in before else ""
            raise AdminError(
                f"another retry is under way{since}; nothing was put back by this one. Type it again when that is through"
            )
        await asyncio.sleep(0.2)


async def _before(store: Store) -> Bson:
    """The row, which is there from now on."""
    row = await store.collection(Control.TURNS).find_one_and_update(
        {"_id": _ROW}, {"$setOnInsert": {"until": _LONG_AGO}}, upsert=True, return_document=ReturnDocument.AFTER
    )
    return dict(row)


async def _beat(store: Store, mine: ObjectId) -> None:
    while True:
        await asyncio.sleep(_BEAT_SECONDS)
        await keep(store, mine)


def _held() -> list[dict[str, Any]]:
    return [{"$set": {"until": {"$add": ["$$NOW", int(LEASE_SECONDS * 1000)]}}}]
