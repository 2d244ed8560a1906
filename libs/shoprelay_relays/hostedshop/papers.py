"""Shipments, invoices and credit notes. The platform has none of them as records: orders tell what there is."""

from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import addresses, lines, times
from shoprelay_relays.hostedshop.codes import CREDIT_NOTE, listed
from shoprelay_relays.hostedshop.lines import Line
from shoprelay_relays.spec import Draft, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import CreditNote, Invoice, Shipment

# Transaction.Status of money that was taken.
TAKEN = "1"


def shipments(order: Raw, key: str, link: dict[str, Any], sold: list[Line], shop: Shop) -> list[Draft]:
    """One parcel for the order's own tracking code, and for the day it was sent; one for each other code of its lines."""
    own = order.text("TrackingCode")
    parcels: dict[str, list[Line]] = {}
    for line in sold:
        code = line.raw.text("TrackingCode")
        parcels.setdefault("" if code in {None, own} else str(code), []).append(line)
    main = parcels.pop("", [])
    found = []
    if own or (times.moment(order, "DateSent") and (main or not parcels)):
        found.append(_shipment(order, key, own, main, link, shop))
    return found + [_shipment(order, f"{key}/{code}", code, held, link, shop) for code, held in parcels.items()]


def invoices(
    order: Raw, link: dict[str, Any], sold: list[Line], price: Decimal, charges: dict[str, Decimal], shop: Shop
) -> list[Draft]:
    """An order has at most one, once it has a number. When it was made is not told."""
    number = order.reference("InvoiceNumber")
    if number is None:
        return []
    transactions = listed(order, "Transactions")
    document = Invoice(
        **link,
        remote_id=number,
        amount=as_float(price),
        shipping_amount=as_float(charges["delivery_price"]),
        payment_amount=as_float(charges["payment_price"]),
        order_lines=[lines.packed(line, shop) | {"amount": as_float(line.total)} for line in sold],
        **({"captured_amount": as_float(_taken(transactions))} if transactions else {}),
    )
    return [Draft(document, number)]


def is_credit_note(order: Raw) -> bool:
    """It names the order that it credits, and its total is negative. It is a draft (99) first, and 100 once it is booked."""
    negative = order.amount("Total") < 0
    return negative and (parent(order) is not None or order.text("Status") == CREDIT_NOTE)


def parent(order: Raw) -> str | None:
    """The order that this one was made from. `Origin` may also be a word: where the order was placed."""
    origin = order.text("Origin") or ""
    return origin if origin.isascii() and origin.isdigit() and int(origin) else None


def credit_note(order: Raw, sold: list[Line], charges: dict[str, Decimal], shop: Shop) -> Mapped:
    key, of = order.id("Id"), parent(order)
    total = sum((line.total for line in sold), Decimal(0)) + charges["delivery_price"] + charges["payment_price"]
    link = {"order_id": shop.id("orders", of), "order_number": of} if of else {}
    document = CreditNote(
        **link,
        remote_id=key,
        created_at=times.moment(order, "DateDelivered"),
        amount=as_float(abs(total - charges["discount_amount"])),
        shipping_amount=as_float(abs(charges["delivery_price"])),
        payment_amount=as_float(abs(charges["payment_price"])),
        order_lines=[lines.packed(line, shop) | {"amount": as_float(abs(line.total))} for line in sold],
    )
    return Mapped([Draft(document, key)], version=times.version(order, "DateUpdated", "DateDelivered"))


def _shipment(order: Raw, key: str, code: str | None, held: list[Line], link: dict[str, Any], shop: Shop) -> Draft:
    customer, carrier = order.child("Customer"), order.child("Delivery")
    document = Shipment(
        **link,
        **addresses.place(customer, addresses.delivery(customer), shop),
        remote_id=key,
        courier=carrier.text("Title") or carrier.text("ServiceType"),
        tracking_number=code,
        created_at=times.moment(order, "DateSent"),
        order_lines=[lines.packed(line, shop) for line in held],
    )
    return Draft(document, key)


def _taken(transactions: list[Raw]) -> Decimal:
    """`Amount` is in the hundredth part of the currency, `AmountFull` in the currency itself."""
    taken = (raw for raw in transactions if raw.text("Status") == TAKEN)
    return sum((raw.number("AmountFull") or raw.amount("Amount") / 100 for raw in taken), Decimal(0))
