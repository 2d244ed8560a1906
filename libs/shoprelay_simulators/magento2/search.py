"""searchCriteria: filter groups, order, pages. https://developer.adobe.com/commerce/webapi/rest/use-rest/performing-searches/"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from shoprelay_simulators.magento2.errors import Refusal, internal
from shoprelay_simulators.magento2.rows import Row
from shoprelay_simulators.messages import Request

_FILTER = re.compile(r"searchCriteria\[filter_?[gG]roups\]\[(\d+)\]\[filters\]\[(\d+)\]\[(field|value|condition_?[tT]ype)\]")
_SORT = re.compile(r"searchCriteria\[sortOrders\]\[(\d+)\]\[(field|direction)\]")
_PAGE = re.compile(r"searchCriteria\[(pageSize|page_size|currentPage|current_page)\]")

_EVERYWHERE = ("entity_id", "created_at", "updated_at")

Number = float | str


@dataclass
class Criteria:
    """Filters of a group are alternatives; groups all hold."""

    groups: dict[int, dict[int, dict[str, str]]] = field(default_factory=dict)
    sorts: dict[int, dict[str, str]] = field(default_factory=dict)
    size: int | None = None
    page: int = 1


def criteria(request: Request, largest: int | None) -> Criteria:
    if not any(name.startswith("searchCriteria") for name, _ in request.query):
        raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "searchCriteria"})
    found = Criteria()
    for name, value in request.query:
        if match := _FILTER.fullmatch(name):
            group = found.groups.setdefault(int(match[1]), {}).setdefault(int(match[2]), {})
            group[match[3].replace("_", "").lower()] = value
        elif match := _SORT.fullmatch(name):
            found.sorts.setdefault(int(match[1]), {})[match[2]] = value
        elif match := _PAGE.fullmatch(name):
            if match[1].startswith("page"):
                found.size = int(value)
            else:
                found.page = max(1, int(value))
    if largest is not None and (found.size or largest) > largest:
        raise Refusal(400, "Maximum SearchCriteria pageSize is %max", {"max": largest})
    return found


def listed(rows: Iterable[Row], wanted: Criteria, names: Mapping[str, str], *, eav: bool) -> tuple[list[Row], int]:
    """The rows of the page, and how many there are. A page past the end is the last page again.

    `names`: what columns are called in the answer (entity_id: id). An unknown column is a refusal in tables of the EAV kind, and
    a fault in others.
    """
    rows = list(rows)
    filtered = [one.get("field", "") for group in wanted.groups.values() for one in group.values()]
    for name in (*filtered, *(sort.get("field", "") for sort in wanted.sorts.values())):
        if name not in _EVERYWHERE and name not in names and not any(name in row for row in rows):
            raise Refusal(400, "Invalid attribute name: %1", [name]) if eav else internal()
    chosen = [
        row for row in rows if all(any(_holds(row, one, names) for one in group.values()) for group in wanted.groups.values())
    ]
    for sort in reversed([wanted.sorts[place] for place in sorted(wanted.sorts)]):
        chosen.sort(key=_by(names.get(sort["field"], sort["field"])), reverse=sort.get("direction", "ASC").upper() == "DESC")
    if wanted.size is None:
        return chosen, len(chosen)
    last = max(1, -(-len(chosen) // wanted.size))
    start = (min(wanted.page, last) - 1) * wanted.size
    return chosen[start : start + wanted.size], len(chosen)


def _by(name: str) -> Callable[[Row], tuple[bool, Number, str]]:
    def key(row: Row) -> tuple[bool, Number, str]:
        value = _comparable(row.get(name))
        return (isinstance(value, str), 0.0, value) if isinstance(value, str) else (False, value, "")

    return key


def _comparable(value: object) -> Number:
    """As MySQL compares: numbers as numbers, text without regard to case."""
    text = str("" if value is None else int(value) if isinstance(value, bool) else value)
    try:
        return float(text)
    except ValueError:
        return text.casefold()


def _holds(row: Row, one: Mapping[str, str], names: Mapping[str, str]) -> bool:
    name = one.get("field", "")
    held, given = row.get(names.get(name, name)), one.get("value", "")
    condition = one.get("conditiontype", "eq")
    if condition in {"null", "notnull"}:
        return (held is None) == (condition == "null")
    if held is None:
        return condition in {"neq", "nin"}
    if condition in {"in", "nin"}:
        return (_comparable(held) in {_comparable(part) for part in given.split(",")}) == (condition == "in")
    if condition == "like":
        return re.fullmatch(re.escape(given).replace("%", ".*"), str(held), re.IGNORECASE) is not None
    left, right = _comparable(held), _comparable(given)
    if isinstance(left, str) != isinstance(right, str):
        left, right = str(held).casefold(), given.casefold()
    return _COMPARE[condition](left, right)


_COMPARE: dict[str, Callable[[Number, Number], bool]] = {
    "eq": lambda a, b: a == b,
    "neq": lambda a, b: a != b,
    "gt": lambda a, b: a > b,  # type: ignore[operator]
    "gteq": lambda a, b: a >= b,  # type: ignore[operator]
    "moreq": lambda a, b: a >= b,  # type: ignore[operator]
    "from": lambda a, b: a >= b,  # type: ignore[operator]
    "lt": lambda a, b: a < b,  # type: ignore[operator]
    "lteq": lambda a, b: a <= b,  # type: ignore[operator]
    "to": lambda a, b: a <= b,  # type: ignore[operator]
}
