"""Walking a list that changes meanwhile, without losing a row of it.

WooCommerce can only cut a list by position, so a row that leaves the list moves all later rows up, past the next cut. Three
choices make the walk whole:

- The order is `id` ascending. By date, rows that share a second come back in any order, and pages lose some and repeat others.
- The list has no upper bound by modified time: a row that changes meanwhile stays in it (and is found again by the next poll).
  Only a deletion, or a status that the list excludes, takes a row out; new rows have the highest ids and come last.
- Each request starts one row early (`offset`), at the last row seen. When an answer starts behind that row, rows before it have
  left: the walk steps back until it meets known ground and goes on from there. What was seen already is left out, by id.

So every row that is in the list from the first request to the last is returned once.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
import orjson

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import Overloaded
from shoprelay_relays.spec import Json, Record
from shoprelay_relays.woocommerce.client import Answer, get

LARGEST, SMALLEST = 100, 5

Params = Mapping[str, str | int]


@dataclass(slots=True)
class Place:
    """Where a walk stands: which of its lists, the next offset, the last id seen and the page size that the shop can bear."""

    part: int = 0
    at: int = 0
    last: int = 0
    size: int = LARGEST

    @classmethod
    def read(cls, cursor: str | None, size: int = LARGEST) -> "Place":
        return cls(*orjson.loads(cursor)) if cursor else cls(size=size)

    def written(self) -> str:
        return orjson.dumps([self.part, self.at, self.last, self.size]).decode()


@dataclass(frozen=True, slots=True)
class Step:
    """New rows of one step. `requests` counts retries and steps back as well; `cursor` is None at the end of the last list."""

    rows: Sequence[Json]
    asked_at: datetime
    cursor: str | None
    requests: int
    total: int | None = None
    """Rows of the list, where the shop tells (X-WP-Total)."""


async def walk(shop: httpx.AsyncClient, path: str, lists: Sequence[Params], place: Place) -> AsyncIterator[Step]:
    """The rows of one path under each of these filters in turn, resumed from `place`."""
    while True:
        answer, fresh, ended, requests = await _next(shop, path, lists[place.part], place)
        if ended:
            place.part, place.at, place.last = place.part + 1, 0, 0
        over = place.part == len(lists)
        yield Step(fresh, answer.asked_at, None if over else place.written(), requests, answer.total)
        if over:
            return


async def _next(shop: httpx.AsyncClient, path: str, params: Params, place: Place) -> tuple[Answer, list[Json], bool, int]:
    """Moves on until there are new rows or the list ends."""
    total, first = 0, None
    known: tuple[int | None] | None = None
    while True:
        answer, requests = await _page(shop, path, params, place)
        first, total = first or answer, total + requests
        ids = [row_id(row) for row in answer.body]
        if place.at and (not ids or ids[0] > place.last) and known != (answer.total,):
            place.at = max(0, place.at - place.size)
            continue
        fresh = [row for row, number in zip(answer.body, ids, strict=True) if number > place.last]
        ended = len(ids) < place.size and (answer.total is None or place.at + place.size >= answer.total)
        place.last = max([place.last, *ids])
        place.at += place.size - 1
        # Known ground and nothing new on it: while the total stays, a gap behind it is rows that the key may not read.
        known = (answer.total,)
        if fresh or ended:
            return Answer(answer.body, first.asked_at, answer.total), fresh, ended, total


async def _page(shop: httpx.AsyncClient, path: str, params: Params, place: Place) -> tuple[Answer, int]:
    """One page; a shop that runs out of time is asked for half as many rows."""
    requests = 0
    while True:
        asked = {**params, "orderby": "id", "order": "asc", "per_page": place.size, "offset": place.at}
        requests += 1
        try:
            answer = await get(shop, path, asked)
        except Overloaded:
            if place.size <= SMALLEST:
                raise
            place.size = max(SMALLEST, place.size // 2)
            continue
        if not isinstance(answer.body, list):
            raise ShopTrouble(f"GET {path}: expected a list")
        return answer, requests


def row_id(row: Json) -> int:
    """The id that the walk goes by."""
    found = row.get("id") if isinstance(row, dict) else None
    if not str(found).isdigit():
        raise ShopTrouble("expected a list of rows with ids")
    return int(str(found))


def record(resource: str, row: Json, remote_id: str | None = None) -> Record:
    """The row as a record."""
    return Record.of(resource, remote_id or str(row_id(row)), row)
