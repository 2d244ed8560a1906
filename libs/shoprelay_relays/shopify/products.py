"""Products with their variants. https://shopify.dev/docs/api/admin-graphql/latest/objects/Product"""

from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify import variants
from shoprelay_relays.shopify.ids import key
from shoprelay_relays.shopify.parties import modified
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Product


def product(body: Json, shop: Shop) -> Mapped:
    """One product and the variants that are in its record; every product has at least one. A webhook's body is only a hint."""
    raw = Raw(body)
    if "updated_at" in raw:
        return Mapped(reads=[("products", key(raw))])
    own, mapped = key(raw), Mapped(version=modified(raw))
    rows = raw.child("variants").items("nodes")
    told = [variants.draft(row, shop, own) for row in rows if "price" in row]
    only = told[0].document if len(rows) == 1 and told else None
    head = Draft(Product(**_head(raw, own, shop), **_as_its_variant(only)), own)
    mapped.drafts += [head, *told]
    if "variants" in raw and not raw.child("variants").child("pageInfo").flag("hasNextPage"):
        mapped.owns.append((head, "variants", [shop.id("variants", key(row)) for row in rows]))
    return mapped


def _head(raw: Raw, own: str, shop: Shop) -> dict[str, Any]:
    seo = raw.child("seo")
    collections = raw.child("collections").items("nodes")
    return {
        # A product has no stock keeping unit of its own: its handle is what people know it by.
        "sku": raw.text("handle"),
        "sku_2": own,
        "name": raw.text("title"),
        "path": raw.text("handle"),
        "description_1": raw.html("descriptionHtml"),
        "manufacturer": raw.text("vendor"),
        "type": raw.text("productType") or raw.child("category").text("fullName"),
        "status": raw.text("status"),
        "published": variants.published(raw),
        "tags": raw.words("tags"),
        "template": raw.text("templateSuffix"),
        "meta_title": seo.text("title"),
        "meta_description": seo.text("description"),
        "category_ids": [shop.id("categories", key(row)) for row in collections] if "collections" in raw else None,
        "images": images(raw) if "media" in raw else None,
        "url": raw.text("onlineStoreUrl"),
        "currency": shop.config.get("currency"),
    }


def _as_its_variant(only: Any) -> dict[str, Any]:
    """A product with a single variant has that one's price and stock keeping."""
    prices = ("price", "before_price", "offer_price", "cost_price", "vat_class")
    names = (*prices, "weight", "weight_unit", "manage_stock", "allow_backorders")
    return {name: getattr(only, name) for name in names} if only is not None else {}


def images(raw: Raw) -> list[dict[str, Any]]:
    """The pictures in their order; a film is shown by its preview."""
    found = [(item, item.child("preview").child("image").text("url")) for item in raw.child("media").items("nodes")]
    return [
        {"remote_id": key(item), "url": url, "title": item.text("alt"), "position": position}
        for position, (item, url) in enumerate(((item, url) for item, url in found if url), start=1)
    ]
