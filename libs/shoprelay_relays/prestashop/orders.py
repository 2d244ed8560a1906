"""Orders with their lines, parcels, invoices and credit notes.

https://devdocs.prestashop-project.org/8/webservice/resources/orders/
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shoprelay_relays.fields import Raw
from shoprelay_relays.people import account
from shoprelay_relays.prestashop import addresses, customers, events, lists, money, parts, times
from shoprelay_relays.prestashop.states import meaning
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import Order

# Modules of payments that nobody can check when the order is placed: as good as paid then.
_INVOICE_LIKE = {"ps_wirepayment", "ps_checkpayment", "ps_cashondelivery", "bankwire", "cheque", "cashondelivery", "invoice"}


def order(body: Json, shop: Shop) -> Mapped:
    """One order; `composing` puts what belongs to it beside its own fields. Of a list of ids or dates each is read."""
    raw = Raw(body)
    key = raw.id()
    if "date_add" not in raw:
        return Mapped(reads=[("orders", key)])
    mapped = Mapped(version=times.version(raw, times.zone(shop.config)))
    invoice, delivery = raw.child("address_invoice"), raw.child("address_delivery")
    named = _named(raw, invoice, shop)
    document = Order(
        **_identity(raw, key),
        **_texts(raw),
        **_moments(raw, shop, mapped),
        **_amounts(raw),
        **addresses.prefixed(invoice, "billing", shop),
        **addresses.prefixed(delivery, "shipping", shop),
        **{name: shop.id(draft.document.collection, draft.key) for name, draft in named.items() if draft},
        **_unknown(raw, shop),
    )
    head = Draft(document, key)
    around = [draft for name, draft in named.items() if draft and name != "language"]
    mapped.drafts += [head, *around, *addresses.countries([invoice, delivery], shop.config.get("language_id"))]
    parts.add(mapped, head, raw, shop)
    return mapped


def _named(raw: Raw, invoice: Raw, shop: Shop) -> dict[str, Draft | None]:
    language = shop.config.get("language_id")
    return {
        "status_id": lists.status(raw.child("order_state"), raw.reference("current_state"), language),
        "payment_method_id": lists.payment_method(raw),
        "delivery_method_id": lists.delivery_method(raw.child("carrier"), None),
        "customer_id": customers.of_order(raw.child("customer"), invoice, raw.child("address_delivery"), shop),
    }


def _unknown(raw: Raw, shop: Shop) -> dict[str, Any]:
    """Those of whom only the id is known: the row may be deleted, or may not be read. A document made of it would have the id for
    a name, and take the one that is known from before.
    """
    buyer, carrier = raw.reference("id_customer"), raw.reference("id_carrier")
    found = {"customer_id": shop.id("customers", account(buyer))} if buyer and "customer" not in raw else {}
    return found | ({"delivery_method_id": shop.id("delivery_methods", carrier)} if carrier and "carrier" not in raw else {})


def _identity(raw: Raw, key: str) -> dict[str, Any]:
    """The reference is what buyers know as the number. The orders that one checkout was split into share it."""
    said = {
        "email": raw.child("customer").text("email"),
        "currency": raw.child("currency").text("iso_code"),
        "language": raw.child("language").text("iso_code"),
        "accepts_marketing": raw.child("customer").flag("newsletter"),
    }
    return {
        "remote_id": key,
        "order_number": raw.text("reference") or key,
        "cart_token": raw.reference("id_cart"),
        **{name: value for name, value in said.items() if value is not None},
    }


def _texts(raw: Raw) -> dict[str, Any]:
    found: dict[str, Any] = {"company_note": raw.html("note")}
    if "messages" in raw or raw.text("gift_message"):
        # An employee's number stands on what the shop wrote.
        written = [message.text("message") for message in raw.items("messages") if not message.reference("id_employee")]
        found["customer_note"] = "\n".join(text for text in (*written, raw.text("gift_message")) if text) or None
    if "order_cart_rules" in raw:
        rules = raw.items("order_cart_rules")
        found["discount_codes"] = [code for rule in rules if (code := rule.child("cart_rule").text("code") or rule.text("name"))]
    return found


def _moments(raw: Raw, shop: Shop, mapped: Mapped) -> dict[str, Any]:
    where, key = times.zone(shop.config), raw.reference("current_state")
    state = meaning(key, raw.child("order_state"), shop.config)
    if key and state is None:
        mapped.unknown.append(f"status={key}")
    history = events.history(raw, shop)
    ended = events.since_when(history, state)
    found = {
        "state": state or "open",
        "initialized_at": times.moment(raw, "date_add", where),
        "created_at": _placed(raw, history, where),
        **{f"{end}_at": ended if state == end else None for end in ("closed", "cancelled", "refunded")},
    }
    return found | ({"events": [event.told() for event in history]} if "order_histories" in raw else {})


def _placed(raw: Raw, history: list[events.Event], where: ZoneInfo) -> datetime | None:
    if raw.text("module") in _INVOICE_LIKE:
        return times.moment(raw, "date_add", where)
    paid = next((event.at for event in history if event.paid), None)
    invoiced = times.moment(raw, "invoice_date", where)
    return paid or invoiced or (times.moment(raw, "date_add", where) if raw.flag("valid") else None)


def _amounts(raw: Raw) -> dict[str, Any]:
    """`price` = lines + delivery_price + payment_price - discount_amount, give or take the cent that PrestaShop itself is off.

    `total_paid_real` is what was booked as received, at times more than once: no price.
    """
    return {
        "price": as_float(_either(raw, "total_paid")),
        "delivery_price": as_float(_either(raw, "total_shipping")),
        # Gift wrapping: the contract has one place for what is charged beside goods and delivery.
        "payment_price": as_float(_either(raw, "total_wrapping")),
        "discount_amount": as_float(_either(raw, "total_discounts")),
        "vat_pct": as_float(_rate(raw)),
    }


def _either(raw: Raw, name: str) -> Decimal | None:
    """Including tax; the field without the suffix is the older name of the same."""
    told = raw.number(f"{name}_tax_incl")
    return raw.number(name) if told is None else told


def _rate(raw: Raw) -> Decimal | None:
    """The one rate of all lines, else what the totals come to."""
    rates = {money.compounded(detail.items("taxes")) for detail in raw.items("order_details") if detail.items("taxes")}
    if len(rates) == 1:
        return rates.pop()
    return money.implied(raw.amount("total_paid_tax_incl"), raw.amount("total_paid_tax_excl"))
