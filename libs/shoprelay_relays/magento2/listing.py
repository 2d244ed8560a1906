"""What is listed and how: the filters of each resource, and the records that its rows become."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.magento2 import catalogue, papers, stock
from shoprelay_relays.magento2.catalogue import PRODUCTS, Catalogue
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.criteria import dates, query
from shoprelay_relays.magento2.orders import OPEN_STATES
from shoprelay_relays.magento2.walk import List, Place, row_id, walk
from shoprelay_relays.spec import OPEN, Json, Page, Record, Window

ORDERS = List("orders")
CUSTOMERS = List("customers/search", own="id")
CATEGORIES = List("categories/list", own="id")
# The products of a page bring their variants and their stock along.
_PRODUCTS_A_PAGE = 50
_ALONE = 1
"""visibility: not visible individually."""

Config = Mapping[str, Any]
Row = dict[str, Json]


async def orders(shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """Orders, each page with its shipments, invoices and credit memos."""
    groups = dates(window) + ([[("state", "in", ",".join(OPEN_STATES))]] if window.mode in OPEN else [])
    async for step in walk(shop, ORDERS, groups, Place.read(cursor)):
        more, asked = await papers.of_orders(shop, step.rows)
        records = [record("orders", row, ORDERS) for row in step.rows]
        yield Page([*records, *more], step.asked_at, step.cursor, step.requests + asked)


async def customers(shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    async for step in walk(shop, CUSTOMERS, dates(window), Place.read(cursor)):
        yield Page([record("customers", row, CUSTOMERS) for row in step.rows], step.asked_at, step.cursor, step.requests)


async def categories(shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """Categories; a row names those above it by id alone, so the tree is asked for."""
    names: dict[str, str] = {}
    async for step in walk(shop, CATEGORIES, dates(window), Place.read(cursor)):
        asked = 0
        if step.rows and not names:
            names, asked = await category_names(shop), 1
        records = [category(row, names) for row in step.rows]
        yield Page(records, step.asked_at, step.cursor, step.requests + asked)


async def category_names(shop: httpx.AsyncClient) -> dict[str, str]:
    """The name of every category by its id."""
    names: dict[str, str] = {}
    waiting = [(await get(shop, "categories", {"rootCategoryId": 1})).body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            names[str(node.get("id"))] = str(node.get("name") or "")
            waiting += node.get("children_data") or []
    return names


def category(row: Row, names: Mapping[str, str]) -> Record:
    # The root of all trees and the store's own root are on no page.
    above = str(row.get("path") or "").split("/")[2:]
    return record("categories", {**row, "learnt": {"names": [names.get(key) for key in above]}}, CATEGORIES)


async def products(shop: httpx.AsyncClient, window: Window, cursor: str | None, config: Config) -> AsyncIterator[Page]:
    """Products with their variants and their stock."""
    known: Catalogue | None = None
    async for step in walk(shop, PRODUCTS, dates(window), Place.read(cursor, _PRODUCTS_A_PAGE)):
        requests = step.requests
        if step.rows and known is None:
            known, asked = await catalogue.learn(shop)
            requests += asked
        records: list[Record] = []
        if known is not None:
            records, asked = await complete(shop, step.rows, known, config)
            requests += asked
        yield Page(records, step.asked_at, step.cursor, requests)


async def complete(shop: httpx.AsyncClient, rows: Sequence[Row], known: Catalogue, config: Config) -> tuple[list[Record], int]:
    """The records of these products and of the variants that belong to them, and how many requests those took."""
    variants, first = await catalogue.children(shop, rows)
    whole = [*rows, *variants]
    held, second = await stock.learnt(shop, whole, config)
    skus, third = await catalogue.linked(shop, whole)
    parents = catalogue.parents_now(rows, known)
    records: list[Record] = []
    for row in whole:
        learnt = {"labels": catalogue.labels(row, known), "linked": _linked(row, skus), **held.get(str(row.get("sku")), {})}
        records.append(goods(row, learnt, parents.get(row_id(row, PRODUCTS))))
    return records, first + second + third


def goods(row: Row, learnt: Row, parent: Row | None) -> Record:
    """A product, or a variant: what is of a configurable product, or of a kit and not shown alone, has no page of its own."""
    hidden = str(row.get("visibility")) == str(_ALONE) and row.get("type_id") != "configurable"
    body = {**row, "learnt": {**learnt, "parent": parent}}
    own = str(row_id(row, PRODUCTS))
    if hidden:
        return Record.of("variants", f"{parent.get('id')}/{own}" if parent else own, body)
    return Record.of("products", own, body)


def _linked(row: Row, skus: Mapping[str, int]) -> dict[str, int]:
    links = row.get("product_links")
    named = [str(link.get("linked_product_sku")) for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    return {sku: skus[sku] for sku in named if sku in skus}


async def countries(shop: httpx.AsyncClient, _window: Window, _cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """All countries that the shop knows, in one answer."""
    answer = await get(shop, "directory/countries")
    if not isinstance(answer.body, list):
        raise ShopTrouble("GET directory/countries: expected a list")
    rows = [row for row in answer.body if isinstance(row, dict) and row.get("id")]
    yield Page([country(row) for row in rows], answer.asked_at, None)


def country(row: Row) -> Record:
    """Without its regions, which nobody asked for."""
    body = {name: value for name, value in row.items() if name != "available_regions"}
    return Record.of("countries", str(row["id"]), body)


async def count(where: List, shop: httpx.AsyncClient, _config: Config) -> int:
    """How many rows the shop says that a list has."""
    answer = await get(shop, where.path, query([], where.key, 1, fields=where.own))
    return int(answer.body["total_count"])


def record(resource: str, row: Row, where: List) -> Record:
    return Record.of(resource, str(row_id(row, where)), row)
