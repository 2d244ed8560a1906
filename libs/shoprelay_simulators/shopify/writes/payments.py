"""Money that is taken and paid back. https://shopify.dev/docs/api/admin-graphql/latest/mutations/refundCreate"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify import build
from shoprelay_simulators.shopify.hooks import rest
from shoprelay_simulators.shopify.money import amount, bag, cents
from shoprelay_simulators.shopify.orders import ZERO, total, transaction
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.schema import Ref
from shoprelay_simulators.shopify.writes import stock
from shoprelay_simulators.shopify.writes.common import Args, Refusal, existing

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Row
    from shoprelay_simulators.shopify.shop import ShopifyShop

TAKING = {"SALE", "CAPTURE"}


def capture(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given = args["input"]
    order = existing(shop, given["id"], "Order", "id")
    parent = next((row for row in order["transactions"] if row["id"] == given["parentTransactionId"]), None)
    if parent is None or parent["kind"] != "AUTHORIZATION":
        raise Refusal("Unable to find parent transaction")
    value, currency = Decimal(given["amount"]), order["presentmentCurrencyCode"]
    if given.get("currency", currency) != currency:
        raise Refusal(f"Currency Currency must match parent transaction {currency}", "currency")
    if value <= 0:
        raise Refusal("Amount must be greater than zero for capture transactions")
    if value > (left := unsettled(order, parent)):
        raise Refusal(f"Cannot capture more than the authorized {left:.2f} for this payment.")
    made = transaction(shop, order, "CAPTURE", value)
    made["parentTransaction"] = parent
    order["transactions"].append(made)
    settle(order)
    shop.changed(order)
    return {"transaction": made}


def refund(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given = args["input"]
    order = existing(shop, given["orderId"], "Order", "orderId")
    chosen = [_chosen(order, each, place) for place, each in enumerate(given.get("refundLineItems") or ())]
    moves = given.get("transactions") or ()
    value = sum((Decimal(each["amount"]) for each in moves), ZERO)
    net = taken(order) - given_back(order)
    if value > net:
        raise Refusal(f"Refund amount ${value:.2f} is greater than net payment received ${net:.2f}")
    parents = [row for row in order["transactions"] if row["kind"] in TAKING]
    if any(each.get("parentId") not in {row["id"] for row in parents} for each in moves):
        raise Refusal("Transactions require a parent_id associated with the order", "transactions")
    paid = [(next(row for row in parents if row["id"] == each["parentId"]), Decimal(each["amount"])) for each in moves]
    shipping = bool((given.get("shipping") or {}).get("fullRefund"))
    return {"refund": book(shop, order, chosen, paid, note=given.get("note"), shipping=shipping), "order": order}


def refund_all(shop: "ShopifyShop", order: "Row") -> None:
    """All of the money, of an order that is cancelled."""
    parents = [(row, refundable(order, row)) for row in order["transactions"] if row["kind"] in TAKING]
    if any(left for _, left in parents):
        book(shop, order, [], parents)


def book(
    shop: "ShopifyShop",
    order: "Row",
    chosen: list[tuple["Row", Args]],
    paid: list[tuple["Row", Decimal]],
    *,
    note: str | None = None,
    shipping: bool = False,
) -> "Row":
    """The refund with its lines and payments; what is restocked lies in stock again."""
    moves = []
    for parent, value in paid:
        moves.append({**transaction(shop, order, "REFUND", value), "parentTransaction": parent, "gateway": parent["gateway"]})
    row: Row = {"id": build.gid(shop, "Refund"), "createdAt": shop.stamp(), "updatedAt": shop.stamp(), "note": note}
    row["totalRefundedSet"] = bag(sum((value for _, value in paid), ZERO), order["presentmentCurrencyCode"])
    row["refundLineItems"] = [goods(shop, order, line, each) for line, each in chosen]
    row["refundShippingLines"] = [_delivery(shop, order, each) for each in order["shippingLines"] if shipping]
    row["transactions"] = moves
    order["refunds"].append(shop.keep(row))
    order["transactions"] += moves
    for line, each in chosen:
        line["currentQuantity"] -= each["quantity"]
        if each.get("restockType", "NO_RESTOCK") != "NO_RESTOCK":
            stock.sold(shop, shop.find(line["variant"]), each["quantity"])
    total(order)
    settle(order)
    shop.changed(order)
    shop.hooks.happened("refunds/create", str(number(row)), {**rest(row), "order_id": number(order)})
    return row


def goods(shop: "ShopifyShop", order: "Row", line: "Row", each: Args) -> "Row":
    """Some pieces of a line, at what they were sold for."""
    currency, share = order["presentmentCurrencyCode"], Decimal(each["quantity"]) / line["quantity"]
    value = cents(amount(line["discountedTotalSet"]) * share)
    vat = cents(sum((amount(part["priceSet"]) for part in line["taxLines"]), ZERO) * share)
    restock = each.get("restockType") or "NO_RESTOCK"
    return {
        "id": build.gid(shop, "RefundLineItem"),
        "quantity": each["quantity"],
        "restockType": restock,
        "restocked": restock != "NO_RESTOCK",
        "subtotalSet": bag(value, currency),
        "totalTaxSet": bag(vat, currency),
        "priceSet": bag(cents(value / each["quantity"]), currency),
        "lineItem": line,
        "location": Ref(each.get("locationId") or next(iter(shop.rows["Location"]))),
    }


def suggested(shop: "ShopifyShop", order: "Row", args: Args) -> dict[str, Any]:
    """What Shopify would pay back for these lines; nothing is written."""
    whole = [{"lineItemId": line["id"], "quantity": line["currentQuantity"]} for line in order["lineItems"]]
    asked = whole if args.get("suggestFullRefund") else args.get("refundLineItems") or []
    rows = [goods(shop, order, line, each) for line, each in (_chosen(order, each, 0) for each in asked) if each["quantity"]]
    due = sum((amount(row["subtotalSet"]) + _added(order, row["totalTaxSet"]) for row in rows), ZERO)
    if args.get("suggestFullRefund") or args.get("refundShipping"):
        deliveries = [_delivery(shop, order, line) for line in order["shippingLines"]]
        due += sum((amount(row["subtotalAmountSet"]) + _added(order, row["taxAmountSet"]) for row in deliveries), ZERO)
    most, currency = taken(order) - given_back(order), order["presentmentCurrencyCode"]
    due = min(due, most)
    return {
        "amountSet": bag(due, currency),
        "maximumRefundableSet": bag(most, currency),
        "refundLineItems": rows,
        "suggestedTransactions": list(_suggested(order, due)),
    }


def _suggested(order: "Row", due: Decimal) -> Any:
    for row in order["transactions"]:
        if row["kind"] in TAKING and row["status"] == "SUCCESS":
            left = refundable(order, row)
            part = min(due, left)
            due -= part
            told = {name: row[name] for name in ("gateway", "formattedGateway")}
            currency = order["presentmentCurrencyCode"]
            sums = {"amountSet": bag(part, currency), "maximumRefundableSet": bag(left, currency)}
            yield {"kind": "SUGGESTED_REFUND", "parentTransaction": row, **told, **sums}


def settle(order: "Row") -> None:
    """How far the order is paid, from its payments."""
    paid, back = taken(order), given_back(order)
    due = amount(order["totalPriceSet"])
    authorized = any(row["kind"] == "AUTHORIZATION" for row in order["transactions"])
    order["displayFinancialStatus"] = (
        ("REFUNDED" if back >= paid else "PARTIALLY_REFUNDED")
        if back
        else ("PAID" if paid >= due else "PARTIALLY_PAID")
        if paid
        else ("AUTHORIZED" if authorized else "PENDING")
    )


def taken(order: "Row") -> Decimal:
    return sum((amount(row["amountSet"]) for row in order["transactions"] if row["kind"] in TAKING), ZERO)


def given_back(order: "Row") -> Decimal:
    return sum((amount(row["amountSet"]) for row in order["transactions"] if row["kind"] == "REFUND"), ZERO)


def refundable(order: "Row", payment: "Row") -> Decimal:
    """What is left of one payment."""
    return amount(payment["amountSet"]) - _of(order, payment, "REFUND")


def unsettled(order: "Row", authorization: "Row") -> Decimal:
    """What may still be captured: but on the largest plan, an authorization is captured once."""
    return ZERO if _of(order, authorization, "CAPTURE") else amount(authorization["amountSet"])


def _of(order: "Row", parent: "Row", kind: str) -> Decimal:
    rows = (row for row in order["transactions"] if row["kind"] == kind and row["parentTransaction"])
    return sum((amount(row["amountSet"]) for row in rows if row["parentTransaction"]["id"] == parent["id"]), ZERO)


def _chosen(order: "Row", each: Args, place: int) -> tuple["Row", Args]:
    where = ("refundLineItems", str(place))
    line = next((line for line in order["lineItems"] if line["id"] == each["lineItemId"]), None)
    if line is None:
        raise Refusal("Line item does not exist", *where, "lineItemId")
    if each["quantity"] > line["currentQuantity"]:
        raise Refusal("Quantity cannot refund more items than were purchased", *where, "quantity")
    return line, each


def _delivery(shop: "ShopifyShop", order: "Row", line: "Row") -> "Row":
    vat = sum((amount(part["priceSet"]) for part in line["taxLines"]), ZERO)
    money = {"subtotalAmountSet": line["discountedPriceSet"], "taxAmountSet": bag(vat, order["presentmentCurrencyCode"])}
    return {"id": build.gid(shop, "RefundShippingLine"), "shippingLine": line, **money}


def _added(order: "Row", taxes: dict[str, Any]) -> Decimal:
    return ZERO if order["taxesIncluded"] else amount(taxes)
