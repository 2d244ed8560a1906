"""Products with their variants. https://quickbutik.dev/api-v1/products/get-products

One that is not sold in variants has a single one, with the product's own key.
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays import units, values
from shoprelay_relays.fields import Raw
from shoprelay_relays.quickbutik.times import moment
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import Product, Variant

_GRAMS = "g"


def product(body: Json, shop: Shop) -> Mapped:
    """One product, as `include_details` gives it; `learnt` has the ids of its categories."""
    raw = Raw(body)
    key, changed = raw.id(), moment(raw.text("date_modified"), "date_modified")
    shared = _shared(raw, shop)
    document = Product(
        **shared,
        **_offered(raw, raw),
        sku=raw.text("sku"),
        sku_2=raw.text("supplier_sku"),
        name=raw.text("title"),
        published=raw.flag("visible"),
    )
    head = Draft(document, key)
    variants = [_variant(raw, item, f"{key}/{item.id()}", key, shared, shop) for item in raw.items("variants")]
    children = variants or [_variant(raw, raw, key, key, shared, shop)]
    mapped = Mapped([head, *children], values.version(changed) if changed else "")
    if variants or not raw.flag("hasVariants"):
        mapped.owns.append((head, "variants", [shop.id("variants", child.key) for child in children]))
    return mapped


def _shared(raw: Raw, shop: Shop) -> dict[str, Any]:
    """What a product and its variants have in common."""
    rate = raw.number("tax_rate")
    return {
        "currency": shop.config.get("currency"),
        "vat_pct": as_float(None if rate is None else rate / 100),
        "description_1": raw.html("description"),
        "meta_title": raw.text("seo_title"),
        "meta_description": raw.text("seo_description"),
        "manufacturer": raw.text("supplier_name"),
        "url": raw.text("url"),
        "category_ids": [shop.id("categories", key) for key in raw.child("learnt").references("category_ids")],
        "images": _images(raw),
    }


def _offered(product: Raw, raw: Raw) -> dict[str, Any]:
    """What a variant (`raw`) may tell for itself, else its product. A price before is told while the price is reduced."""
    price, before, cost, weight = (_told(product, raw, name) for name in ("price", "before_price", "purchase_price", "weight"))
    heavy, unit = units.whole({"weight": weight}, _GRAMS)
    no_minus = raw.flag("disable_minusqty") if "disable_minusqty" in raw else product.flag("disable_minusqty")
    return {
        **heavy,
        "weight_unit": unit,
        "price": as_float(price),
        "before_price": as_float(before or None),
        "offer_price": as_float(price) if before else None,
        "cost_price": as_float(cost or None),
        "allow_backorders": None if no_minus is None else not no_minus,
        "min_quantity": raw.integer("min_purchase_quantity") or None,
        "max_quantity": raw.integer("max_purchase_quantity") or None,
    }


def _told(product: Raw, raw: Raw, name: str) -> Decimal | None:
    own = raw.number(name)
    return product.number(name) if own is None else own


def _variant(product: Raw, raw: Raw, key: str, product_key: str, shared: dict[str, Any], shop: Shop) -> Draft:
    options = [{"type": one.text("name"), "value": value} for one in raw.items("values") if (value := one.text("val"))]
    name = " ".join(part for part in (product.text("title"), *(option["value"] for option in options)) if part)
    document = Variant(
        **shared,
        **_offered(product, raw),
        name=name or None,
        product_id=shop.id("products", product_key),
        product_sku=product.text("sku"),
        sku=raw.text("sku"),
        sku_2=raw.text("supplier_sku"),
        barcode=raw.text("gtin"),
        stock=raw.integer("qty"),
        published=bool(product.flag("visible")) and not raw.flag("hidden"),
        variations=options,
    )
    return Draft(document, key)


def _images(raw: Raw) -> list[dict[str, Any]]:
    """An object by position, from "1" on."""
    found = [(image.text("image"), image.text("alttext")) for image in raw.items("images")]
    return [{"url": url, "title": title, "position": place} for place, (url, title) in enumerate(found, start=1) if url]
