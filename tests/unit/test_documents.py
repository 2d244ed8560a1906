"""The building blocks: what attributes accept, how they read back, what the helpers say of a model."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId
from pydantic import ValidationError

from shoprelay_schema.documents import COLLECTIONS, SHOP_COLLECTIONS, Customer, Order, OrderLine, Variant, Webshop
from shoprelay_schema.documents.base import Encryption, Source, attributes, index, iso

HEX = "65f0c0ffee00000000000001"
NOON = datetime(2026, 3, 1, 12, 0, 0, 123_456, UTC)


def test_an_id_is_read_from_its_digits_and_written_as_them() -> None:
    order = Order.model_validate({"_id": HEX, "webshop_id": ObjectId(HEX)})
    assert order.id_ == order.webshop_id == ObjectId(HEX)
    assert order.model_dump(mode="json", by_alias=True, exclude_none=True) == {"_id": HEX, "webshop_id": HEX}


def test_a_wrong_id_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="customer_id"):
        Order.model_validate({"customer_id": "1001"})


def test_a_time_becomes_utc_with_the_resolution_of_the_database() -> None:
    local = NOON.astimezone(timezone(timedelta(hours=2)))
    order = Order(created_at=local)
    assert order.created_at == datetime(2026, 3, 1, 12, 0, 0, 123_000, UTC)
    assert order.model_dump(mode="json", exclude_none=True) == {"created_at": "2026-03-01T12:00:00.123Z"}


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="needs a time zone"):
        Order(created_at=NOON.replace(tzinfo=None))


def test_times_inside_lists_and_hashes_read_back_alike() -> None:
    movement = {"updated_at": NOON, "stock": 1, "stock_message_id": ObjectId(HEX)}
    variant = Variant(stock_movements=[movement], category_ids=[ObjectId(HEX)])
    assert variant.stock_movements is not None
    assert variant.stock_movements[0]["updated_at"].microsecond == 123_000
    assert variant.model_dump(mode="json", exclude_none=True) == {
        "category_ids": [HEX],
        "stock_movements": [{"updated_at": iso(NOON), "stock": 1, "stock_message_id": HEX}],
    }


@pytest.mark.parametrize("item", [Decimal("1.5"), float("nan"), 2**63, {1: "a"}, b"x", NOON.replace(tzinfo=None)])
def test_lists_refuse_what_cannot_be_stored(item: Any) -> None:
    with pytest.raises(ValidationError, match="addresses"):
        Customer(addresses=[{"value": item}])


@pytest.mark.parametrize(("name", "value"), [("price", float("inf")), ("quantity", 2**63), ("quantity", 1.5), ("remote_id", 7)])
def test_values_that_the_type_cannot_hold_are_refused(name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=name):
        OrderLine.model_validate({name: value})


def test_an_unknown_attribute_is_refused() -> None:
    with pytest.raises(ValidationError, match="order_numbr"):
        Order.model_validate({"order_numbr": "1"})


def test_every_shop_document_carries_its_source() -> None:
    source = Source(version="", observed_at=NOON, via="poll", raw="raw.live.v1-0-7")
    for model in SHOP_COLLECTIONS.values():
        assert model(source=source).source == source
        assert attributes(model)["source"].type == "Hash"


def test_attributes_tell_type_encryption_and_description() -> None:
    told = attributes(Order)
    assert next(iter(told)) == "_id"
    assert told["_id"].type == "ObjectId"
    assert told["price"].type == "Float"
    assert told["billing_phone"].encryption is Encryption.RANDOMIZED
    assert told["billing_phone_short"].encryption is Encryption.DETERMINISTIC
    assert told["events"][1:3] == ("Array", Encryption.RANDOMIZED)
    assert told["state"].encryption is None
    assert told is attributes(Order)


def test_every_attribute_but_the_id_is_described() -> None:
    silent = [(c, a.name) for c, m in COLLECTIONS.items() for a in attributes(m).values() if not a.description]
    assert set(silent) == {(collection, "_id") for collection in COLLECTIONS}


def test_what_is_looked_up_is_deterministic_and_what_tells_more_is_not() -> None:
    found = {
        (collection, told.name)
        for collection, model in COLLECTIONS.items()
        for told in attributes(model).values()
        if told.encryption is Encryption.DETERMINISTIC
    }
    names = {name for _, name in found}
    assert names == {
        *("remote_id", "email", "sku", "sku_2", "sku_3", "product_sku", "variant_sku", "barcode"),
        *("tracking_number", "billing_phone_short", "shipping_phone_short", "webhook_token", "remote_ip"),
    }
    plain = {("companies", "email"), *((c, "remote_id") for c in PLAIN_REMOTE_ID)}
    has = {(c, name) for c, m in COLLECTIONS.items() for name in attributes(m) if name in names}
    assert has - found == plain


PLAIN_REMOTE_ID = ("companies", "countries", "delivery_methods", "payment_methods", "statuses", "stock_messages")


def test_a_hash_whose_strings_are_encrypted_one_by_one_says_so() -> None:
    told = attributes(Webshop)
    values = {name for name, attribute in told.items() if attribute.encryption is Encryption.VALUES}
    resources = ("categories", "customers", "orders", "products", "statuses")
    assert values == {"config", *(f"{resource}_error" for resource in resources)}


def test_an_index_is_written_as_its_attributes() -> None:
    found = index("webshop_id", "-initialized_at", unique=True, present="webshop_id")
    assert found.keys == (("webshop_id", 1), ("initialized_at", -1))
    assert found.partial == {"webshop_id": {"$gt": ""}}
    assert index("webshop_id").partial is None


def test_a_webshop_has_a_switch_and_a_stamp_for_each_poll() -> None:
    names = attributes(Webshop)
    switches = [name for name in names if name.startswith("get_")]
    assert len(switches) == 24
    assert all(f"got_{name.removeprefix('get_')}_at" in names for name in switches)
    assert sum("got_started_at" in dict(i.keys) for i in Webshop.indexes) == 42
