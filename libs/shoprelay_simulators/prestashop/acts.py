"""What happens in a shop, and which dates it moves: refunds, payments, parcels, stock and prices leave those of others alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop.blanks import ZERO_DATE, blank
from shoprelay_simulators.prestashop.query import Row

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

CENT = Decimal("0.01")
TAX = Decimal("1.25")
AWAITING_WIRE, PAID, SHIPPED, CANCELLED, REFUNDED, PAYMENT_ERROR = 10, 2, 4, 6, 7, 8
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Item:
    product: int
    combination: int
    quantity: int


def six(value: Decimal | int) -> str:
    return f"{Decimal(value):.6f}"


def rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def amount(row: Row, name: str) -> Decimal:
    return Decimal(str(row.get(name) or 0))


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
) -> int:
    """An order at the checkout: its lines, parcel, history, and what is taken from the stock."""
    address = next((row["id"] for row in shop.where("addresses", id_customer=customer, deleted="0")), 0)
    number = shop.add("orders", blank("orders") | {
        "id_address_delivery": str(address), "id_address_invoice": str(address), "id_customer": str(customer),
        "id_carrier": str(carrier), "module": module, "payment": payment, "gift": "1" if gift else "0", "gift_message": gift,
        "reference": reference or "".join(shop.rng.choices(_LETTERS, k=9)), "secure_key": f"{shop.rng.getrandbits(128):032x}",
    })  # fmt: skip
    shop.change("orders", number, {"id_cart": str(number)})
    for item in items:
        add_line(shop, number, item)
    shipping = Decimal("39.2")
    shop.add("order_carriers", {
        "id_order": str(number), "id_carrier": str(carrier), "id_order_invoice": "0", "weight": "0.500000",
        "shipping_cost_tax_excl": six(shipping), "shipping_cost_tax_incl": six(shipping * TAX), "tracking_number": "",
    })  # fmt: skip
    total(shop, number, shipping * TAX, Decimal(20) if gift else Decimal(0), voucher)
    if voucher:
        shop.add("order_cart_rules", {
            "id_order": str(number), "id_cart_rule": "1", "id_order_invoice": "0", "name": "Sommerrabat",
            "value": six(voucher), "value_tax_excl": six(voucher / TAX), "free_shipping": "0",
        })  # fmt: skip
    if message:
        write_message(shop, number, message)
    set_state(shop, number, AWAITING_WIRE if module == "ps_wirepayment" else PAID)
    return number


def add_line(shop: "PrestaShop", order: int, item: Item) -> int:
    product, combination = shop.tables["products"][item.product], shop.tables["combinations"].get(item.combination, {})
    net = amount(product, "price") + amount(combination, "price")
    names = product["name"]
    assert isinstance(names, list)
    detail = shop.add("order_details", blank("order_details") | {
        "id_order": str(order), "product_id": str(item.product), "product_attribute_id": str(item.combination),
        "product_name": names[1]["value"], "product_quantity": str(item.quantity), "product_price": six(net),
        "product_reference": combination.get("reference") or product["reference"], "product_ean13": product["ean13"],
        "unit_price_tax_excl": six(net), "unit_price_tax_incl": six(net * TAX),
        "total_price_tax_excl": six(rounded(net * item.quantity)),
        "total_price_tax_incl": six(rounded(net * TAX * item.quantity)),
        "original_product_price": six(net),
    })  # fmt: skip
    take(shop, item.product, item.combination, item.quantity)
    return detail


def total(shop: "PrestaShop", order: int, shipping: Decimal, wrapping: Decimal, voucher: Decimal) -> None:
    details = list(shop.where("order_details", id_order=order))
    goods = sum((amount(row, "total_price_tax_incl") for row in details), Decimal(0))
    net = sum((amount(row, "total_price_tax_excl") for row in details), Decimal(0))
    off = min(voucher, goods)
    found: Row = {"total_products": six(net), "total_products_wt": six(goods)}
    for name, incl in (("shipping", shipping), ("wrapping", wrapping), ("discounts", off)):
        found |= {f"total_{name}": six(incl), f"total_{name}_tax_incl": six(incl)}
        found[f"total_{name}_tax_excl"] = six(rounded(incl / TAX))
    paid = goods + shipping + wrapping - off
    excl = net + rounded(shipping / TAX) + rounded(wrapping / TAX) - rounded(off / TAX)
    found |= {"total_paid": six(paid), "total_paid_tax_incl": six(paid), "total_paid_tax_excl": six(excl)}
    shop.change("orders", order, found)


def set_state(shop: "PrestaShop", order: int, state: int) -> int:
    """A row of history, also for the same state again; the order moves. A paid state makes the invoice and books the payment."""
    flags = shop.tables["order_states"][state]
    history = shop.add("order_histories", {"id_employee": "0", "id_order_state": str(state), "id_order": str(order)})
    row = shop.tables["orders"][order]
    changes: Row = {"current_state": str(state), "valid": flags["logable"]}
    if flags["invoice"] == "1" and row["invoice_number"] == "0":
        changes |= _invoice(shop, order)
    if flags["shipped"] == "1" and row["delivery_date"] == ZERO_DATE:
        changes |= {"delivery_number": str(order), "delivery_date": shop.local()}
    if flags["paid"] == "1" and amount(row, "total_paid_real") == 0:
        pay(shop, order, amount(row, "total_paid_tax_incl"), str(row["payment"]))
        changes["total_paid_real"] = row["total_paid_tax_incl"]
    if state == CANCELLED:
        for detail in shop.where("order_details", id_order=order):
            took = int(str(detail["product_quantity"]))
            take(shop, int(str(detail["product_id"])), int(str(detail["product_attribute_id"])), -took)
    shop.change("orders", order, changes)
    return history


def _invoice(shop: "PrestaShop", order: int) -> Row:
    row = shop.tables["orders"][order]
    number = len(shop.tables["order_invoices"]) + 1
    copied = ("total_paid_tax_excl", "total_paid_tax_incl", "total_products", "total_products_wt", "total_shipping_tax_excl",
              "total_shipping_tax_incl", "total_wrapping_tax_excl", "total_wrapping_tax_incl")  # fmt: skip
    invoice = shop.add("order_invoices", {
        "id_order": str(order), "number": str(number), "delivery_number": "0", "delivery_date": ZERO_DATE,
        "total_discount_tax_excl": row["total_discounts_tax_excl"], "total_discount_tax_incl": row["total_discounts_tax_incl"],
        **{name: row[name] for name in copied}, "shop_address": "Kystlageret", "note": "",
    })  # fmt: skip
    for resource in ("order_details", "order_carriers"):
        for part in shop.where(resource, id_order=order):
            part["id_order_invoice"] = str(invoice)
    return {"invoice_number": str(number), "invoice_date": shop.local()}


def pay(shop: "PrestaShop", order: int, value: Decimal, method: str, transaction: str = "") -> int:
    """A payment that is booked; by itself it moves no date but has one."""
    row = shop.tables["orders"][order]
    by_card = "kort" in method.lower()
    made = shop.add("order_payments", {
        "order_reference": row["reference"], "id_currency": row["id_currency"], "amount": six(value), "payment_method": method,
        "conversion_rate": row["conversion_rate"], "transaction_id": transaction or (f"ch_{order:05d}" if by_card else ""),
        "card_number": "", "card_brand": "", "card_expiration": "", "card_holder": "", "id_employee": "",
    })  # fmt: skip
    shop.note("orders", order)
    return made


def refund(shop: "PrestaShop", detail: int, quantity: int, shipping: Decimal = Decimal(0)) -> int:
    """The back office's partial refund: a slip, and the line knows; the order does not move."""
    line = shop.tables["order_details"][detail]
    back = rounded(amount(line, "unit_price_tax_incl") * quantity)
    net = rounded(back / TAX)
    line["product_quantity_refunded"] = str(int(str(line["product_quantity_refunded"])) + quantity)
    order = shop.tables["orders"][int(str(line["id_order"]))]
    return shop.add("order_slip", {
        "id_customer": order["id_customer"], "id_order": str(order["id"]), "conversion_rate": "1.000000",
        "total_products_tax_excl": six(net), "total_products_tax_incl": six(back), "total_shipping_tax_excl": six(shipping / TAX),
        "total_shipping_tax_incl": six(shipping), "amount": six(back), "shipping_cost": "1" if shipping else "0",
        "shipping_cost_amount": six(shipping), "partial": "0", "order_slip_type": "2",
        "associations": {"order_slip_details": [{
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


def take(shop: "PrestaShop", product: int, combination: int, quantity: int) -> None:
    """From the stock; that of a product with combinations is their sum. The product does not move."""
    for attribute in {combination, 0}:
        for row in shop.where("stock_availables", id_product=product, id_product_attribute=attribute):
            left = int(str(row["quantity"])) - quantity
            shop.change("stock_availables", int(str(row["id"])), {"quantity": str(left)})


def delete(shop: "PrestaShop", resource: str, number: int) -> None:
    """What goes along: a product's stock and combinations, a category's children. An address that an order needs only hides."""
    if resource == "addresses":
        needed = [*shop.where("orders", id_address_delivery=number), *shop.where("orders", id_address_invoice=number)]
        if needed:
            shop.change(resource, number, {"deleted": "1"})
            return
    if resource == "products":
        for name in ("combinations", "stock_availables"):
            for row in shop.where(name, id_product=number):
                shop.remove(name, int(str(row["id"])))
    if resource == "categories":
        for row in shop.where(resource, id_parent=number):
            delete(shop, resource, int(str(row["id"])))
    if resource == "combinations":
        for row in shop.where("stock_availables", id_product_attribute=number):
            shop.remove("stock_availables", int(str(row["id"])))
    shop.remove(resource, number)
