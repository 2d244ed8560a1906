"""What is learnt in passing, short phone numbers, the history of a variant's stock."""

from typing import Any

import pytest

from shoprelay_relays.phones import phone_short
from shoprelay_relays.spec import Json
from shoprelay_schema.raw import RawRecord
from tests.unit.normalizer.memory import Memory, at, record


def thing(collection: str, second: float, *, derived: bool, version: float = 0, **values: Any) -> RawRecord:
    part: Json = {"collection": collection, "key": "x", "derived": derived, "values": {"remote_id": "x", **values}}
    return record({"id": "1", "version": at(version).isoformat(), "parts": [part]}, second)


@pytest.mark.parametrize("collection", ["countries", "payment_methods", "delivery_methods", "statuses"])
@pytest.mark.parametrize("derived_first", [True, False])
def test_a_list_of_the_shop_is_never_replaced_by_what_an_order_says(collection: str, *, derived_first: bool) -> None:
    looks = [thing(collection, 9, derived=True, version=9, name="nl"), thing(collection, 2, derived=False, name="Nederland")]
    memory = Memory()
    for look in looks if derived_first else looks[::-1]:
        memory.batch(look)
    assert memory.one(collection)["name"] == "Nederland"
    assert memory.kinds(collection) == (["created", "updated"] if derived_first else ["created"])
    memory.audit()


def test_a_status_is_stored_on_first_use() -> None:
    memory = Memory()
    memory.batch(thing("statuses", 1, derived=True, name="processing"))
    assert memory.one("statuses")["name"] == "processing"
    assert memory.one("statuses")["source"]["via"] == "derived"


def test_of_two_orders_the_newer_one_tells_what_is_learnt_in_passing() -> None:
    looks = [thing("payment_methods", 5, derived=True, version=v, name=str(v)) for v in (1, 3, 2)]
    memory = Memory()
    for look in looks:
        memory.batch(look)
    assert memory.one("payment_methods")["name"] == "3"


@pytest.mark.parametrize(
    ("phone", "short"),
    [
        ("+31 6 1234 5678", "31612345678"),
        ("0031-6-12345678", "31612345678"),
        ("(06) 12 34 56 78", "0612345678"),
        ("n/a", None),
        ("", None),
    ],
)
def test_a_short_phone_number_is_its_digits(phone: str, short: str | None) -> None:
    assert phone_short(phone) == short


def test_an_order_carries_short_phone_numbers_that_follow_the_long_ones() -> None:
    memory = Memory()
    head = {"collection": "orders", "key": "1", "values": {"billing_phone": "+31 6 12", "shipping_phone": None}}
    memory.batch(record({"id": "1", "version": at(1).isoformat(), "parts": [head]}, 1))
    assert (memory.one("orders")["billing_phone_short"], memory.one("orders")["shipping_phone_short"]) == ("31612", None)
    head["values"] = {"billing_phone": None, "shipping_phone": "0031 7"}
    memory.batch(record({"id": "1", "version": at(2).isoformat(), "parts": [head]}, 2))
    assert (memory.one("orders")["billing_phone_short"], memory.one("orders")["shipping_phone_short"]) == (None, "317")


def stock(second: float, count: int | None, price: float = 1.0) -> RawRecord:
    values = {"sku": "A", "price": price, "stock": count}
    part = {"collection": "variants", "key": "A", "values": values}
    return record({"id": "A", "version": at(second).isoformat(), "parts": [part]}, second, resource="products")


def test_stock_movements_tell_each_stock_once() -> None:
    memory = Memory()
    for second, count, price in ((1, 5, 1.0), (2, 5, 2.0), (3, 4, 2.0), (4, 4, 2.0), (5, 0, 2.0)):
        memory.batch(stock(second, count, price))
    moves = memory.one("variants")["stock_movements"]
    assert [(m["updated_at"], m["stock"]) for m in moves] == [(at(1), 5), (at(3), 4), (at(5), 0)]
    memory.audit()


def test_a_variant_whose_stock_is_not_counted_has_no_movements() -> None:
    memory = Memory()
    memory.batch(stock(1, None))
    assert "stock_movements" not in memory.one("variants")
    memory.batch(stock(2, 3))
    assert [m["stock"] for m in memory.one("variants")["stock_movements"]] == [3]


def test_stock_movements_keep_the_newest_500() -> None:
    memory = Memory()
    for second in range(1, 504):
        memory.batch(stock(second, second))
    moves = memory.one("variants")["stock_movements"]
    assert (len(moves), moves[-1]["stock"]) == (500, 503)
