"""Variants, and the stock of what is sold. A product without variants is changed itself.

https://api.hostedshop.dk/doc/ (Product_CreateVariant, Product_UpdateVariant, Product_DeleteVariant)
"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.goods import ChangeStock, CreateVariant, UpdateVariant
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.actions import asked, options, products, sold
from shoprelay_relays.hostedshop.actions.asking import change, done, made
from shoprelay_relays.hostedshop.actions.sold import Goods
from shoprelay_relays.hostedshop.codes import listed


async def create(call: Call[CreateVariant]) -> Done:
    options.expect(call.data)
    found = await sold.product(call)
    row = asked.variant(call.data, found.product, Raw({}), call.config)
    if "Price" not in row:
        row["Price"] = str(found.product.amount("Price"))
    chosen = await (await options.Values.of(call)).ids(call.data)
    told = options.NEW | row | {"ProductId": found.key} | chosen
    key = await made(call.client, "Product_CreateVariant", VariantData=told)
    return Done({"sku_3": key}, found.reads)


async def update(call: Call[UpdateVariant]) -> Done:
    """A product without variants takes what products do, but has no options."""
    found = await sold.variant(call)
    if "stock" in call.data.given():
        _one_place(found)
    if found.variant is None:
        if call.data.variations is not None:
            raise CannotDo("variations", "the product has no variants: make one with products/create_variant")
        await products.put(call, found.product, asked.product(call.data, found.product, call.config))
        return Done({"sku_3": found.key}, found.reads)
    asked.refuse(call.data, asked.VARIANT)
    told = asked.variant(call.data, found.product, found.variant, call.config)
    told |= await (await options.Values.of(call)).ids(call.data) if call.data.variations else {}
    await _put(call, found.variant, told)
    return Done({"sku_3": found.variant.id("Id")}, found.reads)


async def destroy(call: Call[Body]) -> Done:
    found = await sold.variant(call)
    if found.variant is None:
        raise CannotDo("", "the product has no variants: delete it with products/destroy")
    await done(call.client, "Product_DeleteVariant", VariantId=found.variant.id("Id"))
    return Done({"sku_3": found.variant.id("Id")}, found.reads)


async def change_stock(call: Call[ChangeStock]) -> Done:
    """The platform takes counts alone: a change is added to what the shop had just before."""
    found = await sold.variant(call)
    _one_place(found)
    count = call.data.stock
    if count is None:
        count = (found.own.integer("Stock") or 0) + (call.data.stock_change or 0)
    if found.variant is None:
        await products.put(call, found.product, {"Stock": count})
    else:
        await _put(call, found.variant, {"Stock": count})
    return Done({"stock": count}, found.reads)


async def _put(call: Call[Any], row: Raw, told: dict[str, Any]) -> None:
    if told:
        await change(call.client, "Product_UpdateVariant", VariantData={"Id": row.id("Id"), **told})


def _one_place(found: Goods) -> None:
    if len(listed(found.own, "StockLocations")) > 1:
        raise CannotDo("stock", "the shop counts it at several places, each by itself: change it in the shop's administration")
