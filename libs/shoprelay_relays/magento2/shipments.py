"""Shipments with their tracking numbers."""

from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2 import lines
from shoprelay_relays.magento2.addresses import address
from shoprelay_relays.magento2.orders import version
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Shipment


def shipment(body: Json, shop: Shop) -> Mapped:
    """One shipment. The contract has one tracking number for each: every further one is a parcel of its own beside it."""
    raw = Raw(body)
    key, order = raw.id("entity_id"), raw.child("learnt").child("order")
    tracks = sorted(raw.items("tracks"), key=lambda track: track.integer("entity_id") or 0)
    shared = {
        **link(raw, order, shop),
        **address(order.child("address")).place(shop),
        "created_at": raw.time("created_at"),
    }
    packed = [line.packed(quantity, shop) for line, _, quantity in lines.held(raw.items("items"), order.items("items"))]
    first = tracks[0] if tracks else Raw({})
    head = Draft(Shipment(**shared, **_track(first), remote_id=key, order_lines=packed), key)
    further = [_parcel(key, track, shared, place) for place, track in enumerate(tracks[1:], start=2)]
    mapped = Mapped([head, *further], version=version(raw))
    if "tracks" in raw:
        mapped.owns.append((head, "shipments", [shop.id("shipments", draft.key) for draft in further]))
    return mapped


def _parcel(key: str, track: Raw, shared: dict[str, Any], place: int) -> Draft:
    own = f"{key}/{track.reference('entity_id') or place}"
    return Draft(Shipment(**shared, **_track(track), remote_id=own, order_lines=[]), own)


def _track(track: Raw) -> dict[str, Any]:
    return {
        "courier": track.text("title") or track.text("carrier_code"),
        "tracking_number": track.text("track_number"),
        "tracking_number_updated_at": track.time("updated_at") or track.time("created_at"),
    }


def link(raw: Raw, order: Raw, shop: Shop) -> dict[str, Any]:
    """How a paper refers to its order."""
    return {"order_id": shop.id("orders", raw.id("order_id")), "order_number": order.text("increment_id")}
