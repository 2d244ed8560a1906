"""Walking a list that changes meanwhile, without losing a row of it.

By date, rows of one second come in any order and pages lose and repeat them, and a row that changes slides from a page that was
read to one that was not. So the walk goes by id: `filter[id]=>[last]`, sorted by id, within a date range that has no upper end.
Every row that is in the list from the first request to the last is returned once, new ones come last.
https://devdocs.prestashop-project.org/8/webservice/tutorials/advanced-use/additional-list-parameters/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import Overloaded
from shoprelay_relays.prestashop.payload import Unreadable
from shoprelay_relays.prestashop.reader import Reader, Rows

LARGEST, SMALLEST = 50, 5


@dataclass(slots=True)
class Place:
    """Where a walk stands: which of its parts, the last id, the page size that the shop can bear, and the bound it began with."""

    part: int = 0
    last: int = 0
    size: int = LARGEST
    since: str = ""

    @classmethod
    def read(cls, cursor: str | None) -> "Place | None":
        return cls(*orjson.loads(cursor)) if cursor else None

    def written(self) -> str:
        return orjson.dumps([self.part, self.last, self.size, self.since]).decode()


@dataclass(frozen=True, slots=True)
class Step:
    """Rows of one step, the ids of those that cannot be read, the shop's clock, and whether the list ends with it."""

    rows: Rows
    unreadable: list[str]
    asked_at: datetime
    clock: datetime | None
    ended: bool


async def step(reader: Reader, path: str, filters: Mapping[str, str], place: Place, display: str = "full") -> Step:
    """The rows after `place.last`, which moves on. A shop that runs out of time is asked for half as many."""
    while True:
        try:
            return await _step(reader, path, filters, place, display)
        except Overloaded:
            if place.size <= SMALLEST:
                raise
            place.size = max(SMALLEST, place.size // 2)


async def _step(reader: Reader, path: str, filters: Mapping[str, str], place: Place, display: str) -> Step:
    asked = {**filters, "filter[id]": f">[{place.last}]", "sort": "[id_ASC]", "limit": f"0,{place.size}"}
    unreadable: list[str] = []
    try:
        answer = await reader.get(path, {**asked, "display": display})
        rows, ids = answer.rows, [int(row["id"]) for row in answer.rows]
    except Unreadable:
        answer = await reader.get(path, {**asked, "display": "[id]"})
        ids = [int(row["id"]) for row in answer.rows]
        rows, unreadable = await reader.readable(path, [str(one) for one in ids])
    _check(path, ids, place)
    place.last = max([place.last, *ids])
    return Step(rows, unreadable, answer.asked_at, answer.clock, ended=len(ids) < place.size)


def _check(path: str, ids: list[int], place: Place) -> None:
    """PrestaShop drops a filter that it does not know, with 200 and all rows: a walk would go round for ever."""
    if ids != sorted(set(ids)) or len(ids) > place.size or (ids and ids[0] <= place.last):
        raise ShopTrouble(f"GET {path}: the shop does not keep to the filter, the order or the limit that it was asked for")
