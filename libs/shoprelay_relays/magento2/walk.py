"""Walking a list that changes meanwhile, without losing a row of it.

Pages by number are of no use for that: a row that leaves the list moves all later ones up, rows of one second come in any order,
and a page past the end is the last page again, for ever. So each request asks for the rows behind the last one seen
(`entity_id` greater, ascending by it, page 1): what leaves moves nothing, what is new comes last, and `total_count` is what is
left, which says where the list ends.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
import orjson

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import Answer, Overloaded
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.criteria import Groups, query
from shoprelay_relays.spec import Json

LARGEST, SMALLEST = 100, 5


@dataclass(frozen=True, slots=True)
class List:
    """A list of the API: its path, the id that filters go by and what rows call it. `fields`: what of a row is asked for."""

    path: str
    key: str = "entity_id"
    own: str = "entity_id"
    fields: str = ""


@dataclass(slots=True)
class Place:
    """Where a walk stands: the last id seen and the page size that the shop can bear."""

    last: int = 0
    size: int = LARGEST

    @classmethod
    def read(cls, cursor: str | None, size: int = LARGEST) -> "Place":
        return cls(*orjson.loads(cursor)) if cursor else cls(size=size)

    def written(self) -> str:
        return orjson.dumps([self.last, self.size]).decode()


@dataclass(frozen=True, slots=True)
class Step:
    """New rows of one step; `cursor` is None at the end of the list."""

    rows: Sequence[dict[str, Json]]
    asked_at: datetime
    cursor: str | None
    requests: int


async def walk(shop: httpx.AsyncClient, where: List, groups: Groups, place: Place) -> AsyncIterator[Step]:
    """The rows that all groups hold for, resumed from `place`."""
    while True:
        rows, total, asked_at, requests = await _behind(shop, where, groups, place)
        ended = total <= len(rows)
        if rows:
            place.last = row_id(rows[-1], where)
        yield Step(rows, asked_at, None if ended else place.written(), requests)
        if ended:
            return


async def everything(shop: httpx.AsyncClient, where: List, groups: Groups = ()) -> tuple[list[dict[str, Json]], int]:
    """All rows at once, and how many requests they took."""
    rows: list[dict[str, Json]] = []
    requests = 0
    async for step in walk(shop, where, groups, Place()):
        rows += step.rows
        requests += step.requests
    return rows, requests


async def _behind(
    shop: httpx.AsyncClient, where: List, groups: Groups, place: Place
) -> tuple[list[dict[str, Json]], int, datetime, int]:
    """(rows, how many are left with them, when it was asked, requests). Rows that exist and are not shown take up places: while
    a page has none to show, the next one is asked for.
    """
    page, requests, first = 1, 0, None
    while True:
        answer, asked = await _page(shop, where, groups, place, page)
        requests += asked
        first = first or answer.asked_at
        rows, total = _listed(answer.body, where)
        if not rows and page * place.size < total:
            page += 1
            continue
        _check_order(rows, where, place)
        return rows, total if rows else 0, first, requests


async def _page(shop: httpx.AsyncClient, where: List, groups: Groups, place: Place, page: int) -> tuple[Answer, int]:
    """One page; a shop that runs out of time, or allows no such page, is asked for half as many rows."""
    requests = 0
    while True:
        behind = [[(where.key, "gt", str(place.last))]] if place.last else []
        asked = query([*groups, *behind], where.key, place.size, page, where.fields)
        requests += 1
        try:
            return await get(shop, where.path, asked), requests
        except Overloaded:
            if place.size <= SMALLEST:
                raise
            place.size = max(SMALLEST, place.size // 2)


def _listed(body: Json, where: List) -> tuple[list[dict[str, Json]], int]:
    rows = (body.get("items") or []) if isinstance(body, dict) else None
    total = body.get("total_count") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not isinstance(total, int) or not all(isinstance(row, dict) for row in rows):
        raise ShopTrouble(f"GET {where.path}: expected items and total_count")
    return rows, total


def _check_order(rows: Sequence[Json], where: List, place: Place) -> None:
    """What lies between the shop and us (caches, firewalls) has been seen to drop parts of a query."""
    ids = [row_id(row, where) for row in rows]
    if ids != sorted(set(ids)) or (ids and ids[0] <= place.last):
        raise ShopTrouble(f"GET {where.path}: the rows are not those that were asked for")


def row_id(row: Json, where: List) -> int:
    """The id that the walk goes by."""
    found = row.get(where.own)
    if not str(found).isdigit():
        raise ShopTrouble(f"GET {where.path}: expected rows with {where.own}")
    return int(str(found))
