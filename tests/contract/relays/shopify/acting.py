"""A simulated Shopify shop in which something is done, and what it holds afterwards."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from shoprelay_simulators import ShopifyShop
from shoprelay_simulators.shopify.money import amount
from shoprelay_simulators.shopify.orders import blank, line, total, transaction
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.writes import sending

Row = dict[str, Any]
FIRST, SECOND = Decimal(100), Decimal(50)


def made_shop(app: str) -> ShopifyShop:
    """With three orders of 3 pieces for 100 and 1 for 50, known by their tags: authorized, paid and sent."""
    shop = ShopifyShop(7, orders=2, products=4, customers=3, app=app, points=1e6, restore=1e6)
    for product in shop.rows["Product"].values():
        product["collections"] = []
    for variant in shop.rows["ProductVariant"].values():
        variant["inventoryPolicy"] = "CONTINUE"
    for tag, kind in (("authorized", "AUTHORIZATION"), ("paid", "SALE"), ("sent", "SALE")):
        add_order(shop, tag, kind)
    part = {"fulfillmentOrderId": f"gid://shopify/FulfillmentOrder/{order_id(shop, 'sent')}"}
    tracking = {"company": "GLS", "number": "GLS1"}
    sending.create(shop, {"fulfillment": {"lineItemsByFulfillmentOrder": [part], "trackingInfo": tracking}})
    return shop


def add_order(shop: ShopifyShop, tag: str, kind: str) -> None:
    order = blank(shop.next_number(), shop.stamp()) | {"tags": [tag], "email": "ada@example.com"}
    order["lineItems"] = [line(shop, order, variant_row(shop), 3, FIRST), line(shop, order, variant_row(shop, 1), 1, SECOND)]
    order["shippingAddress"] = next(iter(shop.rows["Customer"].values()))["defaultAddress"]
    total(order)
    order["paymentGatewayNames"] = ["shopify_payments"]
    order["transactions"].append(transaction(shop, order, kind, amount(order["totalPriceSet"])))
    order["displayFinancialStatus"] = "AUTHORIZED" if kind == "AUTHORIZATION" else "PAID"
    shop.changed(shop.keep(order))


def reached(shop: ShopifyShop, url: str) -> dict[str, Any]:
    return {"shop_url": url, **shop.credentials(), "read_all_orders": "yes"}


def order_row(shop: ShopifyShop, tag: str) -> Row:
    return next(row for row in shop.rows["Order"].values() if tag in row["tags"])


def order_id(shop: ShopifyShop, tag: str) -> str:
    return str(number(order_row(shop, tag)))


def order_says(tag: str, *names: str) -> Any:
    return lambda shop: tuple(order_row(shop, tag)[name] for name in names)


def newest(shop: ShopifyShop, kind: str) -> Row:
    return list(shop.rows[kind].values())[-1]


def paid_back(tag: str) -> Any:
    return lambda shop: [str(amount(row["totalRefundedSet"])) for row in order_row(shop, tag)["refunds"]]


def pieces(tag: str) -> Any:
    return lambda shop: [(row["quantity"], row["currentQuantity"]) for row in order_row(shop, tag)["lineItems"]]


def line_id(shop: ShopifyShop, tag: str, at: int = 0) -> str:
    """A line, by its number alone: what it sells has a sku."""
    return str(number(order_row(shop, tag)["lineItems"][at]))


def parcels(shop: ShopifyShop, tag: str) -> list[list[int]]:
    return [
        [goods["quantity"] for goods in parcel["fulfillmentLineItems"]]
        for parcel in order_row(shop, tag)["fulfillments"]
        if parcel["status"] == "SUCCESS"
    ]


def product_row(shop: ShopifyShop) -> Row:
    """One of several variants."""
    return next(row for row in shop.rows["Product"].values() if len(row["variants"]) > 1)


def product_id(shop: ShopifyShop) -> str:
    return str(number(product_row(shop)))


def variant_row(shop: ShopifyShop, at: int = 0) -> Row:
    return shop.rows["ProductVariant"][product_row(shop)["variants"][at].gid]


def variant_id(shop: ShopifyShop) -> str:
    return str(number(variant_row(shop)))


def lying(shop: ShopifyShop, variant: Row) -> list[int]:
    levels = shop.rows["InventoryItem"][variant["inventoryItem"].gid]["inventoryLevels"]
    return [level["quantities"][0]["quantity"] for level in levels]


def stocked(shop: ShopifyShop) -> str:
    """A variant of which 2 and 5 lie at two places."""
    variant = variant_row(shop)
    levels = shop.rows["InventoryItem"][variant["inventoryItem"].gid]["inventoryLevels"]
    for level, count in zip(levels, (2, 5), strict=True):
        level["quantities"][0]["quantity"] = count
    variant["inventoryQuantity"] = 7
    return str(number(variant))


def pictured(shop: ShopifyShop) -> str:
    """A variant that shows its product's image."""
    variant_row(shop)["media"] = list(product_row(shop)["media"][:1])
    return str(number(variant_row(shop)))


def media_id(shop: ShopifyShop) -> str:
    return str(number(product_row(shop)["media"][0]))


def customer_row(shop: ShopifyShop) -> Row:
    return newest(shop, "Customer")


def customer_id(shop: ShopifyShop) -> str:
    """One who has not ordered."""
    own = customer_row(shop)["id"]
    for order in shop.rows["Order"].values():
        if order["customer"] and order["customer"].gid == own:
            order["customer"] = None
    return str(number(customer_row(shop)))


def collection_id(shop: ShopifyShop) -> str:
    return str(number(next(iter(shop.rows["Collection"].values()))))


def parcel_row(shop: ShopifyShop) -> Row:
    found: Row = order_row(shop, "sent")["fulfillments"][0]
    return found


def basket(shop: ShopifyShop) -> dict[str, Any]:
    return {
        "email": "ada@example.com",
        "billing_first_name": "Ada",
        "billing_address_1": "Havnegade 1",
        "billing_country": {"remote_id": "DK"},
        "variants": [
            {"sku": variant_row(shop)["sku"], "quantity": 2, "price": 80},
            {"sku_2": str(number(variant_row(shop, 1))), "quantity": 1, "price": 20.5},
        ],
        "tags": ["made"],
        "delivery_method": {"remote_id": "gls", "name": "GLS"},
        "delivery_price": 39,
        "payment_method": {"name": "bank"},
        "paid": True,
    }


def new_variants(shop: ShopifyShop) -> list[Row]:
    """The variants of the newest product."""
    return [shop.rows["ProductVariant"][ref.gid] for ref in newest(shop, "Product")["variants"]]


def remembered(shop: ShopifyShop, found: Callable[[], str]) -> str:
    """The same row each time that it is asked for, also when it is gone."""
    if "remembered" not in shop.about:
        shop.about["remembered"] = found()
    return str(shop.about["remembered"])
