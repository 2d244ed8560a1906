"""What is listed and how: the filters of each resource, and the records that its rows become."""

import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.spec import OPEN, UPDATED, Mode, Page, Window
from shoprelay_relays.woocommerce.client import get
from shoprelay_relays.woocommerce.families import Families
from shoprelay_relays.woocommerce.orders import DRAFTS, STATES
from shoprelay_relays.woocommerce.walk import Params, Place, record, walk

Config = Mapping[str, Any]
# A page of variable products comes with all of their variations: it is kept small enough to be repeated after a crash.
_PRODUCTS_A_PAGE = 50
_MONTH = timedelta(days=30)
COUNTED: Mapping[str, Params] = {
    "products": {},
    "customers": {"role": "all"},
    "products/categories": {"hide_empty": "false"},
}
"""The filters of the lists that are read whole."""


def dates(window: Window) -> dict[str, str | int]:
    """The window as filters. Its bounds are exclusive there and whole seconds, so both are moved outwards by one.

    `dates_are_gmt` with a bare time is the one form that no shop reads as local time. A window of updates has no upper bound:
    see `walk`.
    """
    since, until = window.since, window.until
    if since is None:
        return {}
    after = _bare(math.floor(since.timestamp()) - 1)
    if window.mode in UPDATED:
        return {"dates_are_gmt": "true", "modified_after": after}
    return {"dates_are_gmt": "true", "after": after, "before": _bare(math.ceil(until.timestamp()) + 1)}


def _bare(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


async def orders(shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """Orders; a window of updates also lists the trash, which tells of deletions."""
    asked = 1 if window.mode in OPEN else 0
    lists = [await _open_orders(shop, window)] if asked else _with_trash(window)
    async for page in _pages(shop, "orders", "orders", lists, cursor):
        yield replace(page, requests=page.requests + asked)
        asked = 0


async def young_orders(shop: httpx.AsyncClient, window: Window, cursor: str | None, config: Config) -> AsyncIterator[Page]:
    """Orders of the last month. Their refunds can be deleted, and without HPOS their lines and meta edited, and no date moves."""
    month = Window(Mode.CREATED_SINCE_LAST_REQUEST, window.until - _MONTH, window.until)
    async for page in orders(shop, month, cursor, config):
        yield page


async def count_orders(shop: httpx.AsyncClient, _config: Config) -> int:
    """How many orders there are, by the shop's own sums for each status: those of carts do not count."""
    rows = (await get(shop, "reports/orders/totals")).body
    return sum(int(row["total"]) for row in rows if row.get("slug") not in DRAFTS)


async def count(path: str, shop: httpx.AsyncClient, _config: Config) -> int:
    """How many rows a list has, by X-WP-Total; where there is no such header, ShopTrouble."""
    total = (await get(shop, path, {"per_page": 1, **COUNTED[path]})).total
    if total is None:
        raise ShopTrouble(f"GET {path}: the shop does not tell how many there are")
    return total


async def products(shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """Products, each variable one followed by all of its variations: when one of them changes, so does the product's date."""
    families = Families(shop)
    async for step in walk(shop, "products", _with_trash(window), Place.read(cursor, _PRODUCTS_A_PAGE)):
        records, requests = await families.of(step.rows)
        yield Page(records, step.asked_at, step.cursor, step.requests + requests, total=step.total)


async def customers(shop: httpx.AsyncClient, _window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """All accounts: WooCommerce can filter them by no date, and says nothing when it is asked to."""
    async for page in _pages(shop, "customers", "customers", [COUNTED["customers"]], cursor):
        yield page


async def categories(shop: httpx.AsyncClient, _window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """All categories, the empty ones as well."""
    async for page in _pages(shop, "products/categories", "categories", [COUNTED["products/categories"]], cursor):
        yield page


async def statuses(shop: httpx.AsyncClient, _window: Window, _cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """The shop's order statuses, custom ones included, in one answer. Those of carts are left out: no order has them."""
    answer = await get(shop, "reports/orders/totals")
    rows = [row for row in answer.body if row.get("slug") not in DRAFTS]
    yield Page([record("statuses", row, str(row.get("slug"))) for row in rows], answer.asked_at, None)


def _with_trash(window: Window) -> list[Params]:
    since = dates(window)
    if window.mode in UPDATED and since:
        return [since, {**since, "status": "trash"}]
    return [since]


async def _open_orders(shop: httpx.AsyncClient, window: Window) -> Params:
    """The orders that are not at an end; the statuses are asked for, as custom ones count as open."""
    rows = (await get(shop, "reports/orders/totals")).body
    slugs = [str(row.get("slug")) for row in rows if STATES.get(str(row.get("slug")), "open") == "open"]
    return {**dates(window), "status": ",".join(slug for slug in slugs if slug not in DRAFTS)}


async def _pages(
    shop: httpx.AsyncClient, path: str, resource: str, lists: list[Params], cursor: str | None
) -> AsyncIterator[Page]:
    async for step in walk(shop, path, lists, Place.read(cursor)):
        # The default status "any" has the carts of the block checkout in it, which are no orders yet.
        rows = [row for row in step.rows if row.get("status") not in DRAFTS]
        records = [record(resource, row) for row in rows]
        yield Page(records, step.asked_at, step.cursor, step.requests, total=step.total)
