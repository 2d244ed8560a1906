"""What billing keeps in the control database: counters, offsets and statements as rows."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from bson import ObjectId

from shoprelay_runtime.billing.statements import Counts
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.events import StatementIssuedV1

COUNTS: Final = Counts._fields


async def time_zones(store: Store, projects: Iterable[ObjectId]) -> dict[ObjectId, ZoneInfo]:
    """The time zones of those projects that exist or existed: what a destroyed project used is billed too."""
    found = store.collection(Control.PROJECTS).find({"_id": {"$in": list(projects)}}, {"time_zone": 1})
    return {row["_id"]: ZoneInfo(row["time_zone"]) async for row in found}


def offset_id(topic: str, partition: int) -> str:
    """The `_id` of a partition's row in `offsets`: {offset: the first that is not counted, through: see billing-meter}."""
    return f"{topic}:{partition}"


def counter_id(project: ObjectId, day: date, company: ObjectId) -> str:
    """The `_id` of a row in `counters`: {project, day, company, the four counts, unstated: true while no statement says it}."""
    return f"{project}:{day}:{company}"


def counts_of_row(row: Bson) -> Counts:
    """A counter's counts."""
    return Counts(*(row[name] for name in COUNTS))


def statement_id(event: StatementIssuedV1) -> str:
    """A statement's id, as a row and as an event; the same at every publication."""
    return f"{event.project}/{event.day}/{event.number}"


def statement_row(event: StatementIssuedV1) -> Bson:
    """A statement as a row: its JSON (amounts as text), its project as an id, when it was stated; not published yet."""
    values = event.model_dump(mode="json")
    about = {"_id": statement_id(event), "project": event.project, "stated_at": event.issued_at, "unpublished": True}
    return {**values, **about}


def statement_of(row: Bson) -> StatementIssuedV1:
    """Undo `statement_row`."""
    return StatementIssuedV1.model_validate({name: row[name] for name in StatementIssuedV1.model_fields})
