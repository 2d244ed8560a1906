"""Amounts. Orders keep theirs without VAT, and mostly without its rate; what buyers paid is computed.

Where the order tells a rate it is in its lines (VatRate) or for the whole (Vat, the rate of the country of delivery); else it is
the rate that the shop has for that country.
"""

from decimal import ROUND_HALF_UP, Decimal

from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.codes import learnt, listed
from shoprelay_relays.spec import Shop
from shoprelay_relays.values import decimal

CENT = Decimal("0.01")
_PCT = Decimal("0.0001")
_WHOLE = Decimal(100)
_NOTHING = Decimal(0)


def gross(net: Decimal, rate: Decimal | None) -> Decimal:
    """Including VAT, to the cent as buyers see it."""
    return (net * (1 + (rate or _NOTHING))).quantize(CENT, ROUND_HALF_UP)


def percent(value: Decimal | None) -> Decimal | None:
    """A rate in percent as a fraction; 0 and nonsense tell nothing."""
    return value / _WHOLE if value is not None and 0 < value < _WHOLE else None


def order_rate(order: Raw, shop: Shop) -> Decimal | None:
    """The rate of charges, and of lines that tell none."""
    return percent(order.number("Vat")) or _of_country(order.child("Customer"), shop)


def line_rate(line: Raw, order: Raw, default: Decimal | None) -> Decimal | None:
    """0 is a rate only where another line of the order has one: mostly none has any."""
    own = percent(line.number("VatRate"))
    if own is not None:
        return own
    told = any(percent(other.number("VatRate")) for other in listed(order, "OrderLines"))
    return _NOTHING if told else default


def charge(part: Raw, key: str, rate: Decimal | None) -> Decimal:
    """A price of delivery or payment. `Vat` says whether VAT comes on top."""
    return gross(part.amount(key), _NOTHING if part.flag("Vat") is False else rate)


def implied(whole: Decimal, net: Decimal) -> Decimal | None:
    """The rate that two amounts come to."""
    return (whole / net - 1).quantize(_PCT) + 0 if net > 0 and whole >= net else None


def _of_country(customer: Raw, shop: Shop) -> Decimal | None:
    key = customer.text("ShippingCountryCode") or customer.text("CountryCode") or ""
    found = learnt(shop.config, "countries").get(key)
    if found is None:
        return None
    tax = found.get("company_tax") if customer.flag("B2B") else found.get("tax")
    rate = decimal(tax, "countries")
    return rate / _WHOLE if rate is not None else None
