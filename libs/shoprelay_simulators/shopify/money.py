"""Amounts in two currencies: the shop's and the buyer's, each rounded for itself."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
RATES = {"DKK": Decimal(1), "SEK": Decimal("1.527"), "EUR": Decimal("0.134"), "NOK": Decimal("1.571")}
CURRENCIES = {"DK": "DKK", "SE": "SEK", "DE": "EUR", "NO": "NOK"}


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def bag(amount: Decimal, currency: str) -> dict[str, Any]:
    """An amount in the buyer's currency with what it is in the shop's."""
    shops = cents(amount / RATES[currency])
    return {"shopMoney": _money(shops, "DKK"), "presentmentMoney": _money(amount, currency)}


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    """Shopify writes 12.50 as 12.5 and 12 as 12.0."""
    text = f"{amount:.2f}"
    return {"amount": text.removesuffix("0") if text.endswith("0") else text, "currencyCode": currency}


def amount(held: dict[str, Any]) -> Decimal:
    return Decimal(held["presentmentMoney"]["amount"])
