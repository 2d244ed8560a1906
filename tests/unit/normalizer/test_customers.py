"""Customers are found by the shop's id and by the e-mail."""

from dataclasses import replace
from typing import Any

import pytest
from bson import ObjectId

from shoprelay_relays.spec import Json
from shoprelay_schema.raw import RawRecord, Via
from tests.unit.normalizer.memory import Memory, at, gone, record, webshop


def buys(number: str, email: str, second: float, *, account: str = "") -> RawRecord:
    """An order of a guest, or of an account."""
    return record(_order(number, email, second, account), second)


def _order(number: str, email: str, second: float, account: str) -> Json:
    key = f"id:{account}" if account else f"email:{email}"
    buyer: Json = {
        "collection": "customers",
        "key": key,
        "derived": True,
        "values": {"remote_id": account or email, "email": email},
    }
    if account:
        buyer["aliases"] = [f"email:{email}"]
    head = {
        "collection": "orders",
        "key": number,
        "values": {"order_number": number},
        "refs": {"customer_id": ("customers", key)},
    }
    return {"id": number, "version": at(second).isoformat(), "parts": [head, buyer]}


def account(_id: str, email: str | None, second: float, **values: Any) -> RawRecord:
    """The shop's own customer."""
    own: Json = {"collection": "customers", "key": f"id:{_id}", "values": {"remote_id": _id, "email": email, **values}}
    if email:
        own["aliases"] = [f"email:{email}"]
    return record({"id": _id, "version": at(second).isoformat(), "parts": [own]}, second, resource="customers")


def buyers(memory: Memory) -> dict[str, ObjectId]:
    return {row["order_number"]: row["customer_id"] for row in memory.documents("orders")}


def emails(memory: Memory) -> dict[ObjectId, str]:
    return {row["_id"]: row["email"] for row in memory.documents("customers")}


def play(records: list[RawRecord], *, one_batch: bool) -> Memory:
    memory = Memory()
    for batch in [records] if one_batch else [[r] for r in records]:
        memory.batch(*batch)
    memory.audit()
    return memory


@pytest.mark.parametrize("one_batch", [True, False])
@pytest.mark.parametrize(
    "records",
    [
        [buys("1", "jane@a.nl", 1), buys("2", "jane@a.nl", 2)],
        [buys("1", "jane@a.nl", 1), account("5", "jane@a.nl", 2), buys("2", "jane@a.nl", 3, account="5")],
        [account("5", "jane@a.nl", 1), buys("1", "jane@a.nl", 2), buys("2", "jane@a.nl", 3, account="5")],
        [buys("1", "jane@a.nl", 1, account="5"), buys("2", "jane@a.nl", 2), account("5", "jane@a.nl", 3)],
    ],
    ids=["guest twice", "guest first", "account first", "account's order first"],
)
def test_orders_with_one_e_mail_share_a_customer(records: list[RawRecord], *, one_batch: bool) -> None:
    memory = play(records, one_batch=one_batch)
    (customer,) = emails(memory)
    assert buyers(memory) == {"1": customer, "2": customer}


@pytest.mark.parametrize("one_batch", [True, False])
def test_an_account_that_changes_its_e_mail_stays_one_customer_under_both(*, one_batch: bool) -> None:
    records = [account("5", "jane@a.nl", 1), account("5", "joan@a.nl", 2), buys("1", "jane@a.nl", 3), buys("2", "joan@a.nl", 4)]
    memory = play(records, one_batch=one_batch)
    ((customer, email),) = emails(memory).items()
    assert email == "joan@a.nl"
    assert buyers(memory) == {"1": customer, "2": customer}


@pytest.mark.parametrize("guest_first", [True, False])
@pytest.mark.parametrize("one_batch", [True, False])
def test_two_accounts_with_one_e_mail_are_two_customers(*, one_batch: bool, guest_first: bool) -> None:
    guest = [buys("1", "jane@a.nl", 1)] if guest_first else []
    accounts = [account("5", "jane@a.nl", 2, group="first"), account("7", "jane@a.nl", 3, group="second")]
    memory = play([*guest, *accounts, *accounts, buys("2", "jane@a.nl", 9)], one_batch=one_batch)
    found = {row["remote_id"]: row for row in memory.documents("customers")}
    assert {remote_id: row["group"] for remote_id, row in found.items()} == {"5": "first", "7": "second"}
    assert buyers(memory)["2"] == found["5"]["_id"], "the e-mail belongs to the account that was first seen with it"


def test_an_e_mail_that_its_account_gave_up_does_not_merge_the_next_one_into_it() -> None:
    records = [account("5", "jane@a.nl", 1), account("5", "joan@a.nl", 2), account("7", "jane@a.nl", 3)]
    memory = play(records, one_batch=False)
    assert sorted(emails(memory).values()) == ["jane@a.nl", "joan@a.nl"]


def test_a_deleted_account_is_found_where_its_first_order_was_a_guests() -> None:
    memory = play([buys("1", "jane@a.nl", 1), account("5", "jane@a.nl", 2)], one_batch=False)
    memory.batch(gone("5", 3, resource="customers"))
    assert memory.documents("customers") == []
    assert memory.kinds("customers")[-1] == "deleted"


def test_two_shops_do_not_share_a_customer() -> None:
    memory = Memory()
    memory.batch(buys("1", "jane@a.nl", 1))
    memory.shop = webshop(memory.shop.project)
    memory.batch(buys("1", "jane@a.nl", 1))
    assert len(emails(memory)) == 2
    assert len(set(memory_buyers(memory))) == 2


def memory_buyers(memory: Memory) -> list[ObjectId]:
    return [row["customer_id"] for row in memory.documents("orders")]


def test_what_an_order_tells_of_its_buyer_never_replaces_the_account() -> None:
    records = [account("5", "jane@a.nl", 1, group="wholesale"), buys("1", "jane@a.nl", 9, account="5")]
    for order in (records, records[::-1]):
        (customer,) = play(order, one_batch=False).documents("customers")
        assert (customer["remote_id"], customer["group"]) == ("5", "wholesale")


@pytest.mark.parametrize("one_batch", [True, False])
def test_an_account_that_is_gone_and_named_by_an_order_is_another_document_with_no_falling_version(*, one_batch: bool) -> None:
    memory = Memory()
    memory.batch(account("5", "jane@a.nl", 1, group="customer"))
    after = [gone("5", 2, resource="customers"), buys("1", "jane@a.nl", 3)]
    for batch in [after] if one_batch else [[r] for r in after]:
        memory.batch(*batch)
    assert memory.kinds("customers") == ["created", "deleted", "restored"]
    assert "group" not in memory.one("customers")
    memory.batch(record(_order("2", "jane@a.nl", 4, "") | {"parts": [_named("jane@a.nl", "Jane")]}, 4))
    assert memory.one("customers")["first_name"] == "Jane"
    memory.audit()


def _named(email: str, name: str) -> Json:
    values = {"remote_id": email, "email": email, "first_name": name}
    return {"collection": "customers", "key": f"email:{email}", "derived": True, "values": values}


@pytest.mark.parametrize("pushes", [False, True])
@pytest.mark.parametrize(
    "before",
    [
        [buys("1", "jane@a.nl", 1, account="5"), gone("5", 8, resource="customers"), buys("1", "jane@a.nl", 9)],
        [gone("5", 8, resource="customers"), buys("1", "jane@a.nl", 9)],
        [buys("1", "jane@a.nl", 1), buys("1", "jane@a.nl", 9), gone("5", 9, resource="customers")],
    ],
    ids=["an account's order", "a guest's after it", "a guest's before it"],
)
@pytest.mark.parametrize("one_batch", [True, False])
def test_what_an_account_was_does_not_come_over_the_guest_that_is_left(
    before: list[RawRecord], pushes: bool, one_batch: bool
) -> None:
    """History is slow: the account was read, deleted, and its orders are a guest's before the reading is processed."""
    memory = play(before, one_batch=one_batch)
    late = account("5", "jane@a.nl", 10 if pushes else 3)
    memory.batch(replace(late, via=Via.WEBHOOK) if pushes else late)
    assert [row["remote_id"] for row in memory.documents("customers")] == ["jane@a.nl"]
    assert (("customers", "5") in memory.asked()) is pushes
    memory.audit()


def test_an_account_that_is_seen_after_it_was_gone_is_there_again() -> None:
    memory = Memory()
    memory.batch(account("5", "jane@a.nl", 1))
    memory.batch(gone("5", 8, resource="customers"))
    memory.batch(buys("1", "jane@a.nl", 9))
    memory.batch(account("5", "jane@a.nl", 10))
    assert [row["remote_id"] for row in memory.documents("customers")] == ["5"]
    memory.audit()


def test_a_late_webhook_of_an_order_does_not_bring_a_deleted_account_back() -> None:
    """Nobody knows when it left the shop; the order is read, and what it says then counts."""
    memory = Memory()
    memory.batch(account("7", "ida@example.com", 1), buys("1", "ida@example.com", 2, account="7"))
    memory.batch(gone("7", 5, resource="customers"))
    assert memory.documents("customers") == []
    late = replace(buys("1", "ida@example.com", 2, account="7"), via=Via.WEBHOOK, observed_at=at(6))
    memory.batch(late)
    assert memory.documents("customers") == []
    # The order still names the account when it is read: it is there again.
    memory.batch(replace(buys("1", "ida@example.com", 2, account="7"), via=Via.READ, observed_at=at(7)))
    assert len(memory.documents("customers")) == 1
