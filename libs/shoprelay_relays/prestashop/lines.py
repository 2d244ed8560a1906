"""Lines of an order: `order_details`, or the shorter `order_rows` that the order itself has. Both have the same ids.

https://devdocs.prestashop-project.org/8/webservice/resources/order_details/
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import money
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import OrderLine


def detail(body: Json, shop: Shop) -> Mapped:
    """One row of /order_details by itself: it does not tell the order's number."""
    raw = Raw(body)
    if "product_name" not in raw:
        return Mapped(reads=[("orders", raw.id("id_order"))])
    return Mapped([line(raw, {"order_id": shop.id("orders", raw.id("id_order"))}, shop)])


def line(raw: Raw, link: dict[str, Any], shop: Shop) -> Draft:
    key, quantity = raw.id(), raw.integer("product_quantity") or 0
    document = OrderLine(
        **link,
        remote_id=key,
        price=as_float(_unit_price(raw, quantity)),
        product_name=raw.text("product_name"),
        quantity=quantity,
        # A deleted product is still named; the line keeps its reference and name.
        variant_id=variant_id(raw, shop),
        variant_sku=raw.text("product_reference"),
        vat_class=raw.reference("id_tax_rules_group"),
        vat_pct=as_float(_rate(raw)),
    )
    return Draft(document, key)


def packed(raw: Raw, shop: Shop) -> dict[str, Any]:
    """A line as shipments, invoices and credit notes list it."""
    return {
        "variant_sku": raw.text("product_reference"),
        "quantity": raw.integer("product_quantity") or 0,
        "variant_id": variant_id(raw, shop),
    }


def variant_id(raw: Raw, shop: Shop) -> Any:
    product = raw.reference("product_id")
    return shop.id("variants", variant_key(product, raw.reference("product_attribute_id"))) if product else None


def variant_key(product: str, combination: str | None) -> str:
    """The natural key of a variant: combinations count for themselves, and 0 is the product that has none."""
    return f"{product}/{combination or 0}"


def _unit_price(raw: Raw, quantity: int) -> Decimal | None:
    """One piece after reductions, including tax, so that the lines add up to the cent: each line's total is rounded."""
    charged = raw.number("total_price_tax_incl")
    if charged is None or quantity == 0:
        return raw.number("unit_price_tax_incl")
    return (charged / quantity).quantize(money.UNIT)


def _rate(raw: Raw) -> Decimal | None:
    """The taxes that the line names, else what its amounts come to."""
    taxes = raw.items("taxes")
    return (
        money.compounded(taxes) if taxes else money.implied(raw.amount("unit_price_tax_incl"), raw.amount("unit_price_tax_excl"))
    )
