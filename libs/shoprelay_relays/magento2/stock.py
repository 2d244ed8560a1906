"""Stock. A change of it moves no product's modified time, and lists of products are without it.

https://developer.adobe.com/commerce/webapi/rest/inventory/: an article lies in sources; a website sells from the sources of its
stock. Shops without these modules have one stock item for each article.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.criteria import any_of, portions, query
from shoprelay_relays.spec import Json

Config = Mapping[str, Any]
Row = dict[str, Json]

_WITHOUT = {"configurable", "grouped", "bundle"}
_PAGE = 300


async def learnt(shop: httpx.AsyncClient, rows: Sequence[Row], config: Config) -> tuple[dict[str, Row], int]:
    """What the shop has of these products, by sku, in the way that the config asks for; and how many requests it took."""
    skus = [str(row["sku"]) for row in rows if row.get("type_id") not in _WITHOUT and row.get("sku")]
    if config.get("inventory") == "none" or config.get("stock") == "items":
        return await _one_by_one(shop, skus, "stock_item", "stockItems/{}")
    found, requests = await _sources(shop, skus)
    if config.get("stock") == "salable":
        path = f"inventory/get-product-salable-quantity/{{}}/{config.get('stock_id') or 1}"
        salable, asked = await _one_by_one(shop, skus, "salable_quantity", path)
        return {sku: {**found.get(sku, {}), **salable.get(sku, {})} for sku in skus}, requests + asked
    return found, requests


async def _sources(shop: httpx.AsyncClient, skus: Sequence[str]) -> tuple[dict[str, Row], int]:
    found: dict[str, list[Row]] = {sku: [] for sku in skus}
    requests = 0
    for lot in portions(skus):
        rows, asked = await source_items(shop, lot)
        requests += asked
        for row in rows:
            found.get(str(row.get("sku")), []).append(row)
    ordered = {sku: sorted(items, key=lambda item: str(item.get("source_code"))) for sku, items in found.items()}
    return {sku: {"source_items": items} for sku, items in ordered.items()}, requests


async def source_items(shop: httpx.AsyncClient, skus: Sequence[str]) -> tuple[list[Row], int]:
    """They have no id to walk by: pages by number, which come so soon after one another that little can move meanwhile; what is
    past the last page is the last page again, so that `total_count` says when to stop.
    """
    rows: dict[tuple[str, str], Row] = {}
    page, total = 1, 1
    while (page - 1) * _PAGE < total:
        answer = await get(shop, "inventory/source-items", query([any_of("sku", skus)], "source_item_id", _PAGE, page))
        body = answer.body
        if not isinstance(body, dict) or not isinstance(body.get("total_count"), int):
            raise ShopTrouble("GET inventory/source-items: expected items and total_count")
        total = body["total_count"]
        rows |= {(str(row.get("sku")), str(row.get("source_code"))): row for row in body.get("items") or []}
        page += 1
    return list(rows.values()), page - 1


async def _one_by_one(shop: httpx.AsyncClient, skus: Sequence[str], name: str, path: str) -> tuple[dict[str, Row], int]:
    found: dict[str, Row] = {}
    for sku in skus:
        try:
            found[sku] = {name: (await get(shop, path.format(quote(sku, safe="")))).body}
        except (ShopTrouble, CredentialsRejected):
            raise
        except (NotThere, RelayError):
            found[sku] = {}  # gone meanwhile, or of a kind that the shop counts no stock of
    return found, len(skus)


async def settings(shop: httpx.AsyncClient, website: str) -> dict[str, str]:
    """Inventory (msi or none), stock_id and sources (JSON: the codes of the enabled ones) of a website."""
    try:
        stock = (await get(shop, f"inventory/stock-resolver/website/{quote(website, safe='')}")).body
        stock_id = str(stock["stock_id"])
        links = await get(shop, "inventory/stock-source-links", query([[("stock_id", "eq", stock_id)]], "priority", _PAGE))
        sources = await get(shop, "inventory/sources", query([[("enabled", "eq", "1")]], "source_code", _PAGE))
        codes = {row["source_code"] for row in links.body["items"]} & {row["source_code"] for row in sources.body["items"]}
    except ShopTrouble:
        raise
    except (RelayError, KeyError, TypeError):
        return {"inventory": "none"}
    return {"inventory": "msi", "stock_id": stock_id, "sources": json.dumps(sorted(codes))}
