"""The shop's rates of tax by country, and what they make of an order's amounts.

Seen in a real shop: lines, shipping, fees and their taxes add up to the order's total, and the taxes of the lines to its tax,
with several rates and compound ones as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.php import cents, money, number
from shoprelay_simulators.woocommerce.rows import ZERO, Order, TaxRate

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

RATES = (
    TaxRate(1, "DK", "DK-MOMS-1", "Moms", Decimal(25)),
    TaxRate(2, "SE", "SE-MOMS SE-1", "Moms SE", Decimal(25)),
    TaxRate(3, "DE", "DE-MWST.-1", "MwSt.", Decimal(19)),
    TaxRate(4, "CA", "CA-GST-1", "GST", Decimal(5)),
    TaxRate(5, "CA", "CA-PST-2", "PST", Decimal(10), priority=2, compound=True),
)


@dataclass(frozen=True)
class Split:
    """An amount parted into net and tax."""

    net: Decimal
    tax: Decimal


def split(gross: Decimal, rates: Sequence[TaxRate]) -> Split:
    """Prices are entered with tax; without a rate for the country all of it is net."""
    if not rates:
        return Split(cents(gross), Decimal("0.00"))
    net = cents(gross / (1 + sum(_shares(Decimal(1), rates))))
    return Split(net, gross - net)


def charged(net: Decimal, rates: Sequence[TaxRate]) -> Decimal:
    """The tax of an amount without tax, rounded for each rate."""
    return sum((round(share, 2) for share in _shares(net, rates)), Decimal("0.00"))


def _shares(net: Decimal, rates: Sequence[TaxRate]) -> list[Decimal]:
    taken: list[Decimal] = []
    for rate in rates:
        taken.append((net + sum(taken) if rate.compound else net) * rate.percent / 100)
    return taken


def tax(shop: "WooShop", row: Order, country: str) -> None:
    """The rates of that country are the order's, with a tax line for each."""
    row.taxes = tuple(rate for rate in RATES if rate.country == country)
    while len(row.tax_line_ids) < len(row.taxes):
        row.tax_line_ids.append(shop.next_id("item"))


def part_taxes(order: Order, total: Decimal, subtotal: Decimal | None, dp: int) -> list[Json]:
    """The `taxes` of a line, a delivery or a fee: only lines have a tax before coupons."""
    before = [""] * len(order.taxes) if subtotal is None else [money(part, dp) for part in _parted(order, subtotal)]
    parts = zip(order.taxes, _parted(order, total), before, strict=True)
    return [{"id": rate.id, "total": money(part, dp), "subtotal": shown} for rate, part, shown in parts]


def tax_lines(order: Order, goods: Iterable[Decimal], deliveries: Iterable[Decimal], dp: int) -> list[Json]:
    """A line for each rate, with the sums of what the order's parts were taxed by it."""
    of_goods, of_deliveries = _by_rate(order, goods), _by_rate(order, deliveries)
    lines = zip(order.tax_line_ids, order.taxes, of_goods, of_deliveries, strict=False)
    return [
        {
            "id": line_id,
            "rate_code": rate.code,
            "rate_id": rate.id,
            "label": rate.label,
            "compound": rate.compound,
            "tax_total": money(goods_tax, dp),
            "shipping_tax_total": money(shipping_tax, dp),
            "rate_percent": number(rate.percent),
            "meta_data": [],
        }
        for line_id, rate, goods_tax, shipping_tax in lines
    ]


def _by_rate(order: Order, taxes: Iterable[Decimal]) -> list[Decimal]:
    parted = [_parted(order, each) for each in taxes]
    return [sum((parts[place] for parts in parted), ZERO) for place in range(len(order.taxes))]


def _parted(order: Order, whole: Decimal) -> list[Decimal]:
    """That much tax by the order's rates; the first has what rounding leaves."""
    if not order.taxes:
        return []
    weights = _shares(Decimal(1), order.taxes)
    later = [round(whole * weight / sum(weights), 2) for weight in weights[1:]]
    return [whole - sum(later), *later]
