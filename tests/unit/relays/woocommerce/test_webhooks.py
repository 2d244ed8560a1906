"""Who is believed, and what a delivery says."""

import base64
import hmac
import json
from hashlib import sha256
from typing import Any

import pytest

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Routed, Verdict
from shoprelay_relays.woocommerce import RELAY
from tests.unit.relays.woocommerce.fake_shop import Fake, reply

assert RELAY.webhook is not None
HOOK = RELAY.webhook
BODY = b'{"id":5,"name":"\\u00f8"}'
JSON_TYPE = {"content-type": "application/json"}


def signed(body: bytes, secret: bytes) -> dict[str, str]:
    return {**JSON_TYPE, "x-wc-webhook-signature": base64.b64encode(hmac.digest(secret, body, sha256)).decode()}


def test_a_known_signature():
    # Computed with `openssl dgst -sha256 -hmac s3cret -binary | base64`.
    headers = {"x-wc-webhook-signature": "Y92rNNpYOOODVF6ckLQPdKTj2qvF3ZqNSaUYda1LJBg="}
    assert HOOK.check({"webhook_secret": "s3cret"}, headers, b'{"id":1}') is Verdict.GENUINE


def test_the_secret_signs():
    assert HOOK.check({"webhook_secret": "abc"}, signed(BODY, b"abc"), BODY) is Verdict.GENUINE


def test_secrets_rotate():
    for secret in (b"old", b"new"):
        assert HOOK.check({"webhook_secret": ["new", "old"]}, signed(BODY, secret), BODY) is Verdict.GENUINE


def test_entities_in_a_secret_are_decoded_before_signing():
    assert HOOK.check({"webhook_secret": "a&amp;b"}, signed(BODY, b"a&b"), BODY) is Verdict.GENUINE


FORGERIES: list[tuple[dict[str, Any], dict[str, str], bytes]] = [
    ({"webhook_secret": "abc"}, signed(BODY, b"other"), BODY),
    ({"webhook_secret": "abc"}, signed(BODY, b"abc"), BODY.replace(b"5", b"6")),
    ({"webhook_secret": "abc"}, signed(BODY, b"abc"), BODY + b"\n"),
    ({"webhook_secret": "abc"}, JSON_TYPE, BODY),
    ({"webhook_secret": "abc"}, {**JSON_TYPE, "x-wc-webhook-signature": ""}, BODY),
    ({"webhook_secret": "abc"}, {**JSON_TYPE, "x-wc-webhook-signature": "\u00f8"}, BODY),
    ({"webhook_secret": ""}, signed(BODY, b""), BODY),
    ({"webhook_secret": []}, signed(BODY, b""), BODY),
    ({"webhook_secret": [""]}, signed(BODY, b""), BODY),
    ({}, signed(BODY, b""), BODY),
    ({"webhook_secret": "abc"}, JSON_TYPE, b"webhook_id=3"),
    ({"webhook_secret": "abc"}, {"content-type": "application/x-www-form-urlencoded"}, b"webhook_id=3&id=5"),
]


@pytest.mark.parametrize(("config", "headers", "body"), FORGERIES)
def test_a_forgery(config: dict[str, Any], headers: dict[str, str], body: bytes):
    assert HOOK.check(config, headers, body) is Verdict.FORGED


def test_the_ping_is_unsigned():
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert HOOK.check({"webhook_secret": "abc"}, headers, b"webhook_id=31") is Verdict.PING


def route(topic: str, body: Any) -> Routed:
    return HOOK.route({"x-wc-webhook-topic": topic}, body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize("event", ["created", "updated", "restored"])
@pytest.mark.parametrize(("topic", "klass"), [("order", "orders"), ("product", "products"), ("customer", "customers")])
def test_a_record_is_kept_as_it_came(topic: str, klass: str, event: str):
    routed = route(f"{topic}.{event}", BODY)
    assert routed.klass == klass
    assert [(r.resource, r.remote_id, r.body) for r in routed.records] == [(klass, "5", BODY)]
    assert not routed.reads


def test_a_variation_under_a_products_topic():
    routed = route("product.updated", {"id": 9, "type": "variation", "parent_id": 5})
    assert [(r.resource, r.remote_id) for r in routed.records] == [("variations", "5/9")]


def test_a_variable_product_is_read_for_its_variations():
    routed = route("product.updated", {"id": 5, "type": "variable", "status": "publish"})
    assert [r.resource for r in routed.records] == ["products"]
    assert list(routed.reads) == [("products", "5")]


@pytest.mark.parametrize(("topic", "klass"), [("order", "orders"), ("product", "products"), ("customer", "customers")])
def test_a_deletion_is_only_a_hint(topic: str, klass: str):
    routed = route(f"{topic}.deleted", {"id": 5})
    assert not routed.records
    assert list(routed.reads) == [(klass, "5")]


@pytest.mark.parametrize("topic", ["order.created", "order.updated", "product.created", "product.restored"])
def test_an_error_under_a_good_signature_says_nothing(topic: str):
    routed = route(topic, {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID.", "data": {"status": 404}})
    assert (list(routed.records), list(routed.reads)) == ([], [])


@pytest.mark.parametrize("topic", ["coupon.updated", "coupon.deleted", "action.woocommerce_add_to_cart", ""])
def test_other_topics_say_nothing(topic: str):
    routed = route(topic, {"id": 5})
    assert (list(routed.records), list(routed.reads)) == ([], [])


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"x"'])
def test_what_cannot_be_read_is_refused(body: bytes):
    with pytest.raises(PayloadInvalid):
        route("order.updated", body)


class Shop(Fake):
    """Remembers the webhooks that it is given."""

    def answer(self, path: str, query: dict[str, str]) -> Any:
        return super().answer(path, query) if "per_page" in query else reply({"id": 99}, 201)


async def test_subscribing_takes_over_what_points_to_the_same_address():
    url = "https://in.example/w/1"
    shop = Shop(
        {
            "webhooks": [
                {"id": 3, "topic": "order.updated", "delivery_url": url, "status": "disabled"},
                {"id": 4, "topic": "order.created", "delivery_url": "https://other.example/"},
            ]
        }
    )
    assert HOOK.subscribe is not None
    async with shop.client() as client:
        await HOOK.subscribe(client, {"webhook_secret": ["kept", "older"]}, url)
    paths = [path for path, _ in shop.asked[1:12]]
    assert sorted(paths) == ["webhooks"] * 10 + ["webhooks/3"]


def test_a_secret_is_made_once():
    made = HOOK.prepare({})
    assert len(made["webhook_secret"]) >= 32
    assert HOOK.prepare({"webhook_secret": ["kept", "older"]}) == {"webhook_secret": "kept"}
    assert HOOK.prepare(made) == made
