"""Products and variants: https://developer.adobe.com/commerce/webapi/rest/tutorials/configurable-product/

What has variants is a configurable product; each variant is a product of its own that is not shown alone.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body, Nothing
from shoprelay_relays.actions.bodies.goods import Shared, UpdateProduct, UpdateVariant
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2.actions import found, options, writing
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.magento2.catalogue import FAMILIES, PRODUCTS, by_values, links
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.walk import everything
from shoprelay_relays.spec import Json

_ALONE = 1
"""visibility: not visible individually."""


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    return found.reads(call.target)


async def update(call: Call[UpdateProduct] | Call[UpdateVariant]) -> Done:
    """A variant is a product, too."""
    row = await found.product(call.client, call.target)
    if row.get("type_id") == "configurable" and {call.data.price, call.data.offer_price} != {None}:
        raise CannotDo("price", "a configurable product has the prices of its variants: change these")
    fields = writing.product(call.data, call.config, found.custom(row, "tax_class_id"))
    await chosen(call.client, call.data, row.get("attribute_set_id"), fields)
    if fields:
        await change(call.client, "PUT", found.path(row["sku"]), {"product": fields})
    await rules(call.client, row["sku"], call.data)
    return Done({"sku": row["sku"], "sku_2": str(row["id"])}, [("products", str(row["id"]))])


async def chosen(shop: httpx.AsyncClient, data: Shared, attribute_set: Json, fields: dict[str, Json]) -> None:
    """The manufacturer, which is an option."""
    if data.manufacturer:
        attribute = options.named(await options.of_set(shop, attribute_set), "manufacturer", "manufacturer")
        value = await options.valued(shop, options.option(attribute, data.manufacturer))
        fields["custom_attributes"] = [*fields.get("custom_attributes", []), *writing.custom({"manufacturer": value})]


async def rules(shop: httpx.AsyncClient, sku: Json, data: Shared) -> None:
    """Rules of the article's stock item, which has one also where sources count."""
    if wanted := writing.rules(data):
        item = Raw((await get(shop, found.stock_item(sku))).body)
        await change(shop, "PUT", found.path(sku, f"/stockItems/{item.id('item_id')}"), {"stockItem": wanted})


async def destroy(call: Call[Nothing]) -> Done:
    """A configurable product goes first, then its variants, but for those that other products have as well."""
    row = await found.product(call.client, call.target)
    own = links(row) if row.get("type_id") == "configurable" else []
    shared = await _elsewhere(call.client, row) if own else set()
    rows, _ = await by_values(call.client, PRODUCTS, "entity_id", [str(one) for one in own if one not in shared])
    await change(call.client, "DELETE", found.path(row["sku"]))
    for child in rows:
        await change(call.client, "DELETE", found.path(child["sku"]))
    touched = [("variants", f"{row['id']}/{child['id']}") for child in rows]
    return Done({"sku": row["sku"], "sku_2": str(row["id"])}, [("products", str(row["id"])), *touched])


async def _elsewhere(shop: httpx.AsyncClient, row: Mapping[str, Any]) -> set[int]:
    families, _ = await everything(shop, FAMILIES, [[("type_id", "eq", "configurable")]])
    return {child for family in families if family.get("id") != row.get("id") for child in links(family)}


async def destroy_variant(call: Call[Nothing]) -> Done:
    row = await found.product(call.client, call.target)
    whole = found.parent(call.target)
    if whole == str(row["id"]) or (not whole and row.get("visibility") != _ALONE):
        raise CannotDo("", "this product has no variant but itself: delete the product")
    await change(call.client, "DELETE", found.path(row["sku"]))
    return Done({"sku": row["sku"], "sku_2": str(row["id"])}, [("variants", f"{whole}/{row['id']}")] if whole else [])
