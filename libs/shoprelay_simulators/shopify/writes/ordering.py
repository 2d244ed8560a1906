"""Orders that are made, changed, deleted and cancelled. https://shopify.dev/docs/api/admin-graphql/latest/mutations/orderCreate"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify.money import bag
from shoprelay_simulators.shopify.orders import blank, line, total, transaction
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.schema import Ref
from shoprelay_simulators.shopify.writes import payments, sending, stock
from shoprelay_simulators.shopify.writes.address import entered
from shoprelay_simulators.shopify.writes.common import Args, Refusal, existing, put

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Row
    from shoprelay_simulators.shopify.shop import ShopifyShop


def create(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given, obeys = args["order"], args.get("options", {}).get("inventoryBehaviour", "BYPASS")
    if not given.get("lineItems"):
        raise Refusal("Line items must have at least one line item", "order", "lineItems", code="INVALID")
    sold = [(each, _variant(shop, each, place, obeys)) for place, each in enumerate(given["lineItems"])]
    row = blank(shop.next_number(), shop.stamp())
    put(row, given, "email", "note", "tags", "phone", "poNumber", "taxesIncluded", "processedAt", "test")
    row["billingAddress"], row["shippingAddress"] = (
        entered(shop, given.get(f"{each}Address")) for each in ("billing", "shipping")
    )
    if customer := given.get("customer"):
        row["customer"] = Ref(existing(shop, customer["toAssociate"]["id"], "Customer", "order", "customer")["id"])
    row["lineItems"] = [_line(shop, row, each, variant) for each, variant in sold]
    row["shippingLines"] = [_shipping(shop, each) for each in given.get("shippingLines") or ()]
    total(row)
    _pay(shop, row, given.get("transactions") or ())
    if obeys != "BYPASS":
        for each, variant in sold:
            stock.sold(shop, variant, -each["quantity"])
    shop.changed(shop.keep(row), "create")
    return {"order": row}


def _variant(shop: "ShopifyShop", each: Args, place: int, obeys: str) -> "Row":
    found = existing(shop, each["variantId"], "ProductVariant", "order", "lineItems", str(place), "variantId")
    short = found["inventoryPolicy"] == "DENY" and found["inventoryQuantity"] < each["quantity"]
    if obeys == "DECREMENT_OBEYING_POLICY" and short:
        raise Refusal("Unable to claim inventory", "order", "lineItems", str(place), code="INVENTORY_CLAIM_FAILED")
    return found


def _line(shop: "ShopifyShop", order: "Row", each: Args, variant: "Row") -> "Row":
    """No taxes are reckoned: an app tells them, or there are none."""
    price = each["priceSet"]["shopMoney"]["amount"] if each.get("priceSet") else variant["price"]
    made = line(shop, order, variant, each["quantity"], Decimal(price))
    put(made, each, "title")
    made["taxLines"] = []
    return made


def _shipping(shop: "ShopifyShop", each: Args) -> "Row":
    due = bag(Decimal(each["priceSet"]["shopMoney"]["amount"]), "DKK")
    told = {"title": each["title"], "code": each.get("code"), "source": each.get("source"), "carrierIdentifier": None}
    price = {"originalPriceSet": due, "discountedPriceSet": due, "taxLines": [], "isRemoved": False}
    return {"id": f"gid://shopify/ShippingLine/{shop.next_number()}", **told, **price}


def _pay(shop: "ShopifyShop", order: "Row", moves: Any) -> None:
    for each in moves:
        order["paymentGatewayNames"] = [each.get("gateway") or "manual"]
        made = transaction(shop, order, each.get("kind") or "SALE", Decimal(each["amountSet"]["shopMoney"]["amount"]))
        made["status"], made["manualPaymentGateway"] = each.get("status") or "SUCCESS", each.get("gateway") == "manual"
        order["transactions"].append(made)
    payments.settle(order)


def update(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given = args["input"]
    row = existing(shop, given["id"], "Order", "id")
    put(row, given, "email", "note", "tags", "phone", "poNumber")
    if "shippingAddress" in given:
        row["shippingAddress"] = entered(shop, given["shippingAddress"])
    shop.changed(row)
    return {"order": row}


def delete(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    """Orders of the online store stay, unless they were cancelled."""
    row = existing(shop, args["orderId"], "Order", "orderId")
    if row["sourceName"] == "web" and not row["cancelledAt"]:
        raise Refusal("Order cannot be deleted", "orderId", code="INVALID")
    shop.delete(row["id"])
    return {"deletedId": row["id"]}


def cancel(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    row = existing(shop, args["orderId"], "Order", "orderId")
    if row["cancelledAt"]:
        raise Refusal("Cannot cancel an order that has already been canceled", "orderId", code="INVALID")
    if any(parcel["status"] == "SUCCESS" for parcel in row["fulfillments"]):
        raise Refusal("Cannot cancel an order that has outstanding fulfillments", "orderId", code="INVALID")
    if (args.get("refundMethod") or {}).get("originalPaymentMethodsRefund"):
        payments.refund_all(shop, row)
    for each in row["lineItems"]:
        left = sending.unfulfilled(row, each)
        if args["restock"]:
            stock.sold(shop, shop.find(each["variant"]), left)
    row |= {"cancelledAt": shop.stamp(), "closedAt": shop.stamp(), "cancelReason": args["reason"]}
    if not payments.taken(row):
        row["displayFinancialStatus"] = "VOIDED"
    shop.changed(row)
    shop.hooks.happened("orders/cancelled", str(number(row)), {"id": number(row)})
    return {"job": {"id": f"gid://shopify/Job/{shop.next_number()}", "done": False}}


def job(_shop: "ShopifyShop", _info: Any, args: Args) -> dict[str, Any]:
    """By the time that somebody asks it is done."""
    return {"id": args["id"], "done": True}
