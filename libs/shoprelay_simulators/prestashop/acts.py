"""What happens in a shop, and which dates it moves: refunds, payments, parcels, stock and prices leave those of others alone."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop.amounts import CENT, TAX, amount, number, rounded, six
from shoprelay_simulators.prestashop.blanks import blank
from shoprelay_simulators.prestashop.deleting import delete
from shoprelay_simulators.prestashop.lines import Item, add_line, total
from shoprelay_simulators.prestashop.query import Row
from shoprelay_simulators.prestashop.shelves import take
from shoprelay_simulators.prestashop.states import (
    AWAITING_WIRE,
    CANCELLED,
    PAID,
    PAYMENT_ERROR,
    REFUNDED,
    SHIPPED,
    pay,
    set_state,
)

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

__all__ = [
    "AWAITING_WIRE", "CANCELLED", "CENT", "PAID", "PAYMENT_ERROR", "REFUNDED", "SHIPPED", "TAX", "Item", "add_line",
    "add_voucher", "amount", "begin", "blank", "delete", "fill_cart", "pay", "place", "refund", "rounded", "set_state", "six",
    "take", "total", "track", "write_message",
]  # fmt: skip
_DELIVERY, _WRAPPING = Decimal("39.2"), Decimal(20)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def place(
    shop: "PrestaShop",
    customer: int,
    items: Sequence[Item],
    *,
    carrier: int = 2,
    module: str = "ps_wirepayment",
    payment: str = "Bankoverførsel",
    voucher: Decimal = Decimal(0),
    gift: str = "",
    message: str = "",
    reference: str = "",
    currency: int = 1,
) -> int:
    """An order at the checkout: its lines, parcel, history, and what is taken from the stock."""
    cart = fill_cart(shop, customer, items, carrier, currency)
    order = begin(shop, cart, {
        "module": module, "payment": payment, "gift": "1" if gift else "0", "gift_message": gift,
        **({"reference": reference} if reference else {}),
    }, voucher)  # fmt: skip
    if message:
        write_message(shop, order, message)
    set_state(shop, order, AWAITING_WIRE if module == "ps_wirepayment" else PAID)
    return order


def fill_cart(shop: "PrestaShop", customer: int, items: Sequence[Item], carrier: int, currency: int) -> int:
    address = next((row["id"] for row in shop.where("addresses", id_customer=customer, deleted="0")), 0)
    rows = [
        {"id_product": str(item.product), "id_product_attribute": str(item.combination), "quantity": str(item.quantity)}
        for item in items
    ]
    return shop.add("carts", blank("carts") | {
        "id_address_delivery": str(address), "id_address_invoice": str(address), "id_currency": str(currency),
        "id_customer": str(customer), "id_carrier": str(carrier), "associations": {"cart_rows": rows},
    })  # fmt: skip


def begin(shop: "PrestaShop", cart: int, fields: Row, voucher: Decimal = Decimal(0)) -> int:
    """An order without a state yet; what it comes to is reckoned from its cart, in the cart's currency."""
    held = shop.tables["carts"][cart]
    of_cart = ("id_address_delivery", "id_address_invoice", "id_currency", "id_lang", "id_customer", "id_carrier")
    rate = amount(shop.tables["currencies"][number(held, "id_currency")], "conversion_rate")
    order = shop.add("orders", blank("orders") | {name: held[name] for name in of_cart} | {
        "id_cart": str(cart), "conversion_rate": six(rate), "reference": "".join(shop.rng.choices(_LETTERS, k=9)),
        "secure_key": f"{shop.rng.getrandbits(128):032x}", **fields,
    })  # fmt: skip
    listed = held["associations"]
    for row in listed["cart_rows"] if isinstance(listed, dict) else ():
        add_line(shop, order, Item(number(row, "id_product"), number(row, "id_product_attribute"), number(row, "quantity")))
    net = rounded(_DELIVERY * rate)
    gross = rounded(_DELIVERY * TAX * rate)
    shop.add("order_carriers", {
        "id_order": str(order), "id_carrier": held["id_carrier"], "id_order_invoice": "0", "weight": "0.500000",
        "shipping_cost_tax_excl": six(net), "shipping_cost_tax_incl": six(gross), "tracking_number": "",
    })  # fmt: skip
    wrapping = rounded(_WRAPPING * rate) if fields.get("gift") == "1" else Decimal(0)
    total(shop, order, gross, wrapping, voucher)
    if voucher:
        add_voucher(shop, order, voucher)
    return order


def add_voucher(shop: "PrestaShop", order: int, value: Decimal, name: str = "Sommerrabat") -> int:
    """`value` stays what it is when it is added, whatever becomes of the order."""
    return shop.add("order_cart_rules", {
        "id_order": str(order), "id_cart_rule": "1", "id_order_invoice": "0", "name": name, "value": six(value),
        "value_tax_excl": six(rounded(value / TAX)), "free_shipping": "0", "deleted": "0",
    })  # fmt: skip


def refund(shop: "PrestaShop", detail: int, quantity: int, shipping: Decimal = Decimal(0)) -> int:
    """The back office's partial refund: a slip, and the line knows; the order does not move."""
    line = shop.tables["order_details"][detail]
    back, net = (rounded(amount(line, f"unit_price_tax_{tax}") * quantity) for tax in ("incl", "excl"))
    line["product_quantity_refunded"] = str(number(line, "product_quantity_refunded") + quantity)
    for tax, value in (("incl", back), ("excl", net)):
        line[f"total_refunded_tax_{tax}"] = six(amount(line, f"total_refunded_tax_{tax}") + value)
    order = shop.tables["orders"][number(line, "id_order")]
    shop.note("orders", number(order))
    return shop.add("order_slip", {
        "id_customer": order["id_customer"], "id_order": str(order["id"]), "conversion_rate": order["conversion_rate"],
        "total_products_tax_excl": six(net), "total_products_tax_incl": six(back),
        "total_shipping_tax_excl": six(rounded(shipping / TAX)), "total_shipping_tax_incl": six(shipping), "amount": six(back),
        "shipping_cost": "1" if shipping else "0", "shipping_cost_amount": six(shipping), "partial": "0",
        "order_slip_type": "2", "associations": {"order_slip_details": [{
            "id": str(detail), "id_order_detail": str(detail), "product_quantity": str(quantity),
            "amount_tax_excl": six(net), "amount_tax_incl": six(back),
        }]},
    })  # fmt: skip


def track(shop: "PrestaShop", order: int, number: str) -> None:
    """A tracking number over the API: nothing moves."""
    for row in shop.where("order_carriers", id_order=order):
        shop.change("order_carriers", int(str(row["id"])), {"tracking_number": number})


def write_message(shop: "PrestaShop", order: int, text: str, employee: int = 0) -> int:
    customer = shop.tables["orders"][order]["id_customer"]
    return shop.add("messages", {
        "id_cart": str(order), "id_order": str(order), "id_customer": customer, "id_employee": str(employee),
        "message": text, "private": "1",
    })  # fmt: skip
