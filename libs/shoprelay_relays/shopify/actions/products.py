"""Products: https://shopify.dev/docs/api/admin-graphql/latest/mutations/productSet"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.goods import CreateProduct, Image, UpdateProduct, VariantAttributes
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.shopify.actions import publishing, variants
from shoprelay_relays.shopify.actions.asking import change, every, gid, number, number_of_known, one

HEAD = ("name", "description_1", "manufacturer", "meta_title", "meta_description", "path", "published", "tags", "category_ids")
_SAME = {"name": "title", "description_1": "descriptionHtml", "manufacturer": "vendor", "path": "handle", "tags": "tags"}
_SET = """mutation Create($input: ProductSetInput!) { productSet(input: $input, synchronous: true) {
  product { id handle variants(first: 250) { nodes { id sku } } } userErrors { field message code } } }"""
_UPDATE = """mutation Update($product: ProductUpdateInput!) {
  productUpdate(product: $product) { product { id } userErrors { field message } } }"""
_DELETE = """mutation Delete($input: ProductDeleteInput!) {
  productDelete(input: $input) { deletedProductId userErrors { field message } } }"""
_COLLECTIONS = "id collections(first: 250) { pageInfo { hasNextPage } nodes { id } }"


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The product, with its variants."""
    return [("products", own(call))]


def own(call: Call[Any]) -> str:
    """The number of the product that the path names."""
    return number_of_known(call.target.known_as("sku_2"))


async def create(call: Call[CreateProduct]) -> Done:
    """Product, variants, stock and images in one mutation: all of it, or nothing."""
    data = call.data
    store = await publishing.store(call.client) if data.published else ""
    asked = _head(data) | {"collections": _collections(data), "files": [_file(each) for each in _ordered(data.images)]}
    asked |= await _sold(call)
    made = (await change(call.client, _SET, input=asked)).child("product")
    if store:
        await publishing.publish(call.client, made.text("id") or "", store)
    sold = [{"sku_2": number(row), "sku": row.text("sku")} for row in made.child("variants").items("nodes")]
    told = {"sku_2": number(made), "sku": made.text("handle"), "variants": sold}
    return Done(told, [("products", number(made))])


async def update(call: Call[UpdateProduct]) -> Done:
    data, product = call.data, gid("Product", call.target, "sku_2")
    store = await publishing.store(call.client) if data.published else ""
    asked = _head(data) | await _held(call, product)
    if asked:
        await change(call.client, _UPDATE, product={"id": product, **asked})
    if store:
        await publishing.publish(call.client, product, store)
    return Done({"sku_2": own(call)})


async def destroy(call: Call[Body]) -> Done:
    await change(call.client, _DELETE, input={"id": gid("Product", call.target, "sku_2")})
    return Done({"sku_2": own(call)})


def _head(data: Any) -> dict[str, Any]:
    """What stands on the product itself. One that buyers are not to see is a draft."""
    told = {theirs: getattr(data, ours) for ours, theirs in _SAME.items()}
    seo = {"title": data.meta_title, "description": data.meta_description}
    told["seo"] = {name: value for name, value in seo.items() if value is not None} or None
    told["status"] = None if data.published is None else "ACTIVE" if data.published else "DRAFT"
    return {name: value for name, value in told.items() if value is not None}


async def _held(call: Call[UpdateProduct], product: str) -> dict[str, Any]:
    """What is told as a whole, and so begins with how it stands: collections that are no longer named are left."""
    if call.data.category_ids is None:
        return {}
    found = await one(call.client, "product", product, _COLLECTIONS)
    held = [row.text("id") for row in every(found, "collections")]
    wanted = _collections(call.data)
    return {
        "collectionsToJoin": [each for each in wanted if each not in held],
        "collectionsToLeave": [each for each in held if each not in wanted],
    }


def _collections(data: Any) -> list[str]:
    return [gid("Collection", each, field="category_ids") for each in data.category_ids or ()]


async def _sold(call: Call[CreateProduct]) -> dict[str, Any]:
    """`productOptions` and `variants`. Without variants the product is one itself, under the name that Shopify has for that."""
    data = call.data
    rows: list[Any] = [_inherited(data, each) for each in data.variants] or [data]
    place = await variants.place(call.client) if any(row.stock is not None for row in rows) else ""
    options = _options(rows, single=not data.variants)
    made = [_variant(row, place) for row in rows]
    if not data.variants and not data.variations:
        made[0]["optionValues"] = [{"optionName": "Title", "name": "Default Title"}]
    return {"productOptions": options, "variants": made}


def _inherited(data: CreateProduct, each: VariantAttributes) -> VariantAttributes:
    """A variant has the product's price, cost, weight and stock keeping where it says nothing else."""
    if data.sku is not None:
        raise CannotDo("sku", "a product with variants has no sku in Shopify: leave it out, and give path for its address")
    unknown = each.model_fields_set - {*variants.ATTRIBUTES, "stock"}
    if unknown:
        raise CannotDo(f"variants.{min(unknown)}", "Shopify keeps this on the product")
    shared = {
        name: getattr(data, name) for name in (*variants.PRICES, "cost_price", "manage_stock", "weight", "allow_backorders")
    }
    missing = {name: value for name, value in shared.items() if value is not None and getattr(each, name) is None}
    return each.model_copy(update=missing)


def _options(rows: list[Any], *, single: bool) -> list[dict[str, Any]]:
    """Each kind of variation with its values, in the order in which they come."""
    values: dict[str, dict[str, None]] = {}
    for row in rows:
        for each in row.variations or ():
            values.setdefault(each.type, {})[each.value] = None
        if not single and {each.type for each in row.variations or ()} != {each.type for each in rows[0].variations or ()}:
            raise CannotDo("variants.variations", "every variant of a product needs the same types of variation")
    if not single and not values:
        raise CannotDo("variants.variations", "expected what sets the variants apart")
    found = values or {"Title": {"Default Title": None}}
    return [{"name": name, "values": [{"name": value} for value in some]} for name, some in found.items()]


def _variant(row: Any, place: str) -> dict[str, Any]:
    told = variants.attributes(row)
    if (stock := variants.stocked(row)) is not None:
        told["inventoryQuantities"] = [{"locationId": place, "name": "available", "quantity": stock}]
        told.setdefault("inventoryItem", {})["tracked"] = True
    return told


def _ordered(images: list[Image] | None) -> list[Image]:
    return sorted(images or (), key=lambda image: image.position or len(images or ()))


def _file(image: Image) -> dict[str, Any]:
    return {"originalSource": image.url, "alt": image.title or "", "contentType": "IMAGE"}
