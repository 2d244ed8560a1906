"""A shop that posts as it pleases: what is accepted becomes documents, what is not is told item by item."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoprelay_relays.spec import Taken
from shoprelay_relays.trial import DemoShop
from shoprelay_relays.webhook_api import RELAY
from shoprelay_relays.webhook_api.taking import MOST
from shoprelay_schema.documents import Customer, Order, Shipment

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORDER = {"order_number": "1", "lines": [{"sku": "A", "quantity": 1, "price": "9.95"}]}
WEBHOOK = RELAY.webhook
assert WEBHOOK is not None
assert WEBHOOK.take is not None
take = WEBHOOK.take


def post(kind: str, body: Any) -> Taken:
    return take(kind, json.dumps(body).encode(), NOW)


def documents(taken: Taken) -> list[tuple[str, str, str]]:
    """(collection, key, version) of all that a post becomes."""
    assert WEBHOOK is not None
    assert taken.body is not None
    found = []
    for record in WEBHOOK.route({}, taken.body).records:
        mapped = RELAY.resource(record.resource).map(json.loads(record.body), DemoShop())
        found += [(draft.document.collection, draft.key, mapped.version) for draft in mapped.drafts]
    return found


def test_one_item_and_a_list_and_a_batch_are_taken_alike() -> None:
    one, many = post("orders", ORDER), post("orders", [ORDER])
    batch = post("batch", {"orders": [ORDER], "stock": {"sku": "A", "stock": 3}})
    for taken in (one, many, batch):
        assert taken.status == 200
        assert ("orders", "1", "2026-11-22T12:00:00.000000Z") in documents(taken)
    assert json.loads(one.answer) == {
        "accepted": 1,
        "refused": 0,
        "results": [{"kind": "orders", "index": 0, "accepted": True}],
    }
    assert ("variants", "A", "2026-11-22T12:00:00.000000Z") in documents(batch)


def test_each_item_is_told_what_is_wrong_with_it_and_the_others_are_kept() -> None:
    wrong = [
        {**ORDER, "order_number": ""},
        {**ORDER, "lines": [{"sku": "A", "quantity": "many", "price": 1}]},
        {**ORDER, "colour": "red"},
        {**ORDER, "updated_at": "2026-11-22 10:00"},
        "nonsense",
    ]
    taken = post("orders", [wrong[0], ORDER, *wrong[1:]])
    assert taken.status == 207
    told = json.loads(taken.answer)
    assert (told["accepted"], told["refused"]) == (1, 5)
    assert [each["accepted"] for each in told["results"]] == [False, True, False, False, False, False]
    fields = [each["errors"][0]["field"] for each in told["results"] if not each["accepted"]]
    assert fields == ["order_number", "lines.0.quantity", "colour", "updated_at", ""]
    assert {key for collection, key, _ in documents(taken) if collection == "orders"} == {"1"}


def test_when_nothing_is_accepted_nothing_is_kept() -> None:
    taken = post("stock", {"sku": "A"})
    assert (taken.status, taken.body) == (422, None)
    assert json.loads(taken.answer)["results"][0]["errors"] == [{"field": "stock", "message": "Field required"}]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("carts", b"{}", 404),
        ("orders", b"{", 400),
        ("orders", b"[]", 400),
        ("orders", json.dumps([ORDER] * (MOST + 1)).encode(), 400),
        ("batch", b"[]", 400),
        ("batch", b'{"carts": []}', 400),
    ],
)
def test_a_post_that_makes_no_sense_as_a_whole(kind: str, body: bytes, status: int) -> None:
    taken = take(kind, body, NOW)
    assert (taken.status, taken.body) == (status, None)
    assert json.loads(taken.answer)["error"]


def test_no_answer_repeats_what_was_posted() -> None:
    taken = post("customers", {"id": "7", "email": "hush@hush", "phone": "hush", "first_name": {"hush": 1}})
    assert taken.status == 422
    assert b'"hush' not in taken.answer


def test_an_older_post_does_not_count_where_the_shop_tells_the_time() -> None:
    older = {**ORDER, "updated_at": (NOW - timedelta(hours=1)).isoformat()}
    versions = [documents(post("orders", order))[0][2] for order in (older, ORDER)]
    assert versions == sorted(versions)
    assert versions[0].startswith("2026-11-22T11:00:00")


def buyer(order: dict[str, Any]) -> Customer:
    mapped = RELAY.resource("orders").map({**order, "received_at": NOW.isoformat()}, DemoShop())
    (found,) = [draft.document for draft in mapped.drafts if isinstance(draft.document, Customer)]
    return found


def account(customer: dict[str, Any]) -> Customer:
    mapped = RELAY.resource("customers").map({**customer, "received_at": NOW.isoformat()}, DemoShop())
    (found,) = [draft.document for draft in mapped.drafts if isinstance(draft.document, Customer)]
    return found


def test_an_empty_shipping_address_is_none() -> None:
    order = {**ORDER, "billing": {"name": "Ida Holm", "city": "Aarhus"}, "shipping": {}, "shipments": [{"id": 1}]}
    mapped = RELAY.resource("orders").map({**order, "received_at": NOW.isoformat()}, DemoShop())
    assert [draft.document.shipping_city for draft in mapped.drafts if isinstance(draft.document, Order)] == ["Aarhus"]
    assert [draft.document.city for draft in mapped.drafts if isinstance(draft.document, Shipment)] == ["Aarhus"]


def test_a_customer_has_each_posted_address_once() -> None:
    home, away = {"name": "Ida Holm", "city": "Aarhus"}, {"name": "Ida Holm", "city": "Oslo"}
    order = {**ORDER, "email": "Ida@example.com"}
    for told, cities in (
        ({"billing": home}, [("Aarhus", True, True)]),
        ({"billing": home, "shipping": {}}, [("Aarhus", True, True)]),
        ({"billing": home, "shipping": {"city": "Aarhus", "name": "Ida Holm"}}, [("Aarhus", True, True)]),
        ({"billing": home, "shipping": away}, [("Aarhus", True, False), ("Oslo", False, True)]),
        ({"shipping": away}, [("Oslo", False, True)]),
        ({"billing": {"name": None}, "shipping": away}, [("Oslo", False, True)]),
    ):
        for found in (buyer({**order, **told}), account({"id": 7, **told})):
            said = [(each["city"], each["billing_default"], each["shipping_default"]) for each in found.addresses or ()]
            assert said == cities
    assert "addresses" not in buyer(order).model_fields_set


def test_a_buyer_without_an_account_is_known_by_the_email_however_it_is_spelt() -> None:
    assert {buyer({**ORDER, "email": email}).remote_id for email in ("Ida@Example.com", "ida@example.com")} == {"ida@example.com"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["sku", "stock", "order_number", "lines"]), inner)
    ),
    max_leaves=8,
)


@given(st.sampled_from(["orders", "products", "customers", "stock", "batch"]), json_values)
def test_whatever_is_posted_has_an_answer_and_what_is_accepted_can_be_mapped(kind: str, body: Any) -> None:
    taken = post(kind, body)
    assert taken.status in {200, 207, 400, 422}
    assert (taken.body is None) == (taken.status in {400, 422})
    if taken.body is not None:
        documents(taken)
