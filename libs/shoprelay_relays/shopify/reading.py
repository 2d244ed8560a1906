"""Direct reads of one record. What Shopify does not know any more is Gone."""

from collections.abc import Mapping
from typing import Any

import httpx

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.shopify import queries
from shoprelay_relays.shopify.api import ask
from shoprelay_relays.shopify.completing import complete
from shoprelay_relays.shopify.ids import gid, number_of
from shoprelay_relays.shopify.records import record, records
from shoprelay_relays.spec import Gone, Json, Record
from shoprelay_schema.raw import Evidence

Config = Mapping[str, Any]

_OLDEST = "oldest: orders(first: 1, sortKey: ID) { nodes { id } }"

BY_NAME = "name/"
"""Before the name of an order: its lines know no more of it."""
INVENTORY = "inventory/"
"""Before the number of an inventory item: a webhook of a stock level names no variant."""


async def order(shop: httpx.AsyncClient, remote_id: str, config: Config) -> list[Record] | Gone:
    """An order by its number, or by its name ("name/#1001").

    Without read_all_orders one of more than 60 days is not there: that proves nothing, and nothing is said of it.
    """
    if remote_id.startswith(BY_NAME):
        return await _named(shop, remote_id.removeprefix(BY_NAME))
    data = await _asked(shop, "order", "Order", remote_id, queries.ORDER, more=_OLDEST)
    if data["order"] is None and config.get("read_all_orders") != "yes" and int(remote_id) < _oldest(data["oldest"]):
        return []
    return await _found(shop, "orders", remote_id, data["order"])


async def shipment(shop: httpx.AsyncClient, remote_id: str, config: Config) -> list[Record] | Gone:
    """A fulfilment is read with its order."""
    data = await _asked(shop, "fulfillment", "Fulfillment", remote_id, "id order { id }")
    if data["fulfillment"] is None:
        return Gone("shipments", remote_id, Evidence.NOT_FOUND)
    return await order(shop, str(number_of(data["fulfillment"]["order"]["id"])), config)


async def product(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    data = await _asked(shop, "product", "Product", remote_id, queries.PRODUCT)
    return await _found(shop, "products", remote_id, data["product"])


async def customer(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    data = await _asked(shop, "customer", "Customer", remote_id, queries.CUSTOMER)
    return await _found(shop, "customers", remote_id, data["customer"])


async def category(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    data = await _asked(shop, "collection", "Collection", remote_id, queries.COLLECTION)
    return await _found(shop, "categories", remote_id, data["collection"])


async def variant(shop: httpx.AsyncClient, remote_id: str, _config: Config) -> list[Record] | Gone:
    """A variant, or those of an inventory item ("inventory/123"; one that is gone says nothing of its variants)."""
    if not remote_id.startswith(INVENTORY):
        data = await _asked(shop, "productVariant", "ProductVariant", remote_id, queries.VARIANT)
        return await _found(shop, "variants", remote_id, data["productVariant"])
    fields = f"id variants(first: 20) {{ nodes {{ {queries.VARIANT} }} }}"
    data = await _asked(shop, "inventoryItem", "InventoryItem", remote_id.removeprefix(INVENTORY), fields)
    rows = ((data["inventoryItem"] or {}).get("variants") or {}).get("nodes") or []
    for row in rows:
        await complete(shop, row)
    return [record("variants", row) for row in rows]


async def _named(shop: httpx.AsyncClient, name: str) -> list[Record]:
    """The orders of this name: of one that the search does not find nothing is said."""
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    query = f"query Named($query: String!) {{ orders(first: 3, query: $query) {{ nodes {{ {queries.ORDER} }} }} }}"
    rows = ((await ask(shop, query, {"query": f"name:'{quoted}'"})).data.get("orders") or {}).get("nodes") or []
    found = [row for row in rows if row.get("name") == name]
    for row in found:
        await complete(shop, row)
    return [record("orders", row) for row in found]


async def _asked(shop: httpx.AsyncClient, field: str, kind: str, remote_id: str, fields: str, more: str = "") -> dict[str, Json]:
    query = f"query Read($id: ID!) {{ {field}(id: $id) {{ {fields} }} {more} }}"
    data = (await ask(shop, query, {"id": gid(kind, remote_id)})).data
    node = data.setdefault(field, None)
    if node is not None and number_of(node.get("id")) != int(remote_id):
        raise ShopTrouble(f"{field} {remote_id}: the answer is about another one")
    return data


async def _found(shop: httpx.AsyncClient, resource: str, remote_id: str, node: Json) -> list[Record] | Gone:
    if node is None:
        return Gone(resource, remote_id, Evidence.NOT_FOUND)
    await complete(shop, node)
    return list(records(resource, node))


def _oldest(found: Json) -> int:
    rows = (found or {}).get("nodes") or []
    return number_of(rows[0].get("id")) if rows else 0
