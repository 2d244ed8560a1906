"""Direct reads of one record. What is not there any more is Gone, with its evidence."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.magento2 import catalogue, listing, papers
from shoprelay_relays.magento2.catalogue import PRODUCTS
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.criteria import query
from shoprelay_relays.magento2.walk import List
from shoprelay_relays.spec import Gone, Json, Record, last_part
from shoprelay_schema.raw import Evidence

Config = Mapping[str, Any]
Row = dict[str, Json]

_COUNTRIES = List("directory/countries", "id", "id")
_PAPERS = {"shipments": "shipment", "invoices": "invoices", "credit_notes": "creditmemo"}


async def order(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    """An order with its shipments, invoices and credit memos."""
    row = await _one(shop, f"orders/{remote_id}", remote_id, listing.ORDERS)
    if row is None:
        return Gone("orders", remote_id, Evidence.NOT_FOUND)
    more, _ = await papers.of_orders(shop, [row])
    return [listing.record("orders", row, listing.ORDERS), *more]


async def customer(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    row = await _one(shop, f"customers/{remote_id}", remote_id, listing.CUSTOMERS)
    return [listing.record("customers", row, listing.CUSTOMERS)] if row else Gone("customers", remote_id, Evidence.NOT_FOUND)


async def category(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    row = await _one(shop, f"categories/{remote_id}", remote_id, listing.CATEGORIES)
    if row is None:
        return Gone("categories", remote_id, Evidence.NOT_FOUND)
    return [listing.category(row, await listing.category_names(shop))]


async def country(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    """A country. One that the shop does not know (an old order's) is no record of it, and no evidence against it either."""
    row = await _one(shop, f"directory/countries/{quote(remote_id, safe='')}", remote_id, _COUNTRIES)
    return [listing.country(row)] if row else []


async def product(shop: httpx.AsyncClient, remote_id: str, config: Config) -> list[Record] | Gone:
    """A product, with its variants, or a variant. The path of a single product goes by its sku, which can change, and its answer
    has another shape than the list's: the list is asked for the id.
    """
    own = last_part(remote_id)
    answer = await get(shop, PRODUCTS.path, query([[("entity_id", "eq", own)]], PRODUCTS.key, 1))
    rows = answer.body.get("items") if isinstance(answer.body, dict) else None
    if not isinstance(rows, list) or any(str(row.get("id")) != own for row in rows):
        raise ShopTrouble(f"GET products: an answer that is not about {own}")
    if not rows:
        return Gone("products" if own == remote_id else "variants", remote_id, Evidence.NOT_FOUND)
    known, _ = await catalogue.learn(shop)
    return (await listing.complete(shop, rows, known, config))[0]


async def paper(resource: str, shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    """A shipment, an invoice or a credit memo."""
    row = await _one(shop, f"{_PAPERS[resource]}/{remote_id}", remote_id, papers.LISTS[resource])
    if row is None:
        return Gone(resource, remote_id, Evidence.NOT_FOUND)
    return (await papers.with_orders(shop, resource, [row]))[0]


async def _one(shop: httpx.AsyncClient, path: str, own: str, where: List) -> Row | None:
    """The record; None when the shop says that it has none. An answer about something else (a stale cache's) is trouble."""
    try:
        row = (await get(shop, path)).body
    except NotThere:
        return None
    if not isinstance(row, dict) or str(row.get(where.own)) != own:
        raise ShopTrouble(f"GET {path}: an answer that is not about {own}")
    return row
