"""Why a document says what it says: what each record said, and by which rule it counts or does not."""

from dataclasses import replace
from typing import Any

from services.normalizer import customers
from services.normalizer.history import History
from services.normalizer.observe import observe
from shoprelay_schema.raw import RawRecord, Via
from tests.support.plain_relay import order
from tests.unit.normalizer.memory import RELAY, Memory, at, gone, pushed, record, webshop

SHOP = webshop()


def explained(collection: str, key: str, *log: RawRecord) -> History:
    history = History((SHOP.project.id, collection, SHOP.id(collection, key)))
    for each in log:
        observations = observe(each, SHOP, RELAY).observations
        customers.resolve(observations, history.known)
        history.add(each, observations)
    return history


def told(history: History) -> list[tuple[str, str]]:
    return [(step.outcome, step.why) for step in history.steps]


def one(price: float, version: float, second: float, **more: Any) -> RawRecord:
    return record(order("1", at(version), price=price), second, **more)


def test_what_wins_and_what_loses() -> None:
    log = [
        one(1.0, 1, 1),
        one(2.0, 5, 5),
        one(1.0, 1, 6),
        one(2.0, 5, 7),
        pushed(order("1", at(5), price=3.0), 8),
        one(4.0, 5, 9, via=Via.READ),
        one(9.0, 5, 2),
        gone("1", 3),
        gone("1", 10),
        pushed(order("1", at(5), price=4.0), 11),
        gone("1", 12),
        one(5.0, 6, 13),
    ]
    assert told(explained("orders", "1", *log)) == [
        ("created", "the first that is known of it"),
        ("updated", "a newer version"),
        ("lost", "an older version"),
        ("same", "says what is stored already"),
        ("lost", "the same version, and a push does not decide; the shop was asked"),
        ("updated", "the same version, looked at later"),
        ("lost", "the same version, looked at earlier"),
        ("lost", "the shop was looked at later than that"),
        ("deleted", "evidence that it is gone"),
        ("lost", "it was deleted before; the shop was asked"),
        ("lost", "it was deleted before"),
        ("restored", "the shop was looked at after the deletion"),
    ]


def test_the_fields_that_each_record_changed_in_plain() -> None:
    log = [record(order("1", at(v), email=f"{v}@example.com", price=1.0), v) for v in (1, 2)]
    first, second = explained("orders", "1", *log).steps
    assert first.fields["email"] == (None, "1@example.com")
    assert second.fields == {"email": ("1@example.com", "2@example.com")}
    assert second.said is not None
    assert second.said["email"] == "2@example.com"


def test_a_line_that_its_order_lists_no_more() -> None:
    log = [record(order("1", at(v), lines), v) for v, lines in ((1, {"A": 1, "B": 1}), (2, {"A": 2}), (3, {"A": 3}))]
    history = explained("order_lines", "1/B", *log)
    assert told(history) == [("created", "the first that is known of it"), ("deleted", "its parent lists it no more")]
    assert history.steps[-1].evidence == "parent"
    assert history.end() == {}


def test_what_is_learnt_in_passing_loses_to_what_is_said_directly() -> None:
    def buyer(version: int, *, derived: bool) -> RawRecord:
        part = {"collection": "customers", "key": "id:7", "derived": derived, "values": {"group": str(version)}}
        return record({"version": at(version).isoformat(), "parts": [part]}, version)

    steps = told(explained("customers", "id:7", buyer(1, derived=True), buyer(2, derived=False), buyer(3, derived=True)))
    assert [why for _, why in steps[1:]] == [
        "said by itself; before, only in passing",
        "learnt in passing; the shop says it by itself",
    ]


def test_a_replay_is_told_as_one() -> None:
    log = [one(1.0, 1, 1), one(2.0, 2, 2)]
    copies = [replace(each, position=f"raw.backfill.v1-0-{n}", replay_of=each.position) for n, each in enumerate(log)]
    assert told(explained("orders", "1", *log, *copies))[2:] == [
        ("lost", "a replay of what is not the newest look"),
        ("same", "says what is stored already"),
    ]


def test_records_of_others_say_nothing() -> None:
    assert explained("orders", "2", one(1.0, 1, 1)).steps == []


def test_the_end_is_what_the_normalizer_stores() -> None:
    memory = Memory(SHOP)
    log = [one(1.0, 1, 1), one(2.0, 5, 5), pushed(order("1", at(3), price=3.0), 8), one(7.0, 5, 9, via=Via.READ)]
    memory.batch(*log)
    ended = explained("orders", "1", *log).end()
    assert (ended["price"], ended["source"]["raw"]) == (7.0, memory.one("orders")["source"]["raw"])
