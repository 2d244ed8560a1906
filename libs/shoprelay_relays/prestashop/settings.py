"""What the mapping needs to know of a shop, learnt once and kept in the webshop's config."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop.client import Missing
from shoprelay_relays.prestashop.reader import Reader

# The shop's own name of a setting -> ours.
_CONFIGURATION = {
    "PS_TIMEZONE": "time_zone",
    "PS_CURRENCY_DEFAULT": "currency_id",
    "PS_LANG_DEFAULT": "language_id",
    "PS_COUNTRY_DEFAULT": "country_id",
    "PS_OS_SHIPPING": "state_shipped",
    "PS_OS_DELIVERED": "state_delivered",
    "PS_OS_CANCELED": "state_cancelled",
    "PS_OS_REFUND": "state_refunded",
    "PS_WEIGHT_UNIT": "weight_unit",
    "PS_DIMENSION_UNIT": "dimension_unit",
    "PS_STOCK_MANAGEMENT": "manage_stock",
    "PS_ORDER_OUT_OF_STOCK": "allow_backorders",
}
_NEEDED = ("orders", "order_details", "order_states", "products", "customers", "addresses", "categories", "currencies")


async def settings(shop: httpx.AsyncClient, config: Mapping[str, Any]) -> dict[str, str]:
    """Text values: time_zone, currency, currency_id, language_id, country_id, state_shipped, state_delivered,
    state_cancelled, state_refunded, weight_unit, dimension_unit, manage_stock, allow_backorders, version.

    Raises CredentialsRejected for a key that lacks a right which nothing can stand in for, and names it; and where nobody says
    the time zone: all of the shop's times are local.
    """
    reader = Reader(shop, config)
    version = await _rights(reader)
    found = await _configuration(reader)
    _check_time_zone(found.get("time_zone") or config.get("time_zone"))
    currencies = await reader.named("currencies", [found.get("currency_id")])
    currency = Raw(currencies.get(found.get("currency_id", ""))).text("iso_code")
    learnt = {**found, "currency": currency, "version": version}
    return {name: value for name, value in learnt.items() if value}


async def _rights(reader: Reader) -> str:
    """Tests each needed right, so that all that are missing are named at once; gives PrestaShop's version."""
    missing, version = [], ""
    for resource in _NEEDED:
        try:
            version = (await reader.get(resource, {"display": "[id]", "limit": "1"})).version
        except Missing:
            missing.append(resource)
    if missing:
        raise CredentialsRejected(f"The webservice key may not read {', '.join(missing)}: give it the right View (GET) on each.")
    return version


async def _configuration(reader: Reader) -> dict[str, str]:
    """The settings that the key may read. Those of one shop go before those of all."""
    try:
        rows = await reader.rows("configurations", "name", _CONFIGURATION)
    except Missing:
        return {}
    mine, found = reader.config.get("shop_id") or None, dict[str, str]()
    for row in sorted(map(Raw, rows), key=lambda row: row.reference("id_shop") is not None):
        name, value = _CONFIGURATION.get(row.text("name") or ""), row.text("value")
        if name and value is not None and row.reference("id_shop") in {None, mine}:
            found[name] = value
    return found


def _check_time_zone(name: str | None) -> None:
    try:
        known = ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        known = None
    if known is None:
        raise CredentialsRejected(
            f"The shop's time zone is not known ({name or 'nothing'}): give the key the right View (GET) on configurations, or "
            "enter the time zone, such as Europe/Copenhagen."
        )
