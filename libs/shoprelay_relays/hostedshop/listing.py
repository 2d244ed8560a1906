"""What is listed and how: windows as slices of time, whole lists, and all products by their places."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
import orjson

from shoprelay_relays import localtime
from shoprelay_relays.hostedshop import slices
from shoprelay_relays.hostedshop.client import Answer, listed
from shoprelay_relays.hostedshop.options import Options
from shoprelay_relays.hostedshop.slices import Place, Slice, guarded, latest
from shoprelay_relays.hostedshop.times import ZONE, local
from shoprelay_relays.http import offsets
from shoprelay_relays.spec import DATED, UPDATED, Json, Mode, Page, Record, Window

RECENT = timedelta(days=45)

Config = Mapping[str, Any]
# Lists that can only be had whole are not asked for more than this at once.
_WIDEST = timedelta(days=180)
_BY_CREATION, _BY_UPDATE = ("Order_GetByDate", "DateDelivered"), ("Order_GetByDateUpdated", "DateUpdated")


class Seen:
    """What a run has listed: a record that changes after that is dated anew, and comes again with the last slice."""

    def __init__(self) -> None:
        self._ids: set[str] = set()

    def new(self, rows: list[Json]) -> list[Json]:
        found = [row for row in rows if _own(row) not in self._ids]
        self._ids.update(map(_own, found))
        return found


def record(resource: str, row: Json) -> Record:
    return Record.of(resource, _own(row), row)


def _own(row: Json) -> str:
    return str(row["Id"])


async def orders(shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """Part 0: what was made in the window. Part 1: what was made before it and changed in it.

    An order that was never changed has no date of a change, so that neither list has all of them.
    """
    place, since, until = _begin(window, cursor)
    seen = Seen()
    parts = 2 if since is not None and window.mode in UPDATED else 1
    while place.part < parts:
        operation, field = (_BY_CREATION, _BY_UPDATE)[place.part]
        fetch = partial(_orders_of, shop, operation)
        found = await slices.step(fetch, place, since, until, latest(field))
        rows = [row for row in found.rows if _belongs(row, window, since, place.part)]
        if place.part == 1:
            rows = seen.new(rows)
        if found.ended:
            place.part, place.start, place.width = place.part + 1, "", 0
        cursor = None if place.part == parts else _written(place)
        yield Page([record("orders", row) for row in rows], found.asked_at, cursor, found.requests)


async def recent_orders(shop: httpx.AsyncClient, window: Window, cursor: str | None, config: Config) -> AsyncIterator[Page]:
    """What was made lately: for changes that date nothing anew."""
    lately = Window(Mode.CREATED_SINCE_CATCH_ALL_DATE, window.until - RECENT, window.until)
    async for page in orders(shop, lately, cursor, config):
        yield page


async def users(shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """By the date of their last change, else of their making: the operation finds them by either."""
    place, since, until = _begin(window, cursor)
    changed, made, seen = latest("DateCreated", "DateUpdated"), latest("DateCreated"), Seen()

    async def fetch(part: Slice, _place: Place) -> Answer:
        return await listed(shop, "User_GetAllByDate", **part.asked())

    async for found in _steps(fetch, place, since, until, changed):
        rows = [row for row in found.rows if window.mode in UPDATED or since is None or (made(row) or since) >= since]
        yield Page([record("customers", row) for row in seen.new(rows)], found.asked_at, _rest(place, found), found.requests)


async def products(shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """Those that changed in the window; without a beginning all of them."""
    options = Options(shop)
    if window.since is None:
        async for page in _all_products(shop, options, cursor):
            yield page
        return
    place, since, until = _begin(window, cursor)
    seen = Seen()

    async def fetch(part: Slice, _place: Place) -> Answer:
        return await listed(shop, "Product_GetByUpdatedDate", **part.told())

    async for found in _steps(fetch, place, since, until, latest("DateUpdated")):
        records = [record("products", await options.beside(row)) for row in seen.new(found.rows)]
        yield Page(records, found.asked_at, _rest(place, found), found.requests + options.taken())


async def _all_products(shop: httpx.AsyncClient, options: Options, cursor: str | None) -> AsyncIterator[Page]:
    place, sessions = offsets.Place.read(cursor), 0

    async def fetch(start: int, length: int) -> tuple[list[Json], datetime]:
        nonlocal sessions
        answer = await listed(shop, "Product_GetAllWithLimit", Start=start, Length=length)
        sessions += answer.requests - 1
        return answer.rows, answer.asked_at

    async for found in offsets.walk(fetch, _own, place):
        records = [record("products", await options.beside(row)) for row in found.rows]
        cursor = None if found.ended else place.written()
        yield Page(records, found.asked_at, cursor, found.requests + sessions + options.taken())
        sessions = 0


async def whole(
    operation: str, resource: str, shop: httpx.AsyncClient, _window: Window, _cursor: str | None, _config: Config
) -> AsyncIterator[Page]:
    """A list that comes in one answer."""
    answer = await listed(shop, operation)
    yield Page([record(resource, row) for row in answer.rows], answer.asked_at, None, answer.requests)


async def _steps(
    fetch: slices.Fetch, place: Place, since: datetime | None, until: datetime, dated: Any
) -> AsyncIterator[slices.Step]:
    while True:
        found = await slices.step(fetch, place, since, until, dated, _WIDEST)
        yield found
        if found.ended:
            return


async def _orders_of(shop: httpx.AsyncClient, operation: str, part: Slice, place: Place) -> Answer:
    return await guarded(shop, operation, part, place, Status="")


def _begin(window: Window, cursor: str | None) -> tuple[Place, datetime | None, datetime]:
    """The place, and the window in the platform's local time."""
    since = localtime.since_local(window.since, ZONE).replace(microsecond=0) if window.since else None
    until = localtime.until_local(window.until, ZONE).replace(microsecond=0)
    return Place(*orjson.loads(cursor)) if cursor else Place(), since, until


def _belongs(row: Json, window: Window, since: datetime | None, part: int) -> bool:
    if window.mode in DATED:
        made = local(row, "DateDelivered")
        return part == 0 or since is None or made is None or made < since
    return local(row, "DateSent") is None


def _written(place: Place) -> str:
    return orjson.dumps([place.part, place.start, place.width, place.size, place.proven]).decode()


def _rest(place: Place, found: slices.Step) -> str | None:
    return None if found.ended else _written(place)
