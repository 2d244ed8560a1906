"""Which raw records `shoprelay explain` decrypts and maps; all others it knows by their headers."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from bson import ObjectId

from shoprelay_cli.relevant import Relevant
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Relay
from shoprelay_runtime import rawlog
from shoprelay_schema.raw import RawKind, RawRecord, Via
from tests.unit.normalizer.memory import webshop

SHOP = webshop()
PROJECT = SHOP.project
SILENT = replace(RELAYS["woocommerce"], resources=tuple(replace(each, becomes=()) for each in RELAYS["woocommerce"].resources))
READ, GONE = RawKind.RECORD_READ, RawKind.RECORD_GONE
NO_RECORDS = (RawKind.WEBHOOK_RECEIVED, RawKind.PAGE_READ, RawKind.STATUS_LISTS_CHANGED, RawKind.WEBSHOP_DESTROYED)


def message(kind: RawKind, resource: str, *, shop: ObjectId = SHOP.webshop_id, project: ObjectId = PROJECT.id) -> Any:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    named = RawRecord(kind, "1", str(project), str(shop), "woocommerce", resource, "7", at, Via.POLL, "run", b"{}")
    return SimpleNamespace(headers=rawlog.encode(PROJECT.cipher, named)[2])


def relevant(collection: str, relay: Relay = RELAYS["woocommerce"]) -> Relevant:
    return Relevant(PROJECT.id, {SHOP.webshop_id}, collection, {"woocommerce": relay})


def read(collection: str, relay: Relay = RELAYS["woocommerce"]) -> set[str]:
    asked = relevant(collection, relay)
    return {each.name for each in relay.resources if asked(message(READ, each.name)) and asked(message(GONE, each.name))}


@pytest.mark.parametrize(
    ("collection", "resources"),
    [
        ("products", {"products"}),
        ("variants", {"products", "variations"}),
        ("categories", {"categories"}),
        ("customers", {"customers", "orders"}),
        ("credit_notes", {"orders", "refunds"}),
        ("countries", {"countries", "customers", "orders"}),
        # Its lines go with it; which customer it names depends on what the customers' own records said.
        ("orders", {"customers", "orders"}),
        ("order_lines", {"orders"}),
    ],
)
def test_of_a_relay_that_says_what_its_records_become_only_those_are_read(collection: str, resources: set[str]) -> None:
    # What is not said of these may be anything.
    assert read(collection) - {"statuses", "shipments", "countries", "payment_methods", "delivery_methods"} == resources - {
        "countries"
    }


def test_of_a_relay_that_does_not_say_everything_is_read() -> None:
    assert read("products", SILENT) == {each.name for each in SILENT.resources}


def test_a_record_that_nothing_is_known_of_is_read() -> None:
    assert relevant("products")(message(READ, "pears"))
    assert Relevant(PROJECT.id, {SHOP.webshop_id}, "products", {})(message(READ, "orders"))


@pytest.mark.parametrize(
    ("collection", "kinds"),
    [
        ("products", {RawKind.WEBHOOK_RECEIVED}),
        ("orders", {RawKind.WEBHOOK_RECEIVED, RawKind.STATUS_LISTS_CHANGED}),
    ],
)
def test_webhooks_are_read_and_what_says_nothing_of_documents_is_not(collection: str, kinds: set[RawKind]) -> None:
    assert {kind for kind in NO_RECORDS if relevant(collection)(message(kind, "orders"))} == kinds


def test_other_shops_and_projects_are_left_alone() -> None:
    asked = relevant("orders")
    assert not asked(message(READ, "orders", shop=ObjectId()))
    assert not asked(message(READ, "orders", project=ObjectId()))
    assert not asked(SimpleNamespace(headers=[]))
