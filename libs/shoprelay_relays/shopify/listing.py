"""Listing: by id, each page a list of its own that begins after the last id seen.

- Shopify reaches 25,000 records by paging one list. A list that is cut anew at each page by `id:>=` has no such end.
- In the order of ids a record keeps its place whatever happens to it, and new ones come last: each that is there from the first
  request to the last is returned once, and any number of records may share a time.
- A window of updates has no upper bound: a record that changes meanwhile stays in it (and is found again by the next poll).

A first import is left to a bulk operation where there is one (bulk.py).
"""

import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import Overloaded
from shoprelay_relays.shopify import bulk, queries
from shoprelay_relays.shopify.api import ask
from shoprelay_relays.shopify.completing import complete, cut_off
from shoprelay_relays.shopify.records import SEVERAL, records
from shoprelay_relays.shopify.rows import Row, Rows, ask_rows
from shoprelay_relays.spec import OPEN, UPDATED, Page, Pages, Record, Window

SMALLEST = 1


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of Shopify: our resource, its root field, the fields of a node, how many a page, and the filter of creation."""

    resource: str
    field: str
    fields: str
    size: int
    created: str | None = "created_at"
    history: bulk.Bulk | None = None


ORDERS = Listed("orders", "orders", queries.ORDER, 40, history=bulk.ORDERS)
PRODUCTS = Listed("products", "products", queries.PRODUCT, 20, history=bulk.PRODUCTS)
CUSTOMERS = Listed("customers", "customers", queries.CUSTOMER, 100, created="customer_date", history=bulk.CUSTOMERS)
# Collections tell no time of creation.
COLLECTIONS = Listed("categories", "collections", queries.COLLECTION, 100, created=None)


@dataclass(slots=True)
class Place:
    """Where a listing stands: after this id, with so many rows a page."""

    last: int
    size: int

    @classmethod
    def read(cls, cursor: str | None, size: int) -> "Place":
        return cls(*orjson.loads(cursor)) if cursor else cls(0, size)

    def written(self) -> str:
        return orjson.dumps([self.last, self.size]).decode()


def pages(listed: Listed) -> Pages:
    """The `pages` of a resource."""

    async def listing(
        shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Mapping[str, Any]
    ) -> AsyncIterator[Page]:
        if listed.history and window.since is None and window.mode not in OPEN and bulk.goes_on(cursor):
            async for page in bulk.pages(shop, listed.history, window.until, cursor):
                yield page
                if page.cursor is None:
                    return
            # The operation failed: the list is walked instead, from its beginning.
            cursor = None
        async for page in _walk(shop, listed, window, cursor):
            yield page

    return listing


def walking(listed: Listed) -> str:
    """The cursor that begins the list page by page: a bulk operation changes the shop, and takes longer than a caller waits."""
    return Place(0, listed.size).written()


def filters(listed: Listed, window: Window) -> str:
    """The window in Shopify's search syntax; bounds are whole seconds and inclusive. https://shopify.dev/docs/api/usage/search-syntax"""
    terms = ["status:open"] if window.mode in OPEN else []
    if window.since is not None:
        since, until = _text(math.floor(window.since.timestamp())), _text(math.ceil(window.until.timestamp()))
        if window.mode in UPDATED or listed.created is None:
            terms.append(f"updated_at:>='{since}'")
        else:
            terms += [f"{listed.created}:>='{since}'", f"{listed.created}:<='{until}'"]
    return " ".join(terms)


async def count(shop: httpx.AsyncClient, listed: Listed) -> int:
    """How many there are, by Shopify's own count."""
    field = f"{listed.field}Count"
    found = (await ask(shop, f"{{ {field}(limit: null) {{ count }} }}")).data.get(field) or {}
    return int(found.get("count") or 0)


async def _walk(shop: httpx.AsyncClient, listed: Listed, window: Window, cursor: str | None) -> AsyncIterator[Page]:
    place, wanted = Place.read(cursor, listed.size), filters(listed, window)
    while True:
        page, requests = await _page(shop, listed, wanted, place)
        goes_on = page.goes_on and bool(page.rows)
        found: list[Record] = []
        for row in page.rows:
            made, asked = await _whole(shop, listed.resource, row)
            found += made
            requests += asked
        if page.rows:
            place.last = page.rows[-1].number
        yield Page(found, page.asked_at, place.written() if goes_on else None, requests)
        if not goes_on:
            return


async def _whole(shop: httpx.AsyncClient, resource: str, row: Row) -> tuple[list[Record], int]:
    """The records of a row, and how many requests it took to complete them."""
    partial = cut_off(row.text)
    if not partial and resource not in SEVERAL:
        return [Record(resource, str(row.number), row.text)], 0
    node = orjson.loads(row.text)
    asked = await complete(shop, node) if partial else 0
    return list(records(resource, node)), asked


async def _page(shop: httpx.AsyncClient, listed: Listed, wanted: str, place: Place) -> tuple[Rows, int]:
    """The rows after the last id, and how many requests it took: a page that is too costly, or takes too long, is asked for half
    as large.
    """
    requests = 0
    while True:
        requests += 1
        query = f"{wanted} id:>={place.last + 1}".strip() if place.last else wanted
        try:
            page = await ask_rows(shop, _query(listed), {"first": place.size, "query": query or None}, listed.field)
        except Overloaded:
            if place.size <= SMALLEST:
                raise
            place.size = max(SMALLEST, place.size // 2)
            continue
        _in_order([row.number for row in page.rows], place.last, listed.field)
        return page, requests


def _in_order(ids: list[int], last: int, field: str) -> None:
    """Refuses rows that the filter by id should have left out, or in another order: going on from there would lose some."""
    if any(after <= before for before, after in zip([last, *ids], ids, strict=False)):
        raise ShopTrouble(f"{field}: Shopify did not list by id after {last}")


def _query(listed: Listed) -> str:
    return (
        f"query List($first: Int!, $query: String) {{ {listed.field}(first: $first, sortKey: ID, query: $query) "
        f"{{ nodes {{ {listed.fields} }} {queries.PAGE_INFO} }} }}"
    )


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
