"""searchCriteria: filters, order and page as the query of a list.

https://developer.adobe.com/commerce/webapi/rest/use-rest/performing-searches/: filters of one group are alternatives, groups all
hold. Times are UTC without a mark, to the second.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from shoprelay_relays.spec import UPDATED, Window

Filter = tuple[str, str, str]
"""field, condition, value"""
Groups = Sequence[Sequence[Filter]]

# Web servers take some 8 KB of address; names of filters and the escaping of values come on top.
_VALUES_LENGTH, _VALUES = 1500, 100


def query(groups: Groups, sort: str, size: int, page: int = 1, fields: str = "") -> dict[str, str | int]:
    """The parameters of one page, ascending by `sort`."""
    found: dict[str, str | int] = {}
    for g, group in enumerate(groups):
        for f, (field, condition, value) in enumerate(group):
            place = f"searchCriteria[filter_groups][{g}][filters][{f}]"
            found |= {f"{place}[field]": field, f"{place}[condition_type]": condition, f"{place}[value]": value}
    order = "searchCriteria[sortOrders][0]"
    found |= {f"{order}[field]": sort, f"{order}[direction]": "ASC"}
    found |= {"searchCriteria[pageSize]": size, "searchCriteria[currentPage]": page}
    return found | ({"fields": f"items[{fields}],total_count"} if fields else {})


def dates(window: Window) -> list[list[Filter]]:
    """The window as filters, both bounds included. A window of updates has no upper bound: a row that changes while the list is
    walked stays in it (and the next poll finds it again).
    """
    if window.since is None:
        return []
    since = _text(math.floor(window.since.timestamp()))
    if window.mode in UPDATED:
        return [[("updated_at", "gteq", since)]]
    return [[("created_at", "gteq", since)], [("created_at", "lteq", _text(math.ceil(window.until.timestamp())))]]


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def any_of(field: str, values: Sequence[str]) -> list[Filter]:
    """One group that holds for any of these values. The condition `in` cannot hold a value with a comma."""
    plain = [value for value in values if "," not in value]
    found: list[Filter] = [(field, "in", ",".join(plain))] if plain else []
    return found + [(field, "eq", value) for value in values if "," in value]


def portions(values: Iterable[str]) -> list[list[str]]:
    """The values in lots that an address can hold."""
    lots: list[list[str]] = []
    length = 0
    for value in dict.fromkeys(values):
        length += len(value.encode()) + 1
        if not lots or length > _VALUES_LENGTH or len(lots[-1]) >= _VALUES:
            lots.append([])
            length = len(value.encode()) + 1
        lots[-1].append(value)
    return lots
