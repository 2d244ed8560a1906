"""What a write does to a product or a variation. All is checked before anything is changed."""

import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.build import slug
from shoprelay_simulators.woocommerce.call import integer, objects, text
from shoprelay_simulators.woocommerce.errors import WpError, invalid_params
from shoprelay_simulators.woocommerce.rows import Attribute, Image, Product

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

TEXTS = {
    "sku": "sku",
    "regular_price": "regular_price",
    "sale_price": "sale_price",
    "description": "description",
    "status": "status",
    "weight": "weight",
    "global_unique_id": "gtin",
}
PRODUCT_TEXTS = {"name": "name", "slug": "slug", "short_description": "short_description", "catalog_visibility": "visibility"}
PRICES = ("regular_price", "sale_price", "date_on_sale_from_gmt", "date_on_sale_to_gmt")
FETCHABLE = re.compile(r"https?://[^\s]+\.(jpe?g|png|gif|webp)", re.IGNORECASE)


def fill(shop: "WooShop", row: Product, body: Json) -> None:
    """A product, or (with a parent) a variation: it has one image, and no name of its own."""
    _check(shop, row, body)
    names = TEXTS if row.parent_id else {**TEXTS, **PRODUCT_TEXTS}
    for name, held in names.items():
        setattr(row, held, text(body, name, getattr(row, held)))
    row.type = text(body, "type", row.type)
    for name, held in (("date_on_sale_from_gmt", "sale_from"), ("date_on_sale_to_gmt", "sale_to")):
        if name in body:
            setattr(row, held, datetime.fromisoformat(text(body, name)).replace(tzinfo=UTC) if body[name] else None)
    if row.type == "variable":
        row.regular_price = row.sale_price = ""
    if any(name in body for name in PRICES):
        row.priced = shop.now()
    _count(row, body)
    _place(shop, row, body)
    _pictures(shop, row, body)


def _count(row: Product, body: Json) -> None:
    """Without stock management nothing of it is kept."""
    if "manage_stock" in body:
        row.manage_stock = body["manage_stock"] is True
    row.stock_status = text(body, "stock_status", row.stock_status)
    row.backorders = text(body, "backorders", row.backorders)
    if not row.manage_stock:
        row.stock = row.low_stock = None
        row.backorders = "no" if row.parent_id else row.backorders
        return
    if body.get("stock_quantity") is not None:
        row.stock = integer(body["stock_quantity"])
    elif body.get("inventory_delta") is not None:
        row.stock = (row.stock or 0) + integer(body["inventory_delta"])
    if "low_stock_amount" in body:
        row.low_stock = None if body["low_stock_amount"] is None else integer(body["low_stock_amount"])


def _place(shop: "WooShop", row: Product, body: Json) -> None:
    for name, known in (("categories", shop.categories), ("tags", shop.tags), ("brands", shop.brands)):
        if name in body and not row.parent_id:
            setattr(row, name, [i for item in objects(body, name) if (i := integer(item.get("id"))) in known])
    if "attributes" in body and not row.parent_id:
        row.attributes = [_attribute(shop, item) for item in objects(body, "attributes") if item.get("options")]


def _attribute(shop: "WooShop", item: Json) -> Attribute:
    """A global attribute by its id, or one of the product's own by name."""
    given = item.get("options")
    options = [str(option) for option in given] if isinstance(given, list) else []
    number, name, varies = integer(item.get("id")), text(item, "name"), item.get("variation") is True
    attributes = [each for row in shop.products.values() for each in row.attributes]
    known = next((each for each in attributes if number and each.id == number), None)
    if known is not None:
        return Attribute(known.id, known.name, known.slug, varies, options)
    return Attribute(0, name, name, varies, options)


def choices(parent: Product, body: Json) -> list[tuple[str, str]]:
    """The options of a variation: attributes that the product's variations do not differ by are passed over."""
    by_id = {each.id: each.name for each in parent.attributes if each.variation and each.id}
    by_name = {slug(each.name): each.name for each in parent.attributes if each.variation}
    found = []
    for item in objects(body, "attributes"):
        name = by_id.get(integer(item.get("id"))) if item.get("id") else by_name.get(slug(text(item, "name")))
        if name is not None:
            found.append((name, text(item, "option")))
    return found


def _pictures(shop: "WooShop", row: Product, body: Json) -> None:
    """`images` are the whole list; a variation's `image` without id and src takes it away."""
    if row.parent_id and "image" in body:
        given = body["image"] if isinstance(body["image"], dict) else {}
        row.images = [_picture(shop, given)] if given.get("id") or given.get("src") else []
    elif not row.parent_id and "images" in body:
        row.images = [_picture(shop, item) for item in objects(body, "images")]


def _picture(shop: "WooShop", item: Json) -> Image:
    held = next((image for image in _known(shop) if image.id == integer(item.get("id"))), None)
    if held is None:
        file = text(item, "src").rsplit("/", 1)[-1]
        held = Image(shop.next_id(), shop.now(), f"/wp-content/uploads/{file}", file.rsplit(".", 1)[0])
    held.name, held.alt = text(item, "name") or held.name, text(item, "alt") or held.alt
    return held


def _known(shop: "WooShop") -> list[Image]:
    return [image for row in shop.products.values() for image in row.images]


def _check(shop: "WooShop", row: Product, body: Json) -> None:
    for name in ("stock_quantity", "inventory_delta"):
        if (count := body.get(name)) is not None and not str(count).lstrip("-").isdigit():
            raise invalid_params({name: ("rest_invalid_type", f"{name} is not of type integer.")})
    sku, gtin = body.get("sku"), body.get("global_unique_id")
    others = [other for other in shop.products.values() if other.id != row.id]
    if sku and (twin := next((other for other in others if other.sku == sku), None)):
        shown = html.escape(str(sku))
        message = f"The product with SKU ({shown}) you are trying to insert is already present in the lookup table"
        raise WpError(400, "product_invalid_sku", message, {"resource_id": twin.id, "unique_sku": f"{sku}-1"})
    if gtin and (twin := next((other for other in others if other.gtin == gtin), None)):
        message = "Invalid or duplicated GTIN, UPC, EAN or ISBN."
        raise WpError(400, "product_invalid_global_unique_id", message, {"resource_id": twin.id})
    for item in [*objects(body, "images"), *objects({"image": [body.get("image")]}, "image")]:
        _check_picture(shop, item)


def _check_picture(shop: "WooShop", item: Json) -> None:
    number = integer(item.get("id"))
    if number and all(image.id != number for image in _known(shop)):
        raise WpError(400, "woocommerce_product_invalid_image_id", f"#{number} is an invalid image ID.")
    if not number and item.get("src") and not FETCHABLE.fullmatch(text(item, "src")):
        raise WpError(400, "woocommerce_product_image_upload_error", "Sorry, you are not allowed to upload this file type.")
