"""The auditor is shown a bill, a raw log and dead letters in which one thing is wrong, and has to find it."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.chaos import bill, exchanged, promises
from tests.chaos.evidence import Raw, Told
from tests.chaos.letters import dead_letters

SHOP, COMPANY, JOB = "5" * 24, "c" * 24, "job"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECONDS = [(NOON + timedelta(seconds=second)).isoformat() for second in range(60)]


def raw(offset: int, kind: str, body: object, topic: str = "", subject: str = "", **headers: str) -> Raw:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    about = {"ce_type": f"shoprelay.raw.{kind}.v1", "ce_time": SECONDS[offset], "ce_id": f"r{offset}", "ce_subject": subject}
    about |= {"webshop": SHOP, "relay": "woocommerce", "request": f"{JOB}/1", **headers}
    told = Told("raw.live.v1", 0, offset, SHOP, about, None, NOON.timestamp() + offset)
    return Raw(told, {"x-wc-webhook-topic": topic}, text)


def page(offset: int, seq: int = 1, **said: Any) -> Raw:
    body = {"job": JOB, "seq": seq, "requests": 2, "pieces": 1, "finished": True, "total": 1, **said}
    return raw(offset, "page_read", body)


def log() -> list[Raw]:
    return [
        raw(0, "webhook_received", {"id": 7}, "order.updated"),
        raw(1, "webhook_received", {"id": 7}, "order.deleted"),
        raw(2, "webhook_received", {"id": 8, "type": "variation"}, "product.updated"),
        raw(3, "record_read", {"id": 9}, subject="orders/9"),
        page(4),
        page(5),
        page(6, 2, pieces=0, total=0),
    ]


def used(name: str = "u", **counts: int) -> Told:
    exact = {"outgoing_requests": 4, "incoming_requests": 2, "incoming_product_requests": 1, "pieces": 2}
    event = {"webshop_id": SHOP, "company_id": COMPANY, "at": SECONDS[0], **exact, **counts}
    return Told("usage.v1", 0, 0, SHOP, {"ce_id": name}, json.dumps(event).encode())


def test_usage_that_says_what_the_raw_log_says_is_found_good() -> None:
    assert promises.usage_counted(promises.folded(log()), [used()]).violations == []


@pytest.mark.parametrize("usage", [[], [used(pieces=3)], [used(), used()], [used(), used("again", pieces=0)]])
def test_usage_that_is_lost_miscounted_or_doubled_is_found(usage: list[Told]) -> None:
    assert promises.usage_counted(promises.folded(log()), usage).violations


def test_a_dead_webhook_is_not_counted() -> None:
    counts = promises.folded(log(), {"raw.live.v1-0-0"})
    assert promises.usage_counted(counts, [used(incoming_requests=1, pieces=1)]).violations == []
    assert promises.usage_counted(counts, [used()]).violations


def days() -> bill.Days:
    return bill.by_day(promises.folded(log()), {SHOP: COMPANY}, timedelta(hours=-13))


def test_counters_are_recounted_by_the_project_s_day() -> None:
    row = {"company": COMPANY, "day": "2026-02-28", **json.loads(used().value or b"")}
    assert promises.counters_right(days(), [row]).violations == []
    assert promises.counters_right(days(), [{**row, "pieces": 8}]).violations
    assert promises.counters_right(days(), [{**row, "day": "2026-03-01"}]).violations
    assert promises.counters_right(days(), []).violations


def test_the_days_of_a_month_are_its_fee() -> None:
    assert sum(bill.owed(f"2026-03-{day:02}", {})["account_fee"] for day in range(1, 32)) == 2_990_000
    assert bill.owed("2026-03-19", {"pieces": 3, "outgoing_requests": 1})["total"] == 96_452 + 106
    assert bill.owed("2026-03-20", {})["total"] == 96_451


def stated(number: int, pieces: int, fee: str, traffic: str, total: str, sum_: str = "", **changed: object) -> Told:
    line = {"company_id": COMPANY, "outgoing_requests": 4 * (not number), "incoming_requests": 2 * (not number)}
    line |= {"incoming_product_requests": 1 * (not number), "pieces": pieces}
    line |= {"account_fee": fee, "traffic_fee": traffic, "total": total}
    value = {"day": "2026-02-28", "number": number, "lines": [line], "total": sum_ or total, **changed}
    return Told("statements.v1", 0, number, SHOP, {"ce_id": f"s{number}"}, json.dumps(value).encode())


FIRST = stated(0, 1, "0.106785", "0.000446", "0.107231")
LATE = stated(1, 1, "0.000000", "0.000002", "0.000002")


def statements(told: list[Told], rows: list[Told] | None = None) -> list[str]:
    stored = [{"_id": each.headers["ce_id"], **json.loads(each.value or b"")} for each in (told if rows is None else rows)]
    unique = {row["_id"]: row for row in stored}
    return bill.statements_right(days(), told, unique.values(), "2026-03-01").violations


def test_statements_that_say_what_is_owed_are_found_good() -> None:
    assert statements([FIRST, LATE]) == []
    assert statements([FIRST, LATE, FIRST]) == []


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([], "there is no statement"),
        ([FIRST], "owed"),
        ([FIRST, stated(1, 1, "0.000000", "0.000003", "0.000003")], "owed"),
        ([FIRST, stated(2, 1, "0.000000", "0.000002", "0.000002")], "has the numbers"),
        ([FIRST, stated(1, 1, "0.000000", "0.000002", "0.000002", "0.000004")], "the lines are not the total"),
        ([FIRST, LATE, replace(LATE, headers={"ce_id": "s0"})], "came with different contents"),
        ([FIRST, LATE, stated(0, 1, "0.106785", "0.000446", "0.107231", day="2026-02-27")], "came with different contents"),
    ],
)
def test_a_statement_that_is_wrong_is_found(told: list[Told], said: str) -> None:
    found = statements(told)
    assert [text for text in found if said in text], found


def test_a_statement_that_is_stored_otherwise_is_found() -> None:
    assert statements([FIRST, LATE], [FIRST])
    assert statements([FIRST], [FIRST, LATE])
    assert statements([FIRST, LATE], [FIRST, stated(1, 2, "0.000000", "0.000004", "0.000004")])


def test_a_lost_webhook_and_one_that_nobody_sent_are_found() -> None:
    call = {"webshop": SHOP, "sha256": log_hash(0), "status": 200}
    other = {"webshop": SHOP, "sha256": log_hash(2), "status": 503}
    assert promises.webhooks_kept([call, call, {**call, "status": 503}], log()).violations == []
    assert promises.webhooks_kept([call, call, call], log()).violations
    assert exchanged.webhooks_charged([call, call, other], log()).violations == []
    assert exchanged.webhooks_charged([call, other], log()).violations
    # One that is there again because its dead letter was put back does not stand for another one.
    again = replace(log()[0].told, offset=9, headers={**log()[0].told.headers, "retry_of": "raw.live.v1.dlq-0-0"})
    both = [log()[0], replace(log()[0], told=again)]
    assert promises.webhooks_kept([call], both).violations == []
    assert promises.webhooks_kept([call, call], both).violations


def log_hash(number: int) -> str:
    return sha256(log()[number].body).hexdigest()


def answers(*at: float, status: int = 200) -> list[tuple[float, str, str, int]]:
    return [(NOON.timestamp() + second, "GET", "/orders", status) for second in at]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (answers(1, 2, 5, 6), True),
        (answers(1, 2, 3, 4, 5, 6), True),
        (answers(2, 5, 6), False),  # one answer pays for one request
        (answers(1, 5, 5.5, 6), False),  # the page was in the log by then
        (answers(1, 4.0009, 5, 6), True),  # as Kafka tells times, it was not
        (answers(1, 5, 6) + answers(2, status=503), False),  # refused
        (answers(1, 5, 6) + answers(2, status=0), False),  # broken off
        (answers(-9, 5, 6, 6), False),  # long before
    ],
)
def test_a_request_that_was_charged_and_not_answered_is_found(asked: list[Any], kept: bool) -> None:
    assert (exchanged.charged_requests_answered(log(), {SHOP: asked}).violations == []) is kept


def test_a_page_that_charges_other_pieces_than_came_is_found() -> None:
    other = page(6, 2, pieces=0, total=0)
    assert exchanged.pieces_on_pages(log()).violations == []
    assert exchanged.pieces_on_pages([log()[3], page(4, pieces=2), other]).violations
    assert exchanged.pieces_on_pages([log()[3], log()[3], page(4, pieces=3), page(5, pieces=3)]).violations
    assert exchanged.pieces_on_pages([log()[3], page(4, pieces=0)]).violations


def test_a_poll_that_nobody_told_of_is_found() -> None:
    told = Told("activity.v1", 0, 0, SHOP, {"ce_id": f"{JOB}/1/fetched"}, b"{}")
    assert promises.polls_told(log(), [told]).violations == []
    assert promises.polls_told(log(), []).violations


ORDER = {"id": 9, "date_modified_gmt": "2026-03-01T11:00:00", "status": "completed", "total": "1.00"}


def ledger(**final: Any) -> dict[str, Any]:
    row = {**ORDER, **final}
    versions = [{"resource": "orders", "id": "9", "body": {**row, "date_modified_gmt": "2026"}}]
    return {"final": {"orders": {"9": row}}, "versions": [*versions, {"resource": "orders", "id": "9", "body": row}]}


def kept(records: list[Raw], **final: Any) -> list[str]:
    return exchanged.records_kept("woocommerce", ledger(**final), records, NOON.timestamp() + 10)


def test_a_record_that_the_raw_log_lacks_or_got_too_late_is_found() -> None:
    soon = raw(3, "record_read", {**ORDER, "_links": {}}, subject="orders/9")
    late = raw(30, "record_read", ORDER, subject="orders/9")
    assert kept([soon, late]) == []
    assert kept([raw(3, "webhook_received", ORDER, "order.updated")]) == []
    assert ["not in the raw log" in text for text in kept([])] == [True]
    assert ["not in the raw log" in text for text in kept([soon], total="2.00")] == [True]
    assert ["imported anew" in text for text in kept([late])] == [True]
    # Nobody could know of a change that moved no date.
    unmoved = raw(30, "record_read", {**ORDER, "date_modified_gmt": "2026"}, subject="orders/9")
    assert kept([unmoved], date_modified_gmt="2026") == []


def test_what_was_thrown_away_before_anybody_looked_cannot_be_in_the_raw_log() -> None:
    assert kept([], status="trash") == []
    assert [
        "not in the raw log" in text for text in kept([raw(3, "record_read", ORDER, subject="orders/9")], status="trash")
    ] == [True]


def letter(record: Raw) -> Told:
    return Told("raw.live.v1.dlq", 0, 0, SHOP, {"dlq_position": record.told.place}, b"")


WRONG = raw(7, "webhook_received", b"[0.5", "order.updated")
BLOCKED = raw(8, "record_read", {"id": 3, "first_name": "Ida"}, subject="customers/3")
DOES = {"wrong": [sha256(WRONG.body).hexdigest()], "blocked": [{"webshop": SHOP, "customer": "3"}]}
ALL = [*log(), WRONG, BLOCKED]


@pytest.mark.parametrize(
    ("letters", "good"),
    [
        ([letter(WRONG)], True),
        ([letter(WRONG), letter(BLOCKED)], True),
        ([], False),
        ([letter(WRONG), letter(WRONG)], False),
        ([letter(WRONG), letter(log()[0])], False),
        ([letter(WRONG), letter(raw(20, "record_read", {}))], False),
    ],
)
def test_dead_letters_are_those_of_records_at_fault(letters: list[Told], good: bool) -> None:
    assert (dead_letters(ALL, letters, DOES).violations == []) is good


def test_a_dead_letter_that_was_put_back_twice_is_found() -> None:
    def again(offset: int) -> Raw:
        return raw(offset, "record_read", {"id": 3, "first_name": "Ida"}, subject="customers/3", retry_of="raw.live.v1.dlq-0-1")

    assert dead_letters([again(1)], [], DOES).violations == []
    assert dead_letters([again(1), again(2)], [], DOES).violations


def test_the_zone_ends_the_day_when_it_should(tmp_path: Any) -> None:
    import zoneinfo

    from tests.chaos import zone

    before = zoneinfo.TZPATH
    for midnight in (NOON + timedelta(hours=1, seconds=7), NOON - timedelta(hours=3, seconds=5)):
        zone.write(tmp_path, zone.offset(midnight))
        zoneinfo.ZoneInfo.clear_cache()
        there = midnight.astimezone(zoneinfo.ZoneInfo(zone.NAME))
        assert (there.hour, there.minute, there.second) == (0, 0, 0)
        assert bill.day_of(midnight, zone.offset(midnight)) == there.date().isoformat()
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache()


def test_counts_are_those_of_a_counter() -> None:
    assert days() == {
        (COMPANY, "2026-02-28"): Counter(outgoing_requests=4, incoming_requests=2, incoming_product_requests=1, pieces=2)
    }
