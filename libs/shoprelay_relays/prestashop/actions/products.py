"""Products and combinations as they are changed: https://devdocs.prestashop-project.org/8/webservice/resources/combinations/

A combination's price and weight are told as what they add to its product's.
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Nothing
from shoprelay_relays.actions.bodies.goods import UpdateProduct, UpdateVariant
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop.actions import asking, found, offers, writing
from shoprelay_relays.prestashop.actions.xml import ids
from shoprelay_relays.prestashop.reader import Reader
from shoprelay_relays.spec import Json

_SHARED = {"sku": "reference", "cost_price": "wholesale_price", "low_stock_limit": "low_stock_threshold"}
OWN = {**_SHARED, "weight": "weight", "published": "active"}
TEXTS = {
    "name": "name",
    "description_1": "description_short",
    "description_2": "description",
    "meta_title": "meta_title",
    "meta_description": "meta_description",
    "path": "link_rewrite",
}
OF_VARIANTS = {**_SHARED, "barcode": "ean13"}
PRODUCT = (*OWN, *TEXTS, *offers.ATTRIBUTES, "price", "category_ids", "allow_backorders")
VARIANT = (*OF_VARIANTS, *offers.ATTRIBUTES, "weight", "price", "allow_backorders")
_DENY, _ALLOW = 0, 1


async def update(call: Call[UpdateProduct]) -> Done:
    number = await found.product(call.client, call.config, call.target)
    reader = Reader(call.client, call.config)
    row = await asking.one(call.client, call.config, "products", number)
    fields = {**writing.plain(call.data, OWN), **await writing.texts(reader, call.data, TEXTS, row), **categories(call.data)}
    if call.data.price is not None:
        fields["price"] = await writing.net(reader, row, call.data.price)
    if fields:
        await asking.edit(call.client, call.config, "products", number, fields)
    await backorders(call, number, None, call.data.allow_backorders)
    await offers.write(call, number, "0", call.data)
    return Done({"sku_2": number}, [("products", number)])


async def update_variant(call: Call[UpdateVariant]) -> Done:
    """A product without combinations has these for itself."""
    number, own = await found.variant(call.client, call.config, call.target)
    row = await asking.one(call.client, call.config, "products", number)
    fields = await priced(Reader(call.client, call.config), row, call.data, alone=own == "0")
    if fields:
        path, key = ("products", number) if own == "0" else ("combinations", own)
        await asking.edit(call.client, call.config, path, key, fields)
    await backorders(call, number, own, call.data.allow_backorders)
    await offers.write(call, number, own, call.data)
    return Done({"sku_2": number if own == "0" else own, "sku_3": number}, [("products", number)])


async def priced(reader: Reader, product: Json, data: Any, *, alone: bool) -> writing.Fields:
    """The fields of a variant: its own, and price and weight as what they add to the product's."""
    fields = writing.plain(data, OF_VARIANTS)
    base = Raw({} if alone else product)
    if data.price is not None:
        fields["price"] = await writing.net(reader, product, data.price) - base.amount("price")
    if data.weight is not None:
        fields["weight"] = Decimal(data.weight) - base.amount("weight")
    return fields


def categories(data: Any) -> writing.Fields:
    """The first one is the default."""
    if not data.category_ids:
        return {}
    keys = [one.known_as("remote_id") for one in data.category_ids]
    return {"id_category_default": keys[0], "categories": ids("category", keys)}


async def backorders(call: Call[Any], number: str, own: str | None, allowed: bool | None) -> None:
    """A rule of the stock's rows: of one variant, or of all."""
    if allowed is None:
        return
    for row in await Reader(call.client, call.config).rows("stock_availables", "id_product", [number]):
        if own in {None, str(row.get("id_product_attribute"))}:
            fields = {"out_of_stock": _ALLOW if allowed else _DENY}
            await asking.edit(call.client, call.config, "stock_availables", str(row["id"]), fields)


async def destroy(call: Call[Nothing]) -> Done:
    number = await found.product(call.client, call.config, call.target)
    await asking.delete(call.client, call.config, f"products/{number}")
    return Done({"sku_2": number}, [("products", number)])


async def destroy_variant(call: Call[Nothing]) -> Done:
    number, own = await found.variant(call.client, call.config, call.target)
    if own == "0":
        raise CannotDo("", "this product has no combinations: delete the product")
    await asking.delete(call.client, call.config, f"combinations/{own}")
    return Done({"sku_2": own, "sku_3": number}, [("products", number)])
