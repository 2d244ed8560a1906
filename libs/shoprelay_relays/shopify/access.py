"""The way into a shop: its HTTP client, and the tokens that it uses.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.http import asking
from shoprelay_relays.http.tokens import KeyAuth, Token, TokenAuth
from shoprelay_relays.shopify.api import VERSION
from shoprelay_relays.shopify.credentials import address
from shoprelay_relays.spec import Connection, Json

_HEADER = "X-Shopify-Access-Token"
_PATH = "/admin/oauth/access_token"

Config = Mapping[str, Any]


def client(config: Config, connection: Connection) -> httpx.AsyncClient:
    """The HTTP client of one shop; ValueError for an address that is not Shopify's."""
    shop = asking.client(f"{address(str(config['shop_url']))}/admin/api/{VERSION}/", connection.transport)
    if token := config.get("access_token"):
        shop.auth = KeyAuth({_HEADER: str(token)})
    else:
        shop.auth = TokenAuth(connection.tokens, partial(obtain, shop, config), _HEADER, "{}")
    return shop


async def obtain(shop: httpx.AsyncClient, config: Config, stale: Token | None) -> Token:
    """A new access token: by the refresh token of a public app, else by the client's credentials.

    Each refresh gives a new refresh token. The one before stays good until the new one is used, so a refresh whose answer was
    lost is simply repeated.
    """
    if not config.get("refresh_token"):
        return await grant(shop, config, {"grant_type": "client_credentials"})
    refresh = stale.refresh if stale and stale.refresh else str(config["refresh_token"])
    return await grant(shop, config, {"grant_type": "refresh_token", "refresh_token": refresh})


async def grant(shop: httpx.AsyncClient, config: Config, asked: dict[str, str]) -> Token:
    """One request of the token endpoint. Raises CredentialsRejected, ShopTrouble or RelayError."""
    keys = {"client_id": str(config.get("client_id")), "client_secret": str(config.get("client_secret"))}
    asked_at = datetime.now(UTC)
    response = await asking.send(
        shop, "POST", str(shop.base_url.join(_PATH)), json=keys | asked, auth=None, extensions={asking.SAFE: True}
    )
    body = asking.parsed(response)
    if not response.is_success:
        raise _refused(response, body)
    access = body.get("access_token") if isinstance(body, dict) else None
    if not access:
        raise ShopTrouble(f"POST {_PATH}: {response.status_code}, but no access token")
    lasts = body.get("expires_in")
    until = asked_at + timedelta(seconds=float(lasts)) if isinstance(lasts, int | float) else None
    return Token(str(access), until, body.get("refresh_token"))


def _refused(response: httpx.Response, body: Json) -> RelayError:
    reason = str(body.get("error_description") or body.get("error")) if isinstance(body, dict) else response.reason_phrase
    said = f"POST {_PATH}: {response.status_code} {reason[:160]}"
    if response.status_code in {400, 401, 403}:
        return CredentialsRejected(f"{said}. Check the app's Client ID and secret, and install the app in the shop again.")
    found = asking.refusal(response, body, said)
    return found if isinstance(found, ShopTrouble) else CredentialsRejected(f"{said}. Is the shop's address right?")
