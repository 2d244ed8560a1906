"""What happens to orders: https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/

The state follows from what is invoiced, sent and credited; nobody can set it. A status is a name within a state.
"""

from typing import Any

import httpx

from shoprelay_relays.actions import Call, Done, Reference
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.orders import CancelOrder, CloseOrder, CreateShipment, UpdateOrderStatus
from shoprelay_relays.errors import CannotDo, Refused
from shoprelay_relays.magento2.actions import chosen
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.spec import Json

_HELD = "holded"
_ENDED = {"complete", "closed", "canceled"}


def key(call: Call[Any]) -> str:
    return call.target.known_as("remote_id")


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The order, with its papers."""
    return [("orders", key(call))]


async def update_status(call: Call[UpdateOrderStatus]) -> Done:
    """On hold and off again are acts of their own; every other status comes with a comment."""
    wanted = call.data.status_id.known_as("remote_id")
    if wanted == _HELD:
        await _certain(call.client, f"orders/{key(call)}/hold", "Magento does not put this order on hold")
    else:
        if (await chosen.order(call.client, key(call))).text("state") == _HELD:
            await _certain(call.client, f"orders/{key(call)}/unhold", "Magento does not take this order off hold")
        await set_status(call.client, key(call), call.data.status_id)
    return Done({"status_id": wanted})


async def set_status(shop: httpx.AsyncClient, order: str, status: Reference | None) -> None:
    """Refused where the status does not belong to the state that the order is in."""
    if status is not None:
        await comment(shop, order, "", status.known_as("remote_id"))


async def comment(shop: httpx.AsyncClient, order: str, text: str, status: str | None) -> None:
    entry: dict[str, Json] = {"comment": text, "is_customer_notified": 0, "is_visible_on_front": 0}
    entry |= {"status": status} if status else {}
    await change(shop, "POST", f"orders/{order}/comments", {"statusHistory": entry})


async def cancel(call: Call[CancelOrder]) -> Done:
    if call.data.refund or call.data.refund_amount:
        raise CannotDo("refund", "Magento cancels only what is not invoiced: pay back with orders/refund, which closes the order")
    await _certain(call.client, f"orders/{key(call)}/cancel", "Magento does not cancel this order: it is invoiced, sent or ended")
    await set_status(call.client, key(call), call.data.status_id)
    return Done({"remote_id": key(call)})


async def create_shipment(call: Call[CreateShipment]) -> Done:
    order = await chosen.order(call.client, key(call))
    items = chosen.chosen(order, call.data.lines(), chosen.to_ship)
    if not items:
        raise CannotDo("", "everything of this order is sent, or needs no sending")
    made = await ship(call.client, key(call), items, call.data.tracking_number, call.data.courier)
    await set_status(call.client, key(call), call.data.status_id)
    return Done({"shipments": [{"remote_id": made}]}, [("shipments", made)])


async def ship(
    shop: httpx.AsyncClient, order: str, items: list[dict[str, Json]], number: str | None = None, courier: str | None = None
) -> str:
    """The id of the shipment."""
    if courier and not number:
        raise CannotDo("courier", "Magento keeps the courier with the tracking number: give tracking_number as well")
    tracks = [{"track_number": number, "title": courier or "Custom", "carrier_code": "custom"}] if number else []
    return str(await change(shop, "POST", f"order/{order}/ship", {"items": items, "notify": False, "tracks": tracks}))


async def close(call: Call[CloseOrder]) -> Done:
    """An order is complete once all of it is invoiced and sent."""
    order = await chosen.order(call.client, key(call))
    if order.text("state") in _ENDED:
        raise CannotDo("", f"the order is ended already ({order.text('state')})")
    invoices, shipments = [], []
    if chosen.anything(order, chosen.to_invoice):
        if call.data.capture is None:
            raise CannotDo("capture", "say whether to take the payment (true), or to book it as paid without (false)")
        invoices = [await invoice(call.client, key(call), [], capture=call.data.capture)]
    if items := chosen.chosen(order, [], chosen.to_ship):
        shipments = [await ship(call.client, key(call), items)]
    await set_status(call.client, key(call), call.data.status_id)
    made = [*(("invoices", one) for one in invoices), *(("shipments", one) for one in shipments)]
    told = {"invoices": [{"remote_id": one} for one in invoices], "shipments": [{"remote_id": one} for one in shipments]}
    return Done(told, made)


async def invoice(shop: httpx.AsyncClient, order: str, items: list[dict[str, Json]], *, capture: bool) -> str:
    """The id of the invoice; no items mean all that are left. Without `capture` it is booked as paid, whatever the payment
    provider holds.
    """
    return str(await change(shop, "POST", f"order/{order}/invoice", {"capture": capture, "items": items, "notify": False}))


async def _certain(shop: httpx.AsyncClient, path: str, refusal: str) -> None:
    """Magento says false, with 200, to what it did not do."""
    if await change(shop, "POST", path) is not True:
        raise Refused(refusal)
