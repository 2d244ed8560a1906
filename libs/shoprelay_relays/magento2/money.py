"""Amounts including tax, in the order's currency. Each comes a second time, as base_..., in the shop's."""

from collections.abc import Sequence
from decimal import Decimal

from shoprelay_relays.fields import Raw

_UNIT = Decimal("0.000001")
_PCT = Decimal("0.0001")
_CENT = Decimal("0.01")
# Fixed product taxes (for waste, say) come on top of a row's total.
_FIXED_TAX = "weee_tax_applied_row_amount"


def row_gross(item: Raw) -> Decimal:
    """What an item's row costs before discounts, with tax. Rows of variants and old modules come without it."""
    given = item.number("row_total_incl_tax")
    return (given if given is not None else item.amount("row_total") + item.amount("tax_amount")) + item.amount(_FIXED_TAX)


def row_charged(item: Raw) -> Decimal:
    """What is charged for it, with tax. The tax is that of the discounted price; where prices include tax, the part of it that
    the discount took away is kept apart as "compensation". On rows `discount_amount` is positive.
    """
    net = item.amount("row_total") - item.amount("discount_amount")
    return net + item.amount("tax_amount") + item.amount("discount_tax_compensation_amount") + item.amount(_FIXED_TAX)


def shipping_gross(raw: Raw) -> Decimal:
    """What delivery costs before discounts, with tax."""
    given = raw.number("shipping_incl_tax")
    return given if given is not None else raw.amount("shipping_amount") + raw.amount("shipping_tax_amount")


def shipping_charged(raw: Raw) -> Decimal:
    compensation = raw.amount("shipping_discount_tax_compensation_amount")
    net = raw.amount("shipping_amount") - raw.amount("shipping_discount_amount")
    return net + raw.amount("shipping_tax_amount") + compensation


def paper_shipping(raw: Raw) -> Decimal:
    """What an invoice or a credit memo charges for delivery, with tax. What is taken off it stands in the head's discount_amount
    alone (negative), with what is taken off the rows.
    """
    rows = sum((item.amount("discount_amount") for item in raw.items("items")), Decimal(0))
    off = (abs(raw.amount("discount_amount")) - rows).quantize(_CENT)
    if not 0 < off <= raw.amount("shipping_amount"):
        return shipping_gross(raw)
    compensation = raw.amount("shipping_discount_tax_compensation_amount")
    return raw.amount("shipping_amount") - off + raw.amount("shipping_tax_amount") + compensation


def unit(whole: Decimal, quantity: int) -> Decimal:
    """The price of one; six decimals, so that rows still add up to the cent."""
    return (whole / (quantity or 1)).quantize(_UNIT)


def rate(item: Raw) -> Decimal | None:
    """The tax of a row as a fraction: what the shop says, else what the amounts come to."""
    percent = item.number("tax_percent")
    if percent is not None:
        return percent / 100
    net = item.amount("row_total")
    return (item.amount("tax_amount") / net).quantize(_PCT) if net else None


def order_rate(raw: Raw, rates: Sequence[Decimal | None]) -> Decimal | None:
    """The one rate of an order, else what its totals come to."""
    tax, known = raw.amount("tax_amount"), {value for value in rates if value is not None}
    if tax and len(known) == 1:
        return known.pop()
    net = raw.amount("grand_total") - tax
    return (tax / net).quantize(_PCT) if net else None
