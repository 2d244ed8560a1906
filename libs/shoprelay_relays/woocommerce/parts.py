"""What belongs to an order: its lines, and the credit notes, shipments and invoices that it tells of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from shoprelay_relays.addresses import Address
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_relays.woocommerce import money
from shoprelay_relays.woocommerce.meta import Meta
from shoprelay_relays.woocommerce.money import gross
from shoprelay_schema.documents import CreditNote, Invoice, OrderLine, Shipment


@dataclass(frozen=True, slots=True)
class Parent:
    """The order that the parts belong to, as they refer to it."""

    key: str
    number: str
    shop: Shop

    @property
    def link(self) -> dict[str, Any]:
        return {"order_id": self.shop.id("orders", self.key), "order_number": self.number}


def add(mapped: Mapped, head: Draft, raw: Raw, meta: Meta, shipping: Address, shop: Shop) -> None:
    """Adds the parts to an order. Only what the payload can list is claimed as complete: `_fields` may have left it out."""
    parent = Parent(head.key, raw.text("number") or head.key, shop)
    lines = [line(item, parent, money.tax_rates(raw), mapped.unknown) for item in raw.items("line_items")]
    listed = {
        "order_lines": ("line_items", lines),
        "credit_notes": ("refunds", refunds(raw, parent)),
        "shipments": ("meta_data", shipments(raw, meta, parent, shipping, lines)),
        "invoices": ("meta_data", invoices(raw, meta, parent, lines)),
    }
    for collection, (field, drafts) in listed.items():
        mapped.drafts += drafts
        if field in raw:
            mapped.owns.append((head, collection, [shop.id(collection, draft.key) for draft in drafts]))


def line(raw: Raw, parent: Parent, rates: dict[str, Decimal], unknown: list[str]) -> Draft:
    shop, key = parent.shop, raw.id()
    variant = raw.reference("variation_id") or raw.reference("product_id")
    quantity = money.pieces(raw, unknown)
    document = OrderLine(
        **parent.link,
        remote_id=key,
        price=as_float(money.unit_price(raw, quantity)),
        product_name=raw.text("name") or raw.text("parent_name"),
        quantity=quantity,
        # A deleted product leaves 0 here; the line keeps its sku and name.
        variant_id=shop.id("variants", variant) if variant else None,
        variant_sku=raw.text("sku"),
        vat_class=raw.text("tax_class") or "standard",
        vat_pct=as_float(money.line_rate(raw, rates)),
    )
    return Draft(document, key)


def refunds(raw: Raw, parent: Parent) -> list[Draft]:
    """What an order tells of its refunds. A refund whose deletion is under way is listed with id 0."""
    brief = [(refund.reference("id"), refund) for refund in raw.items("refunds")]
    return [_refund(key, refund, parent) for key, refund in brief if key]


def _refund(key: str, raw: Raw, parent: Parent) -> Draft:
    document = CreditNote(**parent.link, remote_id=key, amount=as_float(abs(raw.amount("total"))))
    return Draft(document, key, derived=True, follow_up=("refunds", f"{parent.key}/{key}"))


def shipments(raw: Raw, meta: Meta, parent: Parent, shipping: Address, lines: Sequence[Draft]) -> list[Draft]:
    """Shipments are a plug-in's: Shipment Tracking and Advanced Shipment Tracking keep the same list in the order's meta.

    A lone `_tracking_number`, as labels and carriers' plug-ins leave it, counts as one shipment of the whole order.
    """
    items = meta.items("wc_shipment_tracking_items")
    number = meta.text("tracking_number")
    if not items and number:
        courier = meta.text("tracking_provider", "shipping_provider")
        lone = {"tracking_number": number, "tracking_provider": courier, "tracking_id": number}
        items = [Raw(lone | {"date_shipped": _stamp(raw.time("date_completed_gmt"))}, raw.path("meta_data"))]
    # Nothing tells which parcel holds what: the first has the lines, so that each piece is sent once.
    return [_shipment(item, parent, shipping, () if at else lines) for at, item in enumerate(items)]


def _shipment(item: Raw, parent: Parent, shipping: Address, lines: Sequence[Draft]) -> Draft:
    moment = day(item, "date_shipped")
    own = item.text("tracking_id") or item.text("tracking_number") or ""
    document = Shipment(
        **parent.link,
        **shipping.place(parent.shop),
        remote_id=own or None,
        courier=item.text("tracking_provider") or item.text("custom_tracking_provider"),
        tracking_number=item.text("tracking_number"),
        created_at=moment,
        tracking_number_updated_at=moment,
        order_lines=[_packed(draft.document) for draft in lines],
    )
    return Draft(document, f"{parent.key}/{own}")


def invoices(raw: Raw, meta: Meta, parent: Parent, lines: Sequence[Draft]) -> list[Draft]:
    """Invoices exist where a plug-in numbered one (PDF Invoices & Packing Slips and its likes): core has none.

    A paid order alone is no invoice: a number and a date made up here would be in no one's books.
    """
    number = meta.text("wcpdf_invoice_number", "invoice_number", "wc_invoice_number")
    if not number:
        return []
    total, paid = raw.number("total"), raw.time("date_paid_gmt")
    by_card = raw.text("transaction_id") is not None
    document = Invoice(
        **parent.link,
        remote_id=number,
        created_at=day(_entry(meta), "date") or paid,
        amount=as_float(total),
        captured_amount=as_float(total if paid and by_card else None),
        paid_amount=as_float(total if paid and not by_card else None),
        shipping_amount=as_float(gross(raw, "shipping_total", "shipping_tax")),
        payment_amount=as_float(sum((gross(fee) for fee in raw.items("fee_lines")), Decimal(0))),
        order_lines=[
            _packed(d.document) | {"amount": _charged(item)} for d, item in zip(lines, raw.items("line_items"), strict=True)
        ],
    )
    return [Draft(document, f"{parent.key}/{number}")]


def _entry(meta: Meta) -> Raw:
    return Raw({"date": meta.text("wcpdf_invoice_date", "invoice_date")}, "meta_data")


def _packed(document: object) -> dict[str, Any]:
    assert isinstance(document, OrderLine)
    return {"variant_sku": document.variant_sku, "quantity": document.quantity, "variant_id": document.variant_id}


def _charged(raw: Raw) -> float | None:
    return as_float(gross(raw))


def day(raw: Raw, key: str) -> datetime | None:
    """Plug-ins write days as Unix seconds or as ISO dates."""
    value = raw.text(key)
    if value is None or not value.isdigit():
        return raw.time(key)
    try:
        return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        raise PayloadInvalid(raw.path(key), "expected Unix seconds, got other text") from None


def _stamp(moment: datetime | None) -> str | None:
    return str(int(moment.timestamp())) if moment else None
