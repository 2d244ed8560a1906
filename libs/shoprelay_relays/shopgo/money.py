"""The money of a ShopGo order: payments as invoices, refunds as credit notes, price adjustments."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from shoprelay_relays.shopgo.facts import ZERO, Facts, Payment, amount, bilingual
from shoprelay_relays.spec import Draft, Json
from shoprelay_relays.values import a_list, as_float, decimal, text
from shoprelay_schema.documents import CreditNote, Invoice, PaymentMethod

# The order object documents cash, credit_card, bank_transfer and other; its own example and payments say cash_on_delivery.
PAYMENT_METHODS = {
    "bank_transfer": "Bank transfer",
    "cash": "Cash",
    "cash_on_delivery": "Cash on delivery",
    "credit_card": "Credit card",
    "other": "Other",
}
PAID_LATER = frozenset({"bank_transfer", "cash", "cash_on_delivery"})
"""Methods with which an order counts as placed before its money is there, as with an invoice."""

_AMOUNTS = ("total", "amount", "value", "price")
_WORDS = ("type", "kind", "name", "code", "title", "label", "description", "reason")
_DISCOUNT = re.compile("discount|coupon|voucher|promo|خصم")
# A fee for cash on delivery is no price of a delivery.
_DELIVERY = re.compile("^(?!.*(cash|payment|دفع)).*(shipping|delivery|freight|شحن|توصيل)")


@dataclass(slots=True)
class Adjustments:
    """Sums of an order's price adjustments; None where it has none of the kind."""

    discount: Decimal | None = None
    delivery: Decimal | None = None
    surcharge: Decimal | None = None
    codes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def adjustments(facts: Facts) -> Adjustments:
    """ShopGo does not describe an adjustment, so its amount and words are looked for where such things are kept.

    Negative, or called a discount: discount_amount. Called shipping: delivery_price. Any other surcharge: payment_price,
    the one attribute left in the sum that an order's price is.
    """
    found = Adjustments()
    raw = a_list(facts.body.get("adjustments"), "adjustments")
    if facts.body.get("adjustments") is not None:
        found.discount = ZERO
    for adjustment in raw:
        _add(found, adjustment)
    return found


def _add(found: Adjustments, adjustment: Json) -> None:
    value = _value(adjustment)
    if value is None:
        found.unknown.append("adjustments=shape")
        return
    words = " ".join(filter(None, (bilingual(adjustment.get(name)) for name in _WORDS))).lower()
    if value < 0 or _DISCOUNT.search(words):
        found.discount = (found.discount or ZERO) + abs(value)
        found.codes += filter(None, [text(adjustment.get("coupon_code")) or text(adjustment.get("coupon"))])
    elif _DELIVERY.search(words):
        found.delivery = (found.delivery or ZERO) + value
    else:
        found.surcharge = (found.surcharge or ZERO) + value


def _value(adjustment: Json) -> Decimal | None:
    if not isinstance(adjustment, dict):
        return None
    for name in _AMOUNTS:
        money = adjustment.get(name)
        if money is not None:
            return amount(money, "adjustments") if isinstance(money, dict) else decimal(money, f"adjustments.{name}")
    return None


def settled_at(facts: Facts) -> datetime | None:
    """When payments reached the total; None while they have not. An order that costs nothing is settled at once."""
    if facts.total is None:
        return None
    paid = ZERO
    for payment in facts.payments:
        if paid < facts.total and not payment.is_refund:
            paid += payment.amount
            if paid >= facts.total:
                return payment.created or facts.created
    return facts.created if facts.total == 0 else None


def refunded_at(facts: Facts) -> datetime | None:
    """The time of the last refund."""
    return max((p.created for p in facts.payments if p.is_refund and p.created), default=None)


def payment_methods(facts: Facts) -> list[Draft]:
    """The method the buyer chose, and those that money really came by: they may differ."""
    codes = {p.method for p in facts.payments if not p.is_refund and p.amount}
    if chosen := text(facts.body.get("payment_method")):
        codes.add(chosen)
    return [
        Draft(PaymentMethod(remote_id=code, name=PAYMENT_METHODS.get(code, code)), code, derived=True) for code in sorted(codes)
    ]


def invoices(facts: Facts) -> list[Draft]:
    """One per payment. The contract has no method on an invoice: card money is captured, any other is paid."""
    return [
        Draft(
            Invoice(
                **_head(facts, payment, key),
                captured_amount=as_float(payment.amount) if payment.method == "credit_card" else None,
                paid_amount=as_float(payment.amount) if payment.method != "credit_card" else None,
            ),
            key,
        )
        for key, payment in _keyed(facts, (p for p in facts.payments if p.amount > 0))
    ]


def credit_notes(facts: Facts) -> list[Draft]:
    """One per refund. A refund does not say how the money went back: it is taken to go the way it came."""
    chosen = text(facts.body.get("payment_method")) or ""
    came_by = [p.method for p in facts.payments if p.amount > 0] or [chosen]
    attribute = "refunded_amount" if "credit_card" in came_by else "returned_amount"
    return [
        Draft(CreditNote(**_head(facts, payment, key), **{attribute: as_float(-payment.amount)}), key)
        for key, payment in _keyed(facts, (p for p in facts.payments if p.is_refund))
    ]


def _head(facts: Facts, payment: Payment, key: str) -> dict[str, Any]:
    return {
        "order_id": facts.shop.id("orders", facts.number),
        "order_number": facts.number,
        "remote_id": key,
        "amount": as_float(abs(payment.amount)),
        "created_at": payment.created,
    }


def _keyed(facts: Facts, payments: Iterable[Payment]) -> list[tuple[str, Payment]]:
    """Payments have no id: what they say is their key, with a count for those that say the same."""
    seen: Counter[str] = Counter()
    keyed = []
    for payment in payments:
        said = f"{facts.number}/{payment.created_text}/{payment.method}/{abs(payment.amount).normalize():f}"
        seen[said] += 1
        keyed.append((f"{said}/{seen[said]}", payment))
    return keyed
