"""Filters, order and limit, with the surprises of the real ones.

An operator that is not known is dropped without a word, and all rows come back; ranges include both ends; without an order, and
among rows that are equal in it, the order is nobody's promise.
"""

import random
import re
from collections.abc import Mapping, Sequence

from shoprelay_simulators.prestashop.errors import Refusal, died
from shoprelay_simulators.prestashop.kinds import Kind

Row = dict[str, object]

_FILTER = re.compile(r"filter\[(\w+)\]")
_VALUE = re.compile(r"(?P<operator>[^\[\]]*)\[(?P<value>.*)\](?P<after>%?)", re.DOTALL)
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?")


def select(rows: Sequence[Row], kind: Kind, params: Mapping[str, str], rng: random.Random) -> list[Row]:
    """The rows that these parameters ask for; the last of two filters on one field wins (a mapping has but one)."""
    dated = params.get("date") == "1"
    found = list(rows)
    for name, value in params.items():
        if match := _FILTER.fullmatch(name):
            field = match[1]
            _check_filter(field, kind, rows, dated=dated)
            spoken = params.get("language", "")
            found = [row for row in found if _any_fits(row.get(field, ""), value, spoken, field in kind.dates)]
    rng.shuffle(found)
    for field, way in reversed(_order(params.get("sort", ""), kind, dated=dated)):
        found.sort(key=lambda row, field=field: _sortable(str(row.get(field, ""))), reverse=way == "DESC")  # type: ignore[misc]
    return _limited(found, params.get("limit"))


def _check_filter(field: str, kind: Kind, rows: Sequence[Row], *, dated: bool) -> None:
    if field in kind.dynamic:
        raise Refusal(400, (34, f"The field {field} is dynamic. It is not possible to filter GET query with this field."))
    if field in {"date_add", "date_upd"} and not dated:
        raise Refusal(400, (32, "This filter does not exist for this linked table"))
    if field in {"date_add", "date_upd"} and field not in kind.dates:
        raise died()
    if rows and field not in rows[0]:
        raise Refusal(400, (32, 'This filter does not exist. Did you mean: "id"?'))


def _any_fits(own: object, asked: str, spoken: str, date: bool) -> bool:
    """A translated field is looked at in all languages, or in that which was asked for."""
    if not isinstance(own, list):
        return _fits(str(own), asked, date)
    return any(_fits(each["value"], asked, date) for each in own if spoken in {"", each["id"]})


def _fits(own: str, asked: str, date: bool) -> bool:
    match = _VALUE.fullmatch(asked)
    if match is None:
        return own.lower() == asked.lower()
    operator, after, value = match["operator"], match["after"], match["value"]
    if operator in {">", "<"}:
        return _beyond(own, value, operator, date)
    if operator == "%" or after:
        return _like(own.lower(), value.lower(), operator == "%", bool(after))
    if operator in {"", "!"}:
        return _within(own, value, date) == (operator == "")
    return True


def _like(own: str, value: str, before: bool, after: bool) -> bool:
    if before and after:
        return value in own
    return own.endswith(value) if before else own.startswith(value)


def _within(own: str, value: str, date: bool) -> bool:
    if "," in value and value.count(",") == 1:
        first, last = sorted(_sortable(_day(part, date)) for part in value.split(","))
        return first <= _sortable(own) <= last
    return any(own.lower() == _day(part, date).lower() for part in value.split("|"))


def _beyond(own: str, value: str, operator: str, date: bool) -> bool:
    if date and not _DATE.fullmatch(value):
        return operator == ">"  # MySQL makes the zero date of it
    mine, other = _sortable(own), _sortable(_day(value, date))
    return mine > other if operator == ">" else mine < other


def _day(value: str, date: bool) -> str:
    match = _DATE.fullmatch(value) if date else None
    if match is None:
        return value
    time = match[2] or "00:00:00"
    return f"{match[1]} {time if len(time) == len('00:00:00') else f'{time}:00'}"


def _sortable(value: str) -> tuple[int, float, str]:
    number = value.removeprefix("-").replace(".", "", 1)
    return (0, float(value), "") if number.isdigit() else (1, 0.0, value.lower())


def _order(sort: str, kind: Kind, *, dated: bool) -> list[tuple[str, str]]:
    found = []
    for part in sort.strip("[]").split(",") if sort else []:
        field, _, way = part.rpartition("_")
        if field in {"date_add", "date_upd"} and not dated:
            raise Refusal(400, (38, f"Unable to filter by this field: {field}"))
        if way not in {"ASC", "DESC"} or (field.startswith("date_") and field not in kind.dates):
            raise Refusal(400, (37, "The sort value is not correct"))
        found.append((field, way))
    return found


def _limited(rows: list[Row], limit: str | None) -> list[Row]:
    if limit is None:
        return rows
    parts = limit.split(",")
    if len(parts) > 2:  # noqa: PLR2004
        raise Refusal(400, (39, 'The "limit" value has to be formed as this example: "5,25" or "10"'))
    if any(part.startswith("-") for part in parts):
        raise died()
    numbers = [int(part) if part.isdigit() else 0 for part in parts]
    start, count = (0, numbers[0]) if len(numbers) == 1 else numbers
    return rows[start : start + count]
