"""Credit memos. state: 1 open, 2 refunded, 3 cancelled."""

from decimal import Decimal

from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2.invoices import NOTHING, shares
from shoprelay_relays.magento2.orders import version
from shoprelay_relays.magento2.shipments import link
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import CreditNote

_REFUNDED, _CANCELLED = 2, 3


def credit_note(body: Json, shop: Shop) -> Mapped:
    """One credit memo. Adjustments are in its total and in none of its lines."""
    raw = Raw(body)
    key, order, state = raw.id("entity_id"), raw.child("learnt").child("order"), raw.integer("state")
    total = Decimal(0) if state == _CANCELLED else raw.amount("grand_total")
    paid_back = total if state == _REFUNDED else Decimal(0)
    online = raw.text("transaction_id") is not None
    adjusted = raw.amount("adjustment_positive") - raw.amount("adjustment_negative")
    document = CreditNote(
        **link(raw, order, shop),
        **(NOTHING if state == _CANCELLED else shares(raw, order, shop, adjusted)),
        remote_id=key,
        created_at=raw.time("created_at"),
        amount=as_float(total),
        refunded_amount=as_float(paid_back if online else Decimal(0)),
        returned_amount=as_float(Decimal(0) if online else paid_back),
    )
    return Mapped([Draft(document, key)], version=version(raw))
