"""Invoices. state: 1 open, 2 paid, 3 cancelled."""

from decimal import Decimal
from typing import Any, Final

from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2 import lines, money
from shoprelay_relays.magento2.orders import version
from shoprelay_relays.magento2.shipments import link
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import Invoice

_PAID, _CANCELLED = 2, 3
NOTHING: Final = {"shipping_amount": 0.0, "payment_amount": 0.0, "order_lines": []}
"""What a cancelled one holds: its parts add up to its amount."""


def invoice(body: Json, shop: Shop) -> Mapped:
    """One invoice. A cancelled one asks for nothing."""
    raw = Raw(body)
    key, order, state = raw.id("entity_id"), raw.child("learnt").child("order"), raw.integer("state")
    total = Decimal(0) if state == _CANCELLED else raw.amount("grand_total")
    paid = total if state == _PAID else Decimal(0)
    # What went through a payment provider has its id of the transaction.
    captured = raw.text("transaction_id") is not None
    document = Invoice(
        **link(raw, order, shop),
        **(NOTHING if state == _CANCELLED else shares(raw, order, shop)),
        remote_id=key,
        created_at=raw.time("created_at"),
        amount=as_float(total),
        captured_amount=as_float(paid if captured else Decimal(0)),
        paid_amount=as_float(Decimal(0) if captured else paid),
    )
    return Mapped([Draft(document, key)], version=version(raw))


def shares(raw: Raw, order: Raw, shop: Shop, other: Decimal = Decimal(0)) -> dict[str, Any]:
    """The lines, the delivery and the fees of an invoice or a credit memo, all with tax and after discounts.

    `other`: what the total holds beside them. Fees are what is left: the platform does not list those that modules add.
    """
    held = lines.held(raw.items("items"), order.items("items"))
    charged = [money.row_charged(item) for _, item, _ in held]
    delivery = money.paper_shipping(raw)
    left = raw.amount("grand_total") - other - sum(charged, Decimal(0)) - delivery
    return {
        "shipping_amount": as_float(delivery),
        "payment_amount": as_float(max(left, Decimal(0))),
        "order_lines": [
            line.packed(quantity, shop) | {"amount": as_float(amount)}
            for (line, _, quantity), amount in zip(held, charged, strict=True)
        ],
    }
