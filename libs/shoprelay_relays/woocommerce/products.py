"""Products. One that is sold in variations has them as its variants; every other one has a single variant of its own."""

import html
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.woocommerce import goods, variations
from shoprelay_relays.woocommerce.meta import Meta, modified
from shoprelay_schema.documents import Product, Variant
from shoprelay_schema.raw import Evidence


def is_variable(raw: Raw) -> bool:
    """Type variable, and what plug-ins make of it (variable-subscription)."""
    return (raw.text("type") or "").startswith("variable")


def product(body: Json, shop: Shop) -> Mapped:
    """One product. A trashed one is gone; GET /products/<id> answers variations as well, which are mapped as such."""
    raw = Raw(body)
    if raw.text("type") == "variation":
        return variations.variation(body, shop)
    key, mapped = raw.id(), Mapped(version=modified(raw))
    if raw.text("status") == "trash":
        mapped.gone.append(("products", key, Evidence.TRASHED))
    elif raw.text("status") != "auto-draft":
        _fill(mapped, raw, key, shop)
    return mapped


def _fill(mapped: Mapped, raw: Raw, key: str, shop: Shop) -> None:
    meta = Meta(raw)
    shared = goods.common(raw, meta, shop.config) | _shop_window(raw, meta, shop)
    head = Draft(Product(**shared, sku_2=key, related_product_ids=_related(raw, shop)), key)
    mapped.drafts.append(head)
    if is_variable(raw):
        children = raw.references("variations")
    else:
        mapped.drafts += _only_variant(mapped, raw, meta, shared, key, shop)
        children = [key]
    if not is_variable(raw) or "variations" in raw:
        mapped.owns.append((head, "variants", [shop.id("variants", child) for child in children]))


def _only_variant(mapped: Mapped, raw: Raw, meta: Meta, shared: dict[str, Any], key: str, shop: Shop) -> list[Draft]:
    message = goods.stock_message(raw)
    document = Variant(
        **shared,
        product_id=shop.id("products", key),
        product_sku=raw.text("sku"),
        sku_2=key,
        sku_3=key,
        barcode=goods.barcode(raw, meta),
        stock=goods.stock(raw, mapped.unknown),
        stock_message_id=goods.link(message, shop),
        variations=[],
    )
    return [Draft(document, key), *([message] if message else [])]


def _shop_window(raw: Raw, meta: Meta, shop: Shop) -> dict[str, Any]:
    """What only whole products tell."""
    scope = raw.text("catalog_visibility")
    return {
        "name": raw.text("name"),
        "path": raw.text("slug"),
        "published_scope": scope,
        "searchable": None if scope is None else str(scope in {"visible", "search"}).lower(),
        "description_1": raw.html("short_description"),
        "description_3": _attributes(raw),
        "category_ids": [shop.id("categories", key) for key in raw.references("categories")],
        "tags": [name for tag in raw.items("tags") if (name := tag.text("name"))],
        "manufacturer": next((name for brand in raw.items("brands") if (name := brand.text("name"))), None),
        "images": goods.images(raw.items("images")),
        "max_quantity": 1 if raw.flag("sold_individually") else None,
        **search_texts(raw, meta),
    }


def search_texts(raw: Raw, meta: Meta) -> dict[str, Any]:
    """Titles for search engines are a plug-in's: Yoast SEO or Rank Math."""
    yoast = raw.child("yoast_head_json")
    return {
        "meta_title": meta.text("yoast_wpseo_title", "rank_math_title") or yoast.text("title"),
        "meta_description": meta.text("yoast_wpseo_metadesc", "rank_math_description") or yoast.text("description"),
    }


def _attributes(raw: Raw) -> str | None:
    """The visible attributes, as the list that the shop shows under "Additional information"."""
    shown = [(item.text("name"), item.words("options")) for item in raw.items("attributes") if item.flag("visible")]
    rows = [
        f"<li>{html.escape(f'{name}: ' + ', '.join(options), quote=False)}</li>" for name, options in shown if name and options
    ]
    return f"<ul>{''.join(rows)}</ul>" if rows else None


def _related(raw: Raw, shop: Shop) -> list[Any]:
    """What the merchant chose to go with it. `related_ids` is drawn at random for every answer and would never be at rest."""
    chosen = [key for field in ("upsell_ids", "cross_sell_ids", "grouped_products") for key in raw.references(field)]
    return [shop.id("products", key) for key in dict.fromkeys(chosen)]
