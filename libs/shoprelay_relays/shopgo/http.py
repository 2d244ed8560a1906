"""ShopGo's envelope and errors. https://docs.shopgo.me/1.0.0/management-api/general

Success is {"result": "success", "payload": {...}}, where reads may leave "result" out; failure is
{"result": "error", "description": ...}.
"""

import json
from decimal import Decimal
from typing import Any

import httpx

from shoprelay_relays.errors import CredentialsRejected, ShopTrouble
from shoprelay_relays.http.asking import SAFE
from shoprelay_relays.spec import Json

_REJECTED = {
    401: "ShopGo does not accept the credentials: make a new API key in the ShopGo dashboard and enter it here.",
    402: "The store's ShopGo trial or subscription has ended: renew it in the ShopGo dashboard.",
    403: "The ShopGo user of this API key lacks a permission: give it 'orders' (and 'settings' for webhooks) in the dashboard.",
}


NOT_FOUND = 404


class Refused(ShopTrouble):
    """ShopGo understood and said no (400, 404, "result": "error"). A poll may ask again later; a write must not be repeated."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(f"ShopGo refused: {description} (HTTP {status})")
        self.status = status
        self.description = description


async def ask(client: httpx.AsyncClient, method: str, path: str, body: Json = None, *, safe: bool = False) -> dict[str, Any]:
    """The payload of one call; exact numbers come as Decimal. Raises CredentialsRejected, Refused or ShopTrouble.

    `safe`: it changes nothing in the store, though its verb is not GET.
    """
    return payload(await send(client, method, path, body, safe=safe))


async def send(client: httpx.AsyncClient, method: str, path: str, body: Json = None, *, safe: bool = False) -> httpx.Response:
    """One request; a connection that fails is ShopTrouble."""
    more: dict[str, Any] = {"extensions": {SAFE: True}} if safe else {}
    if body is not None:
        more["json"] = body
    try:
        return await client.request(method, path, **more)
    except httpx.TransportError as error:
        raise ShopTrouble(f"ShopGo cannot be reached: {type(error).__name__}") from error


def payload(response: httpx.Response) -> dict[str, Any]:
    """What a successful answer carries; every other answer is raised by its consequence."""
    check_status(response)
    answer = _json(response)
    if answer.get("result") == "error" or response.is_error:
        raise Refused(response.status_code, str(answer.get("description") or "no reason given")[:200])
    carried = answer.get("payload")
    return carried if isinstance(carried, dict) else {}


def check_status(response: httpx.Response) -> None:
    """Raises for what the status alone decides."""
    status = response.status_code
    if status in _REJECTED:
        raise CredentialsRejected(_REJECTED[status])
    if status == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        raise ShopTrouble(f"ShopGo answered HTTP {status}", _retry_after(response))


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = json.loads(response.text, parse_float=Decimal)
    except ValueError:
        raise ShopTrouble(f"ShopGo answered HTTP {response.status_code} with something that is not JSON") from None
    if not isinstance(answer, dict):
        raise ShopTrouble(f"ShopGo answered HTTP {response.status_code} without its envelope")
    return answer


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None
