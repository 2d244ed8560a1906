"""Amounts including tax, from a platform that keeps net and tax apart."""

from collections.abc import Mapping
from decimal import Decimal

from shoprelay_relays.fields import Raw

_UNIT = Decimal("0.000001")
_PCT = Decimal("0.0001")


def gross(raw: Raw, net: str = "total", tax: str = "total_tax") -> Decimal:
    return raw.amount(net) + raw.amount(tax)


def before_coupons(line: Raw) -> Decimal | None:
    """What a line came to before coupons, including tax. Plug-ins that write lines themselves leave `subtotal` out: then it is
    what the line was sold for, by its total or (net, one unit) its price. None: nothing tells.
    """
    if line.number("subtotal") is not None:
        return gross(line, "subtotal", "subtotal_tax")
    if line.number("total") is not None:
        return gross(line)
    price = line.number("price")
    return None if price is None else price * line.amount("quantity") + line.amount("total_tax")


def unit_price(raw: Raw, quantity: int) -> Decimal | None:
    """One unit before coupons, including tax; six decimals, so that the lines still add up to the cent."""
    whole = before_coupons(raw)
    return None if whole is None else (whole / (quantity or 1)).quantize(_UNIT)


def pieces(raw: Raw, unknown: list[str]) -> int:
    """Goods sold by measure (a plug-in's 1.5 m) count as one piece at the price of the whole: the contract counts pieces."""
    number = raw.amount("quantity")
    if number == number.to_integral_value():
        return int(number)
    unknown.append(f"order_lines.quantity={number}")
    return 1


def tax_rates(order: Raw) -> dict[str, Decimal]:
    """The rates of an order, as fractions by rate id."""
    found = ((line.reference("rate_id"), line.number("rate_percent")) for line in order.items("tax_lines"))
    return {rate: percent / 100 for rate, percent in found if rate and percent is not None}


def line_rate(line: Raw, rates: Mapping[str, Decimal]) -> Decimal | None:
    """The rate that a line was taxed by: the named one when there is one, else what the amounts come to.

    Several are charged side by side or, compound, one on top of the other: only the amounts say what they came to.
    """
    known = line.number("subtotal") is not None
    net, tax = (line.amount(name) for name in (("subtotal", "subtotal_tax") if known else ("total", "total_tax")))
    named = _named(line)
    if len(named) == 1 and named <= set(rates):
        return rates[named.pop()]
    return (tax / net).quantize(_PCT) if net else None


def _named(line: Raw) -> set[str]:
    return {part.reference("id") or "" for part in line.items("taxes") if part.amount("subtotal")}


def order_rate(order: Raw, rates: Mapping[str, Decimal]) -> Decimal | None:
    """The one rate of an order, else what its totals come to; two equal rates of one line are not one."""
    tax = order.amount("total_tax")
    together = any(len(_named(line)) > 1 for line in order.items("line_items"))
    if tax and not together and len(set(rates.values())) == 1:
        return next(iter(rates.values()))
    net = order.amount("total") - tax
    return (tax / net).quantize(_PCT) if net else None
