"""POST, PUT and DELETE: each route with the resource of the role that it needs."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from shoprelay_simulators.magento2 import accounts, carts, cataloguing, sales, sending, states, stocking
from shoprelay_simulators.magento2.errors import Refusal
from shoprelay_simulators.magento2.rows import Row
from shoprelay_simulators.messages import Request

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

Write = Callable[["Magento2Shop", tuple[str, ...], Row], object]
Ordered = Callable[["Magento2Shop", Row, Row], object]


def _of_order(act: Ordered) -> Write:
    return lambda shop, keys, body: act(shop, states.order_of(shop, int(keys[0])), body)


def _refund_invoice(shop: "Magento2Shop", keys: tuple[str, ...], body: Row) -> str:
    paper = shop.invoices.get(int(keys[0]))
    if paper is None:
        raise Refusal(404, "The entity that was requested doesn't exist. Verify the entity and try again.")
    return sales.refund(shop, shop.orders[paper["order_id"]], body, paper)


_CART = "Magento_Cart::manage"
_SALES, _GOODS, _TREE = "Magento_Sales::", "Magento_Catalog::products", "Magento_Catalog::categories"
ROUTES: list[tuple[str, str, str, Write]] = [
    ("POST", r"order/(\d+)/ship", f"{_SALES}ship", _of_order(sending.ship)),
    ("POST", r"order/(\d+)/invoice", f"{_SALES}invoice", _of_order(sales.invoice)),
    ("POST", r"order/(\d+)/refund", f"{_SALES}creditmemo", _of_order(sales.refund)),
    ("POST", r"invoice/(\d+)/refund", f"{_SALES}creditmemo", _refund_invoice),
    ("POST", r"invoices/(\d+)/capture", f"{_SALES}capture", lambda shop, keys, _: sales.capture(shop, int(keys[0]))),
    ("POST", r"orders/(\d+)/cancel", f"{_SALES}cancel", _of_order(lambda shop, row, _: states.cancel(shop, row))),
    ("POST", r"orders/(\d+)/hold", f"{_SALES}hold", _of_order(lambda shop, row, _: states.hold(shop, row))),
    ("POST", r"orders/(\d+)/unhold", f"{_SALES}unhold", _of_order(lambda shop, row, _: states.unhold(shop, row))),
    (
        "POST",
        r"orders/(\d+)/comments",
        f"{_SALES}comment",
        _of_order(lambda shop, row, body: states.comment(shop, row, body["statusHistory"])),
    ),
    ("POST", r"shipment/track", f"{_SALES}shipment", lambda shop, _, body: sending.add_track(shop, body["entity"])),
    ("DELETE", r"shipment/track/(\d+)", f"{_SALES}shipment", lambda shop, keys, _: sending.drop_track(shop, int(keys[0]))),
    ("POST", r"guest-carts", "", carts.begin),
    ("POST", r"customers/(\d+)/carts", "Magento_Cart::manage", carts.begin),
    ("POST", r"(?:guest-)?carts/(\w+)/items", _CART, carts.add),
    ("POST", r"(?:guest-)?carts/(\w+)/estimate-shipping-methods", _CART, carts.methods),
    ("POST", r"(?:guest-)?carts/(\w+)/shipping-information", _CART, carts.deliver),
    ("POST", r"guest-carts/(\w+)/payment-information", _CART, carts.buy),
    ("PUT", r"carts/(\w+)/order", _CART, carts.buy),
    ("PUT", r"orders/(\d+)", f"{_SALES}actions_edit", _of_order(accounts.order_address)),
    ("POST", r"inventory/source-items", "Magento_InventoryApi::source", stocking.source_items),
    ("PUT", r"products/(.+)/stockItems/(\d+)", "Magento_CatalogInventory::cataloginventory", stocking.stock_item),
    ("POST", r"products/attributes/([^/]+)/options", "Magento_Catalog::attributes_attributes", cataloguing.add_option),
    ("POST", r"configurable-products/(.+)/options", _GOODS, cataloguing.add_attribute),
    ("POST", r"configurable-products/(.+)/child", _GOODS, cataloguing.add_child),
    ("POST", r"products/(.+)/media", _GOODS, cataloguing.add_image),
    ("DELETE", r"products/(.+)/media/(\d+)", _GOODS, cataloguing.drop_image),
    ("POST", r"products", _GOODS, cataloguing.create),
    ("PUT", r"products/(.+)", _GOODS, cataloguing.update),
    ("DELETE", r"products/(.+)", _GOODS, cataloguing.delete),
    ("POST", r"customers", "Magento_Customer::manage", accounts.create_customer),
    ("PUT", r"customers/(\d+)", "Magento_Customer::manage", accounts.update_customer),
    ("DELETE", r"customers/(\d+)", "Magento_Customer::delete", accounts.delete_customer),
    ("POST", r"categories", _TREE, accounts.create_category),
    ("PUT", r"categories/(\d+)", _TREE, accounts.update_category),
    ("PUT", r"categories/(\d+)/move", _TREE, accounts.move_category),
    ("DELETE", r"categories/(\d+)", _TREE, accounts.delete_category),
]


def write(shop: "Magento2Shop", request: Request, path: str, enter: Callable[[str], None]) -> object:
    """What the route answers. `enter` refuses whoever may not."""
    for method, pattern, resource, act in ROUTES:
        match = re.fullmatch(pattern, path)
        if method == request.method and match is not None:
            enter(resource)
            return act(shop, tuple(unquote(key) for key in match.groups()), _body(request))
    raise Refusal(404, "Request does not match any route.")


def _body(request: Request) -> Row:
    try:
        found = json.loads(request.body or b"{}")
    except json.JSONDecodeError:
        raise Refusal(400, "Decoding error: Syntax error") from None
    return found if isinstance(found, dict) else {}
