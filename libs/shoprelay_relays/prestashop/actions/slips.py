"""Credit slips: https://devdocs.prestashop-project.org/8/webservice/resources/order_slip/

A slip is a paper and nothing more: it moves no money, no stock and no status, and the back office's own counts of what was paid
back stay as they are. What is left is reckoned from the slips.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import ChosenLine, RefundOrder, ReturnOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import money
from shoprelay_relays.prestashop.actions import asking, orders, stock
from shoprelay_relays.prestashop.actions.found import Key
from shoprelay_relays.prestashop.actions.xml import Members
from shoprelay_relays.prestashop.reader import Reader
from shoprelay_relays.prestashop.states import REFUNDED
from shoprelay_relays.spec import Json


@dataclass(frozen=True, slots=True)
class Order:
    """An order with its lines and the slips that it has."""

    row: Json
    details: list[Raw]
    slips: list[Raw]

    def left(self, detail: Raw) -> int:
        entries = [entry for slip in self.slips for entry in slip.child("associations").items("order_slip_details")]
        back = sum(
            entry.integer("product_quantity") or 0 for entry in entries if entry.reference("id_order_detail") == detail.id()
        )
        return (detail.integer("product_quantity") or 0) - back

    def delivery(self) -> tuple[Decimal, Decimal]:
        """What the delivery cost and is not yet credited: with tax, without."""
        head, back = Raw(self.row), money.total(self.slips, "shipping_cost_amount")
        whole, net = head.amount("total_shipping_tax_incl"), head.amount("total_shipping_tax_excl")
        left = max(Decimal(0), whole - back)
        return left, (net * left / whole).quantize(money.CENT) if whole else Decimal(0)


async def refund(call: Call[RefundOrder]) -> Done:
    """A slip over all that is left, after which the order is refunded; or over an amount."""
    order = await _order(call)
    if call.data.refund_amount is not None:
        return await _credited(call, order, _amount(order, Decimal(str(call.data.refund_amount))), "")
    pieces = _chosen(order, [])
    fields = _slip(order, pieces, order.delivery())
    if not Decimal(str(fields["amount"])) + order.delivery()[0]:
        raise CannotDo("", "all of this order is credited already")
    return await _credited(call, order, fields, call.config.get("state_refunded") or REFUNDED)


async def return_(call: Call[ReturnOrder]) -> Done:
    """What is to go back into the stock is looked up first: a slip that is made is not taken back."""
    order = await _order(call)
    pieces = _chosen(order, call.data.lines())
    if not pieces:
        raise CannotDo("", "all of this order is credited already")
    delivery = order.delivery() if call.data.include_shipping else (Decimal(0), Decimal(0))
    back = [(_goods(detail), count) for detail, count in pieces if call.data.restock]
    for key, _ in back:
        await stock.counted(call, key)
    done = await _credited(call, order, _slip(order, pieces, delivery), "")
    for key, count in back:
        await stock.add(call, key, count)
    products = dict.fromkeys(detail.id("product_id") for detail, _ in pieces)
    return Done(done.result, [("products", one) for one in products] if call.data.restock else [])


def _goods(detail: Raw) -> Key:
    return detail.id("product_id"), detail.reference("product_attribute_id") or "0"


async def _order(call: Call[Any]) -> Order:
    number, reader = orders.key(call), Reader(call.client, call.config)
    row = await asking.one(call.client, call.config, "orders", number)
    details = [Raw(each) for each in await reader.rows("order_details", "id_order", [number])]
    return Order(row, details, [Raw(each) for each in await reader.rows("order_slip", "id_order", [number])])


def _chosen(order: Order, wanted: Sequence[ChosenLine]) -> list[tuple[Raw, int]]:
    """(line, pieces): of these lines, else of all that are left."""
    left = {detail.id(): order.left(detail) for detail in order.details}
    if not wanted:
        return [(detail, left[detail.id()]) for detail in order.details if left[detail.id()] > 0]
    taken: dict[str, int] = {}
    for one in wanted:
        name = one.id_.known_as("remote_id") if one.id_ else one.variant_sku
        field = "id" if one.id_ else "product_reference"
        keys = [detail.id() for detail in order.details if detail.text(field) == name]
        if not keys:
            raise CannotDo("order_lines", f"the order has no line {name}")
        count = _whole(one.quantity) if one.quantity is not None else sum(left[key] for key in keys)
        for key in keys:
            part = min(count, left[key])
            left[key], taken[key], count = left[key] - part, taken.get(key, 0) + part, count - part
        if count:
            raise CannotDo("order_lines", f"of {name}, {count} more are asked for than are left")
    return [(detail, taken[detail.id()]) for detail in order.details if taken.get(detail.id())]


def _whole(quantity: float) -> int:
    if quantity != int(quantity):
        raise CannotDo("order_lines", "PrestaShop sells whole pieces")
    return int(quantity)


def _slip(order: Order, pieces: Sequence[tuple[Raw, int]], delivery: tuple[Decimal, Decimal]) -> dict[str, object]:
    rows = [_entry(detail, count) for detail, count in pieces]
    sums = {tax: sum((Decimal(str(row[f"amount_tax_{tax}"])) for row in rows), Decimal(0)) for tax in ("excl", "incl")}
    return _head(order, sums["incl"], sums["excl"], delivery) | {"order_slip_details": Members("order_slip_detail", rows)}


def _amount(order: Order, amount: Decimal) -> dict[str, object]:
    """An amount that no line stands for, taxed as the order is on the whole."""
    head = Raw(order.row)
    paid, net = head.amount("total_paid_tax_incl"), head.amount("total_paid_tax_excl")
    back = money.total(order.slips, "amount") + money.total(order.slips, "shipping_cost_amount")
    if amount > paid - back:
        raise CannotDo("refund_amount", f"at most {(paid - back).quantize(money.CENT)} is not yet credited")
    return _head(order, amount, (amount * net / paid).quantize(money.CENT), (Decimal(0), Decimal(0)))


def _head(order: Order, gross: Decimal, net: Decimal, delivery: tuple[Decimal, Decimal]) -> dict[str, object]:
    """`amount` is without the delivery; all of it is in the order's currency."""
    row = order.row
    return {
        "id_customer": row["id_customer"],
        "id_order": row["id"],
        "conversion_rate": row["conversion_rate"],
        "total_products_tax_excl": net,
        "total_products_tax_incl": gross,
        "total_shipping_tax_excl": delivery[1],
        "total_shipping_tax_incl": delivery[0],
        "amount": gross,
        "shipping_cost": int(delivery[0] > 0),
        "shipping_cost_amount": delivery[0],
        "partial": 1,
        "order_slip_type": 0,
    }


def _entry(detail: Raw, count: int) -> dict[str, object]:
    found: dict[str, object] = {"id_order_detail": detail.id(), "product_quantity": count}
    for tax in ("excl", "incl"):
        unit = detail.amount(f"unit_price_tax_{tax}")
        total = (unit * count).quantize(money.CENT)
        found |= {f"unit_price_tax_{tax}": unit, f"total_price_tax_{tax}": total, f"amount_tax_{tax}": total}
    return found


async def _credited(call: Call[Any], order: Order, fields: dict[str, object], state: str) -> Done:
    state = call.data.status_id.known_as("remote_id") if call.data.status_id else state
    if state:
        await orders.check(call, order.row, state)
    made = await asking.create(call.client, call.config, "order_slip", fields)
    if state:
        await orders.move(call, order.row, state)
    return Done({"credit_notes": [{"remote_id": str(made.get("id") or "")}]})
