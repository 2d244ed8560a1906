"""Asking for a change. What PrestaShop refuses is told in its own words.

https://devdocs.prestashop-project.org/8/webservice/tutorials/prestashop-webservice-lib/: POST makes a record, PUT replaces one
whole (what is left out becomes empty), PATCH (from 8.0) changes what is sent.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from shoprelay_relays.errors import Refused, ShopTrouble
from shoprelay_relays.http import asking
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.prestashop import payload
from shoprelay_relays.prestashop.actions import xml
from shoprelay_relays.prestashop.client import Missing, refusal
from shoprelay_relays.prestashop.reader import Reader
from shoprelay_relays.spec import Json

Config = Mapping[str, Any]

# The element of one record, where it is not the resource's name without its last letter.
_SINGLE = {
    "addresses": "address",
    "categories": "category",
    "order_histories": "order_history",
    "order_slip": "order_slip",
}
# What a record shows and does not take back (400, code 93).
_SHOWN_ONLY = {
    "products": {"manufacturer_name", "quantity"},
    "categories": {"level_depth", "nb_products_recursive"},
}
# No right on the method, or none on the resource.
_NO_RIGHT, _MISSING_IDS = (25, 26), {87, 92}
_PATCHES = 8
_XML = {"Content-Type": "text/xml; charset=utf-8"}


async def create(shop: httpx.AsyncClient, config: Config, resource: str, fields: Mapping[str, object]) -> Json:
    """The record that was made."""
    return await _send(shop, config, "POST", resource, xml.record(_single(resource), fields))


async def edit(shop: httpx.AsyncClient, config: Config, resource: str, number: str, fields: Mapping[str, object]) -> Json:
    """The record as it is now. Versions without PATCH get it back whole, with these fields exchanged."""
    if _major(config) >= _PATCHES:
        body = xml.record(_single(resource), {"id": number, **fields})
        return await _send(shop, config, "PATCH", f"{resource}/{number}", body)
    row = await _whole(shop, config, resource, number)
    kept = {name: value for name, value in row.items() if name not in {"associations", *_SHOWN_ONLY.get(resource, ())}}
    body = xml.record(_single(resource), {**kept, **fields, "id": number})
    return await _send(shop, config, "PUT", f"{resource}/{number}", body)


async def delete(shop: httpx.AsyncClient, config: Config, path: str) -> None:
    await _send(shop, config, "DELETE", path, b"")


async def one(shop: httpx.AsyncClient, config: Config, resource: str, number: str) -> Json:
    """One record with all of its fields. NotThere."""
    if not number.isdigit():
        raise NotThere(f"{resource}/{number}")
    rows = (await Reader(shop, config).get(f"{resource}/{number}", {"display": "full"})).rows
    if [str(row["id"]) for row in rows] != [number]:
        raise ShopTrouble(f"GET {resource}/{number}: the answer is not about {number}")
    return rows[0]


async def _whole(shop: httpx.AsyncClient, config: Config, resource: str, number: str) -> Json:
    """The record as it is to be sent back. In XML: JSON of a shop with one language has plain text where translations belong."""
    path = f"{resource}/{number}"
    row = judged(await asking.send(shop, "GET", path, params=_common(config)), f"GET {path}")
    if str(row.get("id")) != number:
        raise ShopTrouble(f"GET {path}: the answer is not about {number}")
    return row


def _common(config: Config) -> dict[str, str]:
    return {"id_shop": str(config["shop_id"])} if config.get("shop_id") else {}


async def _send(shop: httpx.AsyncClient, config: Config, method: str, path: str, body: bytes) -> Json:
    response = await asking.send(shop, method, path, params=_common(config), content=body, headers=_XML)
    return judged(response, f"{method} {path}")


def judged(response: httpx.Response, said: str) -> Json:
    """The record of an answer to a change; {} where it has none."""
    if response.is_success:
        rows = payload.rows(response.content) if b"<prestashop" in response.content else []
        return rows[0] if rows else {}
    resource = said.partition(" ")[2].partition("/")[0]
    codes = payload.errors(response.content)
    if refused := next((codes[code] for code in _NO_RIGHT if code in codes), None):
        raise Missing(f"{refused}. Give the webservice key the right to {said.partition(' ')[0]} on {resource}.")
    if codes and response.status_code == httpx.codes.NOT_FOUND and _MISSING_IDS & codes.keys():
        raise NotThere(said)
    if codes and response.status_code == httpx.codes.BAD_REQUEST:
        raise Refused("; ".join(codes.values())[:200])
    raise refusal(response, f"{said}: {response.status_code}", resource)


def _single(resource: str) -> str:
    return _SINGLE.get(resource, resource.removesuffix("s"))


def _major(config: Config) -> int:
    found = str(config.get("version") or "").partition(".")[0]
    return int(found) if found.isdigit() else 0
