"""What the shop's people do on its pages. Other than the same over the API, most of it moves the order, and goods that go in and
out of the stock leave a movement behind.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop import acts, shelves
from shoprelay_simulators.prestashop.amounts import NOTHING, TAX, amount, number, six
from shoprelay_simulators.prestashop.lines import Item, charged
from shoprelay_simulators.prestashop.query import Row

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop


class CannotEditDeliveredOrderProductError(Exception):
    """Lines of an order that is delivered stay as they are."""


def add_line(shop: "PrestaShop", order: int, item: Item) -> int:
    _check(shop, order)
    detail = acts.add_line(shop, order, item)
    recalculate(shop, order)
    return detail


def change_line(shop: "PrestaShop", detail: int, *, quantity: int | None = None, net: Decimal | None = None) -> None:
    """Another quantity, another price of one piece, or both."""
    row = shop.tables["order_details"][detail]
    order, before = number(row, "id_order"), number(row, "product_quantity")
    _check(shop, order)
    pieces = before if quantity is None else quantity
    price = amount(row, "unit_price_tax_excl") if net is None else net
    shop.change("order_details", detail, charged(price, pieces))
    shelves.take(shop, number(row, "product_id"), number(row, "product_attribute_id"), pieces - before)
    recalculate(shop, order)


def remove_line(shop: "PrestaShop", detail: int) -> None:
    row = shop.tables["order_details"][detail]
    order = number(row, "id_order")
    _check(shop, order)
    shelves.take(shop, number(row, "product_id"), number(row, "product_attribute_id"), -number(row, "product_quantity"))
    shop.remove("order_details", detail)
    recalculate(shop, order)


def cancel_product(shop: "PrestaShop", detail: int, quantity: int) -> None:
    """Of an order that is not paid: so many pieces fewer, and none is no line."""
    left = number(shop.tables["order_details"][detail], "product_quantity") - quantity
    if left > 0:
        change_line(shop, detail, quantity=left)
    else:
        remove_line(shop, detail)


def discount(shop: "PrestaShop", order: int, value: Decimal) -> int:
    made = acts.add_voucher(shop, order, value, "Kulance")
    recalculate(shop, order)
    return made


def recalculate(shop: "PrestaShop", order: int) -> None:
    """From its lines, whoever wrote them: the totals may jump. What is charged beside the goods stays."""
    row = shop.tables["orders"][order]
    vouchers = sum((amount(rule, "value") for rule in shop.where("order_cart_rules", id_order=order)), NOTHING)
    acts.total(shop, order, amount(row, "total_shipping_tax_incl"), amount(row, "total_wrapping_tax_incl"), vouchers)


def deliver_to(shop: "PrestaShop", order: int, address: int) -> None:
    shop.change("orders", order, {"id_address_delivery": str(address)})


def book(shop: "PrestaShop", order: int, value: Decimal, method: str = "Bankoverførsel") -> int:
    """A payment that came in, on no invoice yet."""
    made = acts.pay(shop, order, value, method)
    shop.change("orders", order, {"total_paid_real": six(amount(shop.tables["orders"][order], "total_paid_real") + value)})
    return made


def send_with(shop: "PrestaShop", order: int, tracking: str, carrier: int = 0) -> None:
    """A tracking number, and maybe another carrier."""
    more: Row = {"id_carrier": str(carrier)} if carrier else {}
    for row in shop.where("order_carriers", id_order=order):
        shop.change("order_carriers", number(row), {"tracking_number": tracking, **more})
    shop.change("orders", order, more)


def ship(shop: "PrestaShop", order: int) -> None:
    for row in shop.where("order_details", id_order=order):
        shelves.sold(shop, order, _stock(shop, row), number(row, "product_quantity"))
    acts.set_state(shop, order, acts.SHIPPED)


def take_back(shop: "PrestaShop", detail: int, quantity: int) -> int:
    """A return: the slip, the line's count of it, and the goods on the shelf. The order does not move."""
    row = shop.tables["order_details"][detail]
    for name in ("product_quantity_return", "product_quantity_reinjected"):
        row[name] = str(number(row, name) + quantity)
    refunded = row["product_quantity_refunded"]
    slip = acts.refund(shop, detail, quantity)
    row["product_quantity_refunded"] = refunded
    shelves.take(shop, number(row, "product_id"), number(row, "product_attribute_id"), -quantity)
    shelves.returned(shop, number(row, "id_order"), _stock(shop, row), quantity)
    return slip


def pay_in_bulk(shop: "PrestaShop", orders: list[int], states: list[int]) -> None:
    """Several paid states in one process: each of them books the whole payment again."""
    for order in orders:
        for count, state in enumerate(states):
            acts.set_state(shop, order, state, again=count > 0)


def save_product(shop: "PrestaShop", product: int, *, price: Decimal | None = None, pieces: int | None = None) -> None:
    """The page of a product without combinations."""
    for row in shop.where("stock_availables", id_product=product, id_product_attribute=0) if pieces is not None else ():
        _count(shop, row, pieces or 0)
    shop.change("products", product, {} if price is None else {"price": six(price / TAX)})


def save_combination(shop: "PrestaShop", own: int, *, impact: Decimal | None = None, pieces: int | None = None) -> None:
    """The same page's list of combinations, each of which is saved for itself: the product does not move."""
    for row in shop.where("stock_availables", id_product_attribute=own) if pieces is not None else ():
        _count(shop, row, pieces or 0)
    if impact is not None:
        shop.change("combinations", own, {"price": six(impact)})


def _count(shop: "PrestaShop", row: Row, pieces: int) -> None:
    before = number(row, "quantity")
    shelves.put(shop, number(row), pieces)
    shelves.counted(shop, number(row), pieces - before)


def _stock(shop: "PrestaShop", line: Row) -> int:
    of = {"id_product": line["product_id"], "id_product_attribute": line["product_attribute_id"]}
    return next((number(row) for row in shop.where("stock_availables", **of)), 0)


def _check(shop: "PrestaShop", order: int) -> None:
    if shop.tables["order_states"][number(shop.tables["orders"][order], "current_state")]["shipped"] == "1":
        raise CannotEditDeliveredOrderProductError(f"order {order}")
