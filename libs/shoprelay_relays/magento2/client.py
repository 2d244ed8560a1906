"""Asking a Magento 2 shop: one request, its answer or the error that it means."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.http import asking
from shoprelay_relays.http.asking import Answer
from shoprelay_relays.http.tokens import KeyAuth, Obtain, Token, TokenAuth
from shoprelay_relays.magento2.signing import OAuth1
from shoprelay_relays.spec import Connection, Json

_KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
# The shop's default is four hours; a token that it ends earlier is renewed when it is refused.
_LOGIN_LASTS = timedelta(hours=4)

Config = Mapping[str, Any]


def client(config: Config, connection: Connection) -> httpx.AsyncClient:
    """The HTTP client of one shop, signing by `config["auth"]`: auto (default), oauth1, bearer or login."""
    shop = str(config["shop_url"]).rstrip("/")
    store = str(config.get("store_code") or "all")
    return asking.client(f"{shop}/rest/{store}/V1/", connection.transport, auth=_signing(config, connection, shop))


def _signing(config: Config, connection: Connection, shop: str) -> httpx.Auth:
    consumer_key, consumer_secret, token, token_secret = (str(config.get(name) or "") for name in _KEYS)
    way = str(config.get("auth") or "auto")
    if way == "auto":
        way = "oauth1" if all((consumer_key, consumer_secret, token, token_secret)) else "bearer" if token else "login"
    if way == "oauth1":
        return OAuth1((consumer_key, consumer_secret), (token, token_secret))
    if way == "bearer":
        return KeyAuth({"Authorization": f"Bearer {token}"})
    return TokenAuth(connection.tokens, _login(config, connection, shop))


def _login(config: Config, connection: Connection, shop: str) -> Obtain:
    """POST integration/admin/token answers the token as a JSON text."""
    given = {"username": str(config.get("username") or ""), "password": str(config.get("password") or "")}

    async def obtain(_stale: Token | None) -> Token:
        # Not closed: the transport belongs to the shop's client.
        asker = asking.client(f"{shop}/rest/V1/", connection.transport)
        until = datetime.now(UTC) + _LOGIN_LASTS
        try:
            # A log-in changes nothing in the shop.
            response = await asking.send(asker, "POST", "integration/admin/token", json=given, extensions={asking.SAFE: True})
        finally:
            if connection.transport is None:
                await asker.aclose()
        return Token(_token(response), until)

    return obtain


def _token(response: httpx.Response) -> str:
    body = asking.parsed(response)
    if error := judge(response, body, f"POST integration/admin/token: {response.status_code}"):
        raise error
    if not isinstance(body, str) or not body:
        raise ShopTrouble("POST integration/admin/token: expected a token")
    return body


async def get(shop: httpx.AsyncClient, path: str, params: Mapping[str, str | int] | None = None) -> Answer:
    """One GET. Raises CredentialsRejected, ShopTrouble (Overloaded), NotThere or RelayError."""
    answer = await asking.ask(shop, "GET", path, params=params, judge=judge)
    if answer.body is None:
        raise ShopTrouble(f"GET {path}: an empty answer")
    return answer


def judge(response: httpx.Response, body: Json, said: str) -> RelayError | None:
    """What an answer that is no success means; the shop's own words are part of the text."""
    if response.is_success:
        return None
    message = words(body)
    said = f"{said} {message or response.reason_phrase}".rstrip()
    if "searchcriteria" in message.lower() and "pagesize" in message.lower():
        return asking.Overloaded(said)  # the merchant's own limit: smaller pages pass
    if "request does not match any route" in message.lower():
        return RelayError(f"{said} Does this shop have that module?")
    if response.status_code == httpx.codes.NOT_FOUND and not message and not response.text.lstrip().startswith("<"):
        return RelayError(said)  # not in Magento's words: it says nothing about the record
    found = asking.refusal(response, body, said)
    return CredentialsRejected(f"{said}. {_advice(body)}") if isinstance(found, CredentialsRejected) else found


def words(body: Json) -> str:
    """The message with its placeholders (%1, %fieldName) filled in."""
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        return ""
    message, given = str(body["message"]), body.get("parameters")
    named = given if isinstance(given, dict) else {str(i): v for i, v in enumerate(given, 1)} if isinstance(given, list) else {}
    for name in sorted(named, key=len, reverse=True):
        message = message.replace(f"%{name}", str(named[name]))
    return message[:300]


def _advice(body: Json) -> str:
    """What the merchant can do about a 401 or 403."""
    parameters = body.get("parameters") if isinstance(body, dict) else None
    if isinstance(parameters, dict) and parameters.get("resources"):
        return (
            "Give the integration (System > Extensions > Integrations > API) access to that resource and activate it again. "
            "If it has it, the shop does not take the access token alone: enter all four keys."
        )
    return "Activate the integration again (System > Extensions > Integrations) and enter its four keys anew."
