"""Statuses of orders. https://api.hostedshop.dk/doc/ (Order_UpdateStatus, OrderStatusCode_GetAll)

Every shop has 0 to 8, 99 and 100: 3 is sent and 5 is cancelled; further ones are the shop's own.
"""

from typing import Any

from shoprelay_relays.actions import Call, Done, Reference
from shoprelay_relays.actions.bodies.orders import CancelOrder, CloseOrder, NamedStatus, UpdateOrderStatus
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.actions import payments
from shoprelay_relays.hostedshop.actions.asking import done, is_id, row, rows
from shoprelay_relays.hostedshop.lists import number
from shoprelay_relays.http.asking import NotThere

SENT, CANCELLED = "3", "5"


def order_id(call: Call[Any]) -> str:
    """The number of the order that the call names. NotThere for what can be none."""
    key = call.target.known_as("remote_id", "order_number")
    if not is_id(key):
        raise NotThere("404")
    return key


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    key = call.target.known_as("remote_id", "order_number")
    return [("orders", key)] if is_id(key) else []


async def order(call: Call[Any]) -> Raw:
    """The order as it stands. NotThere when the shop has none of this number."""
    return await row(call.client, "Order_GetById", OrderId=order_id(call))


async def update_status(call: Call[UpdateOrderStatus]) -> Done:
    found = await order(call)
    return Done(await move(call, found, await known(call, call.data.status_id)))


async def close(call: Call[CloseOrder]) -> Done:
    """Takes the payment first: an order whose payment fails is not told to be sent."""
    found = await order(call)
    status = await known(call, call.data.status_id, SENT)
    if call.data.capture_amount is not None and not call.data.capture:
        raise CannotDo("capture_amount", "expected capture with it")
    if call.data.capture:
        await payments.take(call, found, call.data.capture_amount)
    return Done(await move(call, found, status))


async def cancel(call: Call[CancelOrder]) -> Done:
    """`refund` lets go of what is reserved on the buyer's card; what was taken cannot be paid back here."""
    found = await order(call)
    status = await known(call, call.data.status_id, CANCELLED)
    if call.data.refund:
        await payments.let_go(call, found)
    return Done(await move(call, found, status))


async def known(call: Call[Any], status: Reference | None, default: str = "") -> str:
    """The status's number, once it is sure that the shop has it: the platform itself is not known to look. "" for none."""
    wanted = status.known_as("remote_id") if status is not None else default
    if not wanted:
        return ""
    has = {number(each, "Id") or "": each.text("Title") for each in await rows(call.client, "OrderStatusCode_GetAll")}
    if wanted not in has:
        told = ", ".join(f"{key} {title}" for key, title in has.items())
        raise CannotDo("status_id", f"the shop has no status {wanted}; it has {told}")
    return wanted


async def named(call: Call[Any], status: NamedStatus | None) -> str:
    """The same of an order's attribute; "" for none."""
    if status is not None and not status.known_as():
        raise CannotDo("status", "expected _id or remote_id")
    return await known(call, None, status.known_as() if status is not None else "")


async def move(call: Call[Any], found: Raw, status: str) -> dict[str, str]:
    """Into a status; what the caller is told. Not again into the one that it has: that would send the buyer another e-mail."""
    key = found.id("Id")
    if status and status != number(found, "Status"):
        await done(call.client, "Order_UpdateStatus", OrderId=key, Status=status)
    return {"remote_id": key, "order_number": key}
