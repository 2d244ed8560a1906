"""Carts, and the orders that they become. https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/"""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.magento2 import orders
from shoprelay_simulators.magento2.errors import NOBODY, Refusal
from shoprelay_simulators.magento2.rows import Row
from shoprelay_simulators.magento2.stocking import by_sku

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

Keys = tuple[str, ...]
_METHODS = (("flatrate", "flatrate", "Fast pris"), ("postnord", "home", "Hjemmelevering"))


def begin(shop: "Magento2Shop", keys: Keys, _body: Row) -> str | int:
    """A guest's cart has a name that is hard to guess; that of an account, a number."""
    number = shop.next_id("quote")
    own = str(number) if keys else f"{shop.rng.getrandbits(64):016x}{number}"
    shop.carts[own] = {"items": [], "customer": int(keys[0]) if keys else None}
    return number if keys else own


def _cart(shop: "Magento2Shop", key: str) -> Row:
    if key not in shop.carts:
        raise Refusal(404, NOBODY, {"fieldName": "cartId", "fieldValue": key})
    return shop.carts[key]


def add(shop: "Magento2Shop", keys: Keys, body: Row) -> Row:
    given = body["cartItem"]
    row, chosen = by_sku(shop, given["sku"]), None
    if row["type_id"] == "configurable":
        options = ((given.get("product_option") or {}).get("extension_attributes") or {}).get("configurable_item_options")
        if not options:
            raise Refusal(400, "You need to choose options for your item.")
        chosen = _variant(shop, row, options)
    _cart(shop, keys[0])["items"].append((row, chosen, given["qty"]))
    return {"item_id": shop.next_id("quote_item"), "sku": given["sku"], "qty": given["qty"], "quote_id": keys[0]}


def _variant(shop: "Magento2Shop", row: Row, options: list[Row]) -> Row:
    codes = {str(one["attribute_id"]): one["attribute_code"] for one in shop.attributes}
    wanted = [{"attribute_code": codes[str(one["option_id"])], "value": str(one["option_value"])} for one in options]
    for key in row["extension_attributes"]["configurable_product_links"]:
        if all(one in shop.products[key]["custom_attributes"] for one in wanted):
            return shop.products[key]
    raise Refusal(400, "The requested option doesn't exist.")


def methods(shop: "Magento2Shop", keys: Keys, _body: Row) -> list[Row]:
    _cart(shop, keys[0])
    return [
        {"carrier_code": carrier, "method_code": method, "carrier_title": title, "available": True}
        for carrier, method, title in _METHODS
    ]


def deliver(shop: "Magento2Shop", keys: Keys, body: Row) -> Row:
    given = body["addressInformation"]
    for name in ("firstname", "lastname", "street", "city", "telephone", "country_id"):
        if not given["shipping_address"].get(name):
            raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})
    _cart(shop, keys[0])["delivery"] = given
    return {"payment_methods": [{"code": code, "title": title} for code, title in orders.METHODS], "totals": {}}


def buy(shop: "Magento2Shop", keys: Keys, body: Row) -> int:
    cart, method = _cart(shop, keys[0]), body["paymentMethod"]["method"]
    title = dict(orders.METHODS).get(method)
    if title is None:
        raise Refusal(400, "The requested Payment Method is not available.")
    if "delivery" not in cart:
        raise Refusal(400, "The shipping method is missing. Select the shipping method and try again.")
    given, head = cart["delivery"], orders.order(shop)
    number = head["entity_id"]
    items = [item for row in cart["items"] for item in _items(shop, number, *row)]
    code = f"{given['shipping_carrier_code']}_{given['shipping_method_code']}"
    account = shop.customers.get(cart["customer"] or 0)
    where = {**given["shipping_address"], "entity_id": 2 * number + 1, "address_type": "shipping"}
    head |= {
        "items": items,
        "customer_email": account["email"] if account else body.get("email"),
        "customer_id": account["id"] if account else None,
        "customer_is_guest": int(account is None),
        "billing_address": {**given["billing_address"], "entity_id": 2 * number, "address_type": "billing"},
        "payment": {"method": method, "additional_information": [title, ""], "entity_id": number, "parent_id": number},
        "extension_attributes": {"shipping_assignments": [{"shipping": {"address": where, "method": code}, "items": []}]},
        "state": "new",
        "status": "pending",
    }
    orders.total(head, coupon=False)
    shop.orders[number] = head
    del shop.carts[keys[0]]
    shop.changed("orders", number)
    return int(number)


def _items(shop: "Magento2Shop", order: int, row: Row, chosen: Row | None, quantity: int) -> list[Row]:
    sold = chosen or row
    head = orders.item_of(shop, row, order, sold["sku"], Decimal(str(sold["price"])), quantity)
    if chosen is None:
        return [head]
    return [head, orders.item_of(shop, chosen, order, chosen["sku"], Decimal(0), quantity, head["item_id"])]
