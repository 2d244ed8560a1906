"""What every part of the mapping needs of one ShopGo order, read once. https://docs.shopgo.me/1.0.0/management-api/objects/order"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Json, Shop
from shoprelay_relays.values import a_list, an_object, decimal, text, utc, version

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that moved: `amount` is negative when it went back. `created_text` is the time as ShopGo wrote it."""

    amount: Decimal
    method: str
    created: datetime | None
    created_text: str

    @property
    def is_refund(self) -> bool:
        return self.amount < 0


@dataclass(frozen=True, slots=True)
class Facts:
    """One order, and the shop it belongs to. `version` dates what is learnt in passing (its buyer, its goods)."""

    shop: Shop
    body: dict[str, Any]
    number: str
    created: datetime | None
    total: Decimal | None
    currency: str | None
    payments: tuple[Payment, ...]
    shipments: tuple[dict[str, Any], ...]

    @property
    def version(self) -> str:
        return version(self.created) if self.created else ""

    @property
    def paid(self) -> Decimal:
        return sum((p.amount for p in self.payments if not p.is_refund), ZERO)

    @property
    def refunded(self) -> Decimal:
        return -sum((p.amount for p in self.payments if p.is_refund), ZERO)


def read(body: Json, shop: Shop) -> Facts:
    """Raises PayloadInvalid when the order has no number: nothing else is indispensable."""
    order = an_object(body, "")
    number = text(order.get("number"))
    if number is None:
        raise PayloadInvalid("number", "expected the order number")
    payments = [_payment(raw, f"payments.{i}") for i, raw in enumerate(a_list(order.get("payments"), "payments"))]
    shipments = [an_object(raw, f"shipments.{i}") for i, raw in enumerate(a_list(order.get("shipments"), "shipments"))]
    return Facts(
        shop=shop,
        body=order,
        number=number,
        created=utc(order.get("created"), "created"),
        total=amount(order.get("total"), "total"),
        currency=text(an_object(order.get("total"), "total").get("currency")),
        payments=tuple(sorted(payments, key=lambda p: (p.created_text, p.method, p.amount))),
        shipments=tuple(sorted(shipments, key=lambda s: (str(s.get("created")), str(s.get("id"))))),
    )


def amount(money: Json, field: str) -> Decimal | None:
    """The amount of a Money object ({"amount": "24.00", "currency": "JOD"}), with as many decimals as ShopGo wrote."""
    return decimal(an_object(money, field).get("amount"), f"{field}.amount")


def bilingual(value: Json) -> str | None:
    """English before Arabic; ShopGo's names come as {"en": ..., "ar": ...}, and here and there as plain text."""
    if isinstance(value, dict):
        english, arabic = text(value.get("en")), text(value.get("ar"))
        return english or arabic
    return text(value)


def _payment(raw: Json, field: str) -> Payment:
    payment = an_object(raw, field)
    method = text(payment.get("method")) or "other"
    moved = amount(payment.get("total"), f"{field}.total") or ZERO
    return Payment(
        # A refund is a negative payment; its sign is not relied on where the method already says so.
        amount=-abs(moved) if method == "refund" else moved,
        method=method,
        created=utc(payment.get("created"), f"{field}.created"),
        created_text=text(payment.get("created")) or "",
    )
