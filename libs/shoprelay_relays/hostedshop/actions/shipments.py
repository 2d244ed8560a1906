"""Shipments: the tracking codes of an order and of its lines.

https://api.hostedshop.dk/doc/ (Order_UpdateTrackingCode, Order_UpdateLineTrackingCode)
"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.orders import ChosenLine, CreateShipment, UpdateShipment
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import times
from shoprelay_relays.hostedshop.actions import payments, status
from shoprelay_relays.hostedshop.actions.asking import done, is_id, row
from shoprelay_relays.hostedshop.codes import listed
from shoprelay_relays.http.asking import NotThere


async def create(call: Call[CreateShipment]) -> Done:
    """The payment first, the status last: its e-mail to the buyer tells the tracking code."""
    data = call.data
    if not data.tracking_number and data.lines():
        raise CannotDo("tracking_number", "lines are sent by their tracking code: expected one")
    if not data.tracking_number and data.status_id is None:
        raise CannotDo("tracking_number", "a shipment is a tracking code here: expected one, or the status_id of what is sent")
    if data.capture_amount is not None and not data.capture:
        raise CannotDo("capture_amount", "expected capture with it")
    order = await status.order(call)
    chosen = _chosen(order, data.lines())
    wanted = await status.known(call, data.status_id)
    if data.capture:
        await payments.take(call, order, data.capture_amount)
    if data.tracking_number:
        await _track(call, order, chosen, data.tracking_number)
    told = await status.move(call, order, wanted)
    return Done({**told, "remote_id": _key(order, chosen, data.tracking_number or "")})


async def update(call: Call[UpdateShipment]) -> Done:
    if not call.data.tracking_number:
        raise CannotDo("tracking_number", "expected the new one")
    order, held = await _held(call)
    await _track(call, order, held, call.data.tracking_number)
    return Done({"remote_id": _key(order, held, call.data.tracking_number)})


async def destroy(call: Call[Body]) -> Done:
    """Takes its tracking code away. CannotDo for an order that is sent: it stays so without a code."""
    order, held = await _held(call)
    if times.moment(order, "DateSent") is not None:
        raise CannotDo("", "the order is sent: move it into another status with orders/update_status")
    await _track(call, order, held, "")
    return Done({"remote_id": call.target.known_as("remote_id")})


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    key = _order_of(call)
    return [("orders", key)] if is_id(key) else []


def _order_of(call: Call[Any]) -> str:
    """A shipment is known by its order's number; one of some lines by that and their code."""
    return call.target.known_as("remote_id").partition("/")[0]


async def _held(call: Call[Any]) -> tuple[Raw, list[Raw]]:
    """The order, and the lines that the shipment has to itself; none of the order's own shipment. NotThere."""
    key, _, code = call.target.known_as("remote_id").partition("/")
    if not is_id(key):
        raise NotThere("404")
    order = await row(call.client, "Order_GetById", OrderId=key)
    held = [line for line in listed(order, "OrderLines") if code and line.text("TrackingCode") == code]
    if code and not held:
        raise NotThere("404")
    return order, held


def _chosen(order: Raw, wanted: list[ChosenLine]) -> list[Raw]:
    """The lines that are meant; none when it is the whole order."""
    rows = listed(order, "OrderLines")
    found = [_line(rows, each, f"order_lines.{place}") for place, each in enumerate(wanted)]
    return [] if len({each.id("Id") for each in found}) == len(rows) else found


def _line(rows: list[Raw], wanted: ChosenLine, field: str) -> Raw:
    if wanted.id_ is not None:
        key = wanted.id_.known_as("remote_id")
        found = [each for each in rows if each.id("Id") == key]
    else:
        found = [each for each in rows if each.text("ItemNumber") == wanted.variant_sku]
    if len(found) != 1:
        raise CannotDo(field, "the order has no such line" if not found else "several lines of the order sell it: give their _id")
    if wanted.quantity is not None and wanted.quantity != float(found[0].amount("Amount")):
        raise CannotDo(f"{field}.quantity", "the platform sends whole lines: leave it out")
    return found[0]


async def _track(call: Call[Any], order: Raw, lines: list[Raw], code: str) -> None:
    if not lines:
        await done(call.client, "Order_UpdateTrackingCode", OrderId=order.id("Id"), TrackingCode=code)
    for line in lines:
        await done(call.client, "Order_UpdateLineTrackingCode", OrderLineId=line.id("Id"), TrackingCode=code)


def _key(order: Raw, lines: list[Raw], code: str) -> str:
    """As the order's shipments are known."""
    return f"{order.id('Id')}/{code}" if lines and code != order.text("TrackingCode") else order.id("Id")
