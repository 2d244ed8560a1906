"""The refunds of an order. The documentation names the list and not what is in it: it is read by what such things are called."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw
from shoprelay_relays.quickbutik.times import moment
from shoprelay_relays.spec import Draft, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import CreditNote

_AMOUNTS: Final = ("amount", "total_amount", "total", "refund_amount")
_KEYS: Final = ("refund_id", "id")
_DATES: Final = ("date_created", "created_at", "date", "date_refunded")


def of_order(raw: Raw, order_key: str, shop: Shop, unknown: list[str]) -> tuple[list[Draft], Decimal]:
    """A credit note for each refund that says how much it was, and the sum; what cannot be understood is counted as unknown."""
    drafts: dict[str, Draft] = {}
    credited = Decimal(0)
    for place, value in raw.elements("refunds"):
        refund = Raw(value, f"refunds.{place}") if isinstance(value, dict) else Raw({})
        amount = _amount(refund)
        if amount is None:
            unknown.append("refunds=shape")
            continue
        key = f"{order_key}/{next((found for name in _KEYS if (found := _plain(refund, name))), str(place + 1))}"
        document = CreditNote(
            remote_id=key,
            order_id=shop.id("orders", order_key),
            order_number=order_key,
            created_at=_date(refund),
            amount=as_float(abs(amount)),
        )
        drafts[key] = Draft(document, key)
        credited += abs(amount)
    return list(drafts.values()), credited


def _plain(refund: Raw, name: str) -> str | None:
    return None if refund.several(name) else refund.text(name)


def _amount(refund: Raw) -> Decimal | None:
    try:
        return next((found for name in _AMOUNTS if (found := refund.number(name)) is not None), None)
    except PayloadInvalid:
        return None


def _date(refund: Raw) -> datetime | None:
    try:
        return next((found for name in _DATES if (found := moment(_plain(refund, name), name))), None)
    except PayloadInvalid:
        return None
