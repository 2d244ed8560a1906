"""Amounts of one order, all in one currency.

Shopify tells each amount twice: in the shop's currency and in the buyer's (presentment). The buyer's is taken for the order, its
invoices and its credit notes, because it was charged: converted amounts are rounded one by one and add up to something else.
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.values import as_float

ZERO = Decimal(0)
_UNIT = Decimal("0.000001")
_PCT = Decimal("0.0001")
_BUYER, _SHOP = "presentmentMoney", "shopMoney"
_TOTALS = ("totalPriceSet", "currentTotalPriceSet", "totalRefundedSet", "amountSet")


class Basis:
    """Which of the two currencies is read. A payload that tells only the shop's (other clients' queries) is read in that one."""

    def __init__(self, raw: Raw, *, taxes_included: bool | None = None) -> None:
        told = [raw.child(name) for name in _TOTALS if name in raw]
        self.side = _BUYER if any(_BUYER in bag for bag in told) or not any(_SHOP in bag for bag in told) else _SHOP
        included = raw.flag("taxesIncluded") if taxes_included is None else taxes_included
        self.adds_tax = included is False

    def currency(self, raw: Raw) -> str | None:
        named = raw.text("presentmentCurrencyCode" if self.side == _BUYER else "currencyCode")
        told = (raw.child(name).child(self.side).text("currencyCode") for name in _TOTALS)
        return named or next(filter(None, told), None)

    def number(self, raw: Raw, name: str) -> Decimal | None:
        return raw.child(name).child(self.side).number("amount")

    def amount(self, raw: Raw, name: str) -> Decimal:
        return self.number(raw, name) or ZERO

    def added_tax(self, raw: Raw) -> Decimal:
        """The taxes of a line that its price does not hold; nothing where prices include them."""
        if not self.adds_tax:
            return ZERO
        return sum((self.amount(tax, "priceSet") for tax in raw.items("taxLines")), ZERO)

    def discounts(self, line: Raw) -> Decimal:
        """What was taken off a line, by codes, automatic discounts and by hand."""
        return sum((self.amount(part, "allocatedAmountSet") for part in line.items("discountAllocations")), ZERO)


def unit_price(line: Raw, basis: Basis, quantity: int) -> Decimal | None:
    """One piece before discounts, with all taxes; six decimals, so that the lines still add up to the cent."""
    price = basis.number(line, "originalUnitPriceSet")
    return None if price is None else price + (basis.added_tax(line) / (quantity or 1)).quantize(_UNIT)


def rate(raw: Raw) -> Decimal | None:
    """The tax of a line as a fraction: the sum of its taxes' rates. None where no tax is told."""
    rates = [tax.number("rate") for tax in raw.items("taxLines")]
    return sum((part for part in rates if part is not None), ZERO) if rates else None


def line_total(line: Raw, basis: Basis) -> Decimal:
    """What a line comes to before discounts, with all taxes."""
    quantity = line.integer("quantity") or 0
    return basis.amount(line, "originalUnitPriceSet") * quantity + (basis.added_tax(line) if quantity else ZERO)


def order_rate(order: Raw, basis: Basis, lines: list[Raw]) -> Decimal | None:
    """The one rate of an order's lines, else what its totals come to."""
    rates = {rate(line) for line in lines if line_total(line, basis)}
    if len(rates) == 1 and (one := rates.pop()) is not None:
        return one
    total, tax = basis.number(order, "totalPriceSet"), basis.number(order, "totalTaxSet")
    if total is None or tax is None or total == tax:
        return None
    return (tax / (total - tax)).quantize(_PCT)


def floats(amounts: dict[str, Decimal | None]) -> dict[str, Any]:
    return {name: as_float(value) for name, value in amounts.items()}
