"""Variants: variations, and simple products, which are their own only variant.

https://woocommerce.github.io/woocommerce-rest-api-docs/#product-variations
"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.goods import UpdateVariant
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions import asked, options, tags
from shoprelay_relays.woocommerce.actions.asking import change, read
from shoprelay_relays.woocommerce.actions.meant import Goods, goods

Row = dict[str, Any]


async def update(call: Call[UpdateVariant]) -> Done:
    found = await goods(call)
    told = await (_variation(call, found) if found.is_variation else _simple(call, found))
    await change(call.client, "PUT", found.path, told)
    return Done({"sku_2": found.own}, found.reads)


async def destroy(call: Call[Body]) -> Done:
    """For good: variations have no trash."""
    found = await goods(call)
    if not found.is_variation:
        raise CannotDo("", "this is the product's only variant: delete the product")
    await change(call.client, "DELETE", found.path, force="true")
    return Done({"sku_2": found.own}, [*found.reads, ("variations", f"{found.product}/{found.own}")])


async def _variation(call: Call[UpdateVariant], found: Goods) -> Row:
    data = call.data
    told = asked.variation(data, call.config, found.row)
    if not data.variations:
        return told
    product = await read(call.client, f"products/{found.product}")
    if (wider := options.widened(product, data)) is not None:
        await change(call.client, "PUT", f"products/{found.product}", {"attributes": wider})
    return told | {"attributes": options.chosen(product, data)}


async def _simple(call: Call[UpdateVariant], found: Goods) -> Row:
    if call.data.variations:
        raise CannotDo("variations", "the product is not sold in variations")
    told = asked.product(call.data, call.config, found.row)
    if call.data.tags is not None:
        told["tags"] = await tags.ids(call, call.data.tags)
    return told
