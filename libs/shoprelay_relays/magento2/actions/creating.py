"""New products and variants.

https://developer.adobe.com/commerce/webapi/rest/tutorials/configurable-product/: the variants are made first, hidden, then the
product; then it is told by which attributes they differ, and which they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import CreateProduct, CreateVariant, VariantAttributes
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2.actions import found, images, options, products, stock, writing
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.magento2.actions.options import Option
from shoprelay_relays.spec import Json

_DEFAULT_SET = 4
"""The attribute set "Default" of every installation."""
_SHOWN, _HIDDEN = 4, 1


@dataclass(frozen=True, slots=True)
class Made:
    """What a new product begins with."""

    sku: str
    name: str
    kind: str
    shown: bool
    attribute_set: Json = _DEFAULT_SET
    chosen: Sequence[Option] = ()


async def create(call: Call[CreateProduct]) -> Done:
    data = call.data
    if not data.sku or not data.name:
        raise CannotDo("name" if data.sku else "sku", "a product of Magento has a sku and a name")
    if data.variants and (data.stock is not None or data.variations):
        raise CannotDo("stock" if data.stock is not None else "variations", "give it with the variants")
    if not data.variants:
        row = await _make(call, data, Made(data.sku, data.name, "simple", shown=True))
    else:
        row = await _configurable(call, data.sku, data.name)
    return Done({"sku": row["sku"], "sku_2": str(row["id"])}, [("products", str(row["id"]))])


async def _configurable(call: Call[CreateProduct], sku: str, name: str) -> Json:
    attributes = await options.of_set(call.client, _DEFAULT_SET)
    chosen = [options.chosen(attributes, one.variations or [], "variants") for one in call.data.variants]
    codes = [option.code for option in chosen[0]]
    if not codes or any([option.code for option in each] != codes for each in chosen):
        raise CannotDo("variants", "give each variant a variation of the same types")
    made = [_variant(one, sku, name, each, _DEFAULT_SET) for one, each in zip(call.data.variants, chosen, strict=True)]
    for data, one in zip(call.data.variants, made, strict=True):
        price = data.price if data.price is not None else call.data.price
        await _make(call, data.model_copy(update={"price": price}), one)
    row = await _make(call, call.data.model_copy(update={"price": None}), Made(sku, name, "configurable", shown=True))
    await _join(call, sku, [option.attribute for option in chosen[0]], chosen, [one.sku for one in made])
    return row


async def _join(call: Call[Any], sku: str, by: list[Raw], chosen: Sequence[Sequence[Option]], children: Sequence[str]) -> None:
    path = f"configurable-products/{quote(sku, safe='')}"
    for place, attribute in enumerate(by):
        values = [await options.valued(call.client, each[place]) for each in chosen]
        label = attribute.text("default_frontend_label")
        indexes = [{"value_index": int(value)} for value in dict.fromkeys(values)]
        option = {"attribute_id": attribute.id("attribute_id"), "label": label, "position": place, "values": indexes}
        await change(call.client, "POST", f"{path}/options", {"option": option})
    for child in children:
        await change(call.client, "POST", f"{path}/child", {"childSku": child})


async def create_variant(call: Call[CreateVariant]) -> Done:
    row = await found.product(call.client, call.target)
    if row.get("type_id") != "configurable":
        raise CannotDo("", "only a configurable product has variants; this one is sold as it is")
    if call.data.price is None:
        raise CannotDo("price", "a variant of Magento has a price of its own")
    attributes = await options.of_set(call.client, row.get("attribute_set_id"))
    chosen = options.chosen(attributes, call.data.variations or [])
    by = Raw(row).child("extension_attributes").items("configurable_product_options")
    if {option.attribute.id("attribute_id") for option in chosen} != {one.id("attribute_id") for one in by}:
        raise CannotDo("variations", f"give one of each: {', '.join(one.text('label') or '' for one in by)}")
    made = _variant(call.data, str(row["sku"]), str(row["name"]), chosen, row.get("attribute_set_id"))
    child = await _make(call, call.data, made)
    await change(call.client, "POST", f"configurable-products/{quote(str(row['sku']), safe='')}/child", {"childSku": made.sku})
    return Done({"sku": made.sku, "sku_2": str(child["id"]), "sku_3": str(row["id"])}, [("products", str(row["id"]))])


def _variant(data: VariantAttributes, sku: str, name: str, chosen: Sequence[Option], attribute_set: Json) -> Made:
    words = [option.word for option in chosen]
    own, called = data.sku or "-".join([sku, *words]), data.name or "-".join([name, *words])
    return Made(own, called, "simple", shown=False, attribute_set=attribute_set, chosen=chosen)


async def _make(call: Call[Any], data: Any, made: Made) -> Json:
    """The product's row. It is shown unless it is said that it is not; what has no price costs nothing."""
    fields = writing.product(data, call.config, writing.TAXABLE)
    await products.chosen(call.client, data, made.attribute_set, fields)
    values = {option.code: await options.valued(call.client, option) for option in made.chosen}
    custom = [*fields.get("custom_attributes", []), *writing.custom({"tax_class_id": writing.TAXABLE, **values})]
    own = {"sku": made.sku, "name": made.name, "type_id": made.kind, "attribute_set_id": made.attribute_set}
    shown = {"visibility": _SHOWN if made.shown else _HIDDEN, "status": fields.get("status", 1), "price": fields.get("price", 0)}
    row = await change(call.client, "POST", "products", {"product": {**fields, **own, **shown, "custom_attributes": custom}})
    await products.rules(call.client, made.sku, data)
    if data.stock:
        await stock.add(call.client, made.sku, data.stock, call.config)
    for image in data.images or []:
        await images.upload(call.client, made.sku, image, first=image is data.images[0])
    return row
