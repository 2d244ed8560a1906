"""Refunds: credit notes in full. https://woocommerce.github.io/woocommerce-rest-api-docs/#order-refund-properties"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_relays.woocommerce import money
from shoprelay_relays.woocommerce.meta import modified, up
from shoprelay_relays.woocommerce.money import gross
from shoprelay_schema.documents import CreditNote


def refund(body: Json, shop: Shop) -> Mapped:
    """One refund. Its quantities and totals are negative where its `amount` is not.

    `order_number` is not WooCommerce's: the direct read adds the order's number, which a refund does not tell.
    """
    raw = Raw(body)
    key = raw.id()
    order = raw.reference("parent_id") or up(raw, "orders")
    if order is None:
        raise PayloadInvalid("parent_id", "expected the refunded order, here or in _links.up")
    amount = abs(raw.amount("amount"))
    unknown: list[str] = []
    by_gateway = raw.flag("refunded_payment")
    document = CreditNote(
        remote_id=key,
        order_id=shop.id("orders", order),
        order_number=raw.text("order_number") or order,
        created_at=raw.time("date_created_gmt"),
        amount=as_float(amount),
        refunded_amount=as_float(amount if by_gateway else Decimal(0)),
        returned_amount=as_float(Decimal(0) if by_gateway else amount),
        shipping_amount=as_float(-_sum(raw.items("shipping_lines"))),
        payment_amount=as_float(-_sum(raw.items("fee_lines"))),
        order_lines=[_line(item, shop, unknown) for item in raw.items("line_items")],
    )
    return Mapped([Draft(document, key)], version=modified(raw), unknown=unknown)


def _line(raw: Raw, shop: Shop, unknown: list[str]) -> dict[str, Any]:
    variant = raw.reference("variation_id") or raw.reference("product_id")
    return {
        "variant_sku": raw.text("sku"),
        "quantity": abs(money.pieces(raw, unknown)),
        "amount": as_float(-gross(raw)),
        "variant_id": shop.id("variants", variant) if variant else None,
    }


def _sum(lines: list[Raw]) -> Decimal:
    return sum((gross(line) for line in lines), Decimal(0))
