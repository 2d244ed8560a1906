"""Lines of an order: https://woocommerce.github.io/woocommerce-rest-api-docs/#order-line-items-properties

WooCommerce keeps what a line comes to without tax. What one piece costs with tax is turned into that by the line's own rate,
which the shop is asked for: only it knows where an order is taxed, and how.
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.orders import CreateOrderLine, UpdateOrderLine
from shoprelay_relays.fields import Raw
from shoprelay_relays.woocommerce import money
from shoprelay_relays.woocommerce.actions import sold
from shoprelay_relays.woocommerce.actions.asking import change, read
from shoprelay_relays.woocommerce.actions.belonging import Part, part_of
from shoprelay_relays.woocommerce.actions.status import order_id

_NET = Decimal("0.000001")
Row = dict[str, Any]


async def create(call: Call[CreateOrderLine]) -> Done:
    path = f"orders/{order_id(call)}"
    before = {line["id"] for line in (await read(call.client, path)).get("line_items", [])}
    row = await change(call.client, "PUT", path, {"line_items": [await sold.item(call, call.data)]})
    made = next(line for line in row["line_items"] if line["id"] not in before)
    if call.data.price is not None and (exact := priced(row, made, call.data.price, Decimal(made["quantity"]))):
        await change(call.client, "PUT", path, {"line_items": [exact]})
    return Done({"remote_id": str(made["id"]), "order_id": order_id(call)})


async def update(call: Call[UpdateOrderLine]) -> Done:
    """The amounts go with the quantity: WooCommerce leaves them when it is told the quantity alone."""
    part = await part_of(call, "line_items")
    line, data = part.row, call.data
    asked: Row = {"id": line["id"]}
    if data.product_name is not None:
        asked["name"] = data.product_name
    if data.quantity is not None or data.price is not None:
        pieces = sold.pieces(data.quantity) if data.quantity is not None else int(Raw(line).amount("quantity"))
        asked |= {"quantity": pieces} | _amounts(part.order, line, data.price, Decimal(pieces))
    await change(call.client, "PUT", f"orders/{part.order['id']}", {"line_items": [asked]})
    return _done(part)


async def destroy(call: Call[Body]) -> Done:
    part = await part_of(call, "line_items")
    await change(call.client, "PUT", f"orders/{part.order['id']}", {"line_items": [{"id": part.row["id"], "quantity": 0}]})
    return _done(part)


def priced(order: Row, line: Row, price: float, pieces: Decimal) -> Row | None:
    """The change that gives a line its price; None when it has that already."""
    asked = _amounts(order, line, price, pieces)
    held = Raw(line)
    if held.amount("subtotal") == Decimal(asked["subtotal"]) and held.amount("total") == Decimal(asked["total"]):
        return None
    return {"id": line["id"], **asked}


def net(order: Row, charge: Row, gross: Decimal) -> Decimal:
    """An amount with tax, without it, by the rate that the shop put on this line."""
    rate = money.line_rate(Raw(charge), money.tax_rates(Raw(order))) or Decimal(0)
    return (gross / (1 + rate)).quantize(_NET)


def _amounts(order: Row, line: Row, price: float | None, pieces: Decimal) -> Row:
    """Before coupons and after: what coupons took off keeps its share."""
    raw = Raw(line)
    before = raw.amount("subtotal")
    share = raw.amount("total") / before if before else Decimal(1)
    if price is None:
        subtotal = before * pieces / (raw.amount("quantity") or 1)
    else:
        subtotal = net(order, line, Decimal(str(price)) * pieces)
    return {"subtotal": _text(subtotal), "total": _text(subtotal * share)}


def _text(amount: Decimal) -> str:
    return f"{amount.quantize(_NET).normalize() + 0:f}"


def _done(part: Part) -> Done:
    order = str(part.order["id"])
    return Done({"remote_id": str(part.row["id"]), "order_id": order}, [("orders", order)])
