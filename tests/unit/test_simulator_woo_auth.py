"""Who may ask the simulated WooCommerce shop, and how."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest

from shoprelay_simulators import ManualClock, WooShop, serve
from shoprelay_simulators.woocommerce.rows import ApiKey

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
NOBODY = ("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")


@pytest.fixture
def shop() -> WooShop:
    return WooShop(3, orders=5, clock=ManualClock(NOW))


@pytest.fixture
async def url(shop: WooShop) -> AsyncIterator[str]:
    async with serve(shop) as base:
        yield f"{base}/wp-json/wc/v3/orders"


async def test_the_api_before_rest_is_switched_off_for_everybody(url: str, shop: WooShop) -> None:
    older = url.replace("/wp-json/wc/v3/orders", "/wc-api/v3/orders")
    async with httpx.AsyncClient() as client:
        for keys in (None, httpx.BasicAuth(*shop.credentials().values())):
            response = await client.get(older, auth=keys)
            assert (response.status_code, response.json()["errors"]["code"]) == (404, "woocommerce_api_disabled")


async def ask(url: str, **kwargs: object) -> tuple[int, str, str]:
    async with httpx.AsyncClient() as client:
        response = await client.get(url, **kwargs)
    body = response.json()
    if response.status_code == 200:
        return 200, "", ""
    assert "Allow" not in response.headers
    assert response.headers["Vary"] == "Origin"
    return response.status_code, body["code"], body["message"]


async def test_basic_and_query_keys_behind_tls(shop: WooShop, url: str) -> None:
    key, secret = shop.key.key, shop.key.secret
    assert (await ask(url, auth=(key, secret)))[0] == 200
    assert (await ask(url, params={"consumer_key": key, "consumer_secret": secret}))[0] == 200
    assert await ask(url) == (401, *NOBODY)
    assert await ask(url, auth=("ck_unknown", secret)) == (401, *NOBODY)
    assert (await ask(url, params=signed(url, shop.key, int(NOW.timestamp()), "tls")))[0] == 200
    wrong = await ask(url, auth=(key, "cs_wrong"))
    assert wrong == (401, "woocommerce_rest_authentication_error", "Consumer secret is invalid.")


async def test_a_read_key_may_not_write(shop: WooShop, url: str) -> None:
    shop.gate.keys.append(ApiKey("ck_reader", "cs_reader", "read"))
    auth = ("ck_reader", "cs_reader")
    assert (await ask(url, auth=auth))[0] == 200
    async with httpx.AsyncClient(auth=auth) as client:
        response = await client.post(url, json={})
    assert (response.status_code, response.json()["code"]) == (401, "woocommerce_rest_authentication_error")


def signed(url: str, key: ApiKey, stamp: int, nonce: str, method: str = "HMAC-SHA256", **params: str) -> dict[str, str]:
    """RFC 5849 as a client does it, written anew."""
    given = {
        **params,
        "oauth_consumer_key": key.key,
        "oauth_timestamp": str(stamp),
        "oauth_nonce": nonce,
        "oauth_signature_method": method,
    }
    pairs = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in sorted(given.items()))
    base = f"GET&{quote(url, safe='')}&{quote(pairs, safe='')}"
    digest = hashlib.sha256 if method.endswith("256") else hashlib.sha1
    made = hmac.new(f"{key.secret}&".encode(), base.encode(), digest).digest()
    return {**given, "oauth_signature": base64.b64encode(made).decode()}


async def test_plain_http_wants_oauth(shop: WooShop, url: str) -> None:
    shop.gate.tls_terminated = False
    assert await ask(url, auth=(shop.key.key, shop.key.secret)) == (401, *NOBODY)
    keys = {"consumer_key": shop.key.key, "consumer_secret": shop.key.secret}
    assert await ask(url, params=keys) == (401, *NOBODY)
    stamp = int(NOW.timestamp())
    assert (await ask(url, params=signed(url, shop.key, stamp, "n1", after="2026-01-01T00:00:00")))[0] == 200
    assert (await ask(url, params=signed(url, shop.key, stamp, "n2", "HMAC-SHA1")))[0] == 200
    header = ", ".join(f'{k}="{quote(v, safe="")}"' for k, v in signed(url, shop.key, stamp, "n3").items())
    assert (await ask(url, headers={"Authorization": f"OAuth {header}"}))[0] == 200


async def test_oauth_refusals(shop: WooShop, url: str) -> None:
    shop.gate.tls_terminated = False
    stamp = int(NOW.timestamp())
    assert (await ask(url, params=signed(url, shop.key, stamp + 800, "early")))[0] == 200
    assert (await ask(url, params=signed(url, shop.key, stamp - 800, "late")))[0] == 200
    for moved in (stamp + 1000, stamp - 1000):
        assert (await ask(url, params=signed(url, shop.key, moved, "far")))[2] == "Invalid timestamp."
    once = signed(url, shop.key, stamp, "once")
    assert (await ask(url, params=once))[0] == 200
    assert (await ask(url, params=once))[2] == "Invalid nonce - nonce has already been used."
    bad = {**signed(url, shop.key, stamp, "n9"), "oauth_signature": "AAAA"}
    refused = (401, "woocommerce_rest_authentication_error", "Invalid signature - provided signature does not match.")
    assert await ask(url, params=bad) == refused
