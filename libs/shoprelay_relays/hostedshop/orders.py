"""Orders with their lines, parcels and invoice; a credit note is an order too."""

from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import addresses, customers, lines, lists, money, papers, times
from shoprelay_relays.hostedshop.codes import NOT_RECEIVED, language, listed
from shoprelay_relays.hostedshop.lines import Line
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import Order


def order(body: Json, shop: Shop) -> Mapped:
    """One order as Order_GetById gives it, with all that its field sets name."""
    raw = Raw(body)
    key = raw.id("Id")
    if not any(name in raw for name in ("DateDelivered", "OrderLines", "Customer", "Total")):
        return Mapped(reads=[("orders", key)])  # a session without field sets gives Ids alone
    rate = money.order_rate(raw, shop)
    sold, charges = lines.lines(raw, rate), _charges(raw, rate)
    if papers.is_credit_note(raw):
        return papers.credit_note(raw, sold, charges, shop)
    mapped = Mapped(version=times.version(raw, "DateUpdated", "DateDelivered"))
    _fill(mapped, raw, key, sold, charges, rate, shop)
    return mapped


def _fill(
    mapped: Mapped, raw: Raw, key: str, sold: list[Line], charges: dict[str, Decimal], rate: Decimal | None, shop: Shop
) -> None:
    customer, named = raw.child("Customer"), _named(raw, shop)
    price = _price(raw, sold, charges, rate)
    document = Order(
        **_identity(raw, key, mapped),
        **_texts(raw),
        **_moments(raw),
        **{name: as_float(amount) for name, amount in charges.items()},
        price=as_float(price),
        vat_pct=as_float(_rate(sold, rate)),
        **addresses.prefixed(customer, addresses.BILLING, "billing", shop),
        **addresses.prefixed(customer, addresses.delivery(customer), "shipping", shop),
        **{name: shop.id(draft.document.collection, draft.key) for name, draft in named.items() if draft},
    )
    head = Draft(document, key)
    mapped.drafts += [head, *(draft for draft in named.values() if draft), *addresses.countries(customer, shop)]
    link = {"order_id": shop.id("orders", key), "order_number": key}
    parts = (
        ("order_lines", "OrderLines", [lines.draft(line, link, shop) for line in sold]),
        ("shipments", "TrackingCode", papers.shipments(raw, key, link, sold, shop)),
        ("invoices", "InvoiceNumber", papers.invoices(raw, link, sold, price, charges, shop)),
    )
    for collection, told_by, drafts in parts:
        mapped.drafts += drafts
        # A field that the shop does not have is missing from the answer: that says nothing of what there is.
        if told_by in raw:
            mapped.owns.append((head, collection, [shop.id(collection, draft.key) for draft in drafts]))


def _named(raw: Raw, shop: Shop) -> dict[str, Draft | None]:
    payment, delivery = raw.child("Payment"), raw.child("Delivery")
    return {
        "status_id": lists.status(lists.number(raw, "Status")),
        "payment_method_id": lists.payment_method(payment.reference("PaymentMethodId"), payment.text("Title")),
        "delivery_method_id": lists.delivery_method(delivery.reference("DeliveryMethodId"), delivery.text("Title")),
        "customer_id": customers.of_order(raw, shop),
    }


def _identity(raw: Raw, key: str, mapped: Mapped) -> dict[str, Any]:
    """The Id is the number that buyers know. `Origin` is the number of another order, or a word."""
    origin = None if papers.parent(raw) else raw.text("Origin")
    return {
        "remote_id": key,
        "order_number": key,
        "reference": raw.text("ReferenceNumber"),
        "email": raw.child("Customer").text("Email"),
        "currency": raw.child("Currency").text("Iso"),
        "language": language(raw, mapped.unknown),
        "created_by": None if origin == "0" else origin,
    }


def _texts(raw: Raw) -> dict[str, Any]:
    said = (raw.text(name) for name in ("CustomerComment", "DeliveryComment"))
    codes = (code.text("Title") for code in listed(raw, "DiscountCodes"))
    return {
        "customer_note": "\n".join(text for text in said if text) or None,
        "company_note": raw.text("OrderComment"),
        "discount_codes": [code for code in codes if code],
    }


def _moments(raw: Raw) -> dict[str, Any]:
    """`DateDelivered` is when the order was made. Status 0 is an order that was not received: its payment never came back."""
    made, sent = times.moment(raw, "DateDelivered"), times.moment(raw, "DateSent")
    received = lists.number(raw, "Status") != NOT_RECEIVED or bool(listed(raw, "Transactions"))
    return {
        "initialized_at": made,
        "created_at": made if received else None,
        "state": "closed" if sent else "open",
        "closed_at": sent,
    }


def _charges(raw: Raw, rate: Decimal | None) -> dict[str, Decimal]:
    """A discount's amount has the base of the total: without VAT."""
    discounts = sum((code.amount("Discount") for code in listed(raw, "DiscountCodes")), Decimal(0))
    return {
        "delivery_price": money.charge(raw.child("Delivery"), "Price", rate),
        "payment_price": money.charge(raw.child("Payment"), "Price", rate),
        "discount_amount": money.gross(discounts, rate),
    }


def _price(raw: Raw, sold: list[Line], charges: dict[str, Decimal], rate: Decimal | None) -> Decimal:
    """`price` = lines + delivery_price + payment_price - discount_amount.

    The order's own Total is without VAT, and not always with what is charged beside the lines: it serves where there are none.
    """
    if not sold:
        return money.gross(raw.amount("Total"), rate)
    goods = sum((line.total for line in sold), Decimal(0))
    return goods + charges["delivery_price"] + charges["payment_price"] - charges["discount_amount"]


def _rate(sold: list[Line], rate: Decimal | None) -> Decimal | None:
    """The one rate of all lines, else what their amounts come to."""
    rates = {line.rate for line in sold}
    if len(rates) <= 1:
        return next(iter(rates), rate)
    net = sum((line.net * line.quantity for line in sold), Decimal(0))
    return money.implied(sum((line.total for line in sold), Decimal(0)), net)
