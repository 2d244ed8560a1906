"""What a write does to the lines of an order: goods, deliveries and fees."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce import changes
from shoprelay_simulators.woocommerce.build import line
from shoprelay_simulators.woocommerce.call import integer, objects, text
from shoprelay_simulators.woocommerce.errors import WpError
from shoprelay_simulators.woocommerce.rows import Charge, Line, Order
from shoprelay_simulators.woocommerce.taxes import charged

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

ZERO = Decimal(0)


def check_lines(row: Order, body: Json) -> None:
    """Raises before anything is changed: what is refused leaves the order as it was."""
    for name, held in (("line_items", row.lines), ("shipping_lines", row.shipping_lines)):
        for item in objects(body, name):
            known = any(one.id == integer(item.get("id")) for one in held)
            if item.get("id") and not known and not _removes(item):
                raise _foreign()
    if any(not item.get("id") and not item.get("method_id") for item in objects(body, "shipping_lines")):
        raise WpError(400, "woocommerce_rest_invalid_shipping_item", "Shipping method ID is required.")


def fill_lines(shop: "WooShop", row: Order, body: Json) -> None:
    for item in objects(body, "line_items"):
        _goods(shop, row, item)
    for item in objects(body, "shipping_lines"):
        _delivery(shop, row, item)


def _goods(shop: "WooShop", row: Order, item: Json) -> None:
    """A known id changes or (quantity 0, product null) removes its line; else a line is added.

    Quantity alone does not touch the amounts of a line that is there. An unknown product makes an empty line.
    """
    held = next((one for one in row.lines if one.id == integer(item.get("id"))), None)
    if held is None and item.get("id"):
        return
    if held is None:
        held = _new(shop, row, item)
        row.lines.append(held)
        _shelve(shop, row, held, -held.quantity)
    elif _removes(item):
        row.lines.remove(held)
        _shelve(shop, row, held, held.quantity)
        return
    else:
        quantity = integer(item.get("quantity"), held.quantity)
        _shelve(shop, row, held, held.quantity - quantity)
        held.quantity = quantity
    _amounts(row, held, item)


def _removes(item: Json) -> bool:
    return item.get("quantity") == 0 or item.get("product_id", 0) is None


def _new(shop: "WooShop", row: Order, item: Json) -> Line:
    product = shop.products.get(integer(item.get("variation_id")) or integer(item.get("product_id")))
    quantity = integer(item.get("quantity"), 1)
    if product is None:
        return Line(shop.next_id("item"), "", 0, 0, quantity, ZERO, ZERO, ZERO, ZERO)
    return line(shop, row, product, quantity)


def _amounts(row: Order, held: Line, item: Json) -> None:
    """Amounts come without tax; the tax is worked out again, rounded for each line."""
    held.name = text(item, "name", held.name)
    held.subtotal = Decimal(text(item, "subtotal", str(held.subtotal)))
    held.total = Decimal(text(item, "total", str(held.total)))
    held.subtotal_tax, held.total_tax = charged(held.subtotal, row.taxes), charged(held.total, row.taxes)


def _delivery(shop: "WooShop", row: Order, item: Json) -> None:
    held = next((one for one in row.shipping_lines if one.id == integer(item.get("id"))), None)
    if held is None:
        held = Charge(shop.next_id("item"), "", ZERO, ZERO)
        row.shipping_lines.append(held)
    held.title = text(item, "method_title", held.title)
    held.method_id, held.instance_id = text(item, "method_id", held.method_id), text(item, "instance_id", held.instance_id)
    held.total = Decimal(text(item, "total", str(held.total)))
    held.tax = charged(held.total, row.taxes)


def _foreign() -> WpError:
    return WpError(400, "woocommerce_rest_invalid_item_id", "Order item ID provided is not associated with order.")


def _shelve(shop: "WooShop", row: Order, held: Line, quantity: int) -> None:
    """An order that holds its goods moves the stock with each change of a line."""
    product = shop.products.get(held.variation_id or held.product_id)
    if product is not None and quantity and row.id in shop.orders and row.status in changes.HOLDING:
        changes.put_back(shop, product, quantity)
