"""Variants: products that are sold as options of a configurable one, and the single variant of every other product."""

from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2 import goods
from shoprelay_relays.magento2.custom import Custom
from shoprelay_relays.magento2.orders import version
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Variant


def variant(body: Json, shop: Shop) -> Mapped:
    """A product that is not shown alone: a variant of its configurable product, or a part of kits (which has no product)."""
    raw = Raw(body)
    parent = raw.child("learnt").child("parent").reference("id")
    return Mapped(drafts(raw, Custom(raw), raw.id(), parent, shop), version=version(raw))


def drafts(raw: Raw, custom: Custom, key: str, product: str | None, shop: Shop) -> list[Draft]:
    """The variant that a product is, and what it says of its availability."""
    message = goods.stock_message(raw)
    parent = raw.child("learnt").child("parent")
    options = [(option.text("attribute_code") or "", option.text("label")) for option in parent.items("options")]
    document = Variant(
        **goods.common(raw, custom, shop),
        **goods.stock(raw, shop.config),
        product_id=shop.id("products", product) if product else None,
        product_sku=parent.text("sku") or (raw.text("sku") if product == key else None),
        sku_3=product,
        barcode=goods.barcode(custom),
        stock_message_id=goods.link(message, shop),
        variations=custom.options([option for option in options if option[0]]),
    )
    return [Draft(document, key), *([message] if message else [])]
