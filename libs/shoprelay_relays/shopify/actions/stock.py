"""Stock: https://shopify.dev/docs/apps/build/orders-fulfillment/inventory-management-apps"""

from typing import Any
from uuid import uuid4

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import ChangeStock
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.actions import variants
from shoprelay_relays.shopify.actions.asking import change, every, gid, one

_LEVELS = """id inventoryQuantity inventoryItem { id tracked inventoryLevels(first: 250) {
  pageInfo { hasNextPage } nodes { id location { id isActive } quantities(names: ["available"]) { name quantity } } } }"""
_ADJUST = """mutation Adjust($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) { userErrors { field message code } } }"""
_SET = """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { field message code } } }"""


async def change_stock(call: Call[ChangeStock]) -> Done:
    """A difference is added by Shopify itself. A new count is only set while the old one still stands: no sale is lost."""
    own = gid("ProductVariant", call.target, "sku_2")
    found = await one(call.client, "productVariant", own, _LEVELS)
    item = found.child("inventoryItem")
    if item.flag("tracked") is False:
        raise CannotDo("", "Shopify does not count this variant: update it with manage_stock true first")
    level = _fullest(item)
    held, lies = _available(level), {"inventoryItemId": item.text("id"), "locationId": level.child("location").text("id")}
    if call.data.stock is not None:
        elsewhere = (found.integer("inventoryQuantity") or 0) - held
        await _ask(call, _SET, quantities=[{**lies, "quantity": call.data.stock - elsewhere, "changeFromQuantity": held}])
    else:
        await _ask(call, _ADJUST, changes=[{**lies, "delta": call.data.stock_change, "changeFromQuantity": None}])
    after = await one(call.client, "productVariant", own, "id inventoryQuantity")
    return Done({"sku_2": variants.own(call), "stock": after.integer("inventoryQuantity")})


async def _ask(call: Call[Any], query: str, **rows: list[dict[str, Any]]) -> None:
    """The key makes Shopify do it once, should the network repeat it."""
    await change(call.client, query, input={"reason": "correction", "name": "available", **rows}, key=str(uuid4()))


def _fullest(item: Raw) -> Raw:
    """Where most of it lies: taking from there leaves no other place below zero."""
    levels = [row for row in every(item, "inventoryLevels") if row.child("location").flag("isActive") is not False]
    if not levels:
        raise CannotDo("", "this variant lies at no location of the shop")
    return max(levels, key=_available)


def _available(level: Raw) -> int:
    return next((row.integer("quantity") or 0 for row in level.items("quantities") if row.text("name") == "available"), 0)
