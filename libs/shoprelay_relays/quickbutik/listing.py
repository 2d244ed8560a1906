"""What is listed and how. https://quickbutik.dev/api-v1/orders/get-orders, https://quickbutik.dev/api-v1/products/get-products

Lists are cut by places (limit and offset), and are walked by http/offsets.py. Orders can be filtered by the time at which their
status changed; new ones are read from the newest on. Products have no filter at all.
"""

import math
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx

from shoprelay_relays.errors import PayloadInvalid, ShopTrouble
from shoprelay_relays.http.offsets import Place, walk
from shoprelay_relays.quickbutik.client import Config, Params, Row, rows_of
from shoprelay_relays.quickbutik.orders import STATES
from shoprelay_relays.quickbutik.times import moment
from shoprelay_relays.spec import OPEN, UPDATED, Gone, Mode, Page, Record, Window
from shoprelay_schema.raw import Evidence

_DETAILS: Params = {"include_details": "true"}
_MONTH = timedelta(days=30)


async def orders(shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """Orders of the window.

    Without a beginning all of them. Else part 0: those made in it, from the newest on. Part 1, for updates: those made before it
    whose status changed in it.
    """
    place = Place.read(cursor)
    lists: list[Params] = [{"sort_order": "asc"}] if window.since is None else [{"sort_order": "desc"}]
    if window.since is not None and window.mode in UPDATED:
        # Whether the bound is inclusive is not documented.
        lists.append({"sort_order": "asc", "from_status_date": math.floor(window.since.timestamp()) - 1})
    while place.part < len(lists):
        async for page in _part(shop, window, lists[place.part], place, len(lists)):
            yield page


async def _part(shop: httpx.AsyncClient, window: Window, params: Params, place: Place, parts: int) -> AsyncIterator[Page]:
    async def fetch(offset: int, limit: int) -> tuple[list[Row], datetime]:
        return await rows_of(
            shop, "orders", "order", {**_DETAILS, **params, "order_by": "order_id", "limit": limit, "offset": offset}
        )

    part = place.part
    async for step in walk(fetch, order_id, place):
        rows = [row for row in step.rows if _belongs(row, window, part)]
        # The newest come first: behind one that is older than the window there are only older ones.
        ended = step.ended or (part == 0 and window.since is not None and _made(step.rows[-1], window.until) < window.since)
        if ended:
            place.next_part()
        cursor = None if place.part == parts else place.written()
        yield Page([_record("orders", order_id(row), row) for row in rows], step.asked_at, cursor, step.requests)
        if ended:
            return


def _belongs(row: Row, window: Window, part: int) -> bool:
    if window.mode not in OPEN:
        newer = window.since is None or _made(row, window.until) >= window.since
        return newer == (part == 0)
    made = _made(row, window.until)
    is_open = STATES.get(str(row.get("status")), "open") == "open"
    return is_open and made <= window.until and (window.since is None or made >= window.since)


def _made(row: Row, otherwise: datetime) -> datetime:
    """When an order was made; one that does not say it belongs to every window."""
    try:
        return moment(row.get("date_created"), "date_created") or otherwise
    except PayloadInvalid:
        return otherwise


async def young_orders(shop: httpx.AsyncClient, window: Window, cursor: str | None, config: Config) -> AsyncIterator[Page]:
    """Orders of the last month: what is edited in them moves no date."""
    month = Window(Mode.CREATED_SINCE_LAST_REQUEST, window.until - _MONTH, window.until)
    async for page in orders(shop, month, cursor, config):
        yield page


async def order(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    """One order. There is no path of its own: the list is asked for it, and an answer about others is no evidence."""
    rows, _ = await rows_of(shop, "orders", "order", {**_DETAILS, "order_id": remote_id})
    if any(order_id(row) != remote_id for row in rows):
        raise ShopTrouble(f"GET orders: an answer that is not about {remote_id}")
    return [_record("orders", remote_id, rows[0])] if rows else Gone("orders", remote_id, Evidence.NOT_FOUND)


async def products(shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """Products that changed in the window; without a beginning all of them. In what order they come is not documented."""

    async def fetch(offset: int, limit: int) -> tuple[list[Row], datetime]:
        return await rows_of(shop, "products", "product", {**_DETAILS, "limit": limit, "offset": offset})

    place, known = Place.read(cursor), await _category_ids(shop)
    asked = 1
    async for step in walk(fetch, product_id, place):
        rows = [row for row in step.rows if _changed(row, window)]
        records = [_product(row, known) for row in rows]
        yield Page(records, step.asked_at, None if step.ended else place.written(), step.requests + asked)
        asked = 0


def _changed(row: Row, window: Window) -> bool:
    try:
        changed = moment(row.get("date_modified"), "date_modified")
    except PayloadInvalid:
        changed = None
    return window.since is None or changed is None or changed >= window.since


async def product(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    """One product with its variants."""
    rows, _ = await rows_of(shop, "products", "product", {**_DETAILS, "product_id": remote_id})
    if any(product_id(row) != remote_id for row in rows):
        raise ShopTrouble(f"GET products: an answer that is not about {remote_id}")
    return [_product(rows[0], await _category_ids(shop))] if rows else Gone("products", remote_id, Evidence.NOT_FOUND)


async def _category_ids(shop: httpx.AsyncClient) -> dict[str, list[str]]:
    """Categories by name: a product tells no more of its own."""
    rows, _ = await rows_of(shop, "categories", "category", {})
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row.get("name")), []).append(str(row.get("category_id")))
    return found


def _product(row: Row, categories_by_name: dict[str, list[str]]) -> Record:
    names = (row.get("headcategory_name"), row.get("category_name"))
    ids = sorted({found[0] for name in names if name and len(found := categories_by_name.get(str(name), [])) == 1})
    return _record("products", product_id(row), {**row, "learnt": {"category_ids": ids}})


async def categories(shop: httpx.AsyncClient, _window: Window, _cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """All of them, in one answer, each with the names of those above it."""
    rows, asked_at = await rows_of(shop, "categories", "category", {})
    by_id = {_own(row, "category_id", "categories"): row for row in rows}
    records = [_record("categories", key, {**row, "learnt": {"names": _path(row, by_id)}}) for key, row in by_id.items()]
    yield Page(records, asked_at, None)


def _path(row: Row, by_id: dict[str, Row]) -> list[str]:
    """The names from the top category down to this one."""
    names: list[str] = []
    above: Row | None = row
    while above is not None and len(names) <= len(by_id):  # a tree that bites its own tail ends
        names.insert(0, str(above.get("name")))
        above = by_id.get(str(above.get("parent_id")))
    return names


def order_id(row: Row) -> str:
    return _own(row, "order_id", "orders")


def product_id(row: Row) -> str:
    return _own(row, "id", "products")


def _own(row: Row, name: str, path: str) -> str:
    found = str(row.get(name))
    if not found.isdigit():
        raise ShopTrouble(f"GET {path}: expected rows with {name}")
    return found


def _record(resource: str, remote_id: str, row: Row) -> Record:
    return Record.of(resource, remote_id, row)
