"""The lines of a return: which, how many, and what each is worth."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shoprelay_relays.actions.bodies.orders import ChosenLine, ReturnOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.woocommerce.meta import Meta

Row = dict[str, Any]


@dataclass(slots=True)
class Left:
    """What is left of a line after earlier refunds; amounts without tax, and the taxes by their rate's id.

    `unit`: the smallest amount that the order is written with.
    """

    key: str
    sku: str | None
    pieces: Decimal
    total: Decimal
    taxes: dict[str, Decimal]
    unit: Decimal

    def share(self, pieces: Decimal) -> Row:
        """Some of it, as WooCommerce takes it; the last piece is worth what is left, to the cent."""
        part = pieces / self.pieces if self.pieces else Decimal(1)
        taxes = [{"id": int(rate), "refund_total": self._written(tax * part)} for rate, tax in self.taxes.items()]
        count = int(pieces) if pieces == int(pieces) else float(pieces)
        return {"id": int(self.key), "quantity": count, "refund_total": self._written(self.total * part), "refund_tax": taxes}

    def _written(self, amount: Decimal) -> str:
        return f"{max(amount, Decimal(0)).quantize(self.unit):f}"


def items(data: ReturnOrder, order: Row, refunds: list[Row]) -> list[Row]:
    """`line_items` of the refund: the chosen lines, else all; delivery and fees where they are asked for."""
    if data.include_discount is False:
        raise CannotDo("include_discount", "WooCommerce credits what a line was sold for, its discount taken off")
    lines = _left(order, refunds, "line_items")
    chosen = data.lines()
    found = [_chosen(each, lines) for each in chosen] if chosen else [line.share(line.pieces) for line in lines if line.pieces]
    for asked, field in ((data.include_shipping, "shipping_lines"), (data.include_payment, "fee_lines")):
        found += [charge.share(Decimal(0)) for charge in _left(order, refunds, field) if asked]
    if not found:
        raise CannotDo("order_lines", "everything of this order has come back already")
    return found


def amount(items: list[Row]) -> Decimal:
    """What they are worth together, with all taxes."""
    nets = [Decimal(item["refund_total"]) for item in items]
    return sum([*nets, *(Decimal(tax["refund_total"]) for item in items for tax in item["refund_tax"])], Decimal(0))


def _chosen(each: ChosenLine, lines: list[Left]) -> Row:
    line = _line(each, lines)
    pieces = line.pieces if each.quantity is None else Decimal(str(each.quantity))
    if pieces != pieces.to_integral_value() or not 0 < pieces <= line.pieces:
        raise CannotDo("order_lines.quantity", f"expected a whole number up to {line.pieces}, which are left of line {line.key}")
    return line.share(pieces)


def _line(each: ChosenLine, lines: list[Left]) -> Left:
    key = each.id_.known_as("remote_id") if each.id_ else None
    fitting = [line for line in lines if (line.key == key if key else line.sku == each.variant_sku)]
    if len(fitting) != 1:
        what = f"line {key}" if key else f"line with sku {each.variant_sku}"
        raise CannotDo("order_lines", f"the order has {'no' if not fitting else 'more than one'} {what}: name it by its _id")
    return fitting[0]


def _left(order: Row, refunds: list[Row], field: str) -> list[Left]:
    unit = Decimal(1).scaleb(min(0, int(Raw(order).amount("total").as_tuple().exponent)))
    lines = {raw.id(): _whole(raw, unit) for raw in Raw(order).items(field)}
    for refund in refunds:
        for item in Raw(refund).items(field):
            origin = lines.get(Meta(item).text("refunded_item_id") or "")
            if origin is not None:
                _take(origin, item)
    return list(lines.values())


def _whole(raw: Raw, unit: Decimal) -> Left:
    return Left(raw.id(), raw.text("sku"), raw.amount("quantity"), raw.amount("total"), dict(_taxes(raw)), unit)


def _take(line: Left, refunded: Raw) -> None:
    """Amounts and quantities of refunds are negative."""
    line.pieces += refunded.amount("quantity")
    line.total += refunded.amount("total")
    for rate, tax in _taxes(refunded):
        line.taxes[rate] = line.taxes.get(rate, Decimal(0)) + tax


def _taxes(raw: Raw) -> Iterator[tuple[str, Decimal]]:
    return ((rate, part.amount("total")) for part in raw.items("taxes") if (rate := part.reference("id")))
