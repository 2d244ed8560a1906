"""Signing, and errors by consequence."""

import base64
import hmac
import logging
from hashlib import sha256
from urllib.parse import parse_qsl, quote

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.spec import Connection, Gone, Record
from shoprelay_relays.woocommerce import RELAY
from shoprelay_relays.woocommerce.client import client, get
from shoprelay_relays.woocommerce.signing import signature
from tests.unit.relays.woocommerce.fake_shop import CONFIG, Fake, reply


async def sent(config: dict[str, str]) -> httpx.Request:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[])

    async with client({**CONFIG, **config}, Connection(httpx.MockTransport(answer))) as shop:
        await get(shop, "orders", {"after": "2031-01-01T00:00:00", "status": "pending,on-hold"})
    return seen[0]


async def test_https_is_signed_with_basic():
    request = await sent({})
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"ck_1:cs_1").decode()
    assert str(request.url).startswith("https://gearfjord.example/wp-json/wc/v3/orders?")


async def test_a_shop_in_a_folder():
    request = await sent({"shop_url": "https://gearfjord.example/butik/"})
    assert request.url.path == "/butik/wp-json/wc/v3/orders"


async def test_http_is_signed_with_oauth():
    request = await sent({"shop_url": "http://gearfjord.example"})
    query = dict(parse_qsl(request.url.query.decode(), strict_parsing=True))
    given = query.pop("oauth_signature")
    # The shop's side: RFC 5849 section 3.4.1 over what it received.
    pairs = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in query.items())
    joined = "&".join("=".join(pair) for pair in pairs)
    base = "&".join(["GET", quote("http://gearfjord.example/wp-json/wc/v3/orders", safe=""), quote(joined, safe="")])
    assert given == base64.b64encode(hmac.digest(b"cs_1&", base.encode(), sha256)).decode()
    assert "authorization" not in request.headers
    assert query["oauth_signature_method"] == "HMAC-SHA256"


async def test_a_shop_that_does_not_know_that_it_is_behind_https_is_signed_for_as_http():
    seen: list[bool] = []

    def answer(request: httpx.Request) -> httpx.Response:
        query = dict(parse_qsl(request.url.query.decode(), strict_parsing=True))
        given = query.pop("oauth_signature")
        plain = request.url.copy_with(scheme="http", params=query)
        seen.append(hmac.compare_digest(given, signature("GET", plain, "cs_1")))
        refused = {"code": "woocommerce_rest_authentication_error"}
        return httpx.Response(200, json=[]) if seen[-1] else httpx.Response(401, json=refused)

    async with client({**CONFIG, "auth": "oauth1"}, Connection(httpx.MockTransport(answer))) as shop:
        await get(shop, "orders", {"page": 1})
        await get(shop, "orders", {"page": 2})
    assert seen == [False, True, True]


async def test_oauth_never_uses_a_nonce_twice():
    nonces = {(await sent({"auth": "oauth1"})).url.params["oauth_nonce"] for _ in range(3)}
    assert len(nonces) == 3


@pytest.mark.parametrize(("auth", "key"), [("query", "consumer_key"), ("oauth1", "oauth_consumer_key")])
async def test_keys_in_the_query_reach_the_shop_but_no_log(auth: str, key: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    request = await sent({"auth": auth})
    assert request.url.params[key] == "ck_1"
    assert "ck_1" not in caplog.text
    assert "cs_1" not in caplog.text
    assert "signature" not in caplog.text


def failing(status: int, body: object, headers: list[tuple[bytes, bytes]] | None = None) -> Fake:
    return Fake(before=lambda _number, _query: reply(body, status, headers))


REJECTIONS = [
    (401, {"code": "woocommerce_rest_cannot_view", "message": "Sorry"}),
    (401, b"<html>Protected</html>"),
    (403, {"code": "rest_forbidden", "message": "Sorry"}),
    (403, b""),
]


@pytest.mark.parametrize(("status", "body"), REJECTIONS)
async def test_a_key_that_is_refused_says_what_to_do(status: int, body: object):
    async with failing(status, body).client() as shop:
        with pytest.raises(CredentialsRejected, match="REST API key") as caught:
            await get(shop, "orders")
    if isinstance(body, dict):
        assert body["code"] in str(caught.value)


TROUBLES = [
    (200, b"<!doctype html><h1>Maintenance</h1>"),
    (200, b'<br />\n<b>Warning</b>: foreach() in x.php on line 3<br />\n[{"id": 1}]'),
    (200, b""),
    (403, b"<html>Request blocked</html>"),
    (404, b"<html>Not found</html>"),
    (429, {"code": "too_many"}),
    (500, {"code": "internal_server_error", "data": 500}),
    (501, b"Not Implemented"),
    (503, b"<html>Briefly unavailable for scheduled maintenance</html>"),
]


@pytest.mark.parametrize(("status", "body"), TROUBLES)
async def test_a_shop_that_cannot_answer_is_in_trouble(status: int, body: object):
    async with failing(status, body).client() as shop:
        with pytest.raises(ShopTrouble):
            await get(shop, "orders")


@pytest.mark.parametrize(("value", "least", "most"), [(b"7", 7, 7), (b"Wed, 01 Jan 2020 00:00:00 GMT", 0, 0)])
async def test_retry_after_is_kept(value: bytes, least: float, most: float):
    async with failing(429, b"{}", [(b"retry-after", value)]).client() as shop:
        with pytest.raises(ShopTrouble) as caught:
            await get(shop, "orders")
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most


OTHERS = [
    (400, {"code": "rest_invalid_param", "message": "no"}, "rest_invalid_param"),
    (404, {"code": "rest_no_route", "message": "no"}, "WooCommerce active"),
]


@pytest.mark.parametrize(("status", "body", "says"), OTHERS)
async def test_other_refusals_are_neither_trouble_nor_a_record_gone(status: int, body: object, says: str):
    async with failing(status, body).client() as shop:
        with pytest.raises(RelayError, match=says) as caught:
            await get(shop, "orders/5")
    assert not isinstance(caught.value, ShopTrouble | CredentialsRejected | NotThere)


async def test_a_redirect_names_the_address_to_use():
    async with failing(301, b"<html>", [(b"location", b"https://www.gearfjord.example/")]).client() as shop:
        with pytest.raises(RelayError, match=r"www\.gearfjord\.example"):
            await get(shop, "orders")


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut")])
async def test_a_connection_that_fails_is_trouble(error: httpx.TransportError):
    def answer(_request: httpx.Request) -> httpx.Response:
        raise error

    async with client(CONFIG, Connection(httpx.MockTransport(answer))) as shop:
        with pytest.raises(ShopTrouble):
            await get(shop, "orders")


async def read(fake: Fake, resource: str, remote_id: str) -> list[Record] | Gone:
    reader = RELAY.resource(resource).read
    assert reader is not None
    async with fake.client() as shop:
        return await reader(shop, remote_id, {})


@pytest.mark.parametrize(
    ("resource", "remote_id"),
    [("orders", "5"), ("products", "5"), ("variations", "4/5"), ("customers", "5"), ("categories", "5"), ("refunds", "4/5")],
)
async def test_a_record_that_is_not_there_is_gone(resource: str, remote_id: str):
    assert await read(Fake(), resource, remote_id) == Gone(resource, remote_id, "404")


@pytest.mark.parametrize(
    ("resource", "remote_id", "path"),
    [("orders", "5", "orders/5"), ("products", "5", "products/5"), ("variations", "4/5", "products/4/variations/5")],
)
async def test_a_record_in_the_trash_is_gone(resource: str, remote_id: str, path: str):
    fake = Fake(one={path: {"id": 5, "status": "trash"}})
    assert await read(fake, resource, remote_id) == Gone(resource, remote_id, "trashed")


async def test_a_missing_route_is_no_evidence_that_a_record_is_gone():
    fake = failing(404, {"code": "rest_no_route", "message": "No route"})
    with pytest.raises(RelayError, match="rest_no_route"):
        await read(fake, "orders", "5")


async def test_an_answer_about_another_record_is_trouble():
    with pytest.raises(ShopTrouble, match="not about 5"):
        await read(Fake(one={"orders/5": {"id": 6}}), "orders", "5")


async def test_the_id_of_a_variation_among_the_products_is_read_as_a_variation():
    variation = {"id": 5, "type": "variation", "parent_id": 4}
    found = await read(Fake(one={"products/5": variation}), "products", "5")
    assert isinstance(found, list)
    assert [(record.resource, record.remote_id) for record in found] == [("variations", "4/5")]
    assert await read(Fake(one={"products/5": {**variation, "status": "trash"}}), "products", "5") == Gone(
        "variations", "4/5", "trashed"
    )


async def test_a_refund_is_read_with_its_orders_number():
    fake = Fake(one={"orders/4/refunds/5": {"id": 5, "amount": "1.00"}, "orders/4": {"id": 4, "number": "A-4"}})
    found = await read(fake, "refunds", "4/5")
    assert isinstance(found, list)
    assert found[0].body == b'{"id":5,"amount":"1.00","parent_id":4,"order_number":"A-4"}'


async def test_a_variable_product_is_read_with_its_variations():
    fake = Fake({"products/5/variations": [{"id": 8}, {"id": 9}]}, {"products/5": {"id": 5, "type": "variable"}})
    found = await read(fake, "products", "5")
    assert isinstance(found, list)
    assert [record.remote_id for record in found] == ["5", "5/8", "5/9"]
