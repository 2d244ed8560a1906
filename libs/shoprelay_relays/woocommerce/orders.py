"""Orders with their lines, credit notes, shipments and invoices.

https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from shoprelay_relays.addresses import Address
from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_relays.woocommerce import customers, money, parts
from shoprelay_relays.woocommerce.addresses import VAT_KEYS, address
from shoprelay_relays.woocommerce.lists import country, delivery_method, payment_method, status
from shoprelay_relays.woocommerce.meta import Meta, modified
from shoprelay_relays.woocommerce.money import gross
from shoprelay_schema.documents import Order
from shoprelay_schema.raw import Evidence

STATES = {
    "pending": "open",
    "on-hold": "open",
    "processing": "open",
    "completed": "closed",
    "cancelled": "cancelled",
    "failed": "cancelled",
    "refunded": "refunded",
}
# Carts that never became an order: the block checkout saves one as soon as it is opened, wp-admin one per "Add order".
DRAFTS = {"checkout-draft", "auto-draft", "draft", "new"}
# Placed without a payment that could be checked at once: as good as paid when placed.
_INVOICE_LIKE = {"bacs", "cheque", "cod", "invoice"}

# `created_via` of an order that a buyer placed: the classic checkout, and that of blocks.
_BY_BUYERS = {"checkout", "store-api"}

_SHIPPING_VAT_KEYS = ("shipping_vat_number", "shipping_vat", "shipping_eu_vat_number")
_LANGUAGE_KEYS = ("wpml_language", "trp_language", "weglot_language")
_REFERENCE_KEYS = ("billing_po_number", "po_number", "purchase_order_number")


def order(body: Json, shop: Shop) -> Mapped:
    """One order. A trashed one is gone; a draft of the checkout is nothing yet."""
    raw = Raw(body)
    key, slug = raw.id(), (raw.text("status") or "").removeprefix("wc-")
    mapped = Mapped(version=modified(raw))
    if slug == "trash":
        mapped.gone.append(("orders", key, Evidence.TRASHED))
    elif slug not in DRAFTS:
        _fill(mapped, raw, key, slug, shop)
    return mapped


def _fill(mapped: Mapped, raw: Raw, key: str, slug: str, shop: Shop) -> None:
    meta = Meta(raw)
    billing, shipping = parties(raw, meta)
    named = {
        "status_id": status(slug, None),
        "payment_method_id": payment_method(raw),
        "delivery_method_id": delivery_method(raw),
        "customer_id": customers.of_order(raw, billing, shipping, shop),
    }
    document = Order(
        **_identity(raw, key, meta),
        **_moments(raw, slug),
        **_amounts(raw),
        **_origin(raw, meta),
        **billing.prefixed("billing", shop),
        **shipping.prefixed("shipping", shop),
        **{name: shop.id(draft.document.collection, draft.key) if draft else None for name, draft in named.items()},
    )
    head = Draft(document, key)
    countries = [country(code) for code in sorted({billing.country or "", shipping.country or ""})]
    mapped.drafts += [head, *(draft for draft in (*named.values(), *countries) if draft)]
    if slug not in STATES:
        mapped.unknown.append(f"status={slug}")
    parts.add(mapped, head, raw, meta, shipping, shop)


def parties(raw: Raw, meta: Meta) -> tuple[Address, Address]:
    """Who is billed and where it goes; an order of services has no shipping address and goes to the buyer."""
    billing = replace(address(raw.child("billing")), vat_number=meta.text(*VAT_KEYS))
    shipping = address(raw.child("shipping"))
    if shipping.empty:
        return billing, billing
    phone = shipping.phone or meta.text("shipping_phone")
    return billing, replace(shipping, phone=phone, vat_number=meta.text(*_SHIPPING_VAT_KEYS))


def _identity(raw: Raw, key: str, meta: Meta) -> dict[str, Any]:
    return {
        "remote_id": key,
        # Plug-ins for consecutive numbers change it.
        "order_number": raw.text("number") or key,
        "email": raw.child("billing").text("email"),
        "currency": raw.text("currency"),
        "customer_note": raw.text("customer_note"),
        "cart_token": raw.text("cart_hash"),
        "checkout_token": raw.text("order_key"),
        "discount_codes": [code for line in raw.items("coupon_lines") if (code := line.text("code"))],
        "language": meta.text(*_LANGUAGE_KEYS),
        "reference": meta.text(*_REFERENCE_KEYS),
    }


def _origin(raw: Raw, meta: Meta) -> dict[str, Any]:
    """Order attribution, https://woocommerce.com/document/order-attribution-tracking/."""
    via = raw.text("created_via")
    return {
        "ordering_method": via,
        "created_by": None if via in _BY_BUYERS else via,
        "browser_ip": raw.text("customer_ip_address"),
        "browser_user_agent": raw.text("customer_user_agent") or meta.text("wc_order_attribution_user_agent"),
        "landing_page": meta.text("wc_order_attribution_session_entry"),
        "referer_page": meta.text("wc_order_attribution_referrer"),
    }


def _moments(raw: Raw, slug: str) -> dict[str, Any]:
    """When what happened. WooCommerce dates only payment and completion; other ends are dated by whoever sees them first."""
    state = STATES.get(slug, "open")
    return {
        "state": state,
        "initialized_at": raw.time("date_created_gmt"),
        "created_at": _placed(raw),
        "closed_at": raw.time("date_completed_gmt") if state == "closed" else None,
        "cancelled_at": None,
        "refunded_at": None,
    }


def _placed(raw: Raw) -> datetime | None:
    if raw.text("payment_method") in _INVOICE_LIKE:
        return raw.time("date_created_gmt")
    return raw.time("date_paid_gmt")


def _amounts(raw: Raw) -> dict[str, Any]:
    """`price` = lines + delivery_price + payment_price - discount_amount; a fee below zero is a discount."""
    fees = [gross(line) for line in raw.items("fee_lines")]
    discount = _coupons(raw) - sum((fee for fee in fees if fee < 0), Decimal(0))
    rates = money.tax_rates(raw)
    return {
        "price": as_float(raw.number("total")),
        "delivery_price": as_float(gross(raw, "shipping_total", "shipping_tax")),
        "payment_price": as_float(sum((fee for fee in fees if fee > 0), Decimal(0))),
        "discount_amount": as_float(discount),
        "vat_pct": as_float(money.order_rate(raw, rates)),
    }


def _coupons(raw: Raw) -> Decimal:
    """What coupons took off the lines. The order's own discount_total + discount_tax can be a cent off: each is rounded alone."""
    if "line_items" not in raw:
        return gross(raw, "discount_total", "discount_tax")
    lines = raw.items("line_items")
    told = [(money.before_coupons(line), line) for line in lines if line.number("total") is not None]
    return sum((before - gross(line) for before, line in told if before is not None), Decimal(0))
