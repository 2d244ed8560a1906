"""Refunds, returns and cancellations: https://woocommerce.github.io/woocommerce-rest-api-docs/#create-a-refund"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CancelOrder, RefundOrder, ReturnOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.woocommerce.actions import returned
from shoprelay_relays.woocommerce.actions.asking import change, read, rows
from shoprelay_relays.woocommerce.actions.status import move, order_id

Row = dict[str, Any]


async def refund(call: Call[RefundOrder]) -> Done:
    order = order_id(call)
    row = await pay_back(call, order, call.data.refund_amount)
    if call.data.status_id is not None:
        await move(call, call.data.status_id)
    return _done(order, row)


async def cancel(call: Call[CancelOrder]) -> Done:
    """The money first: an order that is cancelled while its refund fails looks settled."""
    if call.data.refund_amount is not None and not call.data.refund:
        raise CannotDo("refund_amount", "expected refund true with it")
    if call.data.refund:
        await pay_back(call, order_id(call), call.data.refund_amount)
    return await move(call, call.data.status_id, "cancelled")


async def give_back(call: Call[ReturnOrder]) -> Done:
    """A refund that names its lines. Without `refund` it is only booked: the shop pays back by hand."""
    order = order_id(call)
    row = await read(call.client, f"orders/{order}")
    await _can_pay_back(call, row, wanted=bool(call.data.refund))
    items = returned.items(call.data, row, await rows(call.client, f"orders/{order}/refunds"))
    amount = returned.amount(items) if call.data.refund_amount is None else Decimal(str(call.data.refund_amount))
    body = {
        "amount": f"{_within(amount, row):f}",
        "line_items": items,
        "api_refund": bool(call.data.refund),
        "api_restock": bool(call.data.restock),
    }
    made = await change(call.client, "POST", f"orders/{order}/refunds", body)
    if call.data.status_id is not None:
        await move(call, call.data.status_id)
    return _done(order, made)


async def pay_back(call: Call[Any], order: str, wanted: float | None) -> Row:
    """Through the gateway that took it; all that is left when nothing else is wanted."""
    row = await read(call.client, f"orders/{order}")
    await _can_pay_back(call, row, wanted=True)
    amount = _left(row) if wanted is None else _within(Decimal(str(wanted)), row)
    if amount <= 0:
        # WooCommerce would book an empty refund.
        raise CannotDo("refund_amount", "there is nothing to pay back")
    body = {"amount": f"{amount:f}", "api_refund": True, "api_restock": False}
    return await change(call.client, "POST", f"orders/{order}/refunds", body)


async def _can_pay_back(call: Call[Any], row: Row, *, wanted: bool) -> None:
    """WooCommerce answers 500 where the gateway cannot, as it does when something broke."""
    if not wanted:
        return
    method = str(row.get("payment_method") or "")
    supports = await _supports(call, method)
    if "refunds" not in supports:
        name = row.get("payment_method_title") or method or "no payment method"
        raise CannotDo("", f"{name} cannot pay back through WooCommerce: pay back yourself, and book it with return")


async def _supports(call: Call[Any], method: str) -> list[str]:
    """https://woocommerce.github.io/woocommerce-rest-api-docs/#payment-gateway-properties"""
    if not method or "/" in method:
        return []
    try:
        found = (await read(call.client, f"payment_gateways/{method}", _fields="id,method_supports")).get("method_supports")
    except NotThere:
        return []
    return found if isinstance(found, list) else []


def _left(row: Row) -> Decimal:
    raw = Raw(row)
    return raw.amount("total") - sum((abs(each.amount("total")) for each in raw.items("refunds")), Decimal(0))


def _within(amount: Decimal, row: Row) -> Decimal:
    if amount > (left := _left(row)):
        raise CannotDo("refund_amount", f"{amount} is more than is left to pay back of this order ({left})")
    return amount


def _done(order: str, row: Row) -> Done:
    key = str(row.get("id"))
    told = {"remote_id": order, "credit_note": {"remote_id": key, "amount": float(Raw(row).amount("amount"))}}
    return Done(told, [("refunds", f"{order}/{key}")])
