"""How a merchant installs a public app: there, back with a code, and the code for the first tokens.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant
"""

import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.shopify.access import grant
from shoprelay_relays.shopify.credentials import address
from shoprelay_relays.signatures import sha256_hex

SCOPES = ("read_orders", "read_products", "read_customers", "read_inventory", "read_locations", "read_fulfillments")
"""What reading needs. Without read_all_orders, which Shopify grants on request, orders older than 60 days are not there."""

ACTING = (
    *("write_orders", "write_order_edits", "write_merchant_managed_fulfillment_orders", "write_products", "write_inventory"),
    *("write_customers", "write_files", "read_publications", "write_publications"),
)
"""What the Shop API needs beside them; each action that lacks one is refused, and says which."""

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")


def install_url(shop: str, client_id: str, redirect_uri: str, state: str, scopes: tuple[str, ...] = SCOPES) -> str:
    """Where to send the merchant. `state` is a secret of this one session, to be compared when they come back."""
    asked = {"client_id": client_id, "scope": ",".join(scopes), "redirect_uri": redirect_uri, "state": state}
    return f"{address(shop)}/admin/oauth/authorize?{urlencode(asked)}"


def came_from_shopify(query: Mapping[str, str], client_secret: str) -> bool:
    """Whether the query of a return was signed by Shopify and names a shop of its own."""
    rest = sorted((name, value) for name, value in query.items() if name not in {"hmac", "signature"})
    signature = sha256_hex(client_secret, "&".join(f"{name}={value}" for name, value in rest).encode())
    genuine = hmac.compare_digest(signature.encode(), query.get("hmac", "").encode())
    return genuine and _SHOP.fullmatch(query.get("shop", "")) is not None


async def exchange(shop: httpx.AsyncClient, config: Mapping[str, Any], code: str) -> dict[str, str]:
    """The credential that a code stands for: {"refresh_token"}. A code serves once."""
    token = await grant(shop, config, {"code": code, "expiring": "1"})
    if not token.refresh:
        raise CredentialsRejected("Shopify gave a token that does not expire: the app must be allowed to use expiring tokens.")
    return {"refresh_token": token.refresh}
