"""One random change at a time."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.shopify import build
from shoprelay_simulators.shopify.hooks import rest
from shoprelay_simulators.shopify.money import amount, bag, cents
from shoprelay_simulators.shopify.orders import ZERO, new_order, open_orders, total, transaction
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.schema import Row
from shoprelay_simulators.world.people import nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.shop import ShopifyShop

Change = Callable[["ShopifyShop"], str]


def step(shop: "ShopifyShop") -> str:
    kinds = list(WEIGHTS)
    change = shop.rng.choices(kinds, weights=[WEIGHTS[kind] for kind in kinds])[0]
    return change(shop) or place(shop)


def _pick(shop: "ShopifyShop", wanted: Callable[[Row], bool]) -> Row | None:
    fitting = [row for row in open_orders(shop) if wanted(row)]
    return shop.rng.choice(fitting) if fitting else None


def place(shop: "ShopifyShop") -> str:
    row = new_order(shop, shop.now())
    shop.changed(row, "create")
    return f"order {row['name']} placed"


def pay(shop: "ShopifyShop") -> str:
    row = _pick(shop, lambda order: order["displayFinancialStatus"] == "PENDING")
    if row is None:
        return ""
    row["transactions"].append(transaction(shop, row, "SALE", amount(row["totalPriceSet"])))
    row["displayFinancialStatus"] = "PAID"
    shop.changed(row)
    return f"order {row['name']} paid"


def ship(shop: "ShopifyShop") -> str:
    row = _pick(
        shop, lambda order: order["displayFulfillmentStatus"] == "UNFULFILLED" and order["displayFinancialStatus"] == "PAID"
    )
    if row is None:
        return ""
    when = shop.stamp()
    goods = [
        {"id": build.gid(shop, "FulfillmentLineItem"), "quantity": line["quantity"], "lineItem": line}
        for line in row["lineItems"]
    ]
    parcel = {
        "id": build.gid(shop, "Fulfillment"),
        "name": f"{row['name']}.1",
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "createdAt": when,
        "updatedAt": when,
        "totalQuantity": sum(line["quantity"] for line in row["lineItems"]),
        "trackingInfo": [{"company": "GLS", "number": f"GLS{number(row)}", "url": None}],
        "fulfillmentLineItems": goods,
    }
    row["fulfillments"].append(shop.keep(parcel))
    row["displayFulfillmentStatus"], row["closedAt"] = "FULFILLED", when
    shop.changed(row)
    shop.hooks.happened("fulfillments/create", str(number(parcel)), {**rest(parcel), "order_id": number(row)})
    return f"order {row['name']} shipped"


def unship(shop: "ShopifyShop") -> str:
    row = _pick(shop, lambda order: any(parcel["status"] == "SUCCESS" for parcel in order["fulfillments"]))
    if row is None:
        return ""
    parcel = next(parcel for parcel in row["fulfillments"] if parcel["status"] == "SUCCESS")
    parcel["status"], parcel["displayStatus"], parcel["updatedAt"] = "CANCELLED", "CANCELED", shop.stamp()
    row["displayFulfillmentStatus"], row["closedAt"] = "UNFULFILLED", None
    shop.changed(row)
    return f"order {row['name']}: a parcel cancelled"


def refund(shop: "ShopifyShop") -> str:
    row = _pick(
        shop, lambda order: order["displayFinancialStatus"] in {"PAID", "PARTIALLY_REFUNDED"} and _left(order) is not None
    )
    if row is None:
        return ""
    line, currency = _left(row), row["presentmentCurrencyCode"]
    assert line is not None
    each = cents(amount(line["discountedTotalSet"]) / line["quantity"])
    vat = cents(sum((amount(part["priceSet"]) for part in line["taxLines"]), ZERO) / line["quantity"])
    value = each if row["taxesIncluded"] else each + vat
    line["currentQuantity"] -= 1
    move, when = transaction(shop, row, "REFUND", value), shop.stamp()
    goods = {
        "id": build.gid(shop, "RefundLineItem"),
        "quantity": 1,
        "restockType": "RETURN",
        "restocked": True,
        "subtotalSet": bag(each, currency),
        "totalTaxSet": bag(vat, currency),
        "priceSet": bag(each, currency),
        "lineItem": line,
    }
    note: Row = {"id": build.gid(shop, "Refund"), "createdAt": when, "updatedAt": when, "note": None}
    note |= {
        "totalRefundedSet": bag(value, currency),
        "refundLineItems": [goods],
        "refundShippingLines": [],
        "transactions": [move],
    }
    row["refunds"].append(shop.keep(note))
    row["transactions"].append(move)
    row["displayFinancialStatus"] = "PARTIALLY_REFUNDED" if _left(row) else "REFUNDED"
    total(row)
    shop.changed(row)
    shop.hooks.happened("refunds/create", str(number(note)), {**rest(note), "order_id": number(row)})
    return f"order {row['name']} refunded in part"


def _left(order: Row) -> Row | None:
    return next((line for line in order["lineItems"] if line["currentQuantity"]), None)


def cancel(shop: "ShopifyShop") -> str:
    row = _pick(shop, lambda order: order["displayFinancialStatus"] == "PENDING")
    if row is None:
        return ""
    row |= {"cancelledAt": shop.stamp(), "closedAt": shop.stamp(), "cancelReason": "CUSTOMER", "displayFinancialStatus": "VOIDED"}
    shop.changed(row)
    return f"order {row['name']} cancelled"


def price(shop: "ShopifyShop") -> str:
    row = shop.rng.choice(list(shop.rows["Product"].values()))
    one = shop.rows["ProductVariant"][row["variants"][0].gid]
    one["price"], one["updatedAt"] = f"{Decimal(one['price']) + 1:.2f}", shop.stamp()
    shop.changed(row)
    return f"product {number(row)}: a price changed"


def stock(shop: "ShopifyShop") -> str:
    row = shop.rng.choice(list(shop.rows["Product"].values()))
    one = shop.rows["ProductVariant"][shop.rng.choice(row["variants"]).gid]
    item = shop.rows["InventoryItem"][one["inventoryItem"].gid]
    item["inventoryLevels"][0]["quantities"][0]["quantity"] -= 1
    build.recount(shop, row)
    shop.changed(row)
    shop.hooks.happened(
        "inventory_levels/update", str(number(item)), {"inventory_item_id": number(item), "available": one["inventoryQuantity"]}
    )
    return f"product {number(row)}: a piece less"


def publish(shop: "ShopifyShop") -> str:
    row = shop.rng.choice(list(shop.rows["Product"].values()))
    row["status"] = "DRAFT" if row["status"] == "ACTIVE" else "ACTIVE"
    shop.changed(row)
    return f"product {number(row)} is {row['status']}"


def retire(shop: "ShopifyShop") -> str:
    if len(shop.rows["Product"]) < 5:  # noqa: PLR2004 - a shop keeps something to sell
        return ""
    own = shop.rng.choice(list(shop.rows["Product"]))
    shop.delete(own)
    return f"{own} deleted"


def meet(shop: "ShopifyShop") -> str:
    row = shop.keep(build.customer(shop, nordic_person(shop.rng, shop.next_number()), shop.now()))
    shop.changed(row, "create")
    return f"customer {number(row)} came"


def note(shop: "ShopifyShop") -> str:
    rows = list(shop.rows["Customer"].values())
    if not rows:
        return ""
    row = shop.rng.choice(rows)
    row["note"] = f"Set {shop.stamp()}"
    shop.changed(row)
    return f"customer {number(row)} noted"


WEIGHTS: dict[Change, int] = {
    place: 30,
    pay: 25,
    ship: 15,
    unship: 2,
    refund: 8,
    cancel: 4,
    price: 6,
    stock: 8,
    publish: 2,
    retire: 1,
    meet: 4,
    note: 3,
}
