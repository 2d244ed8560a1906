"""States of orders, and what each of them does: invoices, payments, delivery slips, stock."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop import shelves
from shoprelay_simulators.prestashop.amounts import NOTHING, amount, number, six
from shoprelay_simulators.prestashop.blanks import ZERO_DATE
from shoprelay_simulators.prestashop.query import Row

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

AWAITING_WIRE, PAID, SHIPPED, CANCELLED, REFUNDED, PAYMENT_ERROR = 10, 2, 4, 6, 7, 8
_DEAD = {str(CANCELLED), str(PAYMENT_ERROR)}


def set_state(shop: "PrestaShop", order: int, state: int, *, again: bool = False) -> int:
    """A row of history, also for the same state again; the order moves. A paid state makes the invoice and books what its
    invoices are not paid by, or, `again`, all of it: as a second state in one process does.
    """
    flags = shop.tables["order_states"][state]
    history = shop.add("order_histories", {"id_employee": "0", "id_order_state": str(state), "id_order": str(order)})
    row = shop.tables["orders"][order]
    changes: Row = {"current_state": str(state), "valid": flags["logable"]}
    if flags["invoice"] == "1" and row["invoice_number"] == "0":
        changes |= _invoice(shop, order)
    if flags["delivery"] == "1" and row["delivery_date"] == ZERO_DATE:
        changes |= {"delivery_number": str(order), "delivery_date": shop.local()}
    if flags["paid"] == "1" and (rest := amount(row, "total_paid_tax_incl") if again else _unpaid(shop, row)) > 0:
        pay(shop, order, rest, str(row["payment"]), invoiced=True)
        changes["total_paid_real"] = six(amount(row, "total_paid_real") + rest)
    _shelve(shop, order, str(row["current_state"]), state)
    shop.change("orders", order, changes)
    return history


def _unpaid(shop: "PrestaShop", row: Row) -> Decimal:
    """Of all orders of one checkout. Payments that are on no invoice do not count."""
    together = sum((amount(each, "total_paid_tax_incl") for each in shop.where("orders", reference=row["reference"])), NOTHING)
    booked = shop.where("order_payments", order_reference=row["reference"])
    return together - sum((amount(each, "amount") for each in booked if each.get("_invoiced")), NOTHING)


def _shelve(shop: "PrestaShop", order: int, before: str, state: int) -> None:
    """What is cancelled goes back into the stock, and out of it again when it comes to life."""
    dies, was_dead = str(state) in _DEAD, before in _DEAD
    revives = was_dead and shop.tables["order_states"][state]["logable"] == "1"
    if (dies and not was_dead) or revives:
        for detail in shop.where("order_details", id_order=order):
            quantity = number(detail, "product_quantity") * (-1 if dies else 1)
            shelves.take(shop, number(detail, "product_id"), number(detail, "product_attribute_id"), quantity)


def _invoice(shop: "PrestaShop", order: int) -> Row:
    row = shop.tables["orders"][order]
    own = len(shop.tables["order_invoices"]) + 1
    copied = ("total_paid_tax_excl", "total_paid_tax_incl", "total_products", "total_products_wt", "total_shipping_tax_excl",
              "total_shipping_tax_incl", "total_wrapping_tax_excl", "total_wrapping_tax_incl")  # fmt: skip
    invoice = shop.add("order_invoices", {
        "id_order": str(order), "number": str(own), "delivery_number": "0", "delivery_date": ZERO_DATE,
        "total_discount_tax_excl": row["total_discounts_tax_excl"], "total_discount_tax_incl": row["total_discounts_tax_incl"],
        **{name: row[name] for name in copied}, "shop_address": "Kystlageret", "note": "",
    })  # fmt: skip
    for resource in ("order_details", "order_carriers"):
        for part in shop.where(resource, id_order=order):
            part["id_order_invoice"] = str(invoice)
    return {"invoice_number": str(own), "invoice_date": shop.local()}


def pay(shop: "PrestaShop", order: int, value: Decimal, method: str, transaction: str = "", *, invoiced: bool = False) -> int:
    """A payment that is booked; by itself it moves no date but has one."""
    row = shop.tables["orders"][order]
    by_card = "kort" in method.lower()
    made = shop.add("order_payments", {
        "order_reference": row["reference"], "id_currency": row["id_currency"], "amount": six(value), "payment_method": method,
        "conversion_rate": row["conversion_rate"], "transaction_id": transaction or (f"ch_{order:05d}" if by_card else ""),
        "card_number": "", "card_brand": "", "card_expiration": "", "card_holder": "", "id_employee": "", "_invoiced": invoiced,
    })  # fmt: skip
    shop.note("orders", order)
    return made
