"""Orders. https://shopify.dev/docs/api/admin-graphql/latest/objects/Order"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify import lines, movements, named, parties, totals
from shoprelay_relays.shopify.ids import key
from shoprelay_relays.shopify.lines import Parent
from shoprelay_relays.shopify.money import Basis
from shoprelay_relays.shopify.parties import Address, address, modified
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Order

# Every other state comes after an authorization; VOIDED comes also when an order is cancelled that was never paid.
_UNPAID = {None, "PENDING", "VOIDED"}
_TAKEN = {"AUTHORIZATION", "CAPTURE", "SALE"}
_BY_HAND = {"manual", "cash on delivery (cod)", "cash on delivery", "money order", "bank deposit"}


def order(body: Json, shop: Shop) -> Mapped:
    """One order with all that belongs to it, in the buyer's currency. The body of a webhook is only a hint: it is read."""
    raw = Raw(body)
    if "updated_at" in raw:
        return Mapped(reads=[("orders", key(raw))])
    mapped = Mapped(version=modified(raw))
    basis, parent = Basis(raw), Parent(key(raw), raw.text("name") or key(raw), shop)
    drafts = [lines.line(row, basis, parent) for row in raw.child("lineItems").items("nodes")]
    billing, shipping = _addresses(raw)
    linked = _named(raw, billing, shipping, shop, mapped.unknown)
    document = Order(
        **_identity(raw, parent, basis),
        **_origin(raw),
        **_moments(raw),
        **totals.amounts(raw, basis),
        **billing.prefixed("billing", shop),
        **shipping.prefixed("shipping", shop),
        **{f"billing_{name}": number for name, number in parties.numbers(raw).items()},
        **{name: shop.id(draft.document.collection, draft.key) if draft else None for name, draft in linked.items()},
    )
    head = Draft(document, parent.key)
    lands = {where.country or "": where.land() for where in (billing, shipping)}
    mapped.drafts += [draft for draft in (head, *linked.values(), *(lands[code] for code in sorted(lands))) if draft]
    movements.add(mapped, head, raw, basis, parent, shipping, drafts)
    return mapped


def _addresses(raw: Raw) -> tuple[Address, Address]:
    """Who is billed and where it goes. An order of services goes to the buyer; a sale over the counter has neither address."""
    billing, shipping = address(raw.child("billingAddress")), address(raw.child("shippingAddress"))
    billing = replace(billing, phone=billing.phone or raw.text("phone"))
    return billing, billing if shipping.empty else shipping


def _identity(raw: Raw, parent: Parent, basis: Basis) -> dict[str, Any]:
    return {
        "remote_id": parent.key,
        "order_number": parent.number,
        "email": raw.text("email"),
        "currency": basis.currency(raw),
        "customer_note": raw.text("note"),
        "reference": raw.text("poNumber"),
        "tags": raw.words("tags"),
        "discount_codes": raw.words("discountCodes"),
        "language": raw.text("customerLocale"),
        "accepts_marketing": raw.flag("customerAcceptsMarketing"),
        "cancellation_reason": raw.text("cancelReason"),
        "processing_location": raw.child("retailLocation").text("name"),
    }


def _origin(raw: Raw) -> dict[str, Any]:
    visit = raw.child("customerJourneySummary").child("firstVisit")
    source = raw.text("sourceName")
    return {
        "ordering_method": source,
        # The web is where buyers are; a till, a draft of the staff and an app are not.
        "created_by": None if source == "web" else source,
        "browser_ip": raw.text("clientIp"),
        "cart_token": raw.text("cartToken"),
        "checkout_token": raw.text("checkoutToken"),
        "landing_page": visit.text("landingPage"),
        "referer_page": visit.text("referrerUrl"),
    }


def _moments(raw: Raw) -> dict[str, Any]:
    cancelled, closed = raw.time("cancelledAt"), raw.time("closedAt")
    financial = raw.text("displayFinancialStatus")
    state = (
        "cancelled"
        if cancelled
        else "refunded"
        if financial == "REFUNDED"
        else "closed"
        if closed or raw.text("displayFulfillmentStatus") == "FULFILLED"
        else "open"
    )
    refunds = [moment for refund in raw.items("refunds") if (moment := refund.time("createdAt"))]
    return {
        "state": state,
        "initialized_at": raw.time("createdAt"),
        "created_at": _placed(raw, financial),
        "cancelled_at": cancelled,
        "closed_at": closed or (_last_sent(raw) if state == "closed" else None),
        "refunded_at": max(refunds, default=None) if financial == "REFUNDED" else None,
    }


def _placed(raw: Raw, financial: str | None) -> datetime | None:
    moves = raw.items("transactions")
    by_hand = any((name or "").lower() in _BY_HAND for name in raw.words("paymentGatewayNames")) or any(
        item.flag("manualPaymentGateway") for item in moves
    )
    taken = any(item.text("kind") in _TAKEN and item.text("status") == "SUCCESS" for item in moves)
    return (raw.time("processedAt") or raw.time("createdAt")) if financial not in _UNPAID or by_hand or taken else None


def _last_sent(raw: Raw) -> datetime | None:
    sent = [item.time("createdAt") for item in raw.items("fulfillments") if item.text("status") in movements.SENT]
    return max((moment for moment in sent if moment), default=None)


def _named(raw: Raw, billing: Address, shipping: Address, shop: Shop, unknown: list[str]) -> dict[str, Draft | None]:
    """What the order names in passing."""
    return {
        "status_id": named.status(raw, unknown),
        "payment_method_id": named.payment_method(raw),
        "delivery_method_id": named.delivery_method(raw),
        "customer_id": parties.of_order(raw, billing, shipping, shop),
    }
