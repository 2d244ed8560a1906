"""Asking a shop: one GET, its answer or the error that it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.spec import Json
from shoprelay_relays.woocommerce.signing import OAuth1, QueryKeys

TIMEOUT = 30.0


class Overloaded(ShopTrouble):
    """The shop ran out of time over this request; a smaller page may pass."""


class NotThere(RelayError):
    """404 for one record, in WooCommerce's own words (not a missing route, not a page of the theme)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`asked_at` is when the request left; `total` how many rows the list has, where the shop says so."""

    body: Json
    asked_at: datetime
    total: int | None


def client(config: Mapping[str, Any], transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The HTTP client of one shop, signing by `config["auth"]`: auto (default), basic, query or oauth1."""
    shop = str(config["shop_url"]).rstrip("/")
    key, secret = str(config["consumer_key"]), str(config["consumer_secret"])
    way = str(config.get("auth") or "auto")
    if way == "auto":
        way = "basic" if shop.startswith("https:") else "oauth1"
    if way == "query":
        transport = QueryKeys(transport or httpx.AsyncHTTPTransport(), key, secret)
    signed: dict[str, httpx.Auth] = {"basic": httpx.BasicAuth(key, secret), "oauth1": OAuth1(key, secret)}
    return httpx.AsyncClient(
        base_url=f"{shop}/wp-json/wc/v3/",
        auth=signed.get(way),
        transport=transport,
        timeout=TIMEOUT,
        # Page caches before WordPress have been seen to answer the API.
        headers={"Accept": "application/json", "Cache-Control": "no-cache", "User-Agent": "shoprelay"},
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
    asked_at = datetime.now(UTC)
    try:
        response = await shop.request(method, path, params=params, json=json)
    except httpx.TimeoutException as error:
        raise Overloaded(f"{method} {path}: no answer within {TIMEOUT:.0f} s") from error
    except httpx.RequestError as error:
        raise ShopTrouble(f"{method} {path}: {error or type(error).__name__}") from error
    body = _json(response)
    if not response.is_success:
        raise _refusal(response, body, f"{method} {path}")
    if body is None:
        raise ShopTrouble(f"{method} {path}: {response.status_code}, but not JSON: {response.text[:80]!r}")
    total = response.headers.get("x-wp-total", "")
    return Answer(body, asked_at, int(total) if total.isdigit() else None)


def _json(response: httpx.Response) -> Json:
    try:
        return orjson.loads(response.content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None


def _refusal(response: httpx.Response, body: Json, what: str) -> RelayError:
    status = response.status_code
    code = str(body.get("code", "")) if isinstance(body, dict) else ""
    said = f"{what}: {status} {code or response.reason_phrase}".rstrip()
    # Firewalls before the shop answer 403 with a page of their own: that says nothing about the key.
    page = body is None and response.text.lstrip().startswith("<")
    if status == httpx.codes.UNAUTHORIZED or (status == httpx.codes.FORBIDDEN and not page):
        return CredentialsRejected(f"{said}. Make a new REST API key (read/write, by an administrator) and enter it again.")
    if status in {408, 504, 524}:
        return Overloaded(said, retry_after(response))
    if status in {425, 429} or status >= httpx.codes.INTERNAL_SERVER_ERROR or (page and not response.is_redirect):
        return ShopTrouble(said, retry_after(response))
    if status in {404, 410} and code not in {"", "rest_no_route"}:
        return NotThere(str(status))
    return RelayError(f"{said}. {_advice(response, code)}".rstrip())


def _advice(response: httpx.Response, code: str) -> str:
    if code == "rest_no_route":
        return "Is WooCommerce active there?"
    if response.is_redirect:
        target = response.headers.get("location", "")
        return f"The shop redirects to {target[:120]}: correct its address, and choose any permalinks but plain ones."
    return ""


def retry_after(response: httpx.Response) -> float | None:
    """Retry-After in seconds, from either of its two forms."""
    value = response.headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
