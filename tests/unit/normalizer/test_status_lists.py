"""The merchant's status lists decide an order's state and its times."""

from datetime import datetime
from typing import Any

import pytest
from bson import ObjectId

from shoprelay_relays.spec import Json
from shoprelay_runtime.projects import Webshop
from tests.unit.normalizer.memory import Memory, at, project, record, webshop

PLACED = at(-60)


def order_in(status: str, version: float, **values: Any) -> Json:
    """An order in this status that the shop itself calls open."""
    said = {"order_number": "1", "state": "open", "created_at": PLACED.isoformat(), **values}
    head = {"collection": "orders", "key": "1", "values": said, "refs": {"status_id": ("statuses", status)}}
    return {"id": "1", "version": at(version).isoformat(), "parts": [head]}


def listed(**lists: str) -> Webshop:
    """A webshop whose lists hold one status each."""
    shop = webshop(project())
    return changed(shop, **lists)


def changed(shop: Webshop, **lists: str) -> Webshop:
    named = {name: frozenset([shop.id("statuses", status)]) for name, status in lists.items()}
    return Webshop(shop.project, shop.webshop_id, shop.company_id, shop.relay_id, active=True, config={}, lists=named)


def times(row: dict[str, Any]) -> dict[str, datetime]:
    names = ("closed_at", "cancelled_at", "refunded_at", "created_at")
    return {name: row[name] for name in names if row.get(name) is not None}


@pytest.mark.parametrize(
    ("name", "state", "time"),
    [
        ("closed", "closed", "closed_at"),
        ("shipped", "closed", "closed_at"),
        ("cancelled", "cancelled", "cancelled_at"),
        ("refunded", "refunded", "refunded_at"),
    ],
)
def test_a_listed_status_decides_the_state_and_when_it_was_reached(name: str, state: str, time: str) -> None:
    memory = Memory(listed(**{name: "done"}))
    memory.batch(record(order_in("new", 1), 1))
    assert (memory.one("orders")["state"], times(memory.one("orders"))) == ("open", {"created_at": PLACED})
    memory.batch(record(order_in("done", 2), 5))
    assert (memory.one("orders")["state"], times(memory.one("orders"))) == (state, {"created_at": PLACED, time: at(2)})
    memory.batch(record(order_in("done", 3, price=2.0), 6))
    assert times(memory.one("orders"))[time] == at(2), "the moment is that of the change, not of every later one"
    memory.batch(record(order_in("new", 4), 7))
    assert (memory.one("orders")["state"], times(memory.one("orders"))) == ("open", {"created_at": PLACED})
    memory.audit()


def test_the_shops_own_time_of_a_state_is_kept() -> None:
    memory = Memory(listed(closed="done"))
    memory.batch(record(order_in("done", 2, closed_at=at(1.5).isoformat()), 5))
    assert times(memory.one("orders"))["closed_at"] == at(1.5)


def test_without_a_version_the_time_of_a_state_is_when_it_was_seen() -> None:
    memory = Memory(listed(closed="done"))
    memory.batch(record(order_in("done", 1) | {"version": ""}, 9))
    assert times(memory.one("orders"))["closed_at"] == at(9)


def test_without_lists_the_platforms_own_reading_holds() -> None:
    memory = Memory(listed())
    memory.batch(record(order_in("done", 1, state="closed", closed_at=at(0).isoformat()), 1))
    assert (memory.one("orders")["state"], times(memory.one("orders"))["closed_at"]) == ("closed", at(0))


def test_an_order_in_a_pending_status_is_not_paid_yet() -> None:
    memory = Memory(listed(pending="unpaid"))
    memory.batch(record(order_in("unpaid", 1), 1))
    assert times(memory.one("orders")) == {}
    memory.batch(record(order_in("new", 2), 2))
    assert times(memory.one("orders")) == {"created_at": PLACED}


def test_a_new_order_in_an_ignored_status_is_not_stored_nor_are_its_lines() -> None:
    memory = Memory(listed(ignore="cart"))
    line = {"collection": "order_lines", "key": "1/A", "values": {"order_number": "1", "variant_sku": "A"}}
    body = order_in("cart", 1)
    body["parts"][0]["owns"] = {"order_lines": ["1/A"]}
    memory.batch(record(body | {"parts": [*body["parts"], line]}, 1))
    assert memory.changes == []
    later = order_in("new", 2)
    later["parts"][0]["owns"] = {"order_lines": ["1/A"]}
    memory.batch(record(later | {"parts": [*later["parts"], line]}, 2))
    assert (len(memory.documents("orders")), len(memory.documents("order_lines"))) == (1, 1)


def test_a_stored_order_that_gets_an_ignored_status_keeps_its_state() -> None:
    memory = Memory(listed(ignore="odd", closed="done"))
    memory.batch(record(order_in("done", 1), 1))
    memory.batch(record(order_in("odd", 2), 2))
    assert memory.one("orders")["state"] == "closed"
    assert memory.one("orders")["status_id"] == memory.shop.id("statuses", "odd")


def test_a_changed_list_re_evaluates_and_announces_only_what_changed() -> None:
    memory = Memory(listed())
    memory.batch(record(order_in("done", 1), 1))
    memory.reevaluate(changed(memory.shop, closed="done"), 10)
    assert (memory.one("orders")["state"], times(memory.one("orders"))["closed_at"]) == ("closed", at(10))
    memory.reevaluate(changed(memory.shop, closed="done", cancelled="other"), 11)
    assert memory.kinds("orders") == ["created", "updated"]
    memory.reevaluate(changed(memory.shop), 12)
    assert (memory.one("orders")["state"], times(memory.one("orders"))) == ("open", {"created_at": PLACED})
    memory.audit()


def test_what_the_shop_said_meanwhile_counts_when_the_lists_no_longer_decide() -> None:
    memory = Memory(listed(closed="done", pending="done"))
    memory.batch(record(order_in("done", 1), 1))
    # Nothing that is stored changes: the lists decide both. What the shop says must still be known afterwards.
    memory.batch(record(order_in("done", 2, state="cancelled", created_at=at(0).isoformat()), 2))
    memory.reevaluate(changed(memory.shop), 10)
    assert (memory.one("orders")["state"], times(memory.one("orders"))["created_at"]) == ("cancelled", at(0))
    memory.audit()


def test_a_record_after_a_re_evaluation_still_counts() -> None:
    memory = Memory(listed())
    memory.batch(record(order_in("done", 1), 1))
    memory.reevaluate(changed(memory.shop, closed="done"), 10)
    memory.batch(record(order_in("new", 2, price=3.0), 5))
    assert (memory.one("orders")["state"], memory.one("orders")["price"]) == ("open", 3.0)
    memory.audit()


def test_orders_of_another_webshop_keep_their_own_lists() -> None:
    first, second = listed(closed="done"), listed()
    assert first.id("statuses", "done") != second.id("statuses", "done")
    memory = Memory(second)
    memory.batch(record(order_in("done", 1), 1))
    assert memory.one("orders")["state"] == "open"
    assert isinstance(memory.one("orders")["status_id"], ObjectId)
