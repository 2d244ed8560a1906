"""Orders with their lines. https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from shoprelay_relays import values
from shoprelay_relays.addresses import Address
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2 import customers, known, lines, money
from shoprelay_relays.magento2.addresses import address
from shoprelay_relays.magento2.lists import OFFLINE, country, delivery_method, payment_method, status
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import Order

# The states are Magento's own and fixed; each holds statuses that the merchant names. "closed" is credited in full.
STATES = {
    "new": "open",
    "pending_payment": "open",
    "processing": "open",
    "holded": "open",
    "payment_review": "open",
    "complete": "closed",
    "canceled": "cancelled",
    "closed": "refunded",
}
OPEN_STATES = [state for state, meaning in STATES.items() if meaning == "open"]
_UNPAID = {"new", "pending_payment", "payment_review", "canceled"}
# What Adobe Commerce takes off the total beside discounts, with names as in `extension_attributes`.
_CREDITS = ("gift_cards_amount", "customer_balance_amount", "reward_currency_amount")


def order(body: Json, shop: Shop) -> Mapped:
    """One order."""
    raw = Raw(body)
    key, mapped = raw.id("entity_id"), Mapped(version=version(raw))
    items = lines.sold(raw.items("items"))
    link = {"order_id": shop.id("orders", key), "order_number": raw.text("increment_id") or key}
    drafts = [lines.line(item, link, shop, mapped.unknown) for item in items]
    head = _head(mapped, raw, key, items, shop)
    mapped.drafts += drafts
    if "items" in raw:
        mapped.owns.append((head, "order_lines", [shop.id("order_lines", draft.key) for draft in drafts]))
    return mapped


def version(raw: Raw) -> str:
    """A record's version: when it was last changed, else made. Times are UTC."""
    moment = raw.time("updated_at") or raw.time("created_at")
    return values.version(moment) if moment else ""


def _head(mapped: Mapped, raw: Raw, key: str, items: list[lines.Sold], shop: Shop) -> Draft:
    shipping = shipment(raw)
    billing, receiver = parties(raw, shipping)
    named = {
        "status_id": status(raw.text("status")),
        "payment_method_id": payment_method(raw),
        "delivery_method_id": delivery_method(raw, shipping),
        "customer_id": customers.of_order(raw, billing, receiver, shop),
    }
    document = Order(
        **_identity(raw, key, shop),
        **_moments(raw),
        **_amounts(raw, items),
        **billing.prefixed("billing", shop),
        **receiver.prefixed("shipping", shop),
        **{name: shop.id(draft.document.collection, draft.key) if draft else None for name, draft in named.items()},
    )
    head = Draft(document, key)
    countries = [country(code) for code in sorted({billing.country or "", receiver.country or ""})]
    mapped.drafts += [head, *(draft for draft in (*named.values(), *countries) if draft)]
    if (state := raw.text("state")) not in STATES:
        mapped.unknown.append(f"state={state}")
    return head


def shipment(raw: Raw) -> Raw:
    """The shipping of the first assignment: {address, method}. Orders of goods that are not sent have none."""
    assignments = raw.child("extension_attributes").items("shipping_assignments")
    return assignments[0].child("shipping") if assignments else Raw({})


def parties(raw: Raw, shipping: Raw) -> tuple[Address, Address]:
    """Who is billed and where it goes; what is not sent goes to the buyer."""
    billing = address(raw.child("billing_address"), raw.text("customer_taxvat"))
    receiver = address(shipping.child("address"))
    return billing, billing if receiver.empty else receiver


def _identity(raw: Raw, key: str, shop: Shop) -> dict[str, Any]:
    more = raw.child("extension_attributes")
    languages = known.table(shop.config, "languages")
    return {
        "remote_id": key,
        "order_number": raw.text("increment_id") or key,
        "email": raw.text("customer_email"),
        "currency": raw.text("order_currency_code"),
        "customer_note": raw.text("customer_note") or more.child("gift_message").text("message"),
        "browser_ip": raw.text("remote_ip"),
        "cart_token": raw.text("quote_id"),
        "checkout_token": raw.text("protect_code"),
        "discount_codes": [code] if (code := raw.text("coupon_code")) else [],
        "language": languages.get(raw.text("store_id") or ""),
        "ordering_method": " / ".join((raw.text("store_name") or "").split("\n")) or None,
        "processing_location": more.text("pickup_location_code"),
        "reference": raw.child("payment").text("po_number") or raw.text("ext_order_id"),
        "events": [_event(entry) for entry in _history(raw)],
    }


def _history(raw: Raw) -> list[Raw]:
    """In the order of their times: the shop lists them as it likes."""
    return sorted(
        raw.items("status_histories"), key=lambda entry: (str(entry.time("created_at")), entry.integer("entity_id") or 0)
    )


def _event(entry: Raw) -> dict[str, Any]:
    return {"created_at": entry.time("created_at"), "status": entry.text("status"), "comment": entry.text("comment")}


def _moments(raw: Raw) -> dict[str, Any]:
    """When what happened. The end of an order is dated by its history, where that has it."""
    state = STATES.get(raw.text("state") or "", "open")
    ended = next((e.time("created_at") for e in _history(raw) if e.text("status") == raw.text("status")), None)
    ends = {"closed": "closed_at", "cancelled": "cancelled_at", "refunded": "refunded_at"}
    return {
        "state": state,
        "initialized_at": raw.time("created_at"),
        "created_at": _placed(raw),
        **{name: ended if state == meaning else None for meaning, name in ends.items()},
    }


def _placed(raw: Raw) -> datetime | None:
    """When it counts as placed: at once for methods that are paid later, else once it is authorized or paid. When that was is not
    told; it belongs to the checkout, moments after the order.
    """
    payment = raw.child("payment")
    paid = payment.amount("amount_authorized") or payment.amount("amount_paid") or raw.amount("total_paid")
    if payment.text("method") in OFFLINE or paid or raw.text("state") not in _UNPAID:
        return raw.time("created_at")
    return None


def _amounts(raw: Raw, items: list[lines.Sold]) -> dict[str, Any]:
    """`price` = lines + delivery_price + payment_price - discount_amount.

    The head's own discount_amount is negative, and without the tax that it saves where prices are without tax: the rows tell the
    whole. What is charged and stands nowhere are the fees that modules add, for a payment method above all.
    """
    gross, discount = _rows(raw, items)
    left = raw.amount("grand_total") - (gross + money.shipping_gross(raw) - discount)
    return {
        "price": as_float(raw.number("grand_total")),
        "delivery_price": as_float(money.shipping_gross(raw)),
        "payment_price": as_float(max(left, Decimal(0))),
        "discount_amount": as_float(discount + max(-left, Decimal(0))),
        "vat_pct": as_float(money.order_rate(raw, [money.rate(line.item) for line in items])),
    }


def _rows(raw: Raw, items: list[lines.Sold]) -> tuple[Decimal, Decimal]:
    """What the rows come to, and what is taken off in all: by discounts, gift cards, store credit and reward points."""
    if "items" not in raw:
        return raw.amount("subtotal_incl_tax"), abs(raw.amount("discount_amount"))
    gross = sum((money.row_gross(line.item) for line in items), Decimal(0))
    charged = sum((money.row_charged(line.item) for line in items), Decimal(0))
    delivery = money.shipping_gross(raw) - money.shipping_charged(raw)
    more = raw.child("extension_attributes")
    credit = sum((abs(more.amount(name)) for name in _CREDITS), Decimal(0))
    return gross, gross - charged + delivery + credit
