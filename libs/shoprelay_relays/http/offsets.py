"""Walking a list that is cut by places (offset and limit), without losing a row of it while it changes.

A row that leaves the list moves all later ones up, past the next cut; one that is put in front moves them down. So each answer
has to begin on known ground, with a row that was seen: then all that follow it are there, in whichever direction the list is
sorted. Where it does not, the walk steps back until it does. What was seen already is left out, by id.

So every row that is in the list from the first request to the last is given once, as long as rows keep their order.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import Overloaded
from shoprelay_relays.spec import Json

LARGEST, SMALLEST = 100, 5
# A cursor has no room for more. A run itself remembers enough to step back over fifty pages without giving a row twice.
_KEPT, _REMEMBERED = 20, 5000

Row = dict[str, Json]
Fetch = Callable[[int, int], Awaitable[tuple[Sequence[Row], datetime]]]
"""(offset, limit) to the rows there and when they were asked for; Overloaded asks for a smaller page."""


@dataclass(slots=True)
class Place:
    """Where a walk stands: how many places it passed, the ids of the last rows there, and the page size that the shop can bear.

    `part` is the caller's own: which of several lists.
    """

    part: int = 0
    passed: int = 0
    last: list[str] = field(default_factory=list)
    size: int = LARGEST

    @classmethod
    def read(cls, cursor: str | None, size: int = LARGEST) -> "Place":
        return cls(*orjson.loads(cursor)) if cursor else cls(size=size)

    def written(self) -> str:
        return orjson.dumps([self.part, self.passed, self.last, self.size]).decode()

    def next_part(self) -> None:
        self.part, self.passed, self.last = self.part + 1, 0, []


@dataclass(frozen=True, slots=True)
class Step:
    """New rows. An answer of hardly any rows ends the list: shops may give less than they are asked for, and a list that grows
    with each request never has an answer with nothing new.
    """

    rows: Sequence[Row]
    asked_at: datetime
    requests: int
    ended: bool


async def walk(fetch: Fetch, own: Callable[[Row], str], place: Place) -> AsyncIterator[Step]:
    """The rows behind `place`, which moves on with each step. `own` gives a row's id. ShopTrouble when the list does not move."""
    seen = dict.fromkeys(place.last)
    before: list[str] = []
    requests = 0
    while True:
        rows, asked_at, asked = await _on_known_ground(fetch, own, place, seen)
        requests += asked
        fresh, ended, ids = [row for row in rows if own(row) not in seen], len(rows) < SMALLEST, [*map(own, rows)]
        # Nothing new is not the end: after a step back, and when rows came in front, pages of known rows lead to new ones.
        if ids == before and asked == 1 and not ended:
            raise ShopTrouble("expected other rows at another offset, got the same again")
        _remember(seen, ids, place)
        if fresh or ended:
            yield Step(fresh, asked_at, requests, ended)
            requests = 0
        if ended:
            return
        before = ids


def _remember(seen: dict[str, None], ids: list[str], place: Place) -> None:
    seen.update(dict.fromkeys(ids))
    for old in list(seen)[:-_REMEMBERED]:
        del seen[old]
    place.last = list(seen)[-_KEPT:]


async def _on_known_ground(
    fetch: Fetch, own: Callable[[Row], str], place: Place, seen: Mapping[str, None]
) -> tuple[Sequence[Row], datetime, int]:
    """The rows from the last one that was seen on, or from the beginning where none of those before is there any more."""
    back, requests = 1, 0
    while True:
        start = max(0, place.passed - back)
        requests += 1
        try:
            rows, asked_at = await fetch(start, place.size)
        except Overloaded:
            if place.size <= SMALLEST:
                raise
            place.size = max(SMALLEST, place.size // 2)
            continue
        if start == 0 or (rows and own(rows[0]) in seen):
            place.passed = start + len(rows)
            return rows, asked_at, requests
        back += place.size
