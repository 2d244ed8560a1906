"""The auditor is shown logs in which one thing is wrong, and has to find it."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.chaos import histories, promises
from tests.chaos.evidence import Keys, Told
from tests.chaos.promises import Promise

KEYS = Keys("64b7f3a1c2d4e5f60718293a", {"k1": bytes(range(32))})
NOTE = {  # two ciphertexts of one text
    "a": "sr1:r:k1:9UKd66tVmrM70wiCAvvSQSBsjaCHgsJUKCMDVw",
}
SHOP = "5" * 24
SECONDS = [f"2026-03-01T12:00:{second:02}.000Z" for second in range(60)]


def event(offset: int, kind: str, price: float | None, key: str = "a" * 24, event_id: str = "") -> Told:
    source = {"version": SECONDS[offset], "observed_at": SECONDS[offset]}
    value = {"_id": key, "price": price, "customer_note": NOTE["a"], "source": source}
    headers = {"ce_id": event_id or f"e{offset}/{key}", "ce_type": f"shoprelay.orders.{kind}.v1"}
    return Told("documents.orders.v1", 0, offset, key, headers, None if kind == "tombstone" else json.dumps(value).encode())


def good() -> list[Told]:
    return [
        event(1, "created", 1.0),
        event(2, "updated", 2.0),
        event(3, "created", 1.0, "b" * 24),
        event(4, "deleted", None, "b" * 24),
        event(5, "tombstone", None, "b" * 24),
        event(6, "updated", 3.0),
        event(7, "restored", 5.0, "b" * 24),
    ]


def stored_after(events: list[Told]) -> dict[str, Any]:
    return {each.key: json.loads(each.value) for each in events if each.value is not None}


def history(events: list[Told]) -> list[str]:
    return histories.history("orders", events, stored_after(good()), KEYS).violations


def test_a_good_history_is_found_good() -> None:
    assert history(good()) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda e: e[:5] + e[6:], "the last event is not the stored document"),
        (lambda e: [e[0], e[1], e[1], *e[2:]], "is there 2 times"),
        (lambda e: [e[0], e[5], e[2], e[3], e[4], e[1], e[6]], "after"),
        (lambda e: [*e[:6], event(8, "updated", 3.0), e[6]], "nothing changed"),
        (lambda e: [e[0], event(8, "created", 4.0), *e[1:]], "created, and the document exists"),
        (lambda e: e[1:], "updated, and the document exists not"),
        (lambda e: [*e[:3], *e[4:]], "a tombstone without a deletion"),
        (lambda e: e[:6], "stored, and the events say it is not there"),
        (lambda e: [*e, event(9, "created", 1.0, "c" * 24)], "announced, and not stored"),
        (lambda e: [*e[:6], event(7, "created", 5.0, "b" * 24)], "created, and the document was there before"),
        (lambda e: [event(1, "restored", 1.0), *e[1:]], "restored, and the document was never there"),
        (lambda e: [*e[:4], *e[3:]], "deleted, and the document exists not"),
        (lambda e: [*e[:6], event(7, "restored", 6.0, "b" * 24)], "the last event is not the stored document"),
    ],
    ids=[
        *("lost", "doubled", "swapped", "repeated", "twice-created", "not-created", "no-deletion", "unannounced", "unstored"),
        *("born-again", "restored-at-first", "twice-deleted", "other-content"),
    ],
)
def test_what_is_wrong_in_a_history_is_found(wrong: Callable[[list[Told]], list[Told]], said: str) -> None:
    found = history(wrong(good()))
    assert [text for text in found if said in text], found


def test_a_change_that_was_not_announced_is_found() -> None:
    key, other = ("orders", "a"), ("webshops", "b")
    assert histories.changes_announced({key: 2}, {key: 2, other: 5}, ["orders"], whole=True).violations == []
    assert histories.changes_announced({key: 1}, {key: 2}, ["orders"], whole=True).violations
    assert histories.changes_announced({key: 2}, {}, ["orders"], whole=True).violations
    assert histories.changes_announced({key: 2}, {key: 2}, ["orders"], whole=False).violations
    assert histories.changes_announced({}, {key: 2}, ["orders"], whole=True, foreign={"a"}).violations == []


@pytest.mark.parametrize(
    ("statuses", "kept"), [([503, 503, 200], True), ([503, 503, 503, 200], False), ([503] * 4, False), ([], True)]
)
def test_a_service_that_does_not_come_back_is_found(statuses: list[int], kept: bool) -> None:
    calls = [{"at": 100.0 + 20 * number, "status": status} for number, status in enumerate(statuses)]
    found = promises.taken_again(calls, [(50.0, "gone", "x"), (99.0, "back", "x")], 45)
    assert (found.checked, found.violations == []) == (1, kept)
    assert promises.taken_again(calls, [(50.0, "gone", "x"), (99.0, "back", "x"), (101.0, "gone", "x")], 30).violations == []


def told(name: str = "m1", **changed: object) -> dict[str, Any]:
    return {"id": f"msg_{name}", "sha256": "x", "status": 204, "genuine": True, **changed}


@pytest.mark.parametrize(
    ("calls", "kept"),
    [
        ([told(status=500), told(), told("m2")], True),
        ([told()], False),
        ([told(), told("m2", status=500)], False),
        ([told(), told("m2"), told("m3")], False),
        ([told(), told(sha256="y"), told("m2")], False),
        ([told(genuine=False), told("m2")], False),
    ],
)
def test_calls_of_the_endpoint_are_held_against_the_activities(calls: list[dict[str, Any]], kept: bool) -> None:
    one = Told("activity.v1", 0, 0, SHOP, {"ce_id": "a1"}, b"{}")
    rows = [{"event": "a1", "_id": "m1"}, {"event": "a2", "_id": "m2"}]
    found: Promise = promises.activities_told([one, replace(one, headers={"ce_id": "a2"})], rows, calls)
    assert (found.violations == []) is kept


def test_the_auditor_knows_nothing_of_the_services() -> None:
    """Else both could be wrong in the same way."""
    program = "import sys, tests.chaos.audit; print([n for n in sys.modules if n.startswith(('shoprelay_', 'services'))])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert {name.partition(".")[0] for name in ast.literal_eval(told)} == {"shoprelay_schema"}
