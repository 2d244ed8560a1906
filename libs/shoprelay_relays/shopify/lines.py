"""Order lines. https://shopify.dev/docs/api/admin-graphql/latest/objects/LineItem"""

from dataclasses import dataclass
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.ids import key, reference
from shoprelay_relays.shopify.money import Basis, rate, unit_price
from shoprelay_relays.spec import Draft, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import OrderLine


@dataclass(frozen=True, slots=True)
class Parent:
    """The order that the parts belong to, as they refer to it."""

    key: str
    number: str
    shop: Shop

    @property
    def link(self) -> dict[str, Any]:
        return {"order_id": self.shop.id("orders", self.key), "order_number": self.number}


def line(raw: Raw, basis: Basis, parent: Parent) -> Draft:
    """One line with what was ordered: what an edit or a refund took back is in the credit notes."""
    own, variant = key(raw), reference(raw.child("variant"))
    quantity = raw.integer("quantity")
    names = [raw.text("title"), raw.text("variantTitle")]
    document = OrderLine(
        **parent.link,
        remote_id=own,
        price=as_float(unit_price(raw, basis, quantity or 0)),
        product_name=" - ".join(filter(None, names)) or raw.text("name"),
        quantity=quantity,
        # A deleted variant, a tip and what the staff typed have none.
        variant_id=parent.shop.id("variants", variant) if variant else None,
        variant_sku=raw.text("sku"),
        vat_pct=as_float(rate(raw)),
    )
    return Draft(document, own)


def packed(raw: Raw, shop: Shop) -> dict[str, Any]:
    """A line as shipments and credit notes name it."""
    line, quantity = raw.child("lineItem"), raw.integer("quantity")
    variant = reference(line.child("variant"))
    return {
        "variant_sku": line.text("sku"),
        "quantity": quantity,
        "variant_id": shop.id("variants", variant) if variant else None,
    }
