"""What a delivery leads to."""

import json
from typing import Any

import pytest

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.shopify.webhooks import route


def routed(topic: str, body: Any) -> tuple[str, list[tuple[str, str]]]:
    found = route({"x-shopify-topic": topic}, json.dumps(body).encode())
    assert not found.records
    return found.klass, list(found.reads)


@pytest.mark.parametrize(
    ("topic", "body", "klass", "read"),
    [
        ("orders/create", {"id": 7, "updated_at": "2008-01-10T11:00:00-05:00"}, "orders", ("orders", "7")),
        ("orders/delete", {"id": 7}, "orders", ("orders", "7")),
        ("orders/edited", {"order_edit": {"id": 1, "order_id": 7}}, "orders", ("orders", "7")),
        ("refunds/create", {"id": 1, "order_id": 7}, "orders", ("orders", "7")),
        ("fulfillments/update", {"id": 1, "order_id": 7}, "orders", ("orders", "7")),
        ("order_transactions/create", {"id": 1, "order_id": 7}, "orders", ("orders", "7")),
        ("products/update", {"id": 7}, "products", ("products", "7")),
        ("inventory_levels/update", {"inventory_item_id": 7}, "products", ("variants", "inventory/7")),
        ("collections/delete", {"id": 7}, "categories", ("categories", "7")),
        ("customers/redact", {"customer": {"id": 7}}, "customers", ("customers", "7")),
    ],
)
def test_a_hint_leads_to_a_direct_read(topic: str, body: Any, klass: str, read: tuple[str, str]):
    assert routed(topic, body) == (klass, [read])


@pytest.mark.parametrize(
    ("topic", "body"),
    [("shop/redact", {"id": 1}), ("customers/data_request", {"id": 1}), ("app/uninstalled", {"id": 1}), ("", {"id": 1})],
)
def test_other_topics_say_nothing_of_use(topic: str, body: Any):
    assert routed(topic, body)[1] == []


@pytest.mark.parametrize("number", [None, "", "7; drop", {}, [], -1])
def test_a_number_that_is_none_is_not_read(number: Any):
    assert routed("orders/create", {"id": number})[1] == []
    assert routed("orders/edited", {"order_edit": number})[1] == []


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'"7"'])
def test_a_body_that_is_no_object_is_at_fault(body: bytes):
    with pytest.raises(PayloadInvalid):
        route({"x-shopify-topic": "orders/create"}, body)
