"""Who is believed, and what a call says."""

import hmac
import json
from hashlib import sha256
from typing import Any

import pytest

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.magento2 import RELAY
from shoprelay_relays.spec import Verdict

assert RELAY.webhook is not None
HOOK = RELAY.webhook
BODY = b'{"event": "order", "id": "17"}'


def signed(body: bytes, secret: str) -> dict[str, str]:
    return {"x-shoprelay-signature": hmac.digest(secret.encode(), body, sha256).hex()}


FORGERIES: list[tuple[Any, dict[str, str], bytes]] = [
    ("abc", signed(BODY, "other"), BODY),
    ("abc", signed(BODY, "abc"), BODY.replace(b"17", b"18")),
    ("abc", {}, BODY),
    ("abc", {}, b"{}"),
    ("abc", {"x-shoprelay-signature": "ø"}, BODY),
    ("", signed(BODY, ""), BODY),
    (None, signed(BODY, ""), BODY),
]


@pytest.mark.parametrize(("secret", "headers", "body"), FORGERIES)
def test_a_forgery(secret: Any, headers: dict[str, str], body: bytes):
    assert HOOK.check({"webhook_secret": secret}, headers, body) is Verdict.FORGED


def test_a_test_of_the_address_is_signed_as_well():
    assert HOOK.check({"webhook_secret": "abc"}, signed(b"{}", "abc"), b"{}") is Verdict.PING


READS = {
    "order": ("orders", "orders"),
    "shipment": ("shipments", "orders"),
    "invoice": ("invoices", "orders"),
    "creditmemo": ("credit_notes", "orders"),
    "product": ("products", "products"),
    "product.updated": ("products", "products"),
    "stock": ("products", "products"),
    "customer": ("customers", "customers"),
    "category": ("categories", "categories"),
}


@pytest.mark.parametrize(("event", "resource", "klass"), [(event, *found) for event, found in READS.items()])
def test_a_call_is_a_hint(event: str, resource: str, klass: str):
    routed = HOOK.route({}, json.dumps({"event": event, "id": 17}).encode())
    assert (routed.klass, list(routed.reads), list(routed.records)) == (klass, [(resource, "17")], [])


@pytest.mark.parametrize("body", [b'{"event": "coupon", "id": 3}', b"{}"])
def test_other_events_say_nothing(body: bytes):
    routed = HOOK.route({}, body)
    assert not routed.reads


@pytest.mark.parametrize("body", [b"", b"<html>", b'"x"', b'{"event": "order"}', b'{"event": "order", "id": "A-1"}'])
def test_what_cannot_be_read_is_refused(body: bytes):
    with pytest.raises(PayloadInvalid):
        HOOK.route({}, body)


def test_a_secret_is_made_once():
    made = HOOK.prepare({})
    assert len(made["webhook_secret"]) >= 32
    assert HOOK.prepare(made) == made
