"""The money of an order, with its tax."""

from dataclasses import dataclass
from decimal import Decimal

from shoprelay_relays.fields import Raw

# Finer than a cent, so that pieces still add up to it.
_FINE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Taxes:
    """The `total` with all taxes, the order's `rate` as a fraction, and whether tax is to be added (`add`) to what it tells."""

    total: Decimal | None
    rate: Decimal | None
    add: bool

    @classmethod
    def of(cls, raw: Raw) -> "Taxes":
        """An order has one tax for all of it. Added on top, whether the total has it in is told by the sum of its parts."""
        total, tax = raw.number("total_amount"), raw.number("tax_amount")
        if raw.flag("is_taxfree") or total is None or tax is None:
            return cls(total, Decimal(0) if raw.flag("is_taxfree") else None, add=False)
        on_top = bool(raw.flag("is_taxontop"))
        parts = raw.amount("items_amount") + raw.amount("shipping_amount") - abs(raw.amount("discount_amount"))
        if on_top and abs(total - parts) < abs(total - parts - tax):
            total += tax
        net = total - tax
        return cls(total, (tax / net).quantize(_FINE) if net > 0 else None, add=on_top)

    def gross(self, amount: Decimal | None) -> Decimal | None:
        """What the buyer paid of this amount, tax included."""
        if amount is None or not self.add:
            return amount
        return (amount * (1 + (self.rate or Decimal(0)))).quantize(_FINE)
