"""New products and combinations: https://devdocs.prestashop-project.org/8/webservice/tutorials/

Stock rows come with them, and are counted afterwards. Options (size, colour) and their values are made where they are missing.
"""

from collections.abc import Sequence
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import CreateProduct, CreateVariant, VariantAttributes, Variation
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.prestashop.actions import asking, found, images, offers, products, stock, writing
from shoprelay_relays.prestashop.actions.xml import ids
from shoprelay_relays.prestashop.reader import Reader
from shoprelay_relays.spec import Json

_HOME = "2"
"""The category of every installation that a product without one is shown in."""
_LIKE_PRODUCT = (*products.VARIANT, "stock", "variations")


async def create(call: Call[CreateProduct]) -> Done:
    data = call.data
    if not data.name:
        raise CannotDo("name", "a product has a name")
    if data.variants and (data.stock is not None or data.variations):
        raise CannotDo("stock" if data.stock is not None else "variations", "give it with the variants")
    _check(data.variants)
    row = await _product(call)
    number = str(row["id"])
    for place, one in enumerate(data.variants):
        priced = one if one.price is not None else one.model_copy(update={"price": data.price})
        await _combination(call, row, priced, first=place == 0)
    if data.stock:
        await stock.add(call, (number, "0"), data.stock)
    await products.backorders(call, number, None, data.allow_backorders)
    await offers.write(call, number, "0", data)
    for image in data.images or []:
        await images.upload(call, number, image.url)
    return Done({"sku": data.sku, "sku_2": number}, [("products", number)])


async def create_variant(call: Call[CreateVariant]) -> Done:
    _check([call.data])
    number = await found.product(call.client, call.config, call.target)
    row = await asking.one(call.client, call.config, "products", number)
    if str(row.get("product_type") or "combinations") != "combinations":
        await asking.edit(call.client, call.config, "products", number, {"product_type": "combinations"})
    others = await Reader(call.client, call.config).rows("combinations", "id_product", [number], "[id]")
    own = await _combination(call, row, call.data, first=not others)
    return Done({"sku": call.data.sku, "sku_2": own, "sku_3": number}, [("products", number)])


def _check(variants: Sequence[VariantAttributes]) -> None:
    """A combination is nothing but the options that it is chosen by, and takes the rest from its product."""
    for one in variants:
        if not one.variations:
            raise CannotDo("variations", "a combination is chosen by its variations: give each at least one")
        more = {name for name, value in one.given().items() if value is not None} - {*_LIKE_PRODUCT}
        if more:
            raise CannotDo(min(more), "PrestaShop keeps this on the product, for all of its combinations")


async def _product(call: Call[CreateProduct]) -> Json:
    reader, data = Reader(call.client, call.config), call.data
    named = data if data.path else data.model_copy(update={"path": writing.slug(data.name or "")})
    taxed = {"id_tax_rules_group": await writing.usual_taxes(reader)}
    fields = {
        **writing.plain(data, {**products.OWN, "barcode": "ean13"}),
        **await writing.texts(reader, named, products.TEXTS, {}),
        **({"price": await writing.net(reader, taxed, data.price)} if data.price is not None else {"price": 0}),
        **taxed,
        **(products.categories(data) or {"id_category_default": _HOME, "categories": ids("category", [_HOME])}),
    }
    shown = {"active": 1, "state": 1, "available_for_order": 1, "show_price": 1, "visibility": "both", "minimal_quantity": 1}
    kind = {"product_type": "combinations" if data.variants else "standard"}
    return await asking.create(call.client, call.config, "products", {**shown, **kind, **fields})


async def _combination(call: Call[Any], product: Json, data: VariantAttributes, *, first: bool) -> str:
    """The id of the combination; the first one is the product's default."""
    reader = Reader(call.client, call.config)
    values = [await _value(call, reader, one) for one in data.variations or []]
    fields = {
        "id_product": product["id"],
        "minimal_quantity": 1,
        **({"default_on": 1} if first else {}),
        **await products.priced(reader, product, data, alone=False),
        "product_option_values": ids("product_option_value", values),
    }
    made = await asking.create(call.client, call.config, "combinations", fields)
    own = str(made["id"])
    if data.stock:
        await stock.add(call, (str(product["id"]), own), data.stock)
    await products.backorders(call, str(product["id"]), own, data.allow_backorders)
    await offers.write(call, str(product["id"]), own, data)
    return own


async def _value(call: Call[Any], reader: Reader, one: Variation) -> str:
    """The id of an option's value, by the words that buyers read."""
    languages = sorted(await reader.table("languages"), key=int)
    name = writing.everywhere(one.type, languages)
    groups = (await reader.get("product_options", {"display": "full", "sort": "[id_ASC]"})).rows
    group = next((row for row in groups if _says(row, one.type, "public_name", "name")), None)
    if group is None:
        fields = {"is_color_group": 0, "group_type": "select", "name": name, "public_name": name}
        group = await asking.create(call.client, call.config, "product_options", fields)
    values = await reader.rows("product_option_values", "id_attribute_group", [str(group["id"])])
    value = next((row for row in values if _says(row, one.value, "name")), None)
    if value is None:
        fields = {"id_attribute_group": group["id"], "name": writing.everywhere(one.value, languages)}
        value = await asking.create(call.client, call.config, "product_option_values", fields)
    return str(value["id"])


def _says(row: Json, word: str, *names: str) -> bool:
    """Whether one of its names is this in any language."""
    for name in names:
        told = row.get(name)
        texts = [str(one.get("value")) for one in told] if isinstance(told, list) else [str(told)]
        if word.casefold() in {text.casefold() for text in texts}:
            return True
    return False
