"""Fulfilment orders and fulfilments. https://shopify.dev/docs/api/admin-graphql/latest/mutations/fulfillmentCreate"""

from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify import build
from shoprelay_simulators.shopify.hooks import rest
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.schema import Ref
from shoprelay_simulators.shopify.writes.common import Args, Refusal

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Row
    from shoprelay_simulators.shopify.shop import ShopifyShop


def unfulfilled(order: "Row", line: "Row") -> int:
    """How many pieces of a line are still to be sent."""
    sent: int = sum(
        goods["quantity"]
        for parcel in order["fulfillments"]
        if parcel["status"] == "SUCCESS"
        for goods in parcel["fulfillmentLineItems"]
        if goods["lineItem"]["id"] == line["id"]
    )
    left: int = min(line["currentQuantity"], line["quantity"] - sent)
    return max(0, left)


def orders(shop: "ShopifyShop", order: "Row") -> "list[Row]":
    """The one fulfilment order of an order: everything is sent from the first location."""
    place = next(iter(shop.rows["Location"].values()))
    lines = [_line(order, line) for line in order["lineItems"]]
    status = "CANCELLED" if order["cancelledAt"] else "OPEN" if any(line["remainingQuantity"] for line in lines) else "CLOSED"
    where = {"name": place["name"], "location": Ref(place["id"])}
    return [
        {"id": f"gid://shopify/FulfillmentOrder/{number(order)}", "status": status, "assignedLocation": where, "lineItems": lines}
    ]


def _line(order: "Row", line: "Row") -> "Row":
    own = f"gid://shopify/FulfillmentOrderLineItem/{number(line)}"
    counts = {"totalQuantity": line["quantity"], "remainingQuantity": unfulfilled(order, line)}
    return {"id": own, "sku": line["sku"], "lineItem": line, **counts}


def create(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given = args["fulfillment"]
    order, goods = None, []
    for place, part in enumerate(given["lineItemsByFulfillmentOrder"]):
        order = shop.row(part["fulfillmentOrderId"].replace("/FulfillmentOrder/", "/Order/"))
        if order is None:
            raise Refusal("Fulfillment order does not exist.", "fulfillment")
        goods += _goods(shop, order, part, place)
    assert order is not None
    row = {
        "id": build.gid(shop, "Fulfillment"),
        "name": f"{order['name']}-F{len(order['fulfillments']) + 1}",
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "createdAt": shop.stamp(),
        "updatedAt": shop.stamp(),
        "totalQuantity": sum(each["quantity"] for each in goods),
        "trackingInfo": _tracking(given.get("trackingInfo") or {}),
        "fulfillmentLineItems": goods,
        "order": Ref(order["id"]),
    }
    order["fulfillments"].append(shop.keep(row))
    _told(shop, order, row, "create")
    return {"fulfillment": row}


def _goods(shop: "ShopifyShop", order: "Row", part: Args, place: int) -> "list[Row]":
    held = orders(shop, order)[0]
    if held["status"] != "OPEN":
        raise Refusal(f"Fulfillment order {number(held)} has an unfulfillable status= {held['status'].lower()}.", "fulfillment")
    lines = {line["id"]: line for line in held["lineItems"]}
    asked = part.get("fulfillmentOrderLineItems")
    asked = asked or [{"id": line["id"], "quantity": line["remainingQuantity"]} for line in lines.values()]
    for at, each in enumerate(asked):
        where = ("fulfillment", "lineItemsByFulfillmentOrder", str(place), "fulfillmentOrderLineItems", str(at))
        if each["id"] not in lines:
            raise Refusal("Fulfillment order line item does not exist.", *where, "id")
        if each["quantity"] <= 0:
            raise Refusal("Quantity must be greater than 0", *where, "quantity")
        if each["quantity"] > lines[each["id"]]["remainingQuantity"]:
            raise Refusal("Invalid fulfillment order line item quantity requested.", "fulfillment")
    return [
        {"id": build.gid(shop, "FulfillmentLineItem"), "quantity": each["quantity"], "lineItem": lines[each["id"]]["lineItem"]}
        for each in asked
    ]


def track(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    row = _parcel(shop, args["fulfillmentId"])
    row["trackingInfo"], row["updatedAt"] = _tracking(args["trackingInfoInput"]), shop.stamp()
    _told(shop, of(shop, row), row, "update")
    return {"fulfillment": row}


def cancel(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    row = _parcel(shop, args["id"])
    row |= {"status": "CANCELLED", "displayStatus": "CANCELED", "updatedAt": shop.stamp()}
    order = of(shop, row)
    order["closedAt"] = None
    _told(shop, order, row, "update")
    return {"fulfillment": row}


def of(shop: "ShopifyShop", parcel: "Row") -> "Row":
    """The order of a fulfilment."""
    return next(row for row in shop.rows["Order"].values() if any(each["id"] == parcel["id"] for each in row["fulfillments"]))


def _parcel(shop: "ShopifyShop", gid: str) -> "Row":
    found = shop.rows["Fulfillment"].get(gid)
    if found is None:
        raise Refusal("Fulfillment does not exist.", "id")
    return found


def _tracking(given: Args) -> list[dict[str, Any]]:
    """What is not given is not there any more."""
    numbers = given.get("numbers") or ([given["number"]] if given.get("number") else [])
    company = given.get("company")
    rows = [{"company": company, "number": each, "url": given.get("url")} for each in numbers]
    return rows or ([{"company": company, "number": None, "url": None}] if company else [])


def _told(shop: "ShopifyShop", order: "Row", parcel: "Row", event: str) -> None:
    """How far the order is sent; one that is sent and paid is archived."""
    left = sum(unfulfilled(order, line) for line in order["lineItems"])
    sent = any(each["status"] == "SUCCESS" for each in order["fulfillments"])
    order["displayFulfillmentStatus"] = ("PARTIALLY_FULFILLED" if left else "FULFILLED") if sent else "UNFULFILLED"
    if sent and not left and order["displayFinancialStatus"] == "PAID":
        order["closedAt"] = shop.stamp()
    shop.changed(order)
    shop.hooks.happened(f"fulfillments/{event}", str(number(parcel)), {**rest(parcel), "order_id": number(order)})
