"""Short phone numbers: spellings of one number compare equal."""

from typing import Any, Final

_PHONES: Final = {"billing_phone": "billing_phone_short", "shipping_phone": "shipping_phone_short"}


def phone_short(phone: str) -> str | None:
    """A phone number's digits, without the international prefix (+ or 00)."""
    digits = "".join(c for c in phone if c.isdigit())
    return digits.removeprefix("00") or None


def add_phones(order: dict[str, Any]) -> None:
    """Set an order's short phone numbers beside the ones that are told."""
    for name, short in _PHONES.items():
        if name in order:
            order[short] = phone_short(order[name]) if order[name] else None
