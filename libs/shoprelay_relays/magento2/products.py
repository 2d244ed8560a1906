"""Products. A configurable one has the products below it as its variants; every other one has a single variant of its own."""

from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2 import goods, variants
from shoprelay_relays.magento2.custom import Custom
from shoprelay_relays.magento2.orders import version
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Product


def product(body: Json, shop: Shop) -> Mapped:
    """One product, which is itself a variant of another one where it is sold both ways."""
    raw = Raw(body)
    key, custom = raw.id(), Custom(raw)
    head = Draft(Product(**goods.common(raw, custom, shop), related_product_ids=_related(raw, shop)), key)
    mapped = Mapped([head], version=version(raw))
    parent = raw.child("learnt").child("parent").reference("id")
    if raw.text("type_id") == "configurable":
        if "configurable_product_links" in raw.child("extension_attributes"):
            children = raw.child("extension_attributes").references("configurable_product_links")
            mapped.owns.append((head, "variants", [shop.id("variants", child) for child in children]))
        return mapped
    mapped.drafts += variants.drafts(raw, custom, key, parent or key, shop)
    if parent is None:
        mapped.owns.append((head, "variants", [shop.id("variants", key)]))
    return mapped


def _related(raw: Raw, shop: Shop) -> list[Any]:
    """What the merchant chose to go with it; links name skus, whose ids were asked for."""
    ids = raw.child("learnt").child("linked")
    links = sorted(raw.items("product_links"), key=lambda link: (link.text("link_type") or "", link.integer("position") or 0))
    found = (ids.reference(link.text("linked_product_sku") or "") for link in links)
    return [shop.id("products", key) for key in dict.fromkeys(found) if key]
