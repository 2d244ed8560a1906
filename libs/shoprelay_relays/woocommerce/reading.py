"""Direct reads of one record. What is not there any more is Gone, with its evidence."""

from collections.abc import Mapping
from typing import Any

import httpx

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.spec import Gone, Json, Record
from shoprelay_relays.woocommerce.client import get
from shoprelay_relays.woocommerce.families import Families
from shoprelay_relays.woocommerce.walk import record
from shoprelay_schema.raw import Evidence

Config = Mapping[str, Any]


async def order(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    row = await _one(shop, f"orders/{remote_id}", remote_id)
    return _gone(row, "orders", remote_id) or [record("orders", row)]


async def product(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    """A product with its variations. The id of a variation answers here as well, and is read as what it is."""
    row = await _one(shop, f"products/{remote_id}", remote_id)
    if isinstance(row, dict) and row.get("type") == "variation":
        both = f"{row.get('parent_id')}/{remote_id}"
        return _gone(row, "variations", both) or [record("variations", row, both)]
    return _gone(row, "products", remote_id) or (await Families(shop).of([row]))[0]


async def variation(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    """By "product/variation"."""
    parent, _, own = remote_id.partition("/")
    row = await _one(shop, f"products/{parent}/variations/{own}", own)
    return _gone(row, "variations", remote_id) or [record("variations", row, remote_id)]


async def customer(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    row = await _one(shop, f"customers/{remote_id}", remote_id)
    return _gone(row, "customers", remote_id) or [record("customers", row)]


async def category(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    row = await _one(shop, f"products/categories/{remote_id}", remote_id)
    return _gone(row, "categories", remote_id) or [record("categories", row)]


async def refund(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    """By "order/refund". The order is asked for its number: refunds do not tell it, and plug-ins make it differ from the id."""
    parent, _, own = remote_id.partition("/")
    row = await _one(shop, f"orders/{parent}/refunds/{own}", own)
    if isinstance(row, str):
        return Gone("refunds", remote_id, Evidence(row))
    head = await _one(shop, f"orders/{parent}", parent, {"_fields": "id,number"})
    number = head.get("number") if isinstance(head, dict) else None
    return [record("refunds", {**row, "parent_id": int(parent), "order_number": number}, remote_id)]


async def _one(shop: httpx.AsyncClient, path: str, own: str, params: Mapping[str, str | int] | None = None) -> Json:
    """The record, or the evidence (404, 410) as text. An answer about something else (a stale cache's) is trouble."""
    try:
        row = (await get(shop, path, params)).body
    except NotThere as error:
        return str(error)
    if not isinstance(row, dict) or str(row.get("id")) != own:
        raise ShopTrouble(f"GET {path}: the answer is not about {own}")
    return row


def _gone(row: Json, resource: str, remote_id: str) -> Gone | None:
    if isinstance(row, str):
        return Gone(resource, remote_id, Evidence(row))
    return Gone(resource, remote_id, Evidence.TRASHED) if row.get("status") == "trash" else None
