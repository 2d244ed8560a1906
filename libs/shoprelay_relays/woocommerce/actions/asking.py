"""Asking for a change: what WooCommerce refuses is told in its own words."""

import html
from typing import Any

import httpx

from shoprelay_relays.errors import CannotDo, Refused, RelayError
from shoprelay_relays.http import asking
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.spec import Json
from shoprelay_relays.woocommerce.client import get, judge

_REFUND = "woocommerce_rest_cannot_create_order_refund"


async def change(shop: httpx.AsyncClient, method: str, path: str, json: Json = None, **params: str | int) -> dict[str, Any]:
    """The record as it is now. Refused, CredentialsRejected, ShopTrouble, NotThere."""
    answer = await asking.ask(shop, method, path, json=json, params=params or None, judge=_judge)
    return answer.body if isinstance(answer.body, dict) else {}


async def read(shop: httpx.AsyncClient, path: str, **params: str | int) -> dict[str, Any]:
    """The record as it stands. NotThere, CredentialsRejected, ShopTrouble."""
    body = (await get(shop, path, params or None)).body
    return body if isinstance(body, dict) else {}


async def rows(shop: httpx.AsyncClient, path: str, **params: str | int) -> list[dict[str, Any]]:
    """The first hundred rows of a list."""
    body = (await get(shop, path, {"per_page": 100, **params})).body
    return [row for row in body if isinstance(row, dict)] if isinstance(body, list) else []


def is_id(text: str) -> bool:
    """Whether WooCommerce can have given this id; what goes into a path has to be one."""
    return text.isascii() and text.isdigit()


def number(text: str, field: str = "") -> str:
    """An id. CannotDo for what cannot be one."""
    if not is_id(text):
        raise CannotDo(field, f"WooCommerce's ids are numbers, {text[:40]!r} is none")
    return text


def _judge(response: httpx.Response, body: Json, said: str) -> RelayError | None:
    """400 with a code: {"code": "rest_invalid_param", "message": "Invalid parameter(s): status"}.

    A change of what is not there is a 400 too, and a refund that is refused a 500.
    """
    code = str(body.get("code") or "") if isinstance(body, dict) else ""
    if response.status_code == httpx.codes.BAD_REQUEST and code.endswith("_invalid_id"):
        return NotThere("404")
    if code and (response.status_code == httpx.codes.BAD_REQUEST or code == _REFUND):
        return Refused(f"{code}: {words(body)}")
    return judge(response, body, said)


def words(error: Json) -> str:
    """What an error says. WordPress writes it for a page, with entities."""
    return html.unescape(str(error.get("message", "")))[:200] if isinstance(error, dict) else ""
