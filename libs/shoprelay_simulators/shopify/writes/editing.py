"""Order editing: nothing is changed before the commit. https://shopify.dev/docs/api/admin-graphql/latest/mutations/orderEditBegin"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify import build
from shoprelay_simulators.shopify.money import RATES, amount, bag, cents
from shoprelay_simulators.shopify.orders import line as new_line
from shoprelay_simulators.shopify.orders import tax, total
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.schema import Ref
from shoprelay_simulators.shopify.writes import payments, stock
from shoprelay_simulators.shopify.writes.common import Args, Refusal

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Row
    from shoprelay_simulators.shopify.shop import ShopifyShop


def begin(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    order = shop.row(args["id"])
    if order is None or "/Order/" not in args["id"]:
        raise Refusal("The order does not exist.", "id")
    if order["cancelledAt"]:
        raise Refusal("The order cannot be edited.")
    rows = [_calculated(line, line["currentQuantity"]) for line in order["lineItems"] if line["currentQuantity"]]
    made = {"id": build.gid(shop, "CalculatedOrder"), "originalOrder": Ref(order["id"]), "lineItems": rows, "restock": set()}
    return {"calculatedOrder": shop.keep(made)}


def add(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    edit = _edit(shop, args)
    variant = shop.rows["ProductVariant"].get(args["variantId"])
    if variant is None:
        raise Refusal("The variant does not exist in the shop.", "variantId")
    if args["quantity"] <= 0:
        raise Refusal("must be greater than 0", "quantity")
    title = shop.rows["Product"][variant["product"].gid]["title"]
    there = any(row["variant"] and row["variant"].gid == variant["id"] for row in edit["lineItems"])
    if there and not args.get("allowDuplicates"):
        raise Refusal(f"{title} was not added because it's already on the order.", "id")
    row = {"id": build.gid(shop, "CalculatedLineItem"), "title": title, "sku": variant["sku"], "quantity": args["quantity"]}
    edit["lineItems"].append({**row, "variant": Ref(variant["id"])})
    return {"calculatedLineItem": edit["lineItems"][-1], "calculatedOrder": edit}


def set_quantity(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    edit = _edit(shop, args)
    row = next((row for row in edit["lineItems"] if number(row) == number({"id": args["lineItemId"]})), None)
    if row is None:
        raise Refusal("The line item does not exist on the order.", "lineItemId")
    if args["quantity"] < 0:
        raise Refusal("must be greater than or equal to 0", "quantity")
    row["quantity"] = args["quantity"]
    if args.get("restock"):
        edit["restock"].add(row["id"])
    return {"calculatedLineItem": row, "calculatedOrder": edit}


def commit(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    edit = _edit(shop, args)
    order = shop.rows["Order"][edit["originalOrder"].gid]
    lines, taken = {number(line): line for line in order["lineItems"]}, []
    for row in edit["lineItems"]:
        line = lines.get(number(row))
        if line is None:
            _added(shop, order, row)
        elif row["quantity"] > line["currentQuantity"]:
            _raised(shop, order, line, row["quantity"] - line["currentQuantity"])
        elif row["quantity"] < line["currentQuantity"]:
            restock = "CANCEL" if row["id"] in edit["restock"] else "NO_RESTOCK"
            taken.append((line, {"quantity": line["currentQuantity"] - row["quantity"], "restockType": restock}))
    order["edited"] = True
    total(order)
    if taken:
        payments.book(shop, order, taken, [])
    del shop.rows["CalculatedOrder"][edit["id"]]
    payments.settle(order)
    shop.changed(order)
    shop.hooks.happened("orders/edited", str(number(order)), {"order_edit": {"order_id": number(order)}})
    return {"order": order, "successMessages": ["Order updated"]}


def _added(shop: "ShopifyShop", order: "Row", row: "Row") -> None:
    variant = shop.rows["ProductVariant"][row["variant"].gid]
    price = cents(Decimal(variant["price"]) * RATES[order["presentmentCurrencyCode"]])
    made = new_line(shop, order, variant, row["quantity"], price)
    made["id"] = row["id"].replace("/CalculatedLineItem/", "/LineItem/")
    order["lineItems"].append(made)
    stock.sold(shop, variant, -row["quantity"])


def _raised(shop: "ShopifyShop", order: "Row", line: "Row", more: int) -> None:
    currency, price = order["presentmentCurrencyCode"], amount(line["originalUnitPriceSet"])
    due = amount(line["discountedTotalSet"]) + price * more
    line["quantity"] += more
    line["currentQuantity"] += more
    line |= {"originalTotalSet": bag(price * line["quantity"], currency), "discountedTotalSet": bag(due, currency)}
    line["taxLines"] = [tax(due, order)] if line["taxLines"] else []
    stock.sold(shop, shop.find(line["variant"]), -more)


def _calculated(line: "Row", quantity: int) -> "Row":
    own = line["id"].replace("/LineItem/", "/CalculatedLineItem/")
    return {"id": own, "title": line["title"], "sku": line["sku"], "quantity": quantity, "variant": line["variant"]}


def _edit(shop: "ShopifyShop", args: Args) -> "Row":
    found = shop.rows["CalculatedOrder"].get(args["id"])
    if found is None:
        raise Refusal("The calculated order does not exist.", "id")
    return found
