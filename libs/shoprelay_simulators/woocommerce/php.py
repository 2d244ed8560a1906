"""JSON as PHP's json_encode writes it, and HTML entities as WordPress stores them."""

import html
import json
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def encode(value: object) -> bytes:
    r"""No spaces, `\/` for a slash, escapes such as `\u00e6` for everything beyond ASCII."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def number(value: Decimal) -> float | int:
    """A JSON number; PHP writes 500.0 as 500."""
    return int(value) if value == value.to_integral_value() else float(value)


def money(value: Decimal, places: int = 2) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def entities(text: str) -> str:
    """As term names are stored: `&`, `<` and `>` as entities, quotes as they are."""
    return html.escape(text, quote=False)
