"""The key: where it is put, and where it is not seen."""

import base64
import logging

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.prestashop.client import client, get
from shoprelay_relays.spec import Connection

KEY = "HUSHHUSHHUSHHUSHHUSHHUSHHUSHHUSH"
CONFIG = {"shop_url": "https://shop.test/", "key": KEY}


def shop(seen: list[httpx.Request], drops: bool) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        known = "ws_key" in request.url.params or not drops
        return httpx.Response(200, json=[]) if known else httpx.Response(401, text="401 Unauthorized")

    return httpx.MockTransport(answer)


async def test_the_key_is_the_user_name_of_basic():
    seen: list[httpx.Request] = []
    async with client(CONFIG, Connection(shop(seen, drops=False))) as one:
        await get(one, "orders", {})
    assert base64.b64decode(seen[0].headers["authorization"].removeprefix("Basic ")).decode() == f"{KEY}:"
    assert "ws_key" not in seen[0].url.params


async def test_where_php_does_not_see_it_the_address_has_it_from_then_on(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    seen: list[httpx.Request] = []
    async with client(CONFIG, Connection(shop(seen, drops=True))) as one:
        for _ in range(2):
            await get(one, "orders", {"limit": 1})
    assert [request.url.params.get("ws_key") for request in seen] == [None, KEY, KEY]
    assert "authorization" not in seen[1].headers
    assert "GET https://shop.test/api/orders" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize("way", ["basic", "query"])
async def test_another_way_is_not_tried_when_one_is_asked_for(way: str):
    seen: list[httpx.Request] = []
    async with client({**CONFIG, "auth": way}, Connection(shop(seen, drops=True))) as one:
        if way == "basic":
            with pytest.raises(CredentialsRejected, match="Make a new key"):
                await get(one, "orders", {})
        else:
            await get(one, "orders", {})
    assert len(seen) == 1


@pytest.mark.parametrize("address", ["https://shop.test", "https://shop.test/", "https://shop.test/api/"])
async def test_the_address_may_end_in_any_way(address: str):
    seen: list[httpx.Request] = []
    async with client({**CONFIG, "shop_url": address}, Connection(shop(seen, drops=False))) as one:
        await get(one, "orders", {})
    assert seen[0].url.path == "/api/orders"
    assert seen[0].url.params["output_format"] == "JSON"
