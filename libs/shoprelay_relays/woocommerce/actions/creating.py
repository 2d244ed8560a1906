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
    later = {"status": status} if status else {}
    if call.data.paid:
        later["set_paid"] = True
    exact_prices = _has_prices(call.data)
    row = await change(call.client, "POST", "orders", asked if exact_prices else asked | later)
    path = f"orders/{row['id']}"
    if exact_prices and (rest := _exact(call.data, row) | later):
        row = await change(call.client, "PUT", path, rest)
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
        asked["customer_id"] = int(number(data.customer.known_as(), "customer"))
    if data.payment_method is not None:
        code, title = _payment(data.payment_method)
        asked |= {"payment_method": code, "payment_method_title": title}
    if (shipping := _shipping(data)) is not None:
        asked["shipping_lines"] = [shipping]
    return asked


def _payment(method: NamedPaymentMethod) -> tuple[str, str]:
    code = method.known_as()
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


def _exact(data: CreateOrder, row: Row) -> Row:
    """What the shop put tax upon, as it must be for the prices with tax that were asked for."""
    pairs = zip(data.variants, row.get("line_items") or [], strict=True)
    found = [lines.priced(row, line, each.price, Decimal(line["quantity"])) for each, line in pairs if each.price is not None]
    exact: Row = {"line_items": [line for line in found if line]}
    for charge in row.get("shipping_lines") or []:
        total = lines.net(row, charge, Decimal(str(data.delivery_price or 0)))
        if total != Decimal(str(charge["total"])):
            exact["shipping_lines"] = [{"id": charge["id"], "method_id": charge["method_id"], "total": f"{total:f}"}]
    return {name: rows for name, rows in exact.items() if rows}
