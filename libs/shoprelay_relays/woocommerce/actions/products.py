"""Products: https://woocommerce.github.io/woocommerce-rest-api-docs/#products"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.goods import CreateProduct, CreateVariant, UpdateProduct, VariantAttributes
from shoprelay_relays.errors import CannotDo, RelayError
from shoprelay_relays.woocommerce.actions import asked, options, prices, tags
from shoprelay_relays.woocommerce.actions.asking import change, words
from shoprelay_relays.woocommerce.actions.meant import Goods, goods

_AT_ONCE = 100
Row = dict[str, Any]


async def create(call: Call[CreateProduct]) -> Done:
    """A simple product, or with variants a variable one, whose variations are then made a hundred at a time."""
    data = call.data
    variants = [_inherited(each, data) for each in data.variants]
    new = [options.with_options(each, call.config, f"variants.{place}.") for place, each in enumerate(variants)]
    row = await change(call.client, "POST", "products", await _product(call, variants))
    key = str(row["id"])
    for start in range(0, len(new), _AT_ONCE):
        made = await change(call.client, "POST", f"products/{key}/variations/batch", {"create": new[start : start + _AT_ONCE]})
        _all_made(made.get("create") or [], start)
    return Done({"sku_2": key, "sku": row.get("sku") or None}, [("products", key)])


async def update(call: Call[UpdateProduct]) -> Done:
    found = await _whole(call)
    told = asked.product(call.data, call.config, found.row)
    if call.data.tags is not None:
        told["tags"] = await tags.ids(call, call.data.tags)
    await change(call.client, "PUT", found.path, told)
    return Done({"sku_2": found.own}, found.reads)


async def destroy(call: Call[Body]) -> Done:
    found = await _whole(call)
    await change(call.client, "DELETE", found.path)
    return Done({"sku_2": found.own}, found.reads)


async def create_variant(call: Call[CreateVariant]) -> Done:
    """An option that the product does not have yet is added to it first."""
    found = await _whole(call)
    if not str(found.row.get("type")).startswith("variable"):
        raise CannotDo("", "the product is not sold in variations: make a new one with variants")
    new = options.with_options(call.data, call.config)
    if (wider := options.widened(found.row, call.data)) is not None:
        await change(call.client, "PUT", found.path, {"attributes": wider})
    row = await change(call.client, "POST", f"{found.path}/variations", new)
    return Done({"sku_2": str(row["id"]), "sku_3": found.own}, found.reads)


async def _whole(call: Call[Any]) -> Goods:
    found = await goods(call)
    if found.is_variation:
        raise CannotDo("", f"{found.own} is a variation: name its product, {found.product}")
    return found


async def _product(call: Call[CreateProduct], variants: list[VariantAttributes]) -> Row:
    """The prices of a variable product are its variations'."""
    data = call.data
    if data.variants:
        data = data.model_copy(update=dict.fromkeys(prices.ALL))
    told = asked.product(data, call.config, {})
    if data.tags is not None:
        told["tags"] = await tags.ids(call, data.tags)
    return told | ({"type": "variable", "attributes": options.of(variants)} if variants else {"type": "simple"})


def _inherited(variant: VariantAttributes, data: CreateProduct) -> VariantAttributes:
    """A variant without prices of its own has the product's."""
    if any(getattr(variant, name) is not None for name in prices.ALL):
        return variant
    return variant.model_copy(update={name: value for name in prices.ALL if (value := getattr(data, name)) is not None})


def _all_made(rows: list[Row], start: int) -> None:
    """Errors of single ones stand inside of a success."""
    for place, row in enumerate(rows, start):
        if error := row.get("error"):
            raise RelayError(f"variants.{place}: {error.get('code')}: {words(error)}")
