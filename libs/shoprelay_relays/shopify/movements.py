"""What happened to an order: shipments, invoices (payments) and credit notes (refunds)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.ids import key, reference
from shoprelay_relays.shopify.lines import Parent, packed
from shoprelay_relays.shopify.money import ZERO, Basis
from shoprelay_relays.shopify.parties import Address, address, modified
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import CreditNote, Invoice, OrderLine, Shipment

SENT = {"SUCCESS"}
"""Of a fulfilment: one that was cancelled, or failed, is no shipment."""
_PAID = {"CAPTURE", "SALE"}
_NOT_CARD = {"gift_card", "shopify_store_credit", "store_credit", "cash", "manual"}
_MOST = 250
"""So many of a plain list come; a list of that length may go on."""


def add(mapped: Mapped, head: Draft, raw: Raw, basis: Basis, parent: Parent, shipping: Address, lines: Sequence[Draft]) -> None:
    """Adds the parts to an order. Only a list that is in the payload, and whole, is claimed as complete."""
    skus = {draft.key: draft.document for draft in lines}
    parts = {
        "order_lines": ("lineItems", list(lines)),
        "shipments": ("fulfillments", [shipment(item, parent, shipping, skus) for item in _sent(raw)]),
        "invoices": ("transactions", [_invoice(item, basis, parent) for item in _payments(raw)]),
        "credit_notes": ("refunds", [_credit_note(item, basis, parent, skus) for item in raw.items("refunds")]),
    }
    for collection, (field, drafts) in parts.items():
        mapped.drafts += drafts
        if field in raw and _whole(raw, field, mapped.unknown):
            mapped.owns.append((head, collection, [parent.shop.id(collection, draft.key) for draft in drafts]))


def map_shipment(body: Json, shop: Shop) -> Mapped:
    """One fulfilment by itself. The body of a webhook is only a hint: its order is read."""
    raw = Raw(body)
    order = raw.child("order")
    if "order_id" in raw:
        own = reference(raw, "order_id")
        return Mapped(reads=[("orders", own)] if own else [])
    if raw.text("status") not in SENT:
        return Mapped()
    known = reference(order)
    parent = Parent(known, order.text("name") or known, shop) if known else None
    draft = shipment(raw, parent, address(order.child("shippingAddress")), {}, shop)
    return Mapped([draft], version=modified(raw))


def shipment(raw: Raw, parent: Parent | None, where: Address, skus: dict[str, Any], shop: Shop | None = None) -> Draft:
    """A fulfilment with its first tracking number."""
    own, at = key(raw), parent.shop if parent else shop
    assert at is not None
    tracking = next(iter(raw.items("trackingInfo")), Raw(None))
    document = Shipment(
        **(parent.link if parent else {}),
        **(where.place(at) if not where.empty else {}),
        remote_id=own,
        courier=tracking.text("company"),
        tracking_number=tracking.text("number"),
        created_at=raw.time("createdAt"),
        tracking_number_updated_at=raw.time("updatedAt") if tracking.text("number") else None,
        order_lines=[_goods(item, skus, at) for item in raw.child("fulfillmentLineItems").items("nodes")],
    )
    return Draft(document, own)


def _sent(raw: Raw) -> list[Raw]:
    return [item for item in raw.items("fulfillments") if item.text("status") in SENT]


def _payments(raw: Raw) -> list[Raw]:
    return [item for item in raw.items("transactions") if item.text("kind") in _PAID and item.text("status") == "SUCCESS"]


def _invoice(raw: Raw, basis: Basis, parent: Parent) -> Draft:
    """Shopify makes no invoices: each payment that was taken stands for one."""
    own, amount = key(raw), basis.number(raw, "amountSet")
    document = Invoice(
        **parent.link,
        remote_id=own,
        created_at=raw.time("processedAt") or raw.time("createdAt"),
        amount=as_float(amount),
        captured_amount=as_float(amount) if _by_card(raw) else None,
        paid_amount=None if _by_card(raw) else as_float(amount),
    )
    return Draft(document, own)


def _credit_note(raw: Raw, basis: Basis, parent: Parent, skus: dict[str, Any]) -> Draft:
    """A refund. One that moved no money (an edit that removed pieces, a return to come) is credited with what it took back."""
    own, shop = key(raw), parent.shop
    goods = [(item, _credited(item, basis)) for item in raw.child("refundLineItems").items("nodes")]
    shipping = sum((_shipping(item, basis) for item in raw.child("refundShippingLines").items("nodes")), ZERO)
    refunded = basis.amount(raw, "totalRefundedSet")
    by_card, otherwise = _paid_back(raw, basis, refunded)
    document = CreditNote(
        **parent.link,
        remote_id=own,
        created_at=raw.time("createdAt"),
        amount=as_float(refunded or sum((amount for _, amount in goods), ZERO) + shipping),
        refunded_amount=as_float(by_card),
        returned_amount=as_float(otherwise),
        shipping_amount=as_float(shipping),
        order_lines=[_goods(item, skus, shop) | {"amount": as_float(amount)} for item, amount in goods],
    )
    return Draft(document, own)


def _paid_back(raw: Raw, basis: Basis, refunded: Decimal) -> tuple[Decimal, Decimal]:
    """How much of a refund went back to the card, and how much otherwise. Without its transactions all of it went to the card."""
    moves = [item for item in raw.child("transactions").items("nodes") if item.text("status") == "SUCCESS"]
    if not moves:
        return refunded, ZERO
    otherwise = sum((basis.amount(item, "amountSet") for item in moves if not _by_card(item)), ZERO)
    return refunded - min(refunded, otherwise), min(refunded, otherwise)


def _credited(item: Raw, basis: Basis) -> Decimal:
    """A refunded line with all taxes; where prices include them, so does the subtotal."""
    return basis.amount(item, "subtotalSet") + (basis.amount(item, "totalTaxSet") if basis.adds_tax else ZERO)


def _shipping(item: Raw, basis: Basis) -> Decimal:
    return basis.amount(item, "subtotalAmountSet") + (basis.amount(item, "taxAmountSet") if basis.adds_tax else ZERO)


def _goods(item: Raw, skus: dict[str, Any], shop: Shop) -> dict[str, Any]:
    """A line by what it tells itself, else by the order's own line of that id."""
    found, known = packed(item, shop), skus.get(reference(item.child("lineItem")) or "")
    if isinstance(known, OrderLine):
        found |= {name: getattr(known, name) for name in ("variant_sku", "variant_id") if found[name] is None}
    return found


def _by_card(transaction: Raw) -> bool:
    return not transaction.flag("manualPaymentGateway") and transaction.text("gateway") not in _NOT_CARD


def _whole(raw: Raw, field: str, unknown: list[str]) -> bool:
    if field == "lineItems":
        return not raw.child(field).child("pageInfo").flag("hasNextPage")
    if len(raw.items(field)) < _MOST:
        return True
    unknown.append(f"orders.{field}={_MOST} or more")
    return False
