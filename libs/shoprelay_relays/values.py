"""Helpers that every mapping needs: versions, times, money, text."""

import html
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from sys import float_info
from typing import Any

from shoprelay_relays.errors import PayloadInvalid

_PLAIN = 19
"""Digits of a number that is read as it stands; no platform counts further."""


def version(moment: datetime) -> str:
    """A modified time as a source version: UTC text that sorts as the times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def decimal(value: object, field: str) -> Decimal | None:
    """Money and other exact numbers from the source's own text; None and "" are None.

    JSON numbers arrive as the nearest double, whose shortest text is the source's own for up to 15 digits.
    """
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise PayloadInvalid(field, f"expected a number, got {kind_of(value)}") from None
    if not number.is_finite() or number.adjusted() >= float_info.max_10_exp:
        raise PayloadInvalid(field, "expected a finite number")
    return number


def as_float(value: Decimal | None) -> float | None:
    """The contract's Float: the shortest one that reads back to the same decimal. A zero carries no sign: platforms negate
    amounts that may be zero.
    """
    return None if value is None else float(value + 0)


def integer(value: object, field: str) -> int | None:
    """A whole number; a fraction is refused rather than cut."""
    # Nearly all of them are plain, and a record has hundreds: what is a number by its looks needs no arithmetic.
    if type(value) is int:
        return value
    if type(value) is str and len(value) < _PLAIN and value.isascii() and value.isdigit():
        return int(value)
    number = decimal(value, field)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise PayloadInvalid(field, "expected a whole number, got a fraction")
    return int(number)


def text(value: object) -> str | None:
    """Text without surrounding blanks, HTML entities decoded; empty is None."""
    cleaned = html.unescape(str(value)).strip() if value is not None else ""
    return cleaned or None


def utc(value: object, field: str) -> datetime | None:
    """An ISO 8601 time; one without a zone is read as UTC. Empty is None."""
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise PayloadInvalid(field, f"expected an ISO 8601 time, got {kind_of(value)}") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def an_object(value: object, field: str) -> dict[str, Any]:
    """A JSON object; null is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise PayloadInvalid(field, f"expected an object, got {kind_of(value)}")
    return value


def a_list(value: object, field: str) -> list[Any]:
    """A JSON array; null is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise PayloadInvalid(field, f"expected a list, got {kind_of(value)}")
    return value


def kind_of(value: object) -> str:
    """What a value is, in words for a message: never the value itself, which may be personal data."""
    names = {dict: "an object", list: "a list", str: "text", bool: "yes or no", int: "a number", float: "a number"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), type(value).__name__)
