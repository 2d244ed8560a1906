"""Variations: the variants of a variable product.

They come in two shapes, from /products/<id>/variations and (webhooks, /products/<id>) as a product of type variation. Only what
both tell alike is read, so that the same variation is the same document from either: its name is made of its options.
"""

from typing import Any

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.woocommerce import goods
from shoprelay_relays.woocommerce.meta import Meta, modified, up
from shoprelay_schema.documents import Variant
from shoprelay_schema.raw import Evidence


def variation(body: Json, shop: Shop) -> Mapped:
    raw = Raw(body)
    key, mapped = raw.id(), Mapped(version=modified(raw))
    if raw.text("status") == "trash":
        mapped.gone.append(("variants", key, Evidence.TRASHED))
        return mapped
    message = goods.stock_message(raw)
    document = _document(raw, key, mapped, shop, goods.link(message, shop))
    mapped.drafts += [Draft(document, key), *([message] if message else [])]
    return mapped


def _document(raw: Raw, key: str, mapped: Mapped, shop: Shop, message: Any) -> Variant:
    meta, parent, options = Meta(raw), parent_id(raw), _options(raw)
    pictures = raw.items("images") or ([raw.child("image")] if "image" in raw else [])
    return Variant(
        **goods.common(raw, meta, shop.config) | {"type": "variation"},
        product_id=shop.id("products", parent),
        sku_2=key,
        sku_3=parent,
        name=", ".join(option["value"] for option in options) or raw.text("name"),
        barcode=goods.barcode(raw, meta),
        stock=goods.stock(raw, mapped.unknown),
        stock_message_id=message,
        images=goods.images(pictures),
        variations=options,
    )


def parent_id(raw: Raw) -> str:
    """The product; before WooCommerce 8 only `_links` named it."""
    parent = raw.reference("parent_id") or up(raw, "products")
    if parent is None:
        raise PayloadInvalid("parent_id", "expected the product of the variation, here or in _links.up")
    return parent


def _options(raw: Raw) -> list[dict[str, str]]:
    """Its options; an attribute that may have any value is not listed."""
    found = ((item.text("name") or item.text("slug"), item.text("option")) for item in raw.items("attributes"))
    return [{"type": name, "value": option} for name, option in found if name and option]
