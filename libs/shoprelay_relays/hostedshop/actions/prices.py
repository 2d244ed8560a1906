"""Prices in the platform's words: Price, a reduction of it (Discount, of the kind "a" an amount), and GuidelinePrice.

A price alone ends a reduction; beside before_price it, or offer_price, is the reduced one. Shops enter prices with VAT or without
it: one setting for all. https://api.hostedshop.dk/doc/ (ProductUpdate)
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shoprelay_relays.actions.bodies.goods import Shared
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.values import decimal

ALL = ("price", "before_price", "offer_price")
_FINE = Decimal("0.0001")
_AMOUNT = "a"


def asked(data: Shared, product: Raw, own: Raw, config: Mapping[str, Any], field: str = "") -> dict[str, str]:
    """`own`: the product or the variant as it stands; empty for a new one. CannotDo for a reduction that is none."""
    share = _share(product, config)
    cost = {} if data.cost_price is None else {"BuyingPrice": _text(Decimal(str(data.cost_price)))}
    regular, reduced = _pair(data, own, share, field)
    if regular is None:
        return cost
    if reduced is None:
        return cost | {"Price": _text(regular), "Discount": "0"}
    return cost | {"Price": _text(regular), "Discount": _text(regular - reduced), "DiscountType": _AMOUNT}


def _pair(data: Shared, own: Raw, share: Decimal, field: str) -> tuple[Decimal | None, Decimal | None]:
    price, before, offer = (_bare(getattr(data, name), share) for name in ALL)
    reduced = offer if offer is not None else price if before is not None else None
    regular = before if before is not None else price
    if before is not None and reduced is None:
        raise CannotDo(f"{field}before_price", "expected price or offer_price beside it")
    if offer is not None and regular is None:
        regular = own.number("Price")
    if regular is None and offer is None:
        return None, None
    if regular is None or (reduced is not None and reduced > regular):
        raise CannotDo(f"{field}offer_price", "expected less than the price before it")
    return regular, reduced if reduced != regular else None


def _bare(told: float | None, share: Decimal) -> Decimal | None:
    return None if told is None else Decimal(str(told)) / share


def _share(product: Raw, config: Mapping[str, Any]) -> Decimal:
    """What a price with VAT is divided by to be one as the shop enters them."""
    if config.get("prices_with_vat", "true") == "true":
        return Decimal(1)
    rate = product.child("VatGroup").number("VatPercentage")
    rate = decimal(config.get("tax"), "tax") if rate is None else rate
    return 1 + (rate or Decimal(0)) / 100


def _text(value: Decimal) -> str:
    return str(value.quantize(_FINE, ROUND_HALF_UP).normalize() + 0) if value % 1 else str(int(value))
