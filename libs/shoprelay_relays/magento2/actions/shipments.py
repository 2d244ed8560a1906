"""Shipments: their tracks can be added and taken away. https://developer.adobe.com/commerce/webapi/rest/ (shipment/track)

The document of a shipment tells its first track; every further one is a document of its own, "shipment/track".
"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body, Nothing
from shoprelay_relays.actions.bodies.orders import UpdateShipment
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.magento2.client import get


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    return [("shipments", _keys(call)[0])]


async def update(call: Call[UpdateShipment]) -> Done:
    """A track cannot be edited: the new one is added, then the old one goes."""
    shipment, track = _keys(call)
    row = Raw((await get(call.client, f"shipment/{shipment}")).body)
    tracks = sorted(row.items("tracks"), key=lambda one: one.integer("entity_id") or 0)
    old = next((one for one in tracks if track in {"", one.reference("entity_id")}), Raw({}))
    if track and not old.reference("entity_id"):
        raise CannotDo("", f"shipment {shipment} has no track {track}")
    number = call.data.tracking_number or old.text("track_number")
    if not number:
        raise CannotDo("tracking_number", "Magento keeps the courier with a tracking number: give both")
    courier = call.data.courier or old.text("title") or "Custom"
    entity = {"order_id": int(row.id("order_id")), "parent_id": int(shipment), "track_number": number, "title": courier}
    await change(call.client, "POST", "shipment/track", {"entity": {**entity, "carrier_code": "custom", "weight": 0, "qty": 0}})
    if gone := old.reference("entity_id"):
        await change(call.client, "DELETE", f"shipment/track/{gone}")
    return Done({"tracking_number": number, "courier": courier})


async def destroy(call: Call[Nothing]) -> Done:
    shipment, track = _keys(call)
    if not track:
        raise CannotDo("", "Magento keeps its shipments; only a further track of one (shipment/track) can be deleted")
    await change(call.client, "DELETE", f"shipment/track/{track}")
    return Done({"remote_id": f"{shipment}/{track}"})


def _keys(call: Call[Body]) -> tuple[str, str]:
    shipment, _, track = call.target.known_as("remote_id").partition("/")
    return shipment, track
