"""Deletions, children and what operators write: one case for each way in which documents could stay wrong."""

from typing import Any

import pytest

from shoprelay_schema.raw import Via
from tests.support.plain_relay import order
from tests.unit.normalizer.memory import Memory, at, gone, pushed, record


@pytest.fixture
def memory() -> Memory:
    return Memory()


def lines(memory: Memory) -> dict[str, int]:
    return {row["variant_sku"]: row["quantity"] for row in memory.documents("order_lines")}


def trashed(number: str, version: float) -> dict[str, Any]:
    return {"id": number, "version": at(version).isoformat(), "gone": [["orders", number, "trashed"]]}


@pytest.mark.parametrize("newer_first", [True, False])
def test_an_older_record_brings_no_line_back_that_a_newer_one_lists_no_more(memory: Memory, *, newer_first: bool) -> None:
    records = [record(order("1", at(1), {"A": 1, "B": 1}), 3), record(order("1", at(2), {"A": 2}), 2.5)]
    for one in reversed(records) if newer_first else records:
        memory.batch(one)
    assert lines(memory) == {"A": 2}
    memory.audit()


def test_a_push_that_contradicts_its_version_adds_no_line_until_a_read_confirms_it(memory: Memory) -> None:
    memory.batch(record(order("1", at(1), {"A": 1}), 2))
    memory.batch(pushed(order("1", at(1), {"A": 1, "B": 1}), 3))
    assert lines(memory) == {"A": 1}
    assert memory.asked() == {("orders", "1")}
    memory.batch(record(order("1", at(1), {"A": 1, "B": 1}), 4, via=Via.READ))
    assert lines(memory) == {"A": 1, "B": 1}


def test_a_line_that_a_push_brought_goes_with_a_newer_record_that_was_asked_before_the_push_arrived(memory: Memory) -> None:
    memory.batch(pushed(order("1", at(1), {"A": 1, "B": 1}), 10))
    memory.batch(record(order("1", at(2), {"A": 1}), 8))
    assert lines(memory) == {"A": 1}


def test_lines_go_with_their_order_and_come_back_with_it(memory: Memory) -> None:
    memory.batch(record(order("1", at(1), {"A": 1, "B": 1}), 1))
    memory.batch(gone("1", 2))
    assert (memory.documents("orders"), lines(memory)) == ([], {})
    memory.batch(record(order("1", at(3), {"A": 1}), 3))
    assert lines(memory) == {"A": 1}
    assert memory.kinds("orders") == ["created", "deleted", "restored"]
    memory.audit()


@pytest.mark.parametrize("version", [1, 2])
def test_a_push_after_a_deletion_resurrects_nothing_and_is_checked_by_a_read(memory: Memory, version: int) -> None:
    memory.batch(record(order("1", at(1), {"A": 1}), 1))
    memory.batch(gone("1", 5))
    memory.batch(pushed(order("1", at(version), {"A": 1}), 6))
    assert (memory.documents("orders"), lines(memory)) == ([], {})
    assert memory.asked() == {("orders", "1")}
    memory.batch(gone("1", 7))
    assert memory.kinds("orders") == ["created", "deleted"]


def test_a_push_after_a_deletion_of_what_was_never_known_creates_nothing(memory: Memory) -> None:
    memory.batch(gone("1", 5))
    memory.batch(pushed(order("1", at(1), {"A": 1}), 6))
    assert memory.changes == []
    assert memory.asked() == {("orders", "1")}


def test_a_late_look_resurrects_nothing(memory: Memory) -> None:
    memory.batch(record(order("1", at(1), {"A": 1}), 1))
    memory.batch(gone("1", 5))
    memory.batch(record(order("1", at(2), {"A": 1}), 4))
    assert (memory.documents("orders"), lines(memory), memory.asked()) == ([], {}, set())


def test_a_deletion_found_while_a_push_was_under_way_is_asked_for_again(memory: Memory) -> None:
    memory.batch(pushed(order("1", at(1)), 10))
    memory.batch(gone("1", 9))
    assert memory.asked() == {("orders", "1")}
    memory.batch(gone("1", 11))
    assert memory.documents("orders") == []


def test_a_late_push_of_the_trash_does_not_delete_what_was_restored(memory: Memory) -> None:
    memory.batch(record(order("1", at(3)), 4))
    memory.batch(pushed(trashed("1", 2), 9))
    assert memory.one("orders")["order_number"] == "1"
    memory = Memory()
    memory.batch(pushed(trashed("1", 2), 9))
    memory.batch(record(order("1", at(3)), 4))
    assert memory.asked() == {("orders", "1")}


def test_an_operators_field_survives_updates_and_a_restoration_within_one_batch(memory: Memory) -> None:
    memory.batch(record(order("1", at(1), price=1.0, currency="EUR"), 1))
    memory.add_field(erp_number="E-1")
    memory.batch(record(order("1", at(2), price=2.0, currency="EUR"), 2))
    memory.batch(gone("1", 3), record(order("1", at(4), price=3.0), 4))
    stored = memory.one("orders")
    assert (stored["erp_number"], stored["price"], stored["currency"]) == ("E-1", 3.0, None)
    assert memory.kinds("orders") == ["created", "updated", "updated"]


@pytest.mark.parametrize("scrawl", ["jane@example.com", 5, ["a"], "sr1:d:k1:AAAA", {"a": "b"}])
def test_what_an_operator_wrote_over_an_encrypted_attribute_is_written_again(memory: Memory, scrawl: object) -> None:
    memory.batch(record(order("1", at(1), email="jane@example.com"), 1))
    memory.add_field(email=scrawl)
    memory.batch(record(order("1", at(2), email="jane@example.com"), 2))
    assert memory.one("orders")["email"] == "jane@example.com"


def test_several_records_of_one_document_in_a_batch_are_one_change(memory: Memory) -> None:
    memory.batch(*(record(order("1", at(i), {"A": i}, price=float(i)), i) for i in range(1, 5)))
    assert (memory.kinds("orders"), memory.kinds("order_lines")) == (["created"], ["created"])
    memory.batch(record(order("1", at(5), {"A": 9}, price=9.0), 5), record(order("1", at(6), {"A": 4}, price=4.0), 6))
    assert (memory.kinds("orders"), memory.kinds("order_lines")) == (["created"], ["created"])


def test_two_contents_at_one_version_the_later_look_wins(memory: Memory) -> None:
    for second, price in ((2, 5.0), (4, 6.0), (3, 7.0)):
        memory.batch(record(order("1", "-", price=price), second))
    assert memory.one("orders")["price"] == 6.0
    memory.audit()
