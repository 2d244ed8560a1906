"""Asking Quickbutik: one address for all shops, the key as user and as password.

https://quickbutik.dev/api-v1/authentication
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.fields import Raw
from shoprelay_relays.http import asking
from shoprelay_relays.quickbutik.credentials import API_URL
from shoprelay_relays.spec import Connection, Json

Config = Mapping[str, Any]
Params = Mapping[str, str | int]
Row = dict[str, Json]

_ADVICE = "Make a new key in the control panel of the shop (Settings > API), and enter it here."


def client(config: Config, connection: Connection) -> httpx.AsyncClient:
    """The HTTP client of one shop."""
    key = str(config["api_key"])
    return asking.client(str(config.get("api_url") or API_URL), connection.transport, auth=httpx.BasicAuth(key, key))


async def settings(shop: httpx.AsyncClient, config: Config) -> dict[str, str]:
    """Tests the key as the documentation does it, and learns the currency from the newest order: products do not tell theirs."""
    await count(shop, config)
    rows, _ = await rows_of(shop, "orders", "order", {"limit": 1, "include_details": "true"})
    currency = Raw(rows[0]).text("currency") if rows else None
    return {"currency": currency} if currency else {}


async def count(shop: httpx.AsyncClient, _config: Config) -> int:
    """How many products there are; the number comes as text."""
    found = Raw((await asking.ask(shop, "GET", "products/count", judge=_judge)).body).integer("count")
    if found is None:
        raise ShopTrouble("GET products/count: expected a count")
    return found


async def rows_of(shop: httpx.AsyncClient, path: str, name: str, params: Params) -> tuple[list[Row], datetime]:
    """The rows of a list and when they were asked for. A list is bare or stands under `name`, as one object where one was asked
    for; one with nothing to show is a 404, so that none is no error.
    """
    asked_at = datetime.now(UTC)
    try:
        answer = await asking.ask(shop, "GET", path, params=params, judge=_judge)
    except asking.NotThere:
        return [], asked_at
    body = answer.body.get(name) if isinstance(answer.body, dict) else answer.body
    rows = [body] if isinstance(body, dict) else body
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ShopTrouble(f"GET {path}: expected a list of rows")
    return rows, answer.asked_at


def _judge(response: httpx.Response, body: Json, said: str) -> RelayError | None:
    if response.status_code == httpx.codes.NOT_FOUND and not (isinstance(body, dict) and "error" in body):
        return ShopTrouble(said)  # not in Quickbutik's words: it says nothing about the records
    if response.is_success:
        return None
    found = asking.refusal(response, body, said)
    return CredentialsRejected(f"{found}. {_ADVICE}") if isinstance(found, CredentialsRejected) else found
