"""Replaying raw records: the present mapping's reading of what a document was made from, and nothing else."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shoprelay_relays.spec import Json
from shoprelay_schema.raw import RawRecord
from tests.support.mapping import dearer, reading
from tests.support.plain_relay import order
from tests.unit.normalizer import memory as memories
from tests.unit.normalizer.memory import RELAY, Memory, at, gone, pushed, record
from tests.unit.normalizer.test_convergence import NOW, Shop, arrivals, run, shops, stored

COPIED = ("kind", "id", "resource", "remote_id", "observed_at", "via", "body", "headers")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def replayed(memory: Memory, *log: RawRecord) -> None:
    """Normalize copies of these records as one batch."""
    memory.batch(*(replace(record({}, 0), **{name: getattr(of, name) for name in COPIED}, replay_of=of.position) for of in log))


@contextmanager
def mapping(change: Callable[[Json], Json]) -> Iterator[None]:
    """The relay reads records as if `change` had been made to them."""
    with mock.patch.object(memories, "RELAY", reading(RELAY, change)):
        yield


def state(memory: Memory) -> tuple[dict[Any, Any], dict[Any, Any]]:
    return dict(memory.known.documents), dict(memory.known.marks)


def history(data: st.DataObject, *, versions: bool) -> tuple[list[Shop], Memory, list[RawRecord], Any]:
    """Two orders that were edited, deleted and restored, normalized in any order; the log is as it was appended."""
    all_shops = [data.draw(shops("1", versions=versions)), data.draw(shops("2", versions=versions))]
    arrived = data.draw(arrivals([r for shop in all_shops for r in shop.records]))
    answers = [shop.read(NOW, NOW + 20 + number) for shop in all_shops for number in (1, 2)]
    memory = run(all_shops, *arrived)
    memory.batch(*answers)
    memory.asked()
    return all_shops, memory, [*arrived[0], *answers], arrived


def in_batches(data: st.DataObject, log: Sequence[RawRecord]) -> Iterator[Sequence[RawRecord]]:
    size = data.draw(st.integers(1, len(log)))
    return (log[start : start + size] for start in range(0, len(log), size))


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(data=st.data(), versions=st.booleans())
def test_replaying_everything_by_the_same_mapping_changes_nothing(data: st.DataObject, *, versions: bool) -> None:
    """Any history in any order, any records twice, any batches: documents and marks stay as they are, and nothing is read."""
    _, memory, log, _ = history(data, versions=versions)
    before, events = state(memory), len(memory.changes)
    some = data.draw(st.lists(st.sampled_from(log), max_size=12))
    for part in in_batches(data, [*some, *log]):
        replayed(memory, *part)
    assert state(memory) == before
    assert len(memory.changes) == events
    assert memory.asked() == set()


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(data=st.data(), versions=st.booleans())
def test_a_mended_mapping_and_a_replay_end_as_if_the_mapping_had_never_been_wrong(data: st.DataObject, *, versions: bool) -> None:
    """One event for each document that was wrong; a second replay emits nothing."""
    all_shops, memory, log, arrived = history(data, versions=versions)
    events = len(memory.changes)
    with mapping(dearer):
        for part in in_batches(data, log):
            replayed(memory, *part)
        made = memory.changes[events:]
        assert sorted(c.id for c in made) == sorted(row["_id"] for row in memory.documents("orders"))
        assert {(c.collection, c.kind) for c in made} <= {("orders", "updated")}
        for part in in_batches(data, log):
            replayed(memory, *part)
        assert len(memory.changes) == events + len(made)
        never_wrong = run(all_shops, *arrived)
    memory.audit()
    assert stored(memory) == stored(never_wrong)


def one_order(*, price: float = 1.0, second: int = 1, version: int = 1, **lines: int) -> RawRecord:
    return record(order("1", at(version), lines or None, price=price), second)


def test_the_present_source_is_read_again_and_stays_the_source() -> None:
    memory = Memory()
    memory.batch(source := one_order(second=5))
    with mapping(dearer):
        replayed(memory, source)
    stored = memory.one("orders")
    assert (stored["price"], stored["source"]["raw"], stored["source"]["version"]) == (101.0, source.position, at(1).isoformat())
    assert stored["source"]["observed_at"] > source.observed_at
    created, updated = memory.changes
    assert created.raw != updated.raw, "two events of a document have two ids"
    memory.audit()


def test_the_look_that_found_nothing_new_counts_not_the_one_before() -> None:
    memory = Memory()
    # The former mapping did not see what changed in between: the price.
    blind = mapping(lambda body: {**body, "parts": [{**p, "values": {"order_number": "1"}} for p in body["parts"]]})
    looks = [one_order(price=1.0, second=1), one_order(price=2.0, second=2)]
    with blind:
        memory.batch(*looks)
    for log in (looks, looks[::-1], looks):
        replayed(memory, *log)
        assert memory.one("orders")["price"] == 2.0
    assert memory.kinds("orders") == ["created", "updated"]


def test_a_buyer_whom_the_newest_look_names_no_more_is_not_made_from_an_old_one() -> None:
    """A shop erased the guest's data in its order; only the mended mapping makes customers of guests."""
    memory, old, erased = Memory(), one_order(second=1), one_order(second=2, version=2, price=2.0)
    named = one_order(second=3, version=3, price=3.0)

    def with_guest(body: Json) -> Json:
        if body["parts"][0]["values"]["price"] == 2.0:
            return body
        guest = {"collection": "customers", "key": "email:ida", "derived": True, "values": {"email": "ida@example.com"}}
        return {**body, "parts": [guest, *body["parts"]]}

    memory.batch(old, erased)
    with mapping(with_guest):
        replayed(memory, old, erased)
        assert memory.kinds("customers") == []
        memory.batch(named)
        replayed(memory, old, erased, named)
    assert memory.one("customers")["source"]["raw"] == named.position


def test_a_live_record_wins_before_and_after_its_elders_are_replayed() -> None:
    for before in (True, False):
        memory = Memory()
        memory.batch(old := one_order(price=1.0))
        live = one_order(price=9.0, second=2, version=2)
        with mapping(dearer):
            memory.batch(live) if before else replayed(memory, old)
            replayed(memory, old) if before else memory.batch(live)
        assert memory.one("orders")["price"] == 109.0


def test_what_was_deleted_stays_deleted() -> None:
    memory = Memory()
    log = [one_order(A=1), gone("1", 5)]
    memory.batch(log[0])
    memory.batch(log[1])
    before = state(memory)
    with mapping(dearer):
        replayed(memory, *log)
        replayed(memory, log[0])
    assert state(memory) == before


def test_an_account_that_is_gone_does_not_come_back_over_what_orders_say_of_the_person() -> None:
    memory = Memory()

    def customer(*, derived: bool, **values: Any) -> Json:
        parts = [{"collection": "customers", "key": "id:7", "derived": derived, "values": {"email": "j@example.com", **values}}]
        return {"id": "7", "version": at(1).isoformat(), "parts": parts}

    log = [
        record(customer(derived=False, group="gold"), 1, resource="customers"),
        gone("7", 2, resource="customers"),
        record(customer(derived=True), 3),
    ]
    for each in log:
        memory.batch(each)
    before = state(memory)
    replayed(memory, *log)
    assert state(memory) == before


def test_a_child_that_only_the_mended_mapping_sees_is_created_and_one_that_it_sees_no_more_is_deleted() -> None:
    memory = Memory()
    log = [one_order(A=1, B=1, second=1), one_order(B=1, second=2, version=2), one_order(B=1, C=1, second=3, version=3)]

    def without(sku: str) -> Callable[[Json], Json]:
        def change(body: Json) -> Json:
            first, *lines = (part for part in body["parts"] if part["key"] != f"1/{sku}")
            owned = [key for key in first["owns"]["order_lines"] if key != f"1/{sku}"]
            return {**body, "parts": [{**first, "owns": {"order_lines": owned}}, *lines]}

        return change

    with mapping(without("C")):
        for each in log:
            memory.batch(each)
    assert [row["variant_sku"] for row in memory.documents("order_lines")] == ["B"]
    with mapping(without("B")):
        replayed(memory, *log)
    assert [row["variant_sku"] for row in memory.documents("order_lines")] == ["C"]
    memory.audit()


def test_a_mapping_that_reads_lower_versions_takes_no_version_back() -> None:
    memory = Memory()
    memory.batch(source := one_order(version=50))
    with mapping(lambda body: dearer({**body, "version": at(0).isoformat()})):
        replayed(memory, source)
    assert memory.one("orders")["source"]["version"] == at(50).isoformat()
    assert memory.one("orders")["price"] == 101.0
    memory.audit()


def test_a_replay_asks_the_shop_for_nothing_and_nobody_pushed_it() -> None:
    memory = Memory()
    log = [one_order(), pushed(order("1", at(1), price=2.0), 2), pushed({"read": "5"}, 3), pushed(order("2", at(1)), 4)]
    memory.batch(*log)
    assert memory.asked() == {("orders", "1"), ("orders", "5")}
    with mapping(dearer):
        replayed(memory, *log)
    assert memory.asked() == set()
    assert [change.pushed for change in memory.changes if change.kind == "updated"] == [False]
