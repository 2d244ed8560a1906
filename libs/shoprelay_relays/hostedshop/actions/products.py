"""Products. https://api.hostedshop.dk/doc/ (Product_Create, Product_Update, Product_Delete)"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.goods import CreateProduct, UpdateProduct, VariantAttributes
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.actions import asked, options, prices, sold
from shoprelay_relays.hostedshop.actions.asking import change, done, items, made
from shoprelay_relays.hostedshop.actions.shop import language

_NOTHING = Raw({})
_NEW: dict[str, Any] = {
    **dict.fromkeys(("ProducerId", "Stock", "DeliveryTimeId", "DiscountGroupId", "UnitId", "Sorting"), 0),
    **dict.fromkeys(("Weight", "BuyingPrice", "Price", "Discount", "GuidelinePrice"), "0"),
    **dict.fromkeys(("DisableOnEmpty", "CallForPrice", "FocusFrontpage", "FocusCart"), False),
    **dict.fromkeys(("ItemNumber", "Url", "RelationCode", "DateCreated", "DateUpdated", "SeoTitle", "SeoDescription"), ""),
    **dict.fromkeys(("SeoKeywords", "Description", "DescriptionShort", "DescriptionLong"), ""),
    "RelatedProducts": items([]),
    "DiscountType": "a",
    "MinAmount": 1,
    "Online": True,
    "Status": True,
}
"""What the documentation requires of a new product."""


async def create(call: Call[CreateProduct]) -> Done:
    """The product, then its variants one by one. What they differ in is made first where the shop does not have it."""
    data = call.data
    if not data.name or not data.category_ids:
        raise CannotDo("category_ids" if data.name else "name", "the platform makes no product without one")
    if data.variations:
        raise CannotDo("variations", "expected them in variants")
    wanted = [_inherited(each, data) for each in data.variants]
    for place, each in enumerate(wanted):
        asked.refuse(each, asked.VARIANT, f"variants.{place}.")
        options.expect(each, f"variants.{place}.")
    told = {**_NEW, "LanguageISO": await language(call), **asked.product(data, _NOTHING, call.config)}
    rows = [asked.variant(each, _NOTHING, _NOTHING, call.config, f"variants.{place}.") for place, each in enumerate(wanted)]
    values = await options.Values.of(call)
    key = await made(call.client, "Product_Create", ProductData=told)
    for each, row in zip(wanted, rows, strict=True):
        chosen = await values.ids(each)
        await made(call.client, "Product_CreateVariant", VariantData=options.NEW | row | {"ProductId": key} | chosen)
    return Done({"sku_3": key, "sku": data.sku}, [("products", key)])


async def update(call: Call[UpdateProduct]) -> Done:
    found = await sold.product(call)
    told = asked.product(call.data, found.product, call.config)
    await put(call, found.product, told)
    return Done({"sku_3": found.key}, found.reads)


async def destroy(call: Call[Body]) -> Done:
    found = await sold.product(call)
    await done(call.client, "Product_Delete", ProductId=found.key)
    return Done({"sku_3": found.key}, found.reads)


async def put(call: Call[Any], row: Raw, told: dict[str, Any]) -> None:
    """Texts are those of the shop's main language, whatever the session's is."""
    if asked.TEXTS & told.keys():
        told = {**told, "LanguageISO": await language(call)}
    if told:
        await change(call.client, "Product_Update", ProductData={"Id": row.id("Id"), **told})


def _inherited(variant: VariantAttributes, data: CreateProduct) -> VariantAttributes:
    """A variant without prices of its own has the product's."""
    if any(getattr(variant, name) is not None for name in prices.ALL):
        return variant
    return variant.model_copy(update={name: value for name in prices.ALL if (value := getattr(data, name)) is not None})
