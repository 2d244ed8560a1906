"""Days, lines and statements. Only the daily fee is rounded (see `prices.daily_fee`), so every total is the sum of its parts."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bson import ObjectId

from shoprelay_runtime.billing.prices import PRICES, UNIT, PriceList, daily_fee, price_list
from shoprelay_schema.events import StatementIssuedV1, StatementLine, UsageRecordedV1


class Counts(NamedTuple):
    """What is counted, in pieces. A company with counts of zero has exchanged data that is free, and is active."""

    outgoing_requests: int = 0
    incoming_requests: int = 0
    incoming_product_requests: int = 0
    pieces: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))

    def minus(self, other: "Counts") -> "Counts":
        """What this has more than the other; negative where it has less."""
        return Counts(*(a - b for a, b in zip(self, other, strict=True)))


def counts_of(item: UsageRecordedV1 | StatementLine) -> Counts:
    """The four counts of an event or of a line."""
    return Counts(item.outgoing_requests, item.incoming_requests, item.incoming_product_requests, item.pieces)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The project's calendar day that a moment falls on."""
    return at.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The moment (UTC) a calendar day begins; where midnight is skipped, the moment it is skipped."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """The moment (UTC) a calendar day is over: 23, 24 or 25 hours after its start."""
    return day_start(day + timedelta(days=1), zone)


def line(company: ObjectId, counts: Counts, day: date, table: Sequence[PriceList] = PRICES) -> StatementLine:
    """What a company that exchanged data owes for a day: one daily fee, whatever its number of shops, and its traffic."""
    prices = price_list(day, table)
    each = (prices.outgoing_request, prices.incoming_request, prices.incoming_product_request, prices.piece)
    traffic = sum((n * price for n, price in zip(counts, each, strict=True)), Decimal(0)).quantize(UNIT)
    return _line(company, counts, daily_fee(day, prices.month), traffic)


def _line(company: ObjectId, counts: Counts, account_fee: Decimal, traffic_fee: Decimal) -> StatementLine:
    fees = {"account_fee": account_fee, "traffic_fee": traffic_fee, "total": account_fee + traffic_fee}
    return StatementLine(company_id=company, **counts._asdict(), **fees)


def sum_lines(company: ObjectId, lines: Iterable[StatementLine]) -> StatementLine:
    """One line that says what several of a company's say together; zero when there are none."""
    summed = _line(company, Counts(), 0 * UNIT, 0 * UNIT)
    for each in lines:
        counts = counts_of(summed).plus(counts_of(each))
        summed = _line(company, counts, summed.account_fee + each.account_fee, summed.traffic_fee + each.traffic_fee)
    return summed


def difference(due: StatementLine, stated: Iterable[StatementLine]) -> StatementLine | None:
    """The line of an adjustment: what is due less what was stated already; None when there is no difference."""
    said = sum_lines(due.company_id, stated)
    counts = counts_of(due).minus(counts_of(said))
    left = _line(due.company_id, counts, due.account_fee - said.account_fee, due.traffic_fee - said.traffic_fee)
    return left if any(counts) or left.account_fee or left.traffic_fee else None


def total(lines: Iterable[StatementLine]) -> Decimal:
    """The sum of the lines."""
    return sum((each.total for each in lines), 0 * UNIT)


def statement(
    project: ObjectId,
    day: date,
    zone: ZoneInfo,
    number: int,
    lines: Iterable[StatementLine],
    issued_at: datetime,
    table: Sequence[PriceList] = PRICES,
) -> StatementIssuedV1:
    """A day's statement (number 0) or one of its adjustments; lines in the order of their companies."""
    ordered = tuple(sorted(lines, key=lambda each: each.company_id))
    return StatementIssuedV1(
        project=project,
        day=day,
        time_zone=zone.key,
        number=number,
        prices_since=price_list(day, table).since,
        lines=ordered,
        total=total(ordered),
        issued_at=issued_at,
    )
