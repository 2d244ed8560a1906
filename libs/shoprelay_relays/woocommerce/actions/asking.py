"""Asking for a change: what WooCommerce refuses is told in its own words."""

from typing import Any

import httpx

from shoprelay_relays.errors import Refused, RelayError
from shoprelay_relays.http import asking
from shoprelay_relays.spec import Json
from shoprelay_relays.woocommerce.client import judge


async def change(shop: httpx.AsyncClient, method: str, path: str, json: Json = None, **params: str | int) -> dict[str, Any]:
    """The record as it is now. Refused, CredentialsRejected, ShopTrouble, NotThere."""
    answer = await asking.ask(shop, method, path, json=json, params=params or None, judge=_judge)
    return answer.body if isinstance(answer.body, dict) else {}


def _judge(response: httpx.Response, body: Json, said: str) -> RelayError | None:
    """400 with a code: {"code": "rest_invalid_param", "message": "Invalid parameter(s): status"}."""
    if response.status_code == httpx.codes.BAD_REQUEST and isinstance(body, dict) and body.get("code"):
        return Refused(f"{body['code']}: {str(body.get('message', ''))[:200]}")
    return judge(response, body, said)
