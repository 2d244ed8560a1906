"""Addresses, forms and the installation of a public app."""

import hmac
from hashlib import sha256

import httpx
import pytest
from pydantic import ValidationError

from shoprelay_relays.errors import CredentialsRejected, ShopTrouble
from shoprelay_relays.shopify import RELAY
from shoprelay_relays.shopify.credentials import CustomApp, address
from shoprelay_relays.shopify.oauth import came_from_shopify, exchange, install_url
from shoprelay_relays.spec import Connection

CONFIG = {"shop_url": "anholt-uld", "client_id": "id", "client_secret": "secret", "refresh_token": "r"}


@pytest.mark.parametrize(
    "given",
    [
        "anholt-uld",
        " Anholt-Uld.myshopify.com ",
        "https://anholt-uld.myshopify.com/admin/products?x=1",
        "https://admin.shopify.com/store/anholt-uld/orders",
    ],
)
def test_a_shop_is_known_by_any_of_its_addresses(given: str):
    assert address(given) == "https://anholt-uld.myshopify.com"


@pytest.mark.parametrize(
    "given",
    [
        "https://evil.example",
        "anholt-uld.myshopify.com.evil.example",
        "https://evil.example/anholt-uld.myshopify.com",
        "https://user@evil.example#.myshopify.com",
        "http://169.254.169.254/",
        "",
    ],
)
def test_the_apps_secret_is_sent_to_no_other_host(given: str):
    with pytest.raises(ValueError, match="expected the shop's own address"):
        address(given)


def test_a_custom_app_needs_a_token_or_both_of_its_keys():
    CustomApp.model_validate({"shop_url": "a", "access_token": "t"})
    CustomApp.model_validate({"shop_url": "a", "client_id": "i", "client_secret": "s"})
    for some in ({}, {"client_id": "i"}, {"client_secret": "s"}):
        with pytest.raises(ValidationError, match="give an Admin API access token"):
            CustomApp.model_validate({"shop_url": "a", **some})


def test_a_merchant_is_sent_to_shopify_and_their_return_is_checked():
    url = httpx.URL(install_url("anholt-uld", "id", "https://app.example/back", "s-1"))
    assert (url.host, url.path) == ("anholt-uld.myshopify.com", "/admin/oauth/authorize")
    assert url.params["state"] == "s-1"
    query = {"code": "c", "shop": "anholt-uld.myshopify.com", "state": "s-1", "timestamp": "1"}
    text = "code=c&shop=anholt-uld.myshopify.com&state=s-1&timestamp=1"
    signature = hmac.digest(b"secret", text.encode(), sha256).hex()
    assert came_from_shopify({**query, "hmac": signature}, "secret")
    assert not came_from_shopify({**query, "hmac": signature}, "other")
    assert not came_from_shopify({**query, "code": "d", "hmac": signature}, "secret")
    assert not came_from_shopify(query, "secret")
    evil = text.replace("anholt-uld.myshopify.com", "evil.example")
    assert not came_from_shopify(
        {**query, "shop": "evil.example", "hmac": hmac.digest(b"secret", evil.encode(), sha256).hex()}, "secret"
    )


async def test_a_code_is_exchanged_for_the_refresh_token():
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"access_token": "a", "expires_in": 3600, "refresh_token": "r-1"})

    async with RELAY.client(CONFIG, Connection(httpx.MockTransport(answer))) as client:
        assert await exchange(client, CONFIG, "c") == {"refresh_token": "r-1"}
    assert str(asked[0].url) == "https://anholt-uld.myshopify.com/admin/oauth/access_token"
    assert b'"expiring":"1"' in asked[0].content
    assert "x-shopify-access-token" not in asked[0].headers


@pytest.mark.parametrize(("status", "kind"), [(400, CredentialsRejected), (401, CredentialsRejected), (502, ShopTrouble)])
async def test_a_refused_exchange_means_its_consequence(status: int, kind: type[Exception]):
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json={"error": "invalid_request"}))
    async with RELAY.client(CONFIG, Connection(transport)) as client:
        with pytest.raises(kind):
            await exchange(client, CONFIG, "c")
