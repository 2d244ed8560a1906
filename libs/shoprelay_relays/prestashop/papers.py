"""Invoices and credit notes (PrestaShop: order slips).

https://devdocs.prestashop-project.org/8/webservice/resources/order_invoices/, .../order_slip/
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import lines, money, times
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import CreditNote, Invoice


def invoice(body: Json, shop: Shop) -> Mapped:
    """One row of /order_invoices by itself: it tells neither the order's number nor its lines nor its payments."""
    raw = Raw(body)
    if "date_add" not in raw:
        return Mapped(reads=[("orders", raw.id("id_order"))])
    document = Invoice(order_id=shop.id("orders", raw.id("id_order")), **_invoiced(raw, shop))
    return Mapped([Draft(document, raw.id())])


def slip(body: Json, shop: Shop) -> Mapped:
    """One row of /order_slip by itself: it tells neither the order's number nor what its lines are of."""
    raw = Raw(body)
    if "date_add" not in raw:
        return Mapped(reads=[("orders", raw.id("id_order"))])
    link = {"order_id": shop.id("orders", raw.id("id_order"))}
    return Mapped([_credit_note(raw, link, [], shop)], version=times.version(raw, times.zone(shop.config)))


def invoices(link: dict[str, Any], order: Raw, details: list[Raw], shop: Shop) -> list[Draft]:
    rows = order.items("order_invoices")
    left, by_card = _paid(order)
    found = []
    for row in rows:
        part = max(Decimal(0), min(left, row.amount("total_paid_tax_incl")))
        left -= part
        own = details if len(rows) == 1 else [raw for raw in details if raw.reference("id_order_invoice") == row.id()]
        document = Invoice(
            **link,
            **_invoiced(row, shop),
            order_lines=[lines.packed(raw, shop) | {"amount": as_float(_charged(raw))} for raw in own],
            **({"captured_amount" if by_card else "paid_amount": as_float(part)} if "order_payments" in order else {}),
        )
        found.append(Draft(document, row.id()))
    return found


def credit_notes(link: dict[str, Any], order: Raw, details: list[Raw], shop: Shop) -> list[Draft]:
    return [_credit_note(row, link, details, shop) for row in order.items("order_slips")]


def _paid(order: Raw) -> tuple[Decimal, bool]:
    """What was paid of this order, and whether a payment service took it.

    A payment may be booked several times over, and one of a split order is booked for all of its orders at once: more than the
    order's own total was not paid for it.
    """
    payments = order.items("order_payments")
    by_card = any(payment.text("transaction_id") for payment in payments)
    return min(money.total(payments, "amount"), order.amount("total_paid_tax_incl")), by_card


def _invoiced(raw: Raw, shop: Shop) -> dict[str, Any]:
    return {
        "remote_id": raw.reference("number") or raw.id(),
        "created_at": times.moment(raw, "date_add", times.zone(shop.config)),
        "amount": as_float(raw.number("total_paid_tax_incl")),
        "shipping_amount": as_float(raw.number("total_shipping_tax_incl")),
        "payment_amount": as_float(raw.number("total_wrapping_tax_incl")),
    }


def _charged(raw: Raw) -> Decimal:
    """What a line comes to, including tax."""
    total = raw.number("total_price_tax_incl")
    if total is not None:
        return total
    return (raw.amount("unit_price_tax_incl") * (raw.integer("product_quantity") or 0)).quantize(money.CENT)


def _credit_note(raw: Raw, link: dict[str, Any], details: list[Raw], shop: Shop) -> Draft:
    """`amount` is without delivery. `partial` says nothing: it is 0 even for the back office's partial refund."""
    known = {detail.id(): detail for detail in details}
    shipping = raw.amount("shipping_cost_amount")
    document = CreditNote(
        **link,
        remote_id=raw.id(),
        created_at=times.moment(raw, "date_add", times.zone(shop.config)),
        amount=as_float(raw.amount("amount") + shipping),
        shipping_amount=as_float(shipping),
        order_lines=[_credited(row, known, shop) for row in raw.child("associations").items("order_slip_details")],
    )
    return Draft(document, raw.id(), version=times.version(raw, times.zone(shop.config)) or None)


def _credited(row: Raw, known: dict[str, Raw], shop: Shop) -> dict[str, Any]:
    of = known.get(row.reference("id_order_detail") or "")
    whose = lines.packed(of, shop) if of else {"variant_sku": None, "variant_id": None}
    return whose | {"quantity": row.integer("product_quantity"), "amount": as_float(row.number("amount_tax_incl"))}
