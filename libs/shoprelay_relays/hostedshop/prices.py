"""Prices including VAT: a product's own, or the price line that any buyer of one piece gets.

Price lines are for everybody (`all`, or nothing), for visitors who are not signed in (`guest`), or for a user or group: those are
nobody's public price. A line for guests goes before one for all, also where it is dearer, and any line before the price itself.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import money, times
from shoprelay_relays.hostedshop.codes import listed
from shoprelay_relays.spec import Shop
from shoprelay_relays.values import as_float, decimal

_PUBLIC = ({"guest"}, {"all", ""})
_AMOUNT, _PERCENT = "a", "p"
# A price line may carry "b", and any other letter, which the shop takes unread: then its price is the price.
_NO_REDUCTION = {"", "b"}


@dataclass(frozen=True, slots=True)
class Offer:
    price: Decimal
    started_at: datetime | None
    finished_at: datetime | None


def vat_rate(product: Raw, shop: Shop) -> Decimal | None:
    """The rate of the product's VAT group, as a fraction; 0 is one. None where it is not known."""
    found = product.child("VatGroup").number("VatPercentage")
    if found is None:
        found = decimal(shop.config.get("tax"), "tax")
    return None if found is None else found / 100


def told(product: Raw, variant: Raw, shop: Shop, unknown: list[str]) -> dict[str, Any]:
    """price, before_price, offer_price and its times. A reduction without times is in force: it is the price."""
    rate = vat_rate(product, shop)
    own = variant.number("Price")
    regular, offer = _gross(own, rate, shop), _offer(product, variant, own, rate, shop, unknown)
    always = offer and offer.started_at is None and offer.finished_at is None
    guideline = _gross(product.number("GuidelinePrice") or None, rate, shop)
    return {
        "price": as_float(offer.price if offer and always else regular),
        "before_price": as_float(regular if offer else guideline),
        "offer_price": as_float(offer.price if offer else None),
        "offer_started_at": offer.started_at if offer else None,
        "offer_finished_at": offer.finished_at if offer else None,
    }


def _gross(price: Decimal | None, rate: Decimal | None, shop: Shop) -> Decimal | None:
    """Shops enter prices with VAT or without: one setting for all."""
    if price is None or shop.config.get("prices_with_vat", "true") == "true":
        return price
    return money.gross(price, rate)


def _offer(product: Raw, variant: Raw, own: Decimal | None, rate: Decimal | None, shop: Shop, unknown: list[str]) -> Offer | None:
    line = _public_line(product, variant, shop)
    source = line or variant
    base = source.number("Price") if line else own
    reduced = None if base is None else _reduced(base, source, unknown)
    found = _gross(reduced, rate, shop)
    if found is None or own is None or reduced == own:
        return None
    dated = line is not None and line.flag("Date")
    times_of = [times.moment(line, key) if dated and line else None for key in ("DateFrom", "DateTo")]
    return Offer(found, *times_of)


def _public_line(product: Raw, variant: Raw, shop: Shop) -> Raw | None:
    """The cheapest line of the kind that goes first; those of the variant itself go before those of the product."""
    currency, key = shop.config.get("currency"), variant.reference("Id")
    lines = [line for line in listed(product, "Discounts") if _for_anyone(line, currency)]
    for variant_key in dict.fromkeys((key if "ProductId" in variant else None, None)):
        for kinds in _PUBLIC:
            fitting = [
                line
                for line in lines
                if (line.text("UserType") or "") in kinds and line.reference("ProductVariantId") == variant_key
            ]
            if fitting:
                return min(fitting, key=lambda line: line.amount("Price"))
    return None


def _for_anyone(line: Raw, currency: str | None) -> bool:
    """Not for one user or group, not from several pieces on, not in another currency."""
    elsewhere = (line.text("Currency") or currency) != currency if currency else False
    return not line.reference("UserId") and (line.number("Amount") or 1) <= 1 and not elsewhere


def _reduced(price: Decimal, source: Raw, unknown: list[str]) -> Decimal:
    off, kind = source.amount("Discount"), source.text("DiscountType") or ""
    if not off:
        return price
    if kind == _AMOUNT:
        return price - off
    if kind == _PERCENT:
        return (price * (1 - off / 100)).quantize(money.CENT)
    if kind not in _NO_REDUCTION:
        unknown.append(f"discount_type={kind}")
    return price
