"""Asking a WooCommerce shop: one request, its answer or the error that it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.http import asking
from shoprelay_relays.spec import Connection, Json
from shoprelay_relays.woocommerce.permalinks import Permalinks
from shoprelay_relays.woocommerce.signing import InQuery, oauth1, plainly

_UNSEEN = " If it is right, the shop may not see it: try oauth1 or query as the way to sign in."


class NoRoute(RelayError):
    """The shop does not know this path: WooCommerce is not active, or of a version before it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`asked_at`: when the request left; `total`: how many rows the list has, where the shop says so; `links`: the header."""

    body: Json
    asked_at: datetime
    total: int | None
    links: str = ""


def client(config: Mapping[str, Any], connection: Connection) -> httpx.AsyncClient:
    """The HTTP client of one shop, signing by `config["auth"]`: auto (default), basic, query or oauth1.

    `config["permalinks"]`: plain where the shop was found to have those.
    """
    shop = str(config["shop_url"]).rstrip("/")
    key, secret = str(config["consumer_key"]), str(config["consumer_secret"])
    way = str(config.get("auth") or "auto")
    if way == "auto":
        way = "basic" if shop.startswith("https:") else "oauth1"
    transport = connection.transport or httpx.AsyncHTTPTransport()
    if way != "basic":
        schemes = ("https", "http") if shop.startswith("https:") else ("http",)
        ways = [oauth1(key, secret, scheme) for scheme in schemes] if way == "oauth1" else [plainly(key, secret)]
        transport = InQuery(transport, *ways)
    return asking.client(
        f"{shop}/wp-json/wc/v3/",
        Permalinks(transport, plain=config.get("permalinks") == "plain"),
        auth=httpx.BasicAuth(key, secret) if way == "basic" else None,
        # Page caches before WordPress have been seen to answer the API.
        headers={**asking.HEADERS, "Cache-Control": "no-cache"},
    )


async def get(shop: httpx.AsyncClient, path: str, params: Mapping[str, str | int] | None = None) -> Answer:
    return await ask(shop, "GET", path, params=params)


async def ask(
    shop: httpx.AsyncClient,
    method: str,
    path: str,
    *,
    params: Mapping[str, str | int] | None = None,
    json: Json = None,
) -> Answer:
    """One request. Raises CredentialsRejected, ShopTrouble (Overloaded), NotThere or RelayError."""
    answer = await asking.ask(shop, method, path, params=params, json=json, judge=judge)
    if answer.body is None:
        raise ShopTrouble(f"{method} {path}: an empty answer")
    total = answer.headers.get("x-wp-total", "")
    return Answer(answer.body, answer.asked_at, int(total) if total.isdigit() else None, answer.headers.get("link", ""))


def judge(response: httpx.Response, body: Json, said: str) -> RelayError | None:
    if response.is_success:
        return None
    code = str(body.get("code", "")) if isinstance(body, dict) else ""
    said = f"{said} {code or response.reason_phrase}".rstrip()
    if code == "rest_no_route":
        return NoRoute(f"{said}. Is WooCommerce active there?")
    if response.status_code in {404, 410} and not code and not response.text.lstrip().startswith("<"):
        return RelayError(said)  # not in WooCommerce's words: it says nothing about the record
    found = asking.refusal(response, body, said)
    if isinstance(found, CredentialsRejected):
        return CredentialsRejected(
            f"{said}. Make a new REST API key (read/write, by an administrator) and enter it again.{_UNSEEN}"
        )
    if response.is_redirect:
        return RelayError(f"{found} If the shop is there, choose any permalinks but plain ones (Settings > Permalinks).")
    return found
