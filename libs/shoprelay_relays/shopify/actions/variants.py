"""Variants: https://shopify.dev/docs/api/admin-graphql/latest/mutations/productVariantsBulkUpdate"""

from typing import Any

import httpx

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.goods import CreateVariant, UpdateVariant, VariantAttributes
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.shopify.actions.asking import amount, change, gid, number, number_of_known, one, read, text

PRICES = ("price", "before_price", "offer_price")
ITEM = ("sku", "cost_price", "manage_stock", "weight")
ATTRIBUTES = (*PRICES, *ITEM, "barcode", "allow_backorders", "variations")
_CREATE = """mutation Create($product: ID!, $variants: [ProductVariantsBulkInput!]!, $media: [CreateMediaInput!]) {
  productVariantsBulkCreate(productId: $product, variants: $variants, media: $media) {
    productVariants { id } userErrors { field message code } } }"""
UPDATE = """mutation Update($product: ID!, $variants: [ProductVariantsBulkInput!]!, $media: [CreateMediaInput!]) {
  productVariantsBulkUpdate(productId: $product, variants: $variants, media: $media) {
    productVariants { id } userErrors { field message code } } }"""
_DELETE = """mutation Delete($product: ID!, $ids: [ID!]!) {
  productVariantsBulkDelete(productId: $product, variantsIds: $ids) { product { id } userErrors { field message code } } }"""


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The variant, and its product where that is known."""
    product = call.target.document.get("sku_3")
    return [("variants", own(call)), *([("products", str(product))] if product else [])]


def own(call: Call[Any]) -> str:
    """The number of the variant that the path names."""
    return number_of_known(call.target.known_as("sku_2"))


async def product_of(call: Call[Any]) -> str:
    """The global id of the variant's product; NotThere."""
    found = await one(call.client, "productVariant", gid("ProductVariant", call.target, "sku_2"), "id product { id }")
    return found.child("product").text("id") or ""


async def create(call: Call[CreateVariant]) -> Done:
    data, product = call.data, gid("Product", call.target, "sku_2")
    asked = attributes(data)
    if data.stock is not None:
        asked["inventoryQuantities"] = [{"locationId": await place(call.client), "availableQuantity": stocked(data)}]
        asked.setdefault("inventoryItem", {})["tracked"] = True
    media = [{"originalSource": image.url, "alt": image.title or "", "mediaContentType": "IMAGE"} for image in data.images or ()]
    if media:
        asked["mediaSrc"] = [image["originalSource"] for image in media]
    found = await change(call.client, _CREATE, product=product, variants=[asked], media=media)
    made = [number(row) for row in found.items("productVariants")]
    return Done({"sku_2": made[0], "sku_3": number_of_known(call.target.known_as("sku_2"))})


async def update(call: Call[UpdateVariant]) -> Done:
    product = await product_of(call)
    asked = {"id": gid("ProductVariant", call.target, "sku_2"), **attributes(call.data)}
    await change(call.client, UPDATE, product=product, variants=[asked], media=[])
    return _done(call, product)


async def destroy(call: Call[Body]) -> Done:
    product = await product_of(call)
    await change(call.client, _DELETE, product=product, ids=[gid("ProductVariant", call.target, "sku_2")])
    return _done(call, product)


async def place(shop: httpx.AsyncClient) -> str:
    """The shop's primary location, where what is new lies."""
    return (await read(shop, "{ location { id } }")).child("location").text("id") or ""


def stocked(data: VariantAttributes) -> int | None:
    """The stock that something new begins with."""
    if data.stock is not None and data.manage_stock is False:
        raise CannotDo("stock", "Shopify counts only what it manages: leave manage_stock out, or give true")
    return data.stock


def attributes(data: Any) -> dict[str, Any]:
    """What is told of a variant, in Shopify's words."""
    told: dict[str, Any] = {**prices(data), "barcode": data.barcode, "inventoryItem": item(data) or None}
    if data.allow_backorders is not None:
        told["inventoryPolicy"] = "CONTINUE" if data.allow_backorders else "DENY"
    if data.variations is not None:
        told["optionValues"] = [{"optionName": each.type, "name": each.value} for each in data.variations]
    return {name: value for name, value in told.items() if value is not None}


def prices(data: Any) -> dict[str, str]:
    """Shopify has the price that is paid, and the one that is struck out."""
    paid = data.offer_price if data.offer_price is not None else data.price
    before = data.before_price if data.before_price is not None else data.price if data.offer_price is not None else None
    told = {"price": amount(paid), "compareAtPrice": amount(before)}
    return {name: text(value) for name, value in told.items() if value is not None}


def item(data: Any) -> dict[str, Any]:
    """What is told of the goods that lie in stock; weights are grams, as documents have them."""
    cost = amount(data.cost_price)
    told: dict[str, Any] = {"sku": data.sku, "tracked": data.manage_stock, "cost": None if cost is None else text(cost)}
    if data.weight is not None:
        told["measurement"] = {"weight": {"value": data.weight, "unit": "GRAMS"}}
    return {name: value for name, value in told.items() if value is not None}


def _done(call: Call[Any], product: str) -> Done:
    key = product.rpartition("/")[2]
    return Done({"sku_2": own(call), "sku_3": key}, [("products", key)])
