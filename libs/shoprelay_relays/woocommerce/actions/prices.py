"""Prices as buyers see them, turned into what WooCommerce keeps: a regular one, and a lower one while there is an offer."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from shoprelay_relays.errors import CannotDo

NAMES: Final = ("price", "before_price", "offer_price")
_DATES: Final = {"offer_started_at": "date_on_sale_from_gmt", "offer_finished_at": "date_on_sale_to_gmt"}
ALL: Final = (*NAMES, *_DATES)
"""What a variable product leaves to its variations."""
_NET: Final = Decimal("0.000001")
Row = dict[str, Any]


def asked(told: Mapping[str, Any], config: Mapping[str, Any], row: Row, field: str = "") -> Row:
    """The regular price, the offer's and its days, as far as they were given.

    price alone is what is paid from now on: an offer ends with it. Beside before_price it is the offer.
    """
    given = [name for name in ALL if told.get(name) is not None]
    if given and str(row.get("type") or "").startswith(("variable", "grouped")):
        raise CannotDo(f"{field}{given[0]}", "its variants have the prices")
    dates = {theirs: _bare(told[name]) for name, theirs in _DATES.items() if name in given}
    amounts = {name: _written(value, config, row, field) for name, value in _amounts(told, field).items() if value is not None}
    return amounts | dates


def _amounts(told: Mapping[str, Any], field: str) -> dict[str, float | str | None]:
    price, before, offer = (told.get(name) for name in NAMES)
    if price is not None and before is not None and offer is not None and price not in {before, offer}:
        raise CannotDo(f"{field}price", "expected before_price or offer_price again: there is no third price")
    regular = before if before is not None else price
    if offer is None and price is not None:
        offer = price if before is not None and price < before else ""
    return {"regular_price": regular, "sale_price": offer}


def _written(value: float | str, config: Mapping[str, Any], row: Row, field: str) -> str:
    """Without tax where the shop enters its prices so, by the rate that documents are made with."""
    if value == "":
        return ""
    amount = Decimal(str(value))
    if config.get("prices_include_tax") == "no" and (row.get("tax_status") or "taxable") == "taxable":
        amount = (amount / (1 + _rate(config, row, field))).quantize(_NET)
    return f"{amount.normalize() + 0:f}"


def _rate(config: Mapping[str, Any], row: Row, field: str) -> Decimal:
    rates = json.loads(config.get("tax_rates") or "{}")
    vat_class = row.get("tax_class") or "standard"
    if "tax_rates" not in config:
        raise CannotDo(f"{field}price", "the shop enters prices without tax, and its key may not read its tax rates")
    return Decimal(str(rates.get(vat_class, 0)))


def _bare(moment: datetime) -> str:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
