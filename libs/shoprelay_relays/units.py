"""Weights and dimensions: decimals in the shop's unit, whole numbers in the contract."""

from decimal import ROUND_HALF_UP, Decimal

# The next finer unit: what is not whole in the shop's own unit is told in this one, so that 0.45 kg is 450 g.
_FINER = {
    "kg": ("g", Decimal(1000)),
    "lbs": ("oz", Decimal(16)),
    "m": ("mm", Decimal(1000)),
    "cm": ("mm", Decimal(10)),
    "yd": ("in", Decimal(36)),
    "in": ("mm", Decimal("25.4")),
}
WEIGHT, DIMENSION = "kg", "cm"
"""What shops have unless they say otherwise."""


def whole(measures: dict[str, Decimal | None], unit: str) -> tuple[dict[str, int | None], str]:
    """The measures as whole numbers (half rounds up) and the unit that they are in: the finer one if any has a fraction."""
    known = [value for value in measures.values() if value is not None]
    unit, factor = (
        (unit, Decimal(1)) if all(value == value.to_integral_value() for value in known) else _FINER.get(unit, (unit, Decimal(1)))
    )
    return {name: _rounded(value, factor) for name, value in measures.items()}, unit


def _rounded(value: Decimal | None, factor: Decimal) -> int | None:
    return None if value is None else int((value * factor).to_integral_value(ROUND_HALF_UP))
