"""Shipments and their tracks. https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/order-create-shipment/"""

from typing import TYPE_CHECKING

from shoprelay_simulators.magento2 import papers
from shoprelay_simulators.magento2.errors import MISSING, Refusal
from shoprelay_simulators.magento2.parts import part, taken_of
from shoprelay_simulators.magento2.rows import Row
from shoprelay_simulators.magento2.states import settle

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

_WRONG = "Shipment Document Validation Error(s): "


def ship(shop: "Magento2Shop", row: Row, body: Row) -> str:
    taken = taken_of(row, body, "qty_shipped", f"{_WRONG}You can't create a shipment without products.")
    if row["state"] in {"canceled", "closed", "holded"}:
        raise Refusal(400, f"{_WRONG}The order does not allow a shipment to be created.")
    made = papers.paper(shop, row, "shipment")
    made["items"] = part(made, taken)
    made["tracks"] = [_track(shop, made, given) for given in body.get("tracks") or []]
    shop.shipments[made["entity_id"]] = made
    for item in row["items"]:
        item["qty_shipped"] += taken.get(item["item_id"], 0)
        if item["item_id"] in taken and item["row_total"]:
            shop.take(item["sku"], taken[item["item_id"]])
    shop.changed("shipments", made["entity_id"])
    settle(shop, row)
    return str(made["entity_id"])


def _track(shop: "Magento2Shop", made: Row, given: Row) -> Row:
    stamps = {"created_at": shop.stamp(), "updated_at": shop.stamp()}
    own = {"entity_id": shop.next_id("track"), "parent_id": made["entity_id"], "order_id": made["order_id"]}
    return {**{name: given.get(name) for name in ("carrier_code", "title", "track_number")}, **own, **stamps}


def add_track(shop: "Magento2Shop", given: Row) -> Row:
    made = shop.shipments.get(int(given.get("parent_id") or 0))
    if made is None or made["order_id"] != given.get("order_id"):
        raise Refusal(400, "The shipment doesn't belong to the order.")
    track = _track(shop, made, given)
    made["tracks"].append(track)
    shop.changed("shipments", made["entity_id"])
    return track


def drop_track(shop: "Magento2Shop", number: int) -> bool:
    for made in shop.shipments.values():
        if any(track["entity_id"] == number for track in made["tracks"]):
            made["tracks"] = [track for track in made["tracks"] if track["entity_id"] != number]
            shop.changed("shipments", made["entity_id"])
            return True
    raise Refusal(404, MISSING)
