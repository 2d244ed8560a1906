"""Orders with their lines, refunds and buyers. https://quickbutik.dev/api-v1/orders/get-orders

Nearly all values are text, numbers too. Prices include VAT unless the order says that it was added on top (`is_taxontop`).
"""

from collections import Counter
from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.quickbutik import buyers, credit_notes
from shoprelay_relays.quickbutik.money import Taxes
from shoprelay_relays.quickbutik.times import moment
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import DeliveryMethod, Order, OrderLine, PaymentMethod, Status

# The numbers that are read are not the words that are written: https://quickbutik.dev/api-v1/orders/update-orders has the words.
_WORDS = {"-1": "unpaid", "0": "unpaid", "1": "paid", "2": "done", "3": "cancelled"}
_MEANINGS = {"unpaid": "open", "paid": "open", "done": "closed", "cancelled": "cancelled"}
STATES = {code: _MEANINGS[word] for code, word in _WORDS.items()}
"""By the number that an order has."""


def order(body: Json, shop: Shop) -> Mapped:
    """One order, as `include_details` gives it."""
    raw = Raw(body)
    key, mapped = raw.id("order_id"), Mapped()
    billing, shipping = buyers.addresses(raw.child("customer"))
    named = {
        "status_id": _status(raw, mapped.unknown),
        "payment_method_id": _payment_method(raw),
        "delivery_method_id": _delivery_method(raw),
        "customer_id": buyers.customer(raw, billing, shipping, shop),
    }
    refunds, credited = credit_notes.of_order(raw, key, shop, mapped.unknown)
    taxes = Taxes.of(raw)
    document = Order(
        remote_id=key,
        order_number=key,
        currency=raw.text("currency"),
        email=raw.child("customer").text("email"),
        customer_note=raw.child("customer").text("notes"),
        company_note=raw.text("notes"),
        **_moments(raw, taxes, credited),
        **_amounts(raw, taxes),
        **billing.prefixed("billing", shop),
        **shipping.prefixed("shipping", shop),
        **{name: shop.id(draft.document.collection, draft.key) if draft else None for name, draft in named.items()},
    )
    head, lines = Draft(document, key), _lines(raw, key, taxes, shop)
    countries = buyers.countries(billing, shipping)
    mapped.drafts += [head, *(draft for draft in named.values() if draft), *countries, *lines, *refunds]
    for collection, children in (("order_lines", lines), ("credit_notes", refunds)):
        mapped.owns.append((head, collection, [shop.id(collection, child.key) for child in children]))
    return mapped


def _moments(raw: Raw, taxes: Taxes, credited: Decimal) -> dict[str, Any]:
    """When what happened. An order that is done without having been paid (an invoice) was as good as paid when placed."""
    made, paid = (moment(raw.text(name), name) for name in ("date_created", "date_paid"))
    state = STATES.get(raw.text("status") or "", "open")
    if taxes.total and credited >= taxes.total:
        state = "refunded"
    return {
        "state": state,
        "initialized_at": made,
        "created_at": paid or (made if state == "closed" else None),
    }


def _amounts(raw: Raw, taxes: Taxes) -> dict[str, Any]:
    discount = raw.number("discount_amount")
    return {
        "price": as_float(taxes.total),
        "delivery_price": as_float(taxes.gross(raw.number("shipping_amount"))),
        "discount_amount": as_float(taxes.gross(None if discount is None else abs(discount))),
        "vat_pct": as_float(taxes.rate),
    }


def _lines(raw: Raw, order_key: str, taxes: Taxes, shop: Shop) -> list[Draft]:
    """A line's key is what was bought, which an edit of the order leaves alone; of two such lines the second one is counted."""
    drafts, seen = [], Counter[str]()
    for item in raw.items("products"):
        product, variant = item.reference("product_id"), item.reference("variant_id")
        bought = "/".join(part for part in (product, variant) if part) or item.text("sku") or item.text("title") or ""
        seen[bought] += 1
        key = f"{order_key}/{bought}" + (f"#{seen[bought]}" if seen[bought] > 1 else "")
        name = " ".join(part for part in (item.text("title"), item.text("variant")) if part)
        document = OrderLine(
            remote_id=key,
            order_id=shop.id("orders", order_key),
            order_number=order_key,
            variant_id=shop.id("variants", f"{product}/{variant}" if variant else product) if product else None,
            variant_sku=item.text("sku"),
            product_name=name or None,
            quantity=item.integer("qty"),
            price=as_float(taxes.gross(item.number("price"))),
            vat_pct=as_float(taxes.rate),
        )
        drafts.append(Draft(document, key))
    return drafts


def _status(raw: Raw, unknown: list[str]) -> Draft | None:
    code = raw.text("status")
    if code is None:
        return None
    if code not in _WORDS:
        unknown.append(f"status={code}")
    word = _WORDS.get(code, code)
    return Draft(Status(remote_id=word, name=word.capitalize()), word, derived=True)


def _payment_method(raw: Raw) -> Draft | None:
    """Its name is all there is."""
    name = raw.child("paymethod").text("method")
    return Draft(PaymentMethod(remote_id=name, name=name), name, derived=True) if name else None


def _delivery_method(raw: Raw) -> Draft | None:
    key, name = raw.reference("shipping_id") or raw.text("shipping_name"), raw.text("shipping_name")
    return Draft(DeliveryMethod(remote_id=key, name=name or key), key, derived=True) if key else None
