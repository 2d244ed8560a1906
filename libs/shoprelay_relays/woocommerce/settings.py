"""What the mapping needs to know of a shop, learnt once and kept in the webshop's config."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import httpx

from shoprelay_relays.errors import RelayError, ShopTrouble
from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Json
from shoprelay_relays.woocommerce.client import get
from shoprelay_relays.woocommerce.walk import Place, walk

_READ = {
    "woocommerce_currency",
    "woocommerce_default_country",
    "woocommerce_calc_taxes",
    "woocommerce_weight_unit",
    "woocommerce_dimension_unit",
    "woocommerce_prices_include_tax",
}


async def settings(shop: httpx.AsyncClient, _config: Mapping[str, Any]) -> dict[str, str]:
    """Text values: currency, prices_include_tax, tax_rates (JSON: fractions by tax class, where the shop stands), weight_unit,
    dimension_unit, time_zone, order_storage (hpos or legacy), woocommerce_version, permalinks (plain where they are).

    Raises CredentialsRejected for a key that may not even list orders; what else the key may not read is left out.
    """
    first = await get(shop, "orders", {"per_page": 1})
    general = await _group(shop, "settings/general")
    goods = await _group(shop, "settings/products")
    tax = await _group(shop, "settings/tax")
    site = await _optional(shop, str(shop.base_url).removesuffix("wc/v3/"))
    found = {
        "currency": general.get("woocommerce_currency"),
        "weight_unit": goods.get("woocommerce_weight_unit"),
        "dimension_unit": goods.get("woocommerce_dimension_unit"),
        "prices_include_tax": tax.get("woocommerce_prices_include_tax"),
        "time_zone": Raw(site).text("timezone_string") or Raw(site).text("gmt_offset"),
        "tax_rates": await _tax_rates(shop, general),
        # WordPress says in a header where its API is.
        "permalinks": "plain" if "rest_route=" in first.links else None,
        **await _system(shop),
    }
    return {name: value for name, value in found.items() if value}


async def _system(shop: httpx.AsyncClient) -> dict[str, str | None]:
    status = Raw(await _optional(shop, "system_status", {"_fields": "environment,settings"}))
    hpos = status.child("settings").flag("HPOS_enabled")
    return {
        "order_storage": None if hpos is None else "hpos" if hpos else "legacy",
        "woocommerce_version": status.child("environment").text("version"),
    }


async def _group(shop: httpx.AsyncClient, path: str) -> dict[str, str]:
    rows = Raw({"settings": await _optional(shop, path)}).items("settings")
    return {str(row.text("id")): row.text("value") or "" for row in rows if row.text("id") in _READ}


async def _optional(shop: httpx.AsyncClient, path: str, params: Mapping[str, str | int] | None = None) -> Json:
    try:
        return (await get(shop, path, params)).body
    except ShopTrouble:
        raise
    except RelayError:
        return None


async def _tax_rates(shop: httpx.AsyncClient, general: dict[str, str]) -> str | None:
    """The rate of each tax class where the shop itself stands; None when they cannot be read, {} when no tax is charged."""
    if general.get("woocommerce_calc_taxes") == "no":
        return "{}"
    country, _, state = general.get("woocommerce_default_country", "").partition(":")
    rows: list[Raw] = []
    try:
        async for step in walk(shop, "taxes", [{}], Place()):
            rows += [Raw(row) for row in step.rows]
    except ShopTrouble:
        raise
    except RelayError:
        return None
    here = [row for row in rows if row.text("country") in {country, None} and row.text("state") in {state or None, None}]
    return json.dumps(_combined([row for row in here if not row.text("postcode") and not row.text("city")]), sort_keys=True)


def _combined(rates: list[Raw]) -> dict[str, str]:
    """Per class: one rate for each priority, the most local one first; compound ones are charged on top of the others."""
    classes: dict[str, dict[int, Raw]] = {}
    for rate in sorted(rates, key=lambda r: (not r.text("country"), not r.text("state"), r.integer("order") or 0)):
        classes.setdefault(rate.text("class") or "standard", {}).setdefault(rate.integer("priority") or 1, rate)
    return {name: str(_charged(list(chosen.values()))) for name, chosen in classes.items()}


def _charged(rates: list[Raw]) -> Decimal:
    plain = sum((rate.amount("rate") for rate in rates if not rate.flag("compound")), Decimal(0)) / 100
    for rate in rates:
        if rate.flag("compound"):
            plain += (1 + plain) * rate.amount("rate") / 100
    return plain.normalize() + 0
