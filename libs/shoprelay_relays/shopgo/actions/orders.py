"""What is done to orders. https://docs.shopgo.me/1.0.0/developer-guides/order-processing

Payment, authorization and fulfilment go their own ways; an order is complete when it is paid and everything is delivered.
"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CancelOrder, CloseOrder, CreateShipment, UpdateOrder, UpdateOrderStatus
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.shopgo.actions.acting import found, management, number
from shoprelay_relays.shopgo.actions.money import pay_back, settle, unpaid
from shoprelay_relays.shopgo.api import Management
from shoprelay_relays.shopgo.objects import Order
from shoprelay_relays.shopgo.orders import SETTABLE

_HIDDEN = "hidden"


async def update(call: Call[UpdateOrder]) -> Done:
    """The tag that documents of hidden orders have is the one thing that can be written."""
    tags = call.data.tags or []
    if set(tags) - {_HIDDEN}:
        raise CannotDo("tags", "ShopGo has no tags; expected hidden, or none to show the order")
    with management(call) as api:
        await api.set_visibility(number(call), visible=not tags)
    return Done({"remote_id": number(call), "tags": tags})


async def update_status(call: Call[UpdateOrderStatus]) -> Done:
    wanted = call.data.status_id.known_as("remote_id")
    with management(call) as api:
        if wanted == "authorized":
            await api.authorize(number(call))
        elif wanted == "cancelled":
            await api.cancel(number(call))
        elif wanted == "completed":
            order = await found(api, call)
            _paid(order)
            await _deliver(api, _deliverable(order))
        else:
            raise CannotDo("status_id", f"expected one of {', '.join(SETTABLE)}; money is paid back with refund")
    return Done({"remote_id": number(call), "status_id": wanted})


async def close(call: Call[CloseOrder]) -> Done:
    """Everything delivered and paid: whatever of this is not so yet is registered."""
    if call.data.capture_amount is not None and not call.data.capture:
        raise CannotDo("capture_amount", "expected capture true with it")
    with management(call) as api:
        order = _deliverable(await found(api, call))
        if not call.data.capture:
            _paid(order)
        elif unpaid(order) > 0:
            await settle(api, order, call.data.capture_amount)
        await _deliver(api, order)
    return Done({"remote_id": number(call)})


async def cancel(call: Call[CancelOrder]) -> Done:
    """The money first: an order that is cancelled while its refund fails looks settled."""
    if call.data.refund_amount is not None and not call.data.refund:
        raise CannotDo("refund_amount", "expected refund true with it")
    with management(call) as api:
        if call.data.refund:
            await pay_back(api, await found(api, call), call.data.refund_amount)
        await api.cancel(number(call))
    return Done({"remote_id": number(call)})


async def create_shipment(call: Call[CreateShipment]) -> Done:
    """ShopGo made the shipments when the order was placed: those that are ready leave now."""
    if call.data.capture_amount is not None and not call.data.capture:
        raise CannotDo("capture_amount", "expected capture true with it")
    with management(call) as api:
        order = await found(api, call)
        ready = [str(each.id) for each in order.shipments or [] if each.id and each.state == "ready"]
        if not ready:
            raise CannotDo("", "no shipment of the order is waiting to leave")
        if not order.authorized:
            raise CannotDo("", "the order is not authorized: move it into the status authorized first (update_status)")
        if call.data.capture:
            await settle(api, order, call.data.capture_amount)
        for key in ready:
            await api.update_shipment(number(call), key, "shipped")
    return Done({"remote_id": number(call), "shipments": ready})


def _deliverable(order: Order) -> Order:
    if order.cancelled:
        raise CannotDo("", "the order is cancelled")
    if not any(each.id for each in order.shipments or []):
        raise CannotDo("", "the order has no shipment that could be delivered")
    return order


async def _deliver(api: Management, order: Order) -> None:
    if not order.authorized:
        await api.authorize(order.number)
    for each in order.shipments or []:
        if each.id and each.state != "delivered":
            await api.update_shipment(order.number, each.id, "delivered")


def _paid(order: Order) -> None:
    if unpaid(order) > 0:
        raise CannotDo("", f"{unpaid(order)} of the order is not paid: register it with close (capture true), or with capture")
