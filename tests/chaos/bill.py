"""The bill once more: counts become amounts by rules of the auditor's own, after docs/adr/0011 and the contract's prices."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from tests.chaos.evidence import Told
from tests.chaos.promises import KINDS, Counts, Promise

# In millionths of a euro: a month for each company that exchanged data, and each piece of traffic.
_MONTH = 2_990_000
_PRICES = {"outgoing_requests": 100, "incoming_requests": 20, "incoming_product_requests": 4, "pieces": 2}
_AMOUNTS = ("account_fee", "traffic_fee", "total")
Days = dict[tuple[str, str], Counter[str]]
"""(company, day) -> what was exchanged."""


def by_day(counts: Counts, companies: Mapping[str, str], away: timedelta) -> Days:
    """`companies`: by webshop; `away`: how far from UTC the project's days begin."""
    days: Days = defaultdict(Counter)
    for (webshop, quarter), each in counts.items():
        days[companies[webshop], day_of(datetime.fromisoformat(quarter), away)].update(each)
    return dict(days)


def day_of(moment: datetime, away: timedelta) -> str:
    return (moment + away).date().isoformat()


def owed(day: str, counts: Mapping[str, int]) -> dict[str, int]:
    """A company's line: counts, and amounts in millionths. What a month leaves over goes to its first days, one each."""
    that = date.fromisoformat(day)
    share, left = divmod(_MONTH, calendar.monthrange(that.year, that.month)[1])
    line = {kind: counts.get(kind, 0) for kind in KINDS}
    line["account_fee"] = share + (that.day <= left)
    line["traffic_fee"] = sum(line[kind] * price for kind, price in _PRICES.items())
    return {**line, "total": line["account_fee"] + line["traffic_fee"]}


def statements_right(days: Days, told: Sequence[Told], rows: Iterable[Mapping[str, Any]], over: str) -> Promise:
    """`days`: what the raw log says; `told`: statements.v1; `rows`: the statements as stored; `over`: earlier days ended."""
    promise = Promise("statements: what the raw log and the shops say, to the last digit; each number once; stored as told")
    promise.expect(told, "there is no statement")
    by_id: dict[str, dict[str, Any]] = {}
    for record in told:
        value = orjson.loads(record.value or b"{}")
        known = by_id.setdefault(record.headers["ce_id"], value)
        promise.expect(known == value, f"the statement {record.headers['ce_id']} came with different contents")
    stored = {str(row["_id"]): row for row in rows}
    promise.expect(by_id.keys() == stored.keys(), f"told and not stored, or not told: {sorted(by_id.keys() ^ stored.keys())[:3]}")
    for name in by_id.keys() & stored.keys():
        promise.expect(_shown(by_id[name]) == _shown(stored[name]), f"the statement {name} is told as it is not stored")
    _numbers(promise, by_id)
    _sums(promise, by_id, {key: counts for key, counts in days.items() if key[1] < over})
    return promise


def _shown(statement: Mapping[str, Any]) -> Any:
    return [statement[name] for name in ("day", "number", "lines", "total")]


def _numbers(promise: Promise, statements: Mapping[str, Mapping[str, Any]]) -> None:
    """Of each day 0, 1, 2 and so on."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for each in statements.values():
        numbers[each["day"]].append(each["number"])
        lines = sum(_micro(line["total"]) for line in each["lines"])
        promise.expect(lines == _micro(each["total"]), f"{each['day']} number {each['number']}: the lines are not the total")
    for day, found in numbers.items():
        promise.expect(sorted(found) == list(range(len(found))), f"{day} has the numbers {sorted(found)}")


def _sums(promise: Promise, statements: Mapping[str, Mapping[str, Any]], days: Days) -> None:
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in statements.values():
        for line in each["lines"]:
            amounts = {name: _micro(line[name]) for name in _AMOUNTS}
            sums[line["company_id"], each["day"]].update({**{kind: line[kind] for kind in KINDS}, **amounts})
    for key in sums.keys() | days.keys():
        expected, found = owed(key[1], days[key]) if key in days else {}, dict(sums.get(key, {}))
        promise.expect(expected == found, f"{key}: owed {expected}, stated {found}")


def _micro(amount: str) -> int:
    """Millionths; a statement has no smaller part."""
    found = Decimal(amount) * 10**6
    if found != found.to_integral_value():
        raise ValueError(f"{amount} is no whole number of millionths")
    return int(found)
