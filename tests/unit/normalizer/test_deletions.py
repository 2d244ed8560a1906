"""What proves a deletion, what does not, and what subscribers hear of a document that comes back."""

from datetime import datetime
from typing import Any

import pytest

from shoprelay_relays.spec import Json
from shoprelay_schema.raw import Evidence, Via
from tests.support.plain_relay import order
from tests.unit.normalizer.memory import Memory, at, gone, listed_as_deleted, pushed, record


@pytest.fixture
def memory() -> Memory:
    return Memory()


def told_deleted(number: str, version: datetime | None = None) -> dict[str, Any]:
    """A pushed record that says that the order was deleted."""
    return {"id": number, "version": version.isoformat() if version else "", "gone": [["orders", number, "webhook"]]}


def evidence(memory: Memory, collection: str = "orders") -> list[str]:
    return [c.body["evidence"] for c in memory.changes if c.collection == collection and c.kind == "deleted"]


def test_a_listing_that_lacks_a_record_proves_nothing(memory: Memory) -> None:
    memory.batch(record(order("1", at(1)), 1), record(order("2", at(1)), 1))
    memory.batch(record(order("2", at(1)), 9))
    assert {o["order_number"] for o in memory.documents("orders")} == {"1", "2"}
    assert memory.kinds("orders") == ["created", "created"]
    assert memory.asked() == set()


@pytest.mark.parametrize("answer", ["404", "410", "trashed"])
def test_a_direct_read_that_finds_nothing_deletes_and_says_by_what(memory: Memory, answer: str) -> None:
    memory.batch(record(order("1", at(1), {"A": 1}), 1))
    memory.batch(gone("1", 2, evidence=answer))
    assert (evidence(memory), evidence(memory, "order_lines")) == ([answer], ["parent"])


def test_evidence_that_nobody_knows_is_refused(memory: Memory) -> None:
    with pytest.raises(ValueError, match="rumour"):
        memory.batch(gone("1", 2, evidence="rumour"))


def test_a_pushed_deletion_with_the_platforms_time_deletes(memory: Memory) -> None:
    memory.batch(record(order("1", at(1), {"A": 1}), 2))
    memory.batch(pushed(told_deleted("1", at(3)), 4))
    assert (evidence(memory), memory.asked()) == ([Evidence.WEBHOOK], set())


@pytest.mark.parametrize(("version", "arrives"), [(None, 9), (3, 9)])
def test_a_pushed_deletion_that_arrives_after_the_restoration_was_seen_causes_a_read(
    memory: Memory, version: float | None, arrives: float
) -> None:
    memory.batch(record(order("1", at(1)), 1))
    memory.batch(gone("1", 4))
    memory.batch(record(order("1", at(1)), 6))
    memory.batch(pushed(told_deleted("1", at(version) if version else None), arrives))
    assert (len(memory.documents("orders")), memory.asked()) == (1, {("orders", "1")})
    memory.batch(record(order("1", at(1)), 10, via=Via.READ))
    assert memory.kinds("orders") == ["created", "deleted", "restored"]
    memory.audit()


def test_a_pushed_deletion_without_a_time_is_settled_by_the_read_that_it_causes(memory: Memory) -> None:
    memory.batch(record(order("1", at(1)), 1))
    memory.batch(pushed(told_deleted("1"), 2))
    assert memory.asked() == {("orders", "1")}
    memory.batch(gone("1", 3))
    assert evidence(memory) == ["404"]


def category(name: str | None) -> Json:
    if name is None:
        return {"klass": "categories", "id": "7", "version": "", "gone": [["categories", "7", "webhook"]]}
    return {"id": "7", "version": "", "parts": [{"collection": "categories", "key": "7", "values": {"name": name}}]}


def test_what_cannot_be_read_directly_is_deleted_when_we_are_told_so(memory: Memory) -> None:
    memory.batch(record(category("Boots"), 1, resource="categories"))
    memory.batch(pushed(category(None), 2))
    assert (evidence(memory, "categories"), memory.asked()) == (["webhook"], set())
    memory.batch(record(category("Boots"), 3, resource="categories"))
    assert memory.kinds("categories") == ["created", "deleted", "restored"]


def test_an_entry_of_the_platforms_list_of_deletions_deletes(memory: Memory) -> None:
    memory.batch(record(order("1", at(1), {"A": 1}), 1))
    memory.batch(listed_as_deleted("1", 5, version=at(4).isoformat()))
    assert (evidence(memory), evidence(memory, "order_lines")) == (["deletion_feed"], ["parent"])
    assert memory.changes[-1].body["source"]["via"] in {"feed", "derived"}
    assert not any(change.pushed for change in memory.changes)


def test_an_entry_that_is_listed_again_after_the_restoration_deletes_nothing(memory: Memory) -> None:
    memory.batch(record(order("1", at(1)), 1))
    memory.batch(listed_as_deleted("1", 5, version=at(4).isoformat()))
    memory.batch(record(order("1", at(6)), 7))
    memory.batch(listed_as_deleted("1", 8, version=at(4).isoformat()))
    assert (memory.kinds("orders"), memory.asked()) == (["created", "deleted", "restored"], set())


def test_an_entry_without_a_time_is_held_against_a_living_record_by_a_read(memory: Memory) -> None:
    memory.batch(record(order("1", at(1)), 1))
    memory.batch(listed_as_deleted("1", 5))
    assert (memory.kinds("orders"), memory.asked()) == (["created"], {("orders", "1")})


@pytest.mark.parametrize("versions", [True, False])
def test_an_entry_of_what_was_never_known_waits_for_what_a_look_says(memory: Memory, *, versions: bool) -> None:
    memory.batch(listed_as_deleted("1", 5))
    memory.batch(record(order("1", at(1) if versions else ""), 4))
    assert (memory.changes, memory.asked()) == ([], {("orders", "1")})


def test_an_entry_that_is_listed_again_does_not_outdate_a_look_that_is_under_way(memory: Memory) -> None:
    memory.batch(record(order("1", at(1)), 1))
    memory.batch(gone("1", 3))
    memory.batch(listed_as_deleted("1", 9))
    memory.batch(record(order("1", at(1)), 8, via=Via.READ))
    assert memory.kinds("orders") == ["created", "deleted", "restored"]


def test_what_was_never_announced_is_created_and_not_restored(memory: Memory) -> None:
    memory.batch(gone("1", 2))
    memory.batch(record(order("2", at(1)), 1), gone("2", 2))
    memory.batch(record(order("1", at(3)), 3), record(order("2", at(3)), 3))
    assert memory.kinds("orders") == ["created", "created"]
    memory.audit()


def test_a_document_is_deleted_and_restored_as_often_as_it_goes_and_comes(memory: Memory) -> None:
    for second in range(1, 9, 2):
        memory.batch(record(order("1", at(second)), second))
        memory.batch(gone("1", second + 1))
    assert memory.kinds("orders") == ["created", "deleted", *["restored", "deleted"] * 3]
    memory.audit()


def product(key: str, version: float, *variants: str) -> Json:
    head = {"collection": "products", "key": key, "values": {"sku": key}, "owns": {"variants": list(variants)}}
    parts = [
        {"collection": "variants", "key": name, "values": {"sku": name}, "refs": {"product_id": ("products", key)}}
        for name in variants
    ]
    return {"id": key, "version": at(version).isoformat(), "parts": [head, *parts]}


def owners(memory: Memory) -> dict[str, Any]:
    return {row["sku"]: row["product_id"] for row in memory.documents("variants")}


def test_a_moved_variant_is_not_deleted_by_the_product_that_it_left(memory: Memory) -> None:
    old, new = (memory.shop.id("products", key) for key in ("old", "new"))
    memory.batch(record(product("old", 1, "A", "B"), 1, resource="products"))
    memory.batch(record(product("new", 3, "B"), 3, resource="products"))
    memory.batch(record(product("old", 3, "A"), 3, resource="products"))
    assert owners(memory) == {"A": old, "B": new}
    # An older record of the former product, and its end, say nothing of it either.
    memory.batch(record(product("old", 2, "A", "B"), 2, resource="products"))
    memory.batch(gone("old", 9, resource="products"))
    assert owners(memory) == {"B": new}
    assert evidence(memory, "variants") == ["parent"]
    memory.audit()


def test_a_variant_that_left_a_product_before_it_was_seen_in_the_other_comes_back(memory: Memory) -> None:
    memory.batch(record(product("old", 1, "B"), 1, resource="products"))
    memory.batch(record(product("old", 3), 3, resource="products"))
    memory.batch(record(product("new", 3, "B"), 3, resource="products"))
    assert owners(memory) == {"B": memory.shop.id("products", "new")}
    assert memory.kinds("variants") == ["created", "deleted", "restored"]


def variant(sku: str, of: str) -> Json:
    """A variant in a record of its own, which names its product."""
    part = {"collection": "variants", "key": sku, "values": {"sku": sku}, "refs": {"product_id": ["products", of]}}
    return {"id": f"{of}/{sku}", "version": at(1).isoformat(), "parts": [part]}


@pytest.mark.parametrize("together", [True, False])
def test_a_child_that_arrives_after_its_parents_deletion_went_along_with_it(memory: Memory, together: bool) -> None:
    """History is overtaken by what happens now: the product is found gone before it and its variants were heard of."""
    found, late = gone("7", 9, resource="products"), record(variant("A", "7"), 2, resource="products")
    if together:
        memory.batch(found, late)
    else:
        memory.batch(found)
        memory.batch(late)
    assert memory.documents("variants") == []
    memory.audit()


def test_a_child_that_is_seen_after_its_parents_deletion_lives(memory: Memory) -> None:
    memory.batch(gone("7", 2, resource="products"))
    memory.batch(record(variant("A", "7"), 9, resource="products"))
    assert memory.one("variants")["sku"] == "A"


def test_a_pushed_child_of_a_deleted_parent_causes_a_read(memory: Memory) -> None:
    memory.batch(gone("7", 2, resource="products"))
    memory.batch(record(variant("A", "7"), 9, via=Via.WEBHOOK, resource="products"))
    assert memory.documents("variants") == []
    assert memory.asked() == {("products", "7/A")}


@pytest.mark.parametrize("together", [True, False])
def test_a_child_that_was_heard_of_before_its_parent_goes_with_it(memory: Memory, together: bool) -> None:
    """Its push overtakes history; then the product is found gone, of which nothing was heard yet."""
    early, found = record(variant("A", "7"), 2, via=Via.WEBHOOK, resource="products"), gone("7", 9, resource="products")
    if together:
        memory.batch(early, found)
    else:
        memory.batch(early)
        memory.batch(found)
    assert memory.documents("variants") == []
    memory.audit()
