"""The GraphQL Admin API: one operation, its data or the error that it means. https://shopify.dev/docs/api/admin-graphql"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from shoprelay_relays.errors import CredentialsRejected, Refused, RelayError, ShopTrouble
from shoprelay_relays.http import asking
from shoprelay_relays.http.asking import NotThere, Overloaded
from shoprelay_relays.spec import Json, Told

VERSION = "2026-07"
"""The one place where the version stands. Shopify makes one each quarter and answers it for a year; then it answers the oldest
one that it still has. https://shopify.dev/docs/api/usage/versioning
"""
READ, LIST = 10, 100
"""What a direct read and a page are reckoned to cost, in points: what they really cost is learnt from the answer."""

_STATUS = b'"throttleStatus"'
_THROTTLE = re.compile(_STATUS + rb":\s*\{[^{}]*\}")
_NUMBER = rb'"%s":\s*([0-9.]+)'


class Throttled(Refused, ShopTrouble):
    """The shop's points are used up: nothing of the request was begun."""


class Missing(Refused, NotThere):
    """What a mutation is about is not there: nothing was changed."""


class Denied(Refused, CredentialsRejected):
    """The app may not do this: nothing of the request was begun."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` of one operation; `asked_at` is when the request left."""

    data: dict[str, Any]
    asked_at: datetime


async def ask(shop: httpx.AsyncClient, query: str, variables: Mapping[str, Json] | None = None, cost: int = READ) -> Answer:
    """One query. Raises CredentialsRejected, ShopTrouble (Overloaded: a smaller page may pass) or RelayError.

    An answer with any error in it is refused as a whole: Shopify writes null where it may not tell, and a null that is taken for
    the truth would wipe out what is known.
    """
    response, asked_at = await send(shop, query, variables or {}, cost=cost, safe=True)
    return Answer(data_of(response), asked_at)


async def change(shop: httpx.AsyncClient, query: str, variables: Mapping[str, Json], field: str) -> dict[str, Any]:
    """One mutation: what `field` of its answer holds. The caller looks at its `userErrors`."""
    response, _ = await send(shop, query, variables, cost=READ, safe=False)
    found = data_of(response).get(field)
    if not isinstance(found, dict):
        raise ShopTrouble(f"{field}: an empty answer")
    return found


async def send(
    shop: httpx.AsyncClient, query: str, variables: Mapping[str, Json], *, cost: int, safe: bool
) -> tuple[httpx.Response, datetime]:
    """The bare answer, and when the request left. `safe`: it may be repeated."""
    asked_at = datetime.now(UTC)
    extensions: dict[str, Any] = {asking.COST: float(cost), **({asking.SAFE: True} if safe else {})}
    response = await asking.send(
        shop, "POST", "graphql.json", json={"query": query, "variables": variables}, extensions=extensions
    )
    return response, asked_at


def data_of(response: httpx.Response) -> dict[str, Any]:
    """`data` of an answer; raises what the answer means where it is no success."""
    body = asking.parsed(response)
    if (error := refusal(response, body)) is not None:
        raise error
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        raise ShopTrouble(f"{_said(response)}, but not GraphQL: {response.text[:80]!r}")
    return dict(body["data"])


def refusal(response: httpx.Response, body: Json) -> RelayError | None:
    """The error that an answer means; None for a success. https://shopify.dev/docs/api/usage/response-codes"""
    said, errors = _said(response), _errors(body)
    if not response.is_success:
        return _by_status(response, body, f"{said} {errors[0]['message'] if errors else ''}".rstrip())
    for error in errors:
        return _by_code(error, _cost(body), said)
    warnings = [w for part in _extensions(body).get("search") or [] for w in part.get("warnings") or []]
    if warnings:
        # Shopify leaves out a filter that it does not understand and answers with everything.
        return RelayError(f"{said}: Shopify ignores a filter: {str(warnings[0].get('message'))[:160]}")
    return None


def learn(response: httpx.Response) -> Told | None:
    """The shop's points as `extensions.cost.throttleStatus` tells them. https://shopify.dev/docs/api/usage/limits"""
    try:
        # Within a text of the shop every quote is escaped: the last one is Shopify's own, and it stands near the end.
        found = _THROTTLE.match(response.content, response.content.rfind(_STATUS))
    except httpx.ResponseNotRead:
        return None  # the result of a bulk operation, which is read as it comes
    if found is None:
        return None
    left, rate = (re.search(_NUMBER % name, found[0]) for name in (b"currentlyAvailable", b"restoreRate"))
    return Told(left=float(left[1]) if left else None, per_second=float(rate[1]) if rate else None)


def _by_status(response: httpx.Response, body: Json, said: str) -> RelayError:
    words = {
        401: "Shopify does not accept the access token. Install the app again, or enter a new token.",
        402: "The shop is frozen: its owner must pay Shopify's bill first.",
        403: "The app may not do this. Check its access scopes in Shopify and install it again.",
        404: "There is no shop at this address. Enter the address that ends in .myshopify.com.",
        423: "Shopify has locked the shop: its owner must write to Shopify's support.",
    }
    found = asking.refusal(response, body, said)
    # A page is a firewall's, not the shop's: it says nothing of the token or the shop.
    if isinstance(found, ShopTrouble) or response.status_code not in words:
        return found
    return CredentialsRejected(f"{said}. {words[response.status_code]}")


def _by_code(error: dict[str, Any], cost: dict[str, Any], said: str) -> RelayError:
    code, message = str((error.get("extensions") or {}).get("code", "")), str(error.get("message"))[:240]
    said = f"{said} {code or 'GraphQL error'}: {message}"
    if code == "THROTTLED":
        return Throttled(said, _wait(cost))
    if code in {"MAX_COST_EXCEEDED", "TIMEOUT"}:
        return Overloaded(said)
    if code == "ACCESS_DENIED":
        advice = (
            "Ask Shopify for access to protected customer data in the app's settings."
            if "not approved" in message
            else "Give the app the access scope and install it again."
        )
        return Denied(f"{said} {advice}")
    if code == "RESOURCE_NOT_FOUND":
        return Missing("404")
    if code == "SHOP_INACTIVE":
        return Denied(f"{said} The shop is closed or paused.")
    return ShopTrouble(said) if code == "INTERNAL_SERVER_ERROR" else Refused(said)


def _wait(cost: dict[str, Any]) -> float | None:
    """Seconds until the bucket holds what the query asks for."""
    status = cost.get("throttleStatus") or {}
    try:
        lacking = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        return max(1.0, lacking / float(status["restoreRate"]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None


def _errors(body: Json) -> list[dict[str, Any]]:
    """Refusals before GraphQL are one text: {"errors": "Not Found"}."""
    found = body.get("errors") if isinstance(body, dict) else None
    several = found if isinstance(found, list) else [found] if found else []
    return [error if isinstance(error, dict) and "message" in error else {"message": str(error)} for error in several]


def _extensions(body: Json) -> dict[str, Any]:
    found = body.get("extensions") if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}


def _cost(body: Json) -> dict[str, Any]:
    found = _extensions(body).get("cost")
    return found if isinstance(found, dict) else {}


def _said(response: httpx.Response) -> str:
    """Shopify's support asks for the request's id."""
    request = response.headers.get("x-request-id")
    return f"Shopify {response.status_code}" + (f" (request {request})" if request else "")
