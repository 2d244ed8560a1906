"""Usage into counters, exactly once: counters, counted ids and input offsets change together or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bson import ObjectId
from pymongo import UpdateOne

from shoprelay_runtime.billing.rows import counter_id
from shoprelay_runtime.billing.statements import Counts
from shoprelay_runtime.billing.usage import Key, Usage, tally
from shoprelay_runtime.store import Control, Session, Store


class Fenced(Exception):
    """Another process counts this partition: its stored offset is no longer the one this process knew."""


class Move(NamedTuple):
    """A partition's stored offset, and where it moves to."""

    known: int
    next: int


async def count(store: Store, zones: Mapping[ObjectId, ZoneInfo], usages: Sequence[Usage], moves: Mapping[str, Move]) -> int:
    """Add usage to the counters and move the offsets, in one transaction; gives how many events were new.

    `moves`: by offset row (see `rows.offset_id`). Fenced, and nothing is counted, when one of them is not where it was known
    to be: a process that was stopped and wakes up cannot count again what its successor has counted.
    """
    async with store.transaction() as session:
        await _move(store, session, moves)
        fresh = await _fresh(store, session, usages)
        if fresh:
            await store.collection(Control.COUNTERS).bulk_write(_increments(zones, fresh), ordered=False, session=session)
    return len(fresh)


async def _move(store: Store, session: Session, moves: Mapping[str, Move]) -> None:
    if not moves:
        return
    updates = [UpdateOne({"_id": row, "offset": move.known}, {"$set": {"offset": move.next}}) for row, move in moves.items()]
    result = await store.collection(Control.OFFSETS).bulk_write(updates, session=session)
    if result.matched_count != len(moves):
        raise Fenced(f"of {', '.join(moves)}, another process has moved {len(moves) - result.matched_count}")


async def _fresh(store: Store, session: Session, usages: Sequence[Usage]) -> list[Usage]:
    """The events whose id was not counted yet, each once; their ids are noted."""
    by_id = {usage.id: usage for usage in usages}
    counted = store.collection(Control.COUNTED)
    async for row in counted.find({"_id": {"$in": list(by_id)}}, session=session):
        del by_id[row["_id"]]
    if by_id:
        now = datetime.now(UTC)
        await counted.insert_many([{"_id": usage, "at": now} for usage in by_id], ordered=False, session=session)
    return list(by_id.values())


def _increments(zones: Mapping[ObjectId, ZoneInfo], usages: Iterable[Usage]) -> list[UpdateOne]:
    # The rows are touched in one order by every process, so that two that meet conflict at their first common row.
    return [_increment(key, counts) for key, counts in sorted(tally(zones, usages).items())]


def _increment(key: Key, counts: Counts) -> UpdateOne:
    project, day, company = key
    about = {"project": project, "day": day.isoformat(), "company": company}
    # `unstated` marks what no statement says yet; the transaction that writes the statement removes it.
    change = {"$inc": counts._asdict(), "$set": {"unstated": True}, "$setOnInsert": about}
    return UpdateOne({"_id": counter_id(project, day, company)}, change, upsert=True)
