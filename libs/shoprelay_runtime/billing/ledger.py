"""What was counted and stated, read back from the control database."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bson import ObjectId

from shoprelay_runtime.billing.rows import counts_of_row, statement_of
from shoprelay_runtime.billing.statements import Counts, line, total
from shoprelay_runtime.store import Bson, Control, Session, Store
from shoprelay_schema.events import StatementIssuedV1, StatementLine


class Account(NamedTuple):
    """A project as far as the bill is concerned. Destroyed ones are billed for what they used."""

    id: ObjectId
    name: str
    time_zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the bill: None is all of it; both days are included."""

    projects: frozenset[ObjectId] | None = None
    first: date | None = None
    last: date | None = None
    company: ObjectId | None = None

    def includes(self, project: ObjectId, day: date, company: ObjectId) -> bool:
        """Whether a company's day is part of it."""
        return (
            (self.projects is None or project in self.projects)
            and (self.first or date.min) <= day <= (self.last or date.max)
            and self.company in {None, company}
        )

    def query(self) -> Bson:
        """Projects and days as a MongoDB query; `day` is ISO text, which sorts as days do."""
        bounds = {"$gte": (self.first or date.min).isoformat(), "$lte": (self.last or date.max).isoformat()}
        projects: dict[str, Any] = {} if self.projects is None else {"project": {"$in": list(self.projects)}}
        return {**projects, "day": bounds}


@dataclass(slots=True)
class Day:
    """A project's day: the counters by company, the companies with something that no statement says, and the statements."""

    counts: dict[ObjectId, Counts] = field(default_factory=dict)
    unstated: set[ObjectId] = field(default_factory=set)
    statements: list[StatementIssuedV1] = field(default_factory=list)

    @property
    def state(self) -> str:
        """open: not stated yet; stated; late: stated, and an adjustment will follow."""
        if not self.statements:
            return "open"
        return "late" if self.unstated else "stated"

    def lines(self, day: date) -> list[StatementLine]:
        """What each company owes by its counters."""
        return [line(company, counts, day) for company, counts in sorted(self.counts.items())]

    def stated_lines(self) -> dict[ObjectId, list[StatementLine]]:
        """The lines of all statements by company."""
        lines: dict[ObjectId, list[StatementLine]] = defaultdict(list)
        for each in (each for statement in self.statements for each in statement.lines):
            lines[each.company_id].append(each)
        return dict(lines)


Ledger = dict[tuple[ObjectId, date], Day]


async def accounts(store: Store, name: str | None = None) -> list[Account]:
    """Every project, or those with this name or id."""
    query: Bson = {}
    if name is not None:
        query = {"_id": ObjectId(name)} if ObjectId.is_valid(name) else {"name": name}
    rows = store.collection(Control.PROJECTS).find(query, {"name": 1, "time_zone": 1}).sort("name")
    return [Account(row["_id"], row["name"], ZoneInfo(row["time_zone"])) async for row in rows]


async def read(store: Store, wanted: Wanted, session: Session | None = None) -> Ledger:
    """Counters and statements of the wanted days. A statement has all its lines, also of companies that are not wanted."""
    ledger: Ledger = defaultdict(Day)
    async for row in store.collection(Control.COUNTERS).find(wanted.query(), session=session):
        key = (row["project"], date.fromisoformat(row["day"]))
        if wanted.includes(*key, row["company"]):
            ledger[key].counts[row["company"]] = counts_of_row(row)
            if row.get("unstated"):
                ledger[key].unstated.add(row["company"])
    statements = store.collection(Control.STATEMENTS).find(wanted.query(), session=session).sort("number", 1)
    for event in [statement_of(row) async for row in statements]:
        if _concerns(event, wanted.company):
            ledger[event.project, event.day].statements.append(event)
    return dict(ledger)


def bill_of(account: Account, found: Ledger) -> dict[str, Any]:
    """A project's bill as JSON values: {project, name, time_zone, days, total}; amounts (EUR) are decimal text."""
    running, days = Decimal(0), []
    for (_, day), content in sorted((key, content) for key, content in found.items() if key[0] == account.id):
        lines = content.lines(day)
        running += total(lines)
        shown = [each.model_dump(mode="json") for each in lines]
        about = {"day": day.isoformat(), "state": content.state, "statements": len(content.statements)}
        days.append({**about, "lines": shown, "total": f"{total(lines):f}", "running_total": f"{running:f}"})
    about = {"project": str(account.id), "name": account.name, "time_zone": account.time_zone.key}
    return {**about, "days": days, "total": f"{running:f}"}


def _concerns(event: StatementIssuedV1, company: ObjectId | None) -> bool:
    return company is None or company in companies(event.lines)


def companies(lines: Iterable[StatementLine]) -> set[ObjectId]:
    """The companies of lines."""
    return {each.company_id for each in lines}
