"""Shipments: https://shopify.dev/docs/api/admin-graphql/latest/mutations/fulfillmentCreate

A fulfilment is made of fulfilment orders: what one place is to send of an order. Each place makes a fulfilment of its own.
"""

from collections import defaultdict
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.orders import CreateShipment, UpdateShipment
from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.actions import payments
from shoprelay_relays.shopify.actions.asking import change, every, gid, number, one, target
from shoprelay_relays.shopify.actions.choosing import pieces

_TO_SEND = {"OPEN", "IN_PROGRESS"}
_ORDERS = """id fulfillmentOrders(first: 10) { pageInfo { hasNextPage } nodes { id status
  assignedLocation { location { id } }
  lineItems(first: 250) { pageInfo { hasNextPage } nodes { id remainingQuantity lineItem { id sku } } } } }"""
_CREATE = """mutation Send($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { field message } } }"""
_FULFILLMENT = "id order { id } trackingInfo { company number }"
_TRACK = """mutation Track($id: ID!, $tracking: FulfillmentTrackingInput!) {
  fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: false) {
    fulfillment { id } userErrors { field message } } }"""
_CANCEL = "mutation Cancel($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { id } userErrors { field message } } }"


async def create(call: Call[CreateShipment]) -> Done:
    """What is sent is settled first, then the money is taken, then the fulfilments are made."""
    order = gid("Order", call.target)
    found = await one(call.client, "order", order, _ORDERS)
    places = _parts(call.data, [row for row in every(found, "fulfillmentOrders") if row.text("status") in _TO_SEND])
    told = await payments.as_well(call, order)
    tracking = {"number": call.data.tracking_number, "company": call.data.courier}
    tracking = {name: value for name, value in tracking.items() if value}
    made = []
    for parts in places:
        asked = {
            "lineItemsByFulfillmentOrder": parts,
            "notifyCustomer": False,
            **({"trackingInfo": tracking} if tracking else {}),
        }
        made.append(number((await change(call.client, _CREATE, fulfillment=asked)).child("fulfillment")))
    return Done({"remote_id": target(call), "shipments": [{"remote_id": each} for each in made], **told})


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The order of the fulfilment."""
    return [("shipments", target(call))]


async def update(call: Call[UpdateShipment]) -> Done:
    """The tracking is told as a whole: what is not given stays, and so do further numbers where there are several."""
    own = gid("Fulfillment", call.target)
    held = (await one(call.client, "fulfillment", own, _FULFILLMENT)).items("trackingInfo")
    numbers = [row.text("number") for row in held if row.text("number")]
    if call.data.tracking_number is not None:
        numbers = [call.data.tracking_number, *numbers[1:]]
    courier = call.data.courier if call.data.courier is not None else next((row.text("company") for row in held), None)
    told: dict[str, Any] = {"company": courier} if courier is not None else {}
    told |= {"numbers": numbers} if len(numbers) > 1 else {"number": numbers[0]} if numbers else {}
    await change(call.client, _TRACK, id=own, tracking=told)
    return Done({"remote_id": target(call)})


async def destroy(call: Call[Body]) -> Done:
    await change(call.client, _CANCEL, id=gid("Fulfillment", call.target))
    return Done({"remote_id": target(call)})


def _parts(data: CreateShipment, orders: list[Raw]) -> list[list[dict[str, Any]]]:
    """`lineItemsByFulfillmentOrder` of each place."""
    rows = [(order, row) for order in orders for row in every(order, "lineItems")]
    left: dict[str, int] = defaultdict(int)
    for _, row in rows:
        left[number(row.child("lineItem"))] += row.integer("remainingQuantity") or 0
    lines = [row.child("lineItem") for _, row in rows]
    wanted: dict[str, int] = defaultdict(int)
    for line, count in pieces(data.lines(), lines, left, "there is nothing left of this order that can be sent"):
        wanted[number(line)] += count
    places: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for order, row in rows:
        own = number(row.child("lineItem"))
        if part := min(wanted[own], row.integer("remainingQuantity") or 0):
            wanted[own] -= part
            place = order.child("assignedLocation").child("location").text("id") or ""
            places[place][order.text("id") or ""].append({"id": row.text("id"), "quantity": part})
    return [
        [{"fulfillmentOrderId": each, "fulfillmentOrderLineItems": items} for each, items in place.items()]
        for place in places.values()
    ]
