"""What is listed and how: windows as filters, and what changes without moving the date of the record that it belongs to."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shoprelay_relays.http.asking import Overloaded
from shoprelay_relays.prestashop import times
from shoprelay_relays.prestashop.payload import Unreadable
from shoprelay_relays.prestashop.reader import Reader, Rows
from shoprelay_relays.prestashop.sides import Side, changed
from shoprelay_relays.prestashop.states import open_states
from shoprelay_relays.prestashop.walk import LARGEST, SMALLEST, Place, Step, step
from shoprelay_relays.spec import OPEN, UPDATED, Json, Mode, Page, Record, Window

RECENT = timedelta(days=45)

Config = Mapping[str, Any]
# How far a shop's clock may be behind before a window is opened wider: less is within what polls overlap by.
_UNNOTICED, _BELIEVED = timedelta(seconds=30), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Listing:
    """One kind of record. `compose` adds to each row what belongs to it; `sides`: what else tells that one has changed.

    `dated`: whether its rows can be filtered by date; where not, each poll lists all of them. `record`: the resource that maps
    them, where that is not the shop's own word.
    """

    resource: str
    compose: Callable[[Reader, Rows, Config], Awaitable[Rows]]
    sides: tuple[Side, ...] = ()
    dated: bool = True
    record: str = ""

    @property
    def name(self) -> str:
        """Of the resource that maps it, where that is not the shop's own word."""
        return self.record or self.resource

    async def pages(self, shop: httpx.AsyncClient, window: Window, cursor: str | None, config: Config) -> AsyncIterator[Page]:
        """Part 0: the rows of the window. Part 1: those that are only noticed beside it."""
        reader, place = Reader(shop, config), Place.read(cursor)
        if place is None:
            bound = times.since(window.since, times.zone(config)) if window.since and self.dated else ""
            place = Place(since=bound)
        while place.part == 0:
            found = await self._step(reader, window, place, config)
            last = place.part == 1 and not self._has_sides(window, place)
            yield await self._page(reader, found, place, config, last=last)
            if last:
                return
        async for page in self._beside(reader, place, config):
            yield page

    async def count(self, shop: httpx.AsyncClient, config: Config) -> int:
        """How many the shop has: the list of ids alone, which costs it little."""
        return len((await Reader(shop, config).get(self.resource, {"display": "[id]"})).rows)

    async def recent(self, shop: httpx.AsyncClient, window: Window, cursor: str | None, config: Config) -> AsyncIterator[Page]:
        """What was made lately: for changes that move no date, and that older records do not see."""
        lately = Window(Mode.CREATED_SINCE_CATCH_ALL_DATE, window.until - RECENT, window.until)
        async for page in self.pages(shop, lately, cursor, config):
            yield page

    async def one(self, reader: Reader, rows: Rows, config: Config) -> list[Record]:
        return [record(self.name, row) for row in await self.compose(reader, rows, config)]

    async def _records(self, reader: Reader, rows: Rows, config: Config) -> list[Record]:
        """Composed in halves where all at once takes the shop too long, or where a part of one of them cannot be read."""
        try:
            return await self.one(reader, rows, config)
        except Unreadable:
            if len(rows) == 1:
                return [self._unreadable(str(rows[0]["id"]))]
        except Overloaded:
            if len(rows) <= SMALLEST:
                raise
        half = len(rows) // 2
        return await self._records(reader, rows[:half], config) + await self._records(reader, rows[half:], config)

    def _unreadable(self, remote_id: str) -> Record:
        """Kept as it is: what cannot be mapped is shown to the operator, and the other records go on."""
        return Record(self.name, remote_id, b"<unreadable/>")

    def _has_sides(self, window: Window, place: Place) -> bool:
        return bool(self.sides and place.since and window.mode in UPDATED)

    async def _step(self, reader: Reader, window: Window, place: Place, config: Config) -> Step:
        begins = place.last == 0
        found = await step(reader, self.resource, await _filters(reader, window, place), place)
        if begins and (bound := _wider(found, window, place, config)):
            place.since, place.last = bound, 0
            found = await step(reader, self.resource, await _filters(reader, window, place), place)
        if found.ended:
            place.part, place.last = 1, 0
        return found

    async def _beside(self, reader: Reader, place: Place, config: Config) -> AsyncIterator[Page]:
        """Records that are noticed through others. What the window has by its own date was listed already."""
        left = [one for one in await changed(reader, self.resource, self.sides, place.since) if one > place.last]
        before = {"filter[date_upd]": f"<[{place.since}]", "date": "1"}
        while True:
            asked_at = datetime.now(UTC)
            lot, left = left[:LARGEST], left[LARGEST:]
            rows, unreadable = await reader.readable(self.resource, [str(one) for one in lot], before) if lot else ([], [])
            fresh = [row for row in rows if str(row.get("date_upd")) < place.since]
            place.last = max([place.last, *lot])
            yield await self._page(reader, Step(fresh, unreadable, asked_at, None, not left), place, config, last=not left)
            if not left:
                return

    async def _page(self, reader: Reader, found: Step, place: Place, config: Config, *, last: bool) -> Page:
        records = await self._records(reader, found.rows, config) if found.rows else []
        records += [self._unreadable(one) for one in found.unreadable]
        requests, reader.requests = reader.requests, 0
        return Page(records, found.asked_at, None if last else place.written(), max(1, requests))


async def _filters(reader: Reader, window: Window, place: Place) -> dict[str, str]:
    field = "date_upd" if window.mode in UPDATED else "date_add"
    # Open orders are asked for by age, in rounds; of others a row that changes meanwhile stays in its list.
    last = times.until(window.until, times.zone(reader.config)) if window.mode in OPEN else times.END
    filters = {f"filter[{field}]": times.between(place.since, last), "date": "1"} if place.since else {}
    if window.mode in OPEN:
        filters["filter[current_state]"] = f"[{'|'.join(await open_states(reader))}]"
    return filters


def _wider(found: Step, window: Window, place: Place, config: Config) -> str | None:
    """The bound for a shop whose clock turns out to be behind ours: what changes there is dated earlier."""
    if not place.since or window.since is None or found.clock is None:
        return None
    behind = min(found.asked_at - found.clock, _BELIEVED)
    bound = times.since(window.since, times.zone(config), behind)
    return bound if behind > _UNNOTICED and bound < place.since else None


def record(resource: str, row: Json) -> Record:
    return Record.of(resource, str(row["id"]), row)


async def plain(_reader: Reader, rows: Rows, _config: Config) -> Rows:
    """Rows to which nothing belongs."""
    return rows
