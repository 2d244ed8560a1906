"""One request to a shop: its answer, or the error that it means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import Any
from urllib.request import Request

import httpx
import orjson

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.spec import Json

TIMEOUT = 30.0
"""Seconds for one answer: shared PHP hosts are slow."""
HEADERS = {"Accept": "application/json", "User-Agent": "shoprelay"}
COST = "shoprelay.cost"
"""A request's extension: what it is reckoned to cost where the platform counts points, else 1."""

SAFE = "shoprelay.safe"
"""A request's extension: it changes nothing in the shop, whatever its verb (a query that is posted, a log-in)."""

UNMADE = "shoprelay.unmade"
"""An answer's extension, a function: to be called where it turns out that the request changed nothing, whatever its status."""

_SLOW = frozenset({408, 504, 524})
_LATER = frozenset({425, 429})


class AnswerTooLarge(httpx.TransportError):
    """A transport that bounds answers raises it; the text names the host and the limit."""


class Overloaded(ShopTrouble):
    """The shop ran out of time over this request, or answered more than is taken at once; a smaller page may pass."""


class NotThere(RelayError):
    """The record is not there (404 or 410, which the text is), in the platform's own words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is the JSON (None where there is none), `asked_at` when the request left."""

    body: Json
    asked_at: datetime
    headers: httpx.Headers


Judge = Callable[[httpx.Response, Json, str], RelayError | None]
"""What a platform says of an answer in its own way, before the status is looked at: (response, JSON or None, "GET path: 400") to
an error, or None where the status alone decides."""


class _NoCookies(CookieJar):
    """Some shops begin a session with every answer, as if for a buyer. Going on with one would have it loaded and locked at each
    request.
    """

    def extract_cookies(self, response: HTTPResponse, request: Request) -> None:
        pass


def client(
    base_url: str,
    transport: httpx.AsyncBaseTransport | None,
    *,
    auth: httpx.Auth | None = None,
    headers: Mapping[str, str] = HEADERS,
    timeout: float | httpx.Timeout = TIMEOUT,
) -> httpx.AsyncClient:
    """The client of one shop's API; it keeps no cookies."""
    return httpx.AsyncClient(
        base_url=_address(base_url), transport=transport, auth=auth, headers=headers, timeout=timeout, cookies=_NoCookies()
    )


@lru_cache(maxsize=4096)
def _address(base_url: str) -> httpx.URL:
    """A client is made for each call in a shop, and its address was a tenth of what that took."""
    return httpx.URL(base_url)


async def ask(
    client: httpx.AsyncClient,
    method: str,
    path: str,
    *,
    params: Mapping[str, str | int] | None = None,
    json: Json = None,
    judge: Judge | None = None,
) -> Answer:
    """One request. Raises CredentialsRejected, ShopTrouble (Overloaded), NotThere or RelayError."""
    asked_at = datetime.now(UTC)
    response = await send(client, method, path, params=params, json=json)
    body = parsed(response)
    said = f"{method} {path}: {response.status_code}"
    if (error := judge(response, body, said) if judge else None) is not None:
        raise error
    if not response.is_success:
        raise refusal(response, body, said)
    if body is None and response.content.strip():
        raise ShopTrouble(f"{said}, but not JSON: {response.text[:80]!r}")
    return Answer(body, asked_at, response.headers)


async def send(client: httpx.AsyncClient, method: str, path: str, **request: Any) -> httpx.Response:
    """The bare answer, whatever its status. A connection that fails is ShopTrouble; one that takes too long, or an answer that is
    too large, Overloaded.
    """
    try:
        response = await client.request(method, path, **request)
    except httpx.TimeoutException as error:
        raise Overloaded(f"{method} {path}: no answer within {client.timeout.read or TIMEOUT:.0f} s") from error
    except AnswerTooLarge as error:
        raise Overloaded(f"{method} {path}: {error}") from error
    except httpx.RequestError as error:
        raise ShopTrouble(f"{method} {path}: {error or type(error).__name__}") from error
    # The client's stream and the answer hold each other: read pages, megabytes each, would stay until the collector comes by.
    response.stream = httpx.ByteStream(b"")
    return response


def parsed(response: httpx.Response) -> Json:
    """The body as JSON; None when it is not. Some shops put a byte order mark before it."""
    try:
        return orjson.loads(response.content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None


def refusal(response: httpx.Response, body: Json, said: str) -> RelayError:
    """What an answer that is no success means by its status."""
    status = response.status_code
    # Firewalls before the shop answer 403 and 404 with a page of their own: that says nothing about the key or the record.
    page = body is None and response.text.lstrip().startswith("<")
    if status == httpx.codes.UNAUTHORIZED or (status == httpx.codes.FORBIDDEN and not page):
        return CredentialsRejected(f"{said}: the shop refuses the credentials")
    if status in _SLOW:
        return Overloaded(said, retry_after(response))
    if status in _LATER or status >= httpx.codes.INTERNAL_SERVER_ERROR or (page and not response.is_redirect):
        return ShopTrouble(said, retry_after(response))
    if status in {404, 410}:
        return NotThere(str(status))
    if response.is_redirect:
        return RelayError(f"{said}. The shop redirects to {response.headers.get('location', '')[:120]}: correct its address.")
    return RelayError(said)


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
