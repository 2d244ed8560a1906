"""Walking a list by date, without losing a row of it.

In which order the platform gives rows is not said, and between two pages a row that changes slides to another place. So nothing
is read page by page: time is cut into slices, and each slice is one answer. The last slice has no end. A record that changes
meanwhile is dated anew and moves to a later slice; whoever is in the list all the time is in one of the answers.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from shoprelay_relays.hostedshop.client import Answer, listed
from shoprelay_relays.hostedshop.times import FORMAT, local
from shoprelay_relays.http.asking import Overloaded
from shoprelay_relays.spec import Json

LARGEST = 100
"""Rows that one answer should have at most: an order with its lines is some 5 kB."""
SECOND, LEAST = timedelta(seconds=1), timedelta(minutes=1)
"""LEAST: a slice that is not cut further. However much there is in it comes in one answer."""
_EVERYTHING, _FIRST = timedelta(days=20_000), datetime(2000, 1, 1)  # noqa: DTZ001 - local, as rows are
_EVER = {"Start": "1970-01-01 00:00:00", "End": "2099-12-31 23:59:59"}


class TooMany(Exception):
    """More rows than one answer has: the slice is to be smaller."""

    def __init__(self, requests: int) -> None:
        super().__init__(requests)
        self.requests = requests


@dataclass(frozen=True, slots=True)
class Slice:
    """Both ends belong to it; None: there is none. `least`: it can be no shorter."""

    start: datetime | None
    end: datetime | None
    least: bool

    def holds(self, moment: datetime | None) -> bool:
        """Whether a row of this date belongs to it: a row without a date belongs to the first one."""
        if moment is None:
            return self.start is None
        return (self.start is None or self.start <= moment) and (self.end is None or moment <= self.end)

    def asked(self) -> dict[str, str | None]:
        """A second more at both ends: whether the platform includes its bounds is not said, and rows are looked at again."""
        return {
            "Start": (self.start - SECOND).strftime(FORMAT) if self.start else None,
            "End": (self.end + SECOND).strftime(FORMAT) if self.end else None,
        }

    def told(self) -> dict[str, str]:
        """The same for operations that take no nil."""
        found = self.asked()
        return {name: found[name] or ever for name, ever in _EVER.items()}


@dataclass(slots=True)
class Place:
    """Where a walk stands: the part, where the next slice begins ("" before the first row), its width in seconds, how many rows a
    page is believed to have, and how many it was seen to have.
    """

    part: int = 0
    start: str = ""
    width: int = 0
    size: int = LARGEST
    proven: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    rows: list[Json]
    asked_at: datetime
    requests: int
    ended: bool


Fetch = Callable[[Slice, Place], Awaitable[Answer]]


async def step(
    fetch: Fetch,
    place: Place,
    since: datetime | None,
    until: datetime,
    dated: Callable[[Json], datetime | None],
    widest: timedelta = _EVERYTHING,
) -> Step:
    """The rows of the next slice; `place` moves on. `since` and `until` are local; the slice that holds `until` has no end.

    A slice that is too much, for us or for the shop, is cut to an eighth.
    """
    start = datetime.strptime(place.start, FORMAT) if place.start else since  # noqa: DTZ007
    width = timedelta(seconds=place.width) or max(LEAST, min(widest, until - (since or _FIRST)))
    requests = 0
    while True:
        part = _slice(start, width, until)
        try:
            answer = await fetch(part, place)
        except (TooMany, Overloaded) as error:
            if part.least:
                raise
            requests += error.requests if isinstance(error, TooMany) else 1
            width = max(LEAST, timedelta(seconds=width.total_seconds() // 8))
            continue
        rows = [row for row in answer.rows if part.holds(dated(row))]
        _move(place, part, min(_fitting(width, len(rows)), widest))
        return Step(rows, answer.asked_at, answer.requests + requests, part.end is None)


def _slice(start: datetime | None, width: timedelta, until: datetime) -> Slice:
    end = (start or _FIRST) + width - SECOND
    return Slice(start, None if end >= until else end, least=width <= LEAST)


def _fitting(width: timedelta, found: int) -> timedelta:
    """Wider after little, four times as wide at most, as the next rows may stand close; narrower after much."""
    if found > LARGEST * 4:
        return max(LEAST, width / 4)
    return width * 4 if found * 8 < LARGEST else width * 2 if found * 3 < LARGEST else width


def _move(place: Place, part: Slice, width: timedelta) -> None:
    if part.end is not None:
        place.start = (part.end + SECOND).strftime(FORMAT)
    place.width = int(width.total_seconds())


async def guarded(shop: httpx.AsyncClient, operation: str, part: Slice, place: Place, **also: str) -> Answer:
    """A slice by the paged form of an operation, as its first page alone: pages only limit how much comes. Raises TooMany.

    A page that is shorter than asked for may be all there is, or the shop's own limit. Until a page of that length was seen to be
    whole, the next one is asked for as well.
    """
    if part.least:
        return await listed(shop, operation, **part.told(), **also)
    asked: dict[str, str | int | None] = {**part.told(), **also, "PageSize": place.size}
    answer = await listed(shop, f"{operation}WithPagination", **asked, Page=1)
    found = len(answer.rows)
    if found >= place.size:
        raise TooMany(answer.requests)
    if found <= place.proven:
        return answer
    beyond = await listed(shop, f"{operation}WithPagination", **asked, Page=2)
    requests = answer.requests + beyond.requests
    if beyond.rows:
        place.size = found
        raise TooMany(requests)
    place.proven = found
    return Answer(answer.value, answer.asked_at, requests)


def latest(*keys: str) -> Callable[[Json], datetime | None]:
    """A row's date by these of its fields: the latest of them."""

    def dated(row: Json) -> datetime | None:
        return max(filter(None, (local(row, key) for key in keys)), default=None)

    return dated
