"""What an order comes to. https://shopify.dev/docs/api/admin-graphql/latest/objects/Order"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.money import ZERO, Basis, floats, line_total, order_rate

_EXTRA = ("originalTotalDutiesSet", "originalTotalAdditionalFeesSet")


def amounts(raw: Raw, basis: Basis) -> dict[str, Any]:
    """`price` = lines + delivery_price + payment_price - discount_amount.

    Tips, duties, additional fees and cash rounding have no attribute of their own: what the total holds beyond the rest is the
    surcharge `payment_price`. Shopify does not say whether the total counts what an edit added, so an edited order comes to the
    sum of its parts, as one without a total does.
    """
    rows = raw.child("lineItems").items("nodes")
    delivery = sum((_delivery(row, basis) for row in raw.child("shippingLines").items("nodes")), ZERO)
    discount, surcharge, price = _discount(raw, basis, rows), ZERO, basis.number(raw, "totalPriceSet")
    parts = sum((line_total(row, basis) for row in rows), ZERO) + delivery - discount
    if rows and price is None:
        price = parts
    elif raw.flag("edited"):
        surcharge = sum((basis.amount(raw, name) for name in _EXTRA), ZERO)
        price = parts + surcharge
    elif rows and price is not None:
        surcharge, discount = max(ZERO, price - parts), discount + max(ZERO, parts - price)
    told: dict[str, Decimal | None] = {
        "price": price,
        "delivery_price": delivery,
        "payment_price": surcharge,
        "discount_amount": discount,
        "vat_pct": order_rate(raw, basis, rows),
    }
    return floats(told)


def _delivery(row: Raw, basis: Basis) -> Decimal:
    price = basis.number(row, "discountedPriceSet")
    return (basis.amount(row, "originalPriceSet") if price is None else price) + basis.added_tax(row)


def _discount(raw: Raw, basis: Basis, rows: list[Raw]) -> Decimal:
    """What was taken off the goods; what was taken off the delivery is in its price already."""
    if any("discountAllocations" in row for row in rows):
        return sum((basis.discounts(row) for row in rows), ZERO)
    deliveries = [row for row in raw.child("shippingLines").items("nodes") if "discountedPriceSet" in row]
    off = sum((basis.amount(row, "originalPriceSet") - basis.amount(row, "discountedPriceSet") for row in deliveries), ZERO)
    return max(ZERO, basis.amount(raw, "totalDiscountsSet") - off)
