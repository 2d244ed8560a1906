"""Amounts as the tables have them: text with six decimals; what is charged is rounded to two."""

from decimal import ROUND_HALF_UP, Decimal

from shoprelay_simulators.prestashop.query import Row

CENT = Decimal("0.01")
TAX = Decimal("1.25")
NOTHING = Decimal(0)


def six(value: Decimal | int) -> str:
    return f"{Decimal(value):.6f}"


def rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def amount(row: Row, name: str) -> Decimal:
    return Decimal(str(row.get(name) or 0))


def number(row: Row, name: str = "id") -> int:
    return int(str(row.get(name) or 0))
