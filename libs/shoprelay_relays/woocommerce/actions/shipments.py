"""Shipments, which are a plug-in's: WooCommerce Shipment Tracking, and Advanced Shipment Tracking with the same calls.

https://woocommerce.com/document/shipment-tracking/ (REST API)
"""

from datetime import UTC, datetime
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.orders import CreateShipment
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions import belonging
from shoprelay_relays.woocommerce.actions.asking import change, read
from shoprelay_relays.woocommerce.actions.status import move, order_id
from shoprelay_relays.woocommerce.client import NoRoute

_NONE = "the shop has no plug-in Shipment Tracking: move the order into a status with update_status, or close it"


async def create(call: Call[CreateShipment]) -> Done:
    """The order's own goods, all of them: the plug-ins know no lines."""
    if not call.data.tracking_number:
        raise CannotDo("tracking_number", "the plug-ins that know shipments need one")
    path = f"orders/{order_id(call)}/shipment-trackings"
    today = datetime.now(UTC).date().isoformat()
    asked = {"tracking_number": call.data.tracking_number, "date_shipped": today, **await _courier(call, path)}
    made = await change(call.client, "POST", path, asked)
    if call.data.status_id is not None:
        await move(call, call.data.status_id)
    return Done({"remote_id": str(made.get("tracking_id")), "tracking_url": made.get("tracking_link") or None})


async def destroy(call: Call[Body]) -> Done:
    key = belonging.own(call)
    if not (key.isascii() and key.isalnum()):
        raise CannotDo("", "only what the plug-in Shipment Tracking made can be deleted")
    async for order in belonging.orders_of(call):
        path = f"orders/{order['id']}/shipment-trackings"
        try:
            known = await read(call.client, f"{path}/{key}")
        except NoRoute:
            raise CannotDo("", _NONE) from None
        if known.get("tracking_id") == key:
            await change(call.client, "DELETE", f"{path}/{key}")
            return Done({"remote_id": key}, [("orders", str(order["id"]))])
    raise CannotDo("", "no order of the shop has this shipment")


async def _courier(call: Call[CreateShipment], path: str) -> dict[str, Any]:
    """A carrier that the plug-in knows has a link of its own; any other is named as it is."""
    courier = call.data.courier or ""
    try:
        countries = await read(call.client, f"{path}/providers")
    except NoRoute:
        raise CannotDo("", _NONE) from None
    known = [name for carriers in countries.values() if isinstance(carriers, dict) for name in carriers]
    found = next((name for name in known if name.lower() == courier.lower()), None)
    return {"tracking_provider": found} if found else {"custom_tracking_provider": courier}
