"""Variants with their stock. https://shopify.dev/docs/api/admin-graphql/latest/objects/ProductVariant"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.ids import key, reference
from shoprelay_relays.shopify.parties import modified
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import Variant

# The contract's weights are whole numbers: each is told in the finer unit of its system.
_WEIGHT = {
    "GRAMS": ("g", Decimal(1)),
    "KILOGRAMS": ("g", Decimal(1000)),
    "OUNCES": ("oz", Decimal(1)),
    "POUNDS": ("oz", Decimal(16)),
}
_DEFAULT = "Default Title"
"""What Shopify calls the single variant of a product without options."""


def variant(body: Json, shop: Shop) -> Mapped:
    """One variant by itself; it names its product."""
    raw = Raw(body)
    own = reference(raw.child("product"))
    if own is None:
        raise PayloadInvalid("product.id", "expected the product of the variant")
    return Mapped([draft(raw, shop, own)], version=modified(raw))


def draft(raw: Raw, shop: Shop, product: str) -> Draft:
    """A variant of this product. Its version is its own: stock and prices change without the product's other variants."""
    own, head, item = key(raw), raw.child("product"), raw.child("inventoryItem")
    options = [option for option in raw.items("selectedOptions") if option.text("value") != _DEFAULT]
    title = raw.text("title")
    document = Variant(
        **_prices(raw, item),
        **_weight(item.child("measurement").child("weight")),
        **_stock(raw, item),
        product_id=shop.id("products", product),
        product_sku=head.text("handle"),
        sku=raw.text("sku"),
        sku_2=own,
        sku_3=product,
        barcode=raw.text("barcode"),
        name=raw.text("displayName") if title == _DEFAULT else title,
        type=head.text("productType"),
        manufacturer=head.text("vendor"),
        status=head.text("status"),
        published=published(head),
        path=head.text("handle"),
        url=head.text("onlineStoreUrl"),
        images=_images(raw) if "image" in raw else None,
        vat_class=None if raw.flag("taxable") is not False else "none",
        currency=shop.config.get("currency"),
        variations=[{"type": option.text("name"), "value": option.text("value")} for option in options],
    )
    return Draft(document, own, version=modified(raw) or None)


def published(head: Raw) -> bool | None:
    """Whether buyers find the product in the online store. One that is UNLISTED is there for who has its address."""
    if "status" not in head or "publishedAt" not in head:
        return None
    return head.text("status") == "ACTIVE" and head.text("publishedAt") is not None


def _prices(raw: Raw, item: Raw) -> dict[str, Any]:
    """As the merchant entered them: Shopify reckons taxes at the checkout, and tells no rate before it."""
    price, before = raw.number("price"), raw.number("compareAtPrice")
    reduced = price is not None and before is not None and before > price
    return {
        "price": as_float(price),
        "before_price": as_float(before) if reduced else None,
        "offer_price": as_float(price) if reduced else None,
        "cost_price": as_float(item.child("unitCost").number("amount")),
    }


def _images(raw: Raw) -> list[dict[str, Any]]:
    """The one of the product's images that the variant shows: by its address, for its id here is not that of the product's."""
    image = raw.child("image")
    url = image.text("url")
    return [{"remote_id": None, "url": url, "title": image.text("altText"), "position": 1}] if url else []


def _weight(raw: Raw) -> dict[str, Any]:
    unit, factor = _WEIGHT.get(raw.text("unit") or "", (raw.text("unit"), Decimal(1)))
    value = raw.number("value")
    whole = None if value is None else int((value * factor).to_integral_value(ROUND_HALF_UP))
    return {"weight": whole, "weight_unit": unit if whole is not None else None}


def _stock(raw: Raw, item: Raw) -> dict[str, Any]:
    tracked = item.flag("tracked")
    levels = item.child("inventoryLevels").items("nodes")
    places = {place: _available(level) for level in levels if (place := reference(level.child("location")))}
    return {
        "manage_stock": tracked,
        "allow_backorders": raw.text("inventoryPolicy") == "CONTINUE" if "inventoryPolicy" in raw else None,
        "stock": raw.integer("inventoryQuantity") if tracked else None,
        "locations": places if tracked and "inventoryLevels" in item else None,
    }


def _available(level: Raw) -> int | None:
    return next((item.integer("quantity") for item in level.items("quantities") if item.text("name") == "available"), None)
