"""Of webhooks, usage and calls: the checks, on plain records.

No server and no file is touched here, so that each can be shown a log that is wrong.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

import orjson

from tests.chaos.evidence import Raw, Told

KINDS = ("outgoing_requests", "incoming_requests", "incoming_product_requests", "pieces")
_PIECES = {"order": "orders", "product": "products", "customer": "customers"}
Counts = dict[tuple[str, str], Counter[str]]
"""(webshop, quarter of an hour) -> what was exchanged."""


@dataclass
class Promise:
    """`violations` in words; empty: kept."""

    text: str
    checked: int = 0
    violations: list[str] = field(default_factory=list)

    def expect(self, holds: object, violation: str) -> None:
        self.checked += 1
        if not holds:
            self.violations.append(violation)


def is_webhook(record: Raw) -> bool:
    return record.ce_type.endswith("webhook_received.v1")


def is_page(record: Raw) -> bool:
    return record.ce_type.endswith("page_read.v1")


def body_hash(record: Raw) -> str:
    return sha256(record.body).hexdigest()


def webhooks_kept(answered: Iterable[Mapping[str, Any]], raw: Iterable[Raw]) -> Promise:
    """`answered`: {webshop, sha256 of the body, status} of every call to webhook-ingest that was no ping."""
    promise = Promise("every webhook that got a 2xx is in the raw log")
    # One that was put back after it had been a dead letter is the same webhook.
    each_once = {(r.webshop, r.ce_id): body_hash(r) for r in raw if is_webhook(r)}
    kept = Counter((webshop, sha) for (webshop, _), sha in each_once.items())
    told = Counter((each["webshop"], each["sha256"]) for each in answered if 200 <= each["status"] < 300)
    for key, count in told.items():
        promise.checked += count
        if kept[key] < count:
            promise.violations.append(f"webshop {key[0]}: a body {key[1][:12]} got {count} 2xx and is there {kept[key]} times")
    return promise


def taken_again(answered: Sequence[Mapping[str, Any]], servers: Sequence[tuple[float, str, str]], limit: float = 30) -> Promise:
    """`servers`: when Kafka or MongoDB went ("gone") and was there again ("back"), and why; `answered`: {at, status}."""
    promise = Promise(f"webhooks are taken again within {limit:.0f} s of a server's return")
    for number, (back, what, why) in enumerate(servers):
        until = next((at for at, *_ in servers[number + 1 :]), float("inf"))
        calls = [each for each in answered if back <= each["at"] < until]
        taken = next((each["at"] - back for each in calls if 200 <= each["status"] < 300), None)
        waited = taken if taken is not None else max((each["at"] - back for each in calls), default=0.0)
        if what == "back":
            promise.expect(waited <= limit, f"{waited:.1f} s after {why} none was taken")
    return promise


def folded(raw: Sequence[Raw], letters: Container[str] = ()) -> Counts:
    """What was exchanged, from the raw log alone: each webhook's record once, each page (job, number) once.

    `letters`: places of records that became dead letters. A webhook is charged when it is processed, after a retry perhaps.
    """
    counts: Counts = defaultdict(Counter)
    pages: set[tuple[str, int]] = set()
    for record in raw:
        at = datetime.fromisoformat(record.ce_time).astimezone(UTC)
        quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
        if is_webhook(record) and record.told.place not in letters:
            counts[record.webshop, quarter.isoformat()].update(_webhook(record))
        elif is_page(record):
            page = orjson.loads(record.body)
            if (page["job"], page["seq"]) not in pages:
                pages.add((page["job"], page["seq"]))
                counts[record.webshop, quarter.isoformat()].update(outgoing_requests=page["requests"], pieces=page["pieces"])
    return _without_nothing(counts)


def _webhook(record: Raw) -> dict[str, int]:
    topic, _, event = record.kept.get("x-wc-webhook-topic", "").partition(".")
    if record.relay != "woocommerce" or topic not in _PIECES:
        return {"incoming_requests": 1}
    row = orjson.loads(record.body)
    # What it says of a record is a piece; a bare id, an error in place of the record, and a variation are not.
    whole = event != "deleted" and str(row.get("id")).isdigit() and row.get("type") != "variation"
    return {"incoming_product_requests" if topic == "product" else "incoming_requests": 1, "pieces": int(whole)}


def _without_nothing(counts: Counts) -> Counts:
    return {key: Counter({k: n for k, n in each.items() if n}) for key, each in counts.items() if any(each.values())}


def usage_counted(expected: Counts, usage: Sequence[Told]) -> Promise:
    """The usage topic says of every shop and quarter of an hour what the raw log says (`expected`, of `folded`)."""
    promise = Promise("usage.v1 is what the raw log says: each webhook and each page once")
    said: Counts = defaultdict(Counter)
    for name, count in Counter(each.headers["ce_id"] for each in usage).items():
        promise.expect(count == 1, f"the usage event {name} is there {count} times")
    for record in usage:
        event = orjson.loads(record.value or b"{}")
        quarter = datetime.fromisoformat(event["at"]).astimezone(UTC).isoformat()
        said[event["webshop_id"], quarter].update({kind: event[kind] for kind in KINDS})
    got = _without_nothing(said)
    for key in expected.keys() | got.keys():
        left, right = expected.get(key, Counter()), got.get(key, Counter())
        promise.expect(left == right, f"{key}: the raw log says {dict(left)}, usage {dict(right)}")
    return promise


def counters_right(days: Mapping[tuple[str, str], Counter[str]], rows: Iterable[Mapping[str, Any]]) -> Promise:
    """The counters of billing say of every company and day what the raw log says (`days`, of `bill.by_day`)."""
    promise = Promise("billing's counters are the recount of the raw log, by company and day")
    got = {(str(row["company"]), row["day"]): {kind: row[kind] for kind in KINDS} for row in rows}
    for key in days.keys() | got.keys():
        expected = {kind: days[key][kind] for kind in KINDS} if key in days else None
        promise.expect(expected == got.get(key), f"{key}: the raw log says {expected}, the counters {got.get(key)}")
    return promise


def polls_told(raw: Iterable[Raw], activity: Iterable[Told]) -> Promise:
    """Each poll that ended with records is an activity."""
    promise = Promise("every poll that ended with data is an activity")
    told = {each.headers["ce_id"] for each in activity}
    for page in (orjson.loads(record.body) for record in raw if is_page(record)):
        if page["finished"] and page["total"]:
            promise.expect(f"{page['job']}/{page['seq']}/fetched" in told, f"{page['job']} number {page['seq']} is no activity")
    return promise


def activities_told(activity: Sequence[Told], rows: Iterable[Mapping[str, Any]], calls: Sequence[Mapping[str, Any]]) -> Promise:
    """`rows`: the deliveries; `calls`: {id, event, sha256, status, genuine} of each call that the endpoint got."""
    promise = Promise("the operator's endpoint got every activity, repeats under the same id")
    events = {each.headers["ce_id"] for each in activity}
    named = {row["event"]: f"msg_{row['_id']}" for row in rows}
    taken = {call["id"] for call in calls if 200 <= call["status"] < 300}
    for event in events:
        promise.expect(named.get(event) in taken, f"the activity {event} did not reach the endpoint")
    known = {named[event] for event in events if event in named}
    for name, same in groupby(sorted(calls, key=lambda call: str(call["id"])), lambda call: call["id"]):
        group = list(same)
        promise.expect(name in known, f"the endpoint was told {name}, which is no activity")
        promise.expect(len({call["sha256"] for call in group}) == 1, f"{name} came with different contents")
        promise.expect(all(call["genuine"] for call in group), f"{name} came with a wrong token or signature")
    return promise
