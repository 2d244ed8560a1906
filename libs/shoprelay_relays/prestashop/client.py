"""Asking a PrestaShop: one request, its rows or the error that it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.http import asking
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.prestashop import payload
from shoprelay_relays.prestashop.signing import WithKey
from shoprelay_relays.spec import Connection, Json

# Codes of WebserviceRequest; 17 empty, 18 not 32 characters, 20 and 21 unknown or switched off.
_NO_RIGHT, _NO_RESOURCE, _SWITCHED_OFF = 26, 27, 22


class Missing(RelayError):
    """The key has no right on the resource, or this version of PrestaShop has no such resource."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`asked_at` is when the request left, `clock` what the shop's own clock said; `version`: of PrestaShop."""

    rows: list[Json]
    asked_at: datetime
    clock: datetime | None
    version: str


def client(config: Mapping[str, Any], connection: Connection) -> httpx.AsyncClient:
    """The HTTP client of one shop, signing by `config["auth"]`: auto (default), basic or query."""
    inner = connection.transport or httpx.AsyncHTTPTransport()
    shop = str(config["shop_url"]).rstrip("/").removesuffix("/api")
    return asking.client(f"{shop}/api/", WithKey(inner, str(config["key"]).strip(), str(config.get("auth") or "auto"), shop))


async def get(shop: httpx.AsyncClient, path: str, params: Mapping[str, str | int]) -> Answer:
    """Raises CredentialsRejected, Missing, NotThere, ShopTrouble (Overloaded, Unreadable) or RelayError.

    `output_format` is upper case only; a shop without JSON answers XML, which is read as well.
    """
    asked_at = datetime.now(UTC)
    response = await asking.send(shop, "GET", path, params={**params, "output_format": "JSON"})
    if not response.is_success:
        raise refusal(response, f"GET {path}: {response.status_code}", path.partition("/")[0])
    if not response.content.strip():
        raise ShopTrouble(f"GET {path}: an empty answer")
    return Answer(payload.rows(response.content), asked_at, clock(response), response.headers.get("psws-version", ""))


def clock(response: httpx.Response) -> datetime | None:
    """The shop's clock: `Access-Time` (Unix seconds), else `Date`."""
    seconds = response.headers.get("access-time", "")
    try:
        if seconds:
            return datetime.fromtimestamp(int(seconds), UTC)
        return parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def refusal(response: httpx.Response, said: str, resource: str) -> RelayError:
    """What an answer that is no success means."""
    codes = payload.errors(response.content)
    if codes:
        said = f"{said} " + "; ".join(f"{code} {message}" for code, message in codes.items())[:200]
    if _NO_RIGHT in codes:
        return Missing(f"{said}. Give the webservice key the right View (GET) on {resource}.")
    if _NO_RESOURCE in codes:
        return Missing(said)
    if _SWITCHED_OFF in codes:
        return ShopTrouble(f"{said}. Switch it on under Advanced Parameters > Webservice.", asking.retry_after(response))
    if response.is_redirect:
        return RelayError(_redirected(response, said))
    return _by_status(response, said)


def _redirected(response: httpx.Response, said: str) -> str:
    """Another host name is sent on with a mangled path and without the query: it must not be followed."""
    where = response.headers.get("location", "")[:120]
    return f"{said}. The shop redirects to {where or 'nowhere'}: enter its address exactly as buyers see it, and its shop number."


def _by_status(response: httpx.Response, said: str) -> RelayError:
    found = asking.refusal(response, None, said)
    if isinstance(found, CredentialsRejected):
        return CredentialsRejected(f"{said}. Make a new key under Advanced Parameters > Webservice and enter it again.")
    if isinstance(found, NotThere) and not _is_webservice(response):
        return RelayError(f"{said}. Is the webservice there? Friendly URLs may have to be saved again.")
    return found


def _is_webservice(response: httpx.Response) -> bool:
    """A missing record is a 404 with an empty body; only these headers tell it from any other 404."""
    return "access-time" in response.headers or "psws-version" in response.headers
