"""What the mapping needs to know of a shop, learnt once and kept in the webshop's config."""

from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.client import call, listed
from shoprelay_relays.hostedshop.codes import LANGUAGES
from shoprelay_relays.spec import Json


async def settings(shop: httpx.AsyncClient, _config: Mapping[str, Any]) -> dict[str, str]:
    """Text values: solution_id, language, prices_with_vat, currency, tax (of the shop's own country, in percent), countries and
    groups (JSON).

    Raises CredentialsRejected for an API user that the shop refuses.
    """
    info = Raw((await call(shop, "Solution_GetWebinfo")).value)
    countries, currencies = await _rows(shop, "Product_GetDeliveryCountryAll"), await _rows(shop, "Currency_GetAll")
    groups = await _rows(shop, "User_GetGroupAll")
    iso = info.text("LanguageISO")
    found = {
        "solution_id": info.text("SolutionId"),
        "language": LANGUAGES.get((iso or "").upper(), iso),
        "prices_with_vat": info.text("ProductPricesWithVat"),
        "currency": _currency(currencies),
        "tax": next((row.text("Tax") for row in countries if row.flag("Primary")), None),
        "countries": _json({row.id("Id"): _country(row) for row in countries}),
        "groups": _json({row.id("Id"): row.text("Title") for row in groups}),
    }
    return {name: value for name, value in found.items() if value}


async def _rows(shop: httpx.AsyncClient, operation: str) -> list[Raw]:
    """A list that this API user may not have is left out: what it tells is nice to have."""
    try:
        return [Raw(row) for row in (await listed(shop, operation)).rows]
    except (CredentialsRejected, ShopTrouble):
        raise
    except RelayError:
        return []


def _country(row: Raw) -> dict[str, str | None]:
    return {"iso": row.text("Iso") or row.text("Code"), "tax": row.text("Tax"), "company_tax": row.text("CompanyTax")}


def _currency(rows: list[Raw]) -> str | None:
    """The base currency: the one that the others' rates are relative to."""
    base = [row for row in rows if row.number("Currency") == 1] or rows
    return base[0].text("Iso") if base else None


def _json(table: Mapping[str, Json]) -> str:
    return orjson.dumps(table).decode() if table else ""
