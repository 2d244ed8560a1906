"""Amounts. PrestaShop keeps unit prices with six decimals and rounds by line; all of an order is in the order's currency."""

from collections.abc import Iterable
from decimal import Decimal

from shoprelay_relays.fields import Raw

UNIT = Decimal("0.000001")
CENT = Decimal("0.01")
_PCT = Decimal("0.0001")


def total(raws: Iterable[Raw], key: str) -> Decimal:
    return sum((raw.amount(key) for raw in raws), Decimal(0))


def compounded(taxes: list[Raw]) -> Decimal:
    """Taxes of one line as one fraction: they are charged beside each other."""
    return total(taxes, "rate") / 100


def implied(gross: Decimal, net: Decimal) -> Decimal | None:
    """The rate that two amounts come to."""
    return (gross / net - 1).quantize(_PCT) + 0 if net > 0 and gross >= 0 else None
