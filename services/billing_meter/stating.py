"""Statements: a project's day is over, is counted, is stated, and is published. Late usage becomes an adjustment."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from aiokafka import AIOKafkaProducer
from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from services.billing_meter.settings import MeterSettings
from shoprelay_runtime import metrics
from shoprelay_runtime.billing.rows import counts_of_row, offset_id, statement_id, statement_of, statement_row, time_zones
from shoprelay_runtime.billing.statements import day_end, day_of, difference, line, statement
from shoprelay_runtime.bus import event_headers
from shoprelay_runtime.store import Bson, Control, Session, Store
from shoprelay_schema.events import StatementIssuedV1, StatementLine
from shoprelay_schema.topics import STATEMENTS

MAX_LINES: Final = 5000
"""Lines of one statement, well within a Kafka record; what a larger day has more follows as its next numbers."""
_AT_ONCE: Final = 100
_EARLIEST: Final = ZoneInfo("Etc/GMT-14")  # where a day ends first


class ProjectDay(NamedTuple):
    """A calendar day of a project."""

    project: ObjectId
    day: date
    zone: ZoneInfo


async def read_through(store: Store, topic: str, partitions: Iterable[int]) -> datetime | None:
    """The moment up to which every partition is counted: what was committed to it until then; None while one is not known."""
    wanted = {offset_id(topic, partition) for partition in partitions}
    rows = store.collection(Control.OFFSETS).find({"_id": {"$in": list(wanted)}, "through": {"$exists": True}})
    found = {row["_id"]: row["through"] async for row in rows}
    return min(found.values()) if wanted and found.keys() == wanted else None


async def due(store: Store, settings: MeterSettings, through: datetime, now: datetime) -> list[ProjectDay]:
    """Some days that have something unstated, were over `grace_seconds` before `through`, and were not stated just now."""
    ended = through - timedelta(seconds=settings.grace_seconds)
    match = {"unstated": True, "day": {"$lt": day_of(ended, _EARLIEST).isoformat()}}
    group = {"_id": {"project": "$project", "day": "$day"}}
    rows = await store.collection(Control.COUNTERS).aggregate([{"$match": match}, {"$group": group}]).to_list(None)
    zones = await time_zones(store, {row["_id"]["project"] for row in rows})
    days = [
        ProjectDay(key["project"], date.fromisoformat(key["day"]), zones[key["project"]])
        for key in (row["_id"] for row in rows)
        if key["project"] in zones
    ]
    over = sorted((d for d in days if day_end(d.day, d.zone) <= ended), key=lambda d: (d.day, d.project))
    recent = await _stated_since(store, now - timedelta(seconds=settings.adjust_seconds))
    return [d for d in over if (d.project, d.day.isoformat()) not in recent][:_AT_ONCE]


async def _stated_since(store: Store, moment: datetime) -> set[tuple[ObjectId, str]]:
    rows = store.collection(Control.STATEMENTS).find({"stated_at": {"$gt": moment}}, {"project": 1, "day": 1})
    return {(row["project"], row["day"]) async for row in rows}


async def state(store: Store, what: ProjectDay, now: datetime) -> list[StatementIssuedV1]:
    """Write statements of a day until nothing of it is unstated; gives what was written, which may be nothing.

    When another process states the same day at the same moment, one of the two finds its number taken and leaves it at that.
    """
    written = []
    try:
        while True:
            async with store.transaction() as session:
                rows, event = await _next(store, session, what, now)
            if event:
                written.append(event)
            if len(rows) < MAX_LINES:
                return written
    except DuplicateKeyError:
        return written


async def _next(
    store: Store, session: Session, what: ProjectDay, now: datetime
) -> tuple[Sequence[Bson], StatementIssuedV1 | None]:
    about = {"project": what.project, "day": what.day.isoformat()}
    counters = store.collection(Control.COUNTERS)
    rows = await counters.find({**about, "unstated": True}, session=session).sort("company", 1).to_list(MAX_LINES)
    before = [statement_of(row) async for row in store.collection(Control.STATEMENTS).find(about, session=session)]
    lines = _unstated_lines(rows, before, what.day)
    event = statement(what.project, what.day, what.zone, len(before), lines, now) if lines else None
    if event:
        await store.collection(Control.STATEMENTS).insert_one(statement_row(event), session=session)
    # A counter that grew meanwhile makes this a write conflict: then nothing is written and the day is looked at again.
    await counters.update_many({"_id": {"$in": [row["_id"] for row in rows]}}, {"$unset": {"unstated": ""}}, session=session)
    return rows, event


def _unstated_lines(rows: Iterable[Bson], before: Iterable[StatementIssuedV1], day: date) -> list[StatementLine]:
    stated: dict[ObjectId, list[StatementLine]] = defaultdict(list)
    for each in before:
        for stated_line in each.lines:
            stated[stated_line.company_id].append(stated_line)
    owed = (line(row["company"], counts_of_row(row), day) for row in rows)
    return [left for each in owed if (left := difference(each, stated[each.company_id]))]


async def publish(store: Store, settings: MeterSettings, producer: AIOKafkaProducer) -> int:
    """Publish the statements that are not marked as published, and mark them; a crash between the two repeats the same event."""
    rows = store.collection(Control.STATEMENTS)
    waiting = await rows.find({"unpublished": True}).sort([("day", 1), ("project", 1), ("number", 1)]).to_list(_AT_ONCE)
    for row in waiting:
        event = statement_of(row)
        key = str(event.project)
        headers = event_headers(
            event.type, statement_id(event), f"/projects/{key}", event.day.isoformat(), event.issued_at, project=key
        )
        value = event.model_dump_json().encode()
        await producer.send_and_wait(settings.named(STATEMENTS.name), value, key.encode(), headers=headers)
        metrics.EVENTS.labels(STATEMENTS.name, event.type).inc()
        await rows.update_one({"_id": row["_id"]}, {"$unset": {"unpublished": ""}})
    return len(waiting)
