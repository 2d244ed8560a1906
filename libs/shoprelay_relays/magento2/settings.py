"""What the mapping needs to know of a shop, learnt once and kept in the webshop's config."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from shoprelay_relays.errors import RelayError, ShopTrouble
from shoprelay_relays.fields import Raw
from shoprelay_relays.http import asking
from shoprelay_relays.magento2 import stock, taxes
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.criteria import query
from shoprelay_relays.spec import Json

_SUFFIX = "{storeConfig{product_url_suffix}}"


async def settings(shop: httpx.AsyncClient, config: Mapping[str, Any]) -> dict[str, str]:
    """Text values: currency, time_zone, weight_unit, language, languages (JSON: by store id), shop_link_url, media_url,
    product_url_suffix, customer_groups (JSON: names by id), tax_rates (JSON: fractions by product tax class), inventory,
    stock_id, sources.

    Raises CredentialsRejected for keys that may not even list orders; what else they may not read is left out.
    """
    await get(shop, "orders", query([], "entity_id", 1))
    stores = rows(await optional(shop, "store/storeConfigs"))
    websites = {row.reference("id"): row.text("code") for row in rows(await optional(shop, "store/websites"))}
    chosen = _chosen(stores, str(config.get("store_code") or "all"))
    locale = chosen.text("locale") or ""
    groups = listed(await optional(shop, "customerGroups/search", query([], "id", 300)))
    country = str(config.get("tax_country") or "") or locale.partition("_")[2]
    found = {
        "currency": chosen.text("base_currency_code"),
        "time_zone": chosen.text("timezone"),
        "weight_unit": chosen.text("weight_unit"),
        "language": locale.replace("_", "-"),
        "languages": _by(stores, "locale", "_", "-"),
        "shop_link_url": chosen.text("secure_base_link_url") or chosen.text("base_link_url"),
        "media_url": chosen.text("secure_base_media_url") or chosen.text("base_media_url"),
        "product_url_suffix": await _url_suffix(shop, config),
        "customer_groups": _by(groups, "code"),
        "tax_rates": await taxes.rates(shop, groups, country),
        **await stock.settings(shop, websites.get(chosen.reference("website_id")) or "base"),
    }
    return {name: value for name, value in found.items() if value}


def _chosen(stores: list[Raw], code: str) -> Raw:
    """The config of the store view that is read; of the default one (the lowest id) where all are."""
    ordered = sorted(stores, key=lambda row: (row.text("code") != code, row.integer("id") or 0))
    return ordered[0] if ordered else Raw({})


def _by(items: list[Raw], name: str, old: str = "", new: str = "") -> str:
    found = {row.text("id") or "": (row.text(name) or "").replace(old, new) if old else row.text(name) for row in items}
    return json.dumps(found, sort_keys=True, ensure_ascii=False)


async def _url_suffix(shop: httpx.AsyncClient, config: Mapping[str, Any]) -> str | None:
    """What ends the address of a product's page; the storefront's GraphQL alone tells it."""
    address = f"{str(config['shop_url']).rstrip('/')}/graphql"
    try:
        answer = await asking.ask(shop, "GET", address, params={"query": _SUFFIX})
        return Raw(answer.body).child("data").child("storeConfig").text("product_url_suffix")
    except ShopTrouble:
        raise
    except RelayError:
        return None


async def optional(shop: httpx.AsyncClient, path: str, params: Mapping[str, str | int] | None = None) -> Json:
    """An answer, or None where the keys may not read it or the shop does not have it."""
    try:
        return (await get(shop, path, params)).body
    except ShopTrouble:
        raise
    except RelayError:
        return None


def rows(body: Json) -> list[Raw]:
    return Raw({"": body}).items("")


def listed(body: Json) -> list[Raw]:
    return Raw(body).items("items")
