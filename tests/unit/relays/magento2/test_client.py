"""Signing, and errors by consequence."""

import base64
import hmac
import re
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.http.asking import NotThere, Overloaded
from shoprelay_relays.magento2.client import client, get
from shoprelay_relays.magento2.criteria import query
from shoprelay_relays.magento2.signing import signature
from shoprelay_relays.spec import Connection

SHOP = {"shop_url": "https://vadehav.example/butik/"}
KEYS = {"consumer_key": "ck", "consumer_secret": "cs&1", "access_token": "at", "access_token_secret": "ts/2"}


def test_a_known_signature():
    # Computed with `openssl dgst -sha256 -hmac 'cs&ts' -binary | base64` over the base string that RFC 5849 gives.
    url = httpx.URL("https://shop.example/rest/V1/orders?b=2%203&a=1")
    base = "GET&https%3A%2F%2Fshop.example%2Frest%2FV1%2Forders&a%3D1%26b%3D2%25203%26oauth_nonce%3Dn"
    expected = base64.b64encode(hmac.digest(b"cs&ts", base.encode(), sha256)).decode()
    assert signature("GET", url, {"oauth_nonce": "n"}, b"cs&ts") == expected == "ieM4JwfAC9KKZW45QYdtcqPGkZw5praS8Z8CnSe02xM="


async def sent(config: dict[str, str], path: str = "orders", params: Any = None) -> httpx.Request:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"items": [], "total_count": 0})

    async with client({**SHOP, **config}, Connection(httpx.MockTransport(answer))) as shop:
        await get(shop, path, params)
    return seen[0]


async def test_all_four_keys_sign_every_request():
    request = await sent(
        KEYS, params=query([[("updated_at", "gteq", "2031-03-04 12:00:00"), ("sku", "eq", "A+B, Ø")]], "entity_id", 9)
    )
    header = request.headers["authorization"]
    given = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}
    signed = given.pop("oauth_signature")
    # The shop's side: what it received, decoded as RFC 3986 has it (a plus is a plus).
    raw = request.url.query.decode()
    assert "+" not in raw
    pairs = [tuple(unquote(part) for part in pair.split("=")) for pair in raw.split("&")]
    encoded = sorted((quote(n, safe="~"), quote(v, safe="~")) for n, v in [*pairs, *given.items()])
    joined = "&".join("=".join(pair) for pair in encoded)
    base = "&".join(["GET", quote("https://vadehav.example/butik/rest/all/V1/orders", safe=""), quote(joined, safe="~")])
    assert signed == base64.b64encode(hmac.digest(b"cs%261&ts%2F2", base.encode(), sha256)).decode()
    assert given["oauth_signature_method"] == "HMAC-SHA256"


async def test_a_nonce_is_used_once():
    assert len({(await sent(KEYS)).headers["authorization"].partition("oauth_nonce")[2][:40] for _ in range(3)}) == 3


async def test_a_token_alone_goes_as_bearer_and_the_store_view_into_the_path():
    request = await sent({"access_token": "at", "store_code": "de"})
    assert request.headers["authorization"] == "Bearer at"
    assert request.url.path == "/butik/rest/de/V1/orders"


async def test_a_slash_in_a_sku_stays_in_it():
    assert (await sent(KEYS, "stockItems/A%2FB")).url.raw_path == b"/butik/rest/all/V1/stockItems/A%2FB"


async def answered(status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    content = {"json": body} if isinstance(body, dict) else {"content": body}
    transport = httpx.MockTransport(lambda _: httpx.Response(status, headers=headers, **content))
    async with client({**SHOP, **KEYS}, Connection(transport)) as shop:
        await get(shop, "orders/5")


ERRORS = [
    (401, {"message": "No access to %resources.", "parameters": {"resources": "M::x"}}, CredentialsRejected, "M::x"),
    (401, {"message": "The signature is invalid. Verify and try again."}, CredentialsRejected, "four keys anew"),
    (403, {"message": "no"}, CredentialsRejected, "four keys anew"),
    (403, b"<html>Request blocked</html>", ShopTrouble, "403"),
    (404, {"message": "No such entity with %fieldName", "parameters": {"fieldName": "id"}}, NotThere, "404"),
    (404, {"message": "Request does not match any route."}, RelayError, "have that module"),
    (404, b"not found", RelayError, "404"),
    (404, b"<html>gone</html>", ShopTrouble, "404"),
    (400, {"message": "Maximum SearchCriteria pageSize is %max", "parameters": {"max": 20}}, Overloaded, "is 20"),
    (400, {"message": "%1 and %10", "parameters": ["a"] * 9 + ["j"]}, RelayError, "a and j"),
    (429, b"slow down", ShopTrouble, "429"),
    (500, {"message": "Internal Error.", "trace": "#0"}, ShopTrouble, "Internal Error"),
    (503, b"<html>Service Temporarily Unavailable</html>", ShopTrouble, "503"),
    (200, b"<html>Under maintenance</html>", ShopTrouble, "not JSON"),
    (200, b"", ShopTrouble, "empty"),
    (302, b"", RelayError, "redirects"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "says"), ERRORS)
async def test_an_answer_that_is_none(status: int, body: Any, kind: type[RelayError], says: str):
    with pytest.raises(RelayError, match=re.escape(says)) as caught:
        await answered(status, body)
    assert type(caught.value) is kind


async def test_retry_after_is_kept():
    with pytest.raises(ShopTrouble) as caught:
        await answered(429, b"{}", {"retry-after": "7"})
    assert caught.value.retry_after == 7


async def test_a_failed_login_says_so():
    transport = httpx.MockTransport(lambda _: httpx.Response(401, json={"message": "The account sign-in was incorrect"}))
    async with client({**SHOP, "username": "u", "password": "p"}, Connection(transport)) as shop:
        with pytest.raises(CredentialsRejected, match="sign-in was incorrect"):
            await get(shop, "orders")
