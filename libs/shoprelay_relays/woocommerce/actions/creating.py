"""A new order: https://woocommerce.github.io/woocommerce-rest-api-docs/#create-an-order

It is made unpaid and without a status of its own, its prices are set right, and only then it moves on: what WooCommerce sends to
buyers when an order is paid has its last prices in it.
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CreateOrder, NamedDeliveryMethod, NamedPaymentMethod
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions import lines, orders, sold
from shoprelay_relays.woocommerce.actions.asking import change, number

Row = dict[str, Any]


async def create(call: Call[CreateOrder]) -> Done:
    asked = await _order(call)
    status = asked.pop("status", None)
    paid = {"set_paid": True} if call.data.paid else {}
    exact_prices = _has_prices(call.data)
    row = await change(call.client, "POST", "orders", asked if exact_prices else asked | paid)
    path = f"orders/{row['id']}"
    if exact_prices and (rest := _exact(asked, call.data, row) | paid):
        row = await change(call.client, "PUT", path, rest)
    if status is not None and status != row.get("status"):
        # By itself: beside another status a payment is not heeded.
        row = await change(call.client, "PUT", path, {"status": status})
    await orders.note(call, path)
    key = str(row["id"])
    told = {"remote_id": key, "order_number": str(row.get("number") or key), "status_id": row.get("status")}
    return Done(told, [("orders", key)])


async def _order(call: Call[CreateOrder]) -> Row:
    data = call.data
    asked = orders.attributes(data)
    asked["line_items"] = [await sold.item(call, each, f"variants.{place}") for place, each in enumerate(data.variants)]
    if data.currency is not None:
        asked["currency"] = data.currency.upper()
    if data.customer is not None:
        asked["customer_id"] = int(number(orders.key(data.customer, "customer"), "customer"))
    if data.payment_method is not None:
        code, title = _payment(data.payment_method)
        asked |= {"payment_method": code, "payment_method_title": title}
    if (shipping := _shipping(data)) is not None:
        asked["shipping_lines"] = [shipping]
    return asked


def _payment(method: NamedPaymentMethod) -> tuple[str, str]:
    code = orders.key(method, "payment_method")
    return code, _title(method) or code


def _shipping(data: CreateOrder) -> Row | None:
    """The method as documents have it: `flat_rate:3` is one row of the shop's shipping zones."""
    if data.delivery_method is None:
        if data.delivery_price is not None:
            raise CannotDo("delivery_price", "expected a delivery_method with it")
        return None
    kind, _, instance = data.delivery_method.known_as().partition(":")
    if not kind:
        raise CannotDo("delivery_method", "expected the _id or the remote_id of a delivery method, as flat_rate:3")
    line: Row = {"method_id": kind, "method_title": _title(data.delivery_method) or kind}
    if instance:
        line["instance_id"] = instance
    return line | {"total": f"{data.delivery_price or 0:.6f}"}


def _title(named: NamedDeliveryMethod | NamedPaymentMethod) -> str | None:
    document = named.id_.document if named.id_ is not None else {}
    return named.name or document.get("name")


def _has_prices(data: CreateOrder) -> bool:
    return bool(data.delivery_price) or any(each.price for each in data.variants)


def _exact(asked: Row, data: CreateOrder, row: Row) -> Row:
    """What the shop put tax upon, as it must be for the prices with tax that were asked for."""
    made = list(row.get("line_items") or [])
    exact: Row = {"line_items": [], "shipping_lines": []}
    for item, each in zip(asked["line_items"], data.variants, strict=True):
        line = _made(made, item)
        if each.price is not None and (right := lines.priced(row, line, each.price, Decimal(item["quantity"]))):
            exact["line_items"].append(right)
    for charge in row.get("shipping_lines") or []:
        total = lines.net(row, charge, Decimal(str(data.delivery_price or 0)))
        if total != Decimal(str(charge["total"])):
            exact["shipping_lines"].append({"id": charge["id"], "method_id": charge["method_id"], "total": f"{total:f}"})
    return {name: found for name, found in exact.items() if found}


def _made(left: list[Row], item: Row) -> Row:
    """The line that was made of an item; plug-ins put lines of their own between them."""
    wanted = (item["product_id"], item.get("variation_id", 0))
    line = next(each for each in left if (each["product_id"], each["variation_id"]) == wanted)
    left.remove(line)
    return line
