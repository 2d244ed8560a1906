"""What the mapping needs to know of a shop, learnt once and kept in the webshop's config."""

from collections.abc import Mapping
from typing import Any

import httpx

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.fields import Raw
from shoprelay_relays.http.tokens import TokenAuth
from shoprelay_relays.shopify.api import ask
from shoprelay_relays.shopify.oauth import SCOPES

_ASKED = """{
  shop { id name myshopifyDomain currencyCode ianaTimezone taxesIncluded weightUnit plan { publicDisplayName } }
  currentAppInstallation { accessScopes { handle } }
  orders(first: 1) { nodes { id email customer { id } } }
  products(first: 1) { nodes { id } }
  customers(first: 1) { nodes { id } }
}"""


async def settings(shop: httpx.AsyncClient, config: Mapping[str, Any]) -> dict[str, str]:
    """Text values: shop_id, myshopify_domain, currency, time_zone, prices_include_tax, plan, read_all_orders (yes or no), and for
    a public app the newest refresh_token.

    Raises CredentialsRejected for a token that may not read what is polled, and says which access scope is missing.
    """
    data = (await ask(shop, _ASKED)).data
    granted = {str(scope.text("handle")) for scope in Raw(data).child("currentAppInstallation").items("accessScopes")}
    # Who may write may read.
    missing = [scope for scope in SCOPES if not {scope, scope.replace("read_", "write_", 1)} & granted]
    if missing:
        raise CredentialsRejected(f"The app lacks the access scopes {', '.join(missing)}. Add them and install the app again.")
    found = Raw(data).child("shop")
    included = found.flag("taxesIncluded")
    learnt = {
        "shop_id": (found.text("id") or "").rpartition("/")[2],
        "myshopify_domain": found.text("myshopifyDomain"),
        "currency": found.text("currencyCode"),
        "time_zone": found.text("ianaTimezone"),
        "prices_include_tax": None if included is None else "yes" if included else "no",
        "plan": found.child("plan").text("publicDisplayName"),
        "read_all_orders": "yes" if {"read_all_orders", "write_all_orders"} & granted else "no",
        "refresh_token": await _newest(shop, config),
    }
    return {name: value for name, value in learnt.items() if value}


async def _newest(shop: httpx.AsyncClient, config: Mapping[str, Any]) -> str | None:
    """The refresh token that this test of the credentials was given: the one that was entered ends when this one is used."""
    if not config.get("refresh_token") or not isinstance(shop.auth, TokenAuth):
        return None
    held = await shop.auth.held()
    return held.refresh if held else None
