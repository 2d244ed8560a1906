"""What was exchanged with the shops: their ledgers against the raw log and against what is charged."""

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from tests.chaos.evidence import Raw
from tests.chaos.promises import Promise, body_hash, is_page, is_webhook

# Nothing yet, or gone with the product.
_UNASKED = {"orders": {"checkout-draft", "auto-draft"}, "variations": {"trash"}}
_UNLISTED = {"tags"}
_BEFORE = 5.0  # seconds: what a page asks for before its first records
_CUT = 0.001  # seconds: Kafka's times are cut to the millisecond, and an answer is on its way in less
_BILLED = {"orders", "products", "customers"}
Asked = Sequence[tuple[float, str, str, int]]


class Read(NamedTuple):
    """One page or direct read of the raw log: between `began` and `ended` (epoch seconds) so many requests were answered."""

    name: str
    began: float
    ended: float
    requests: int


def reads(raw: Iterable[Raw]) -> dict[str, list[Read]]:
    """By webshop: each page or read that is charged, which is once per (job, number)."""
    found: dict[tuple[str, str], Read] = {}
    for record in filter(is_page, raw):
        page = orjson.loads(record.body)
        name = f"{page['job']}/{page['seq']}"
        began, ended = datetime.fromisoformat(record.ce_time).timestamp(), record.told.timestamp + _CUT
        found.setdefault((record.webshop, name), Read(name, began - _BEFORE, ended, page["requests"]))
    by_shop: dict[str, list[Read]] = defaultdict(list)
    for (webshop, _), read in found.items():
        by_shop[webshop].append(read)
    return by_shop


def charged_requests_answered(raw: Sequence[Raw], asked: Mapping[str, Asked]) -> Promise:
    """Each charged request is one that the shop's ledger shows, at that time, and none of those is charged twice."""
    promise = Promise("each charged request is an answer in the shop's ledger, of its own")
    for webshop, charged in reads(raw).items():
        promise.checked += sum(each.requests for each in charged)
        answers = sorted(at for at, method, _, status in asked[webshop] if method == "GET" and 200 <= status < 500)
        promise.violations += [f"webshop {webshop}: {text}" for text in _unmatched(charged, answers)]
    return promise


def _unmatched(charged: Iterable[Read], answers: Sequence[float]) -> list[str]:
    """Each answer goes to the read that has to end first: that is the best there is when each is within one stretch of time."""
    coming, open_, missing = sorted(charged, key=lambda each: each.began), [], []
    place = 0
    for at in [*answers, float("inf")]:
        while place < len(coming) and coming[place].began <= at:
            heapq.heappush(open_, (coming[place].ended, place, coming[place].requests))
            place += 1
        while open_ and open_[0][0] < at:
            _, number, left = heapq.heappop(open_)
            missing += (
                [f"{coming[number].name}: {left} of its {coming[number].requests} requests were not answered"] if left else []
            )
        while open_ and not open_[0][2]:
            heapq.heappop(open_)
        if open_ and at < float("inf"):
            ended, number, left = heapq.heappop(open_)
            heapq.heappush(open_, (ended, number, left - 1))
    return missing


def pieces_on_pages(raw: Sequence[Raw]) -> Promise:
    """A page's pieces of data are the records that came with it."""
    promise = Promise("each page's pieces of data are the orders, products and customers that came with it")
    with_it: dict[tuple[str, str], list[str]] = defaultdict(list)
    pages: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for record in raw:
        if record.ce_type.endswith("record_read.v1") and record.ce_subject.partition("/")[0] in _BILLED:
            with_it[record.webshop, record.request].append(record.ce_subject)
        elif is_page(record):
            page = orjson.loads(record.body)
            pages[record.webshop, f"{page['job']}/{page['seq']}"].append(page)
    for key, found in pages.items():
        # What a crash had read twice came with both.
        most, there = max(page["pieces"] for page in found), len(with_it[key])
        fits = there == most if len(found) == 1 and there == len(set(with_it[key])) else there >= most
        promise.expect(fits, f"{key}: {most} pieces are charged, {there} came")
    return promise


def webhooks_charged(answered: Iterable[Mapping[str, Any]], raw: Iterable[Raw]) -> Promise:
    """In the raw log is nothing that no shop sent, and nothing more often than it was sent."""
    promise = Promise("no webhook is in the raw log more often than the shop sent it")
    sent = Counter((each["webshop"], each["sha256"]) for each in answered)
    kept = {(r.webshop, r.ce_id): body_hash(r) for r in raw if is_webhook(r)}
    for key, count in Counter((webshop, sha) for (webshop, _), sha in kept.items()).items():
        promise.expect(
            count <= sent[key], f"webshop {key[0]}: a body {key[1][:12]} is there {count} times, sent {sent[key]} times"
        )
    return promise


def records_kept(platform: str, ledger: Mapping[str, Any], raw: Sequence[Raw], polled: float) -> list[str]:
    """What a shop holds and the raw log has not shown: each record as it is now; and, before `polled` (when nothing had been
    imported anew), each whose last change moved its date.
    """
    shown: dict[tuple[str, str], dict[Any, float]] = defaultdict(dict)
    for record in raw:
        for resource, identity, body in _rows(record):
            of_it, says = shown[resource, identity], _canonical(body)
            of_it[says] = min(record.told.timestamp, of_it.get(says, record.told.timestamp))
    changes, found = _last_changes(platform, ledger["versions"]), []
    for resource, rows in ledger["final"].items():
        for identity, row in rows.items():
            if resource in _UNLISTED or row.get("status") in _UNASKED.get(resource, ()):
                continue
            now, (last, moved) = _canonical(row), changes.get((resource, identity), ("", False))
            # Without a change of its own, a record may show what has changed elsewhere since: the name of a product.
            of_it = shown[resource, identity]
            if row.get("status") == "trash" and not of_it:
                continue  # thrown away before anybody looked: a first listing leaves the trash out
            at = of_it.get(now) or of_it.get(last)
            if at is None:
                found.append(f"{resource}/{identity} as the shop holds it is not in the raw log")
            elif at > polled and moved and now == last:
                found.append(f"{resource}/{identity} was found only when everything was imported anew")
    return found


def _rows(record: Raw) -> list[tuple[str, str, Any]]:
    """(resource, the shop's id, what it says) of each record that is told of."""
    if record.ce_type.endswith("record_read.v1"):
        parts = record.ce_subject.split("/")  # a variation's or a refund's parent is named too
        return [(parts[0], parts[-1], orjson.loads(record.body))]
    if is_webhook(record) and record.relay == "woocommerce":
        topic, _, event = record.kept.get("x-wc-webhook-topic", "").partition(".")
        row = orjson.loads(record.body) if record.body.startswith(b"{") and event != "deleted" else {}
        resource = "variations" if isinstance(row, dict) and row.get("type") == "variation" else f"{topic}s"
        return [(resource, str(row["id"]), row)] if isinstance(row, dict) and "id" in row else []
    return []


def _canonical(body: Mapping[str, Any]) -> str:
    # What a relay adds to a refund's row, and links, are no part of the record.
    plain = {name: value for name, value in body.items() if name not in {"_links", "parent_id", "order_number"}}
    return json.dumps(plain, sort_keys=True)


def _last_changes(platform: str, versions: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[str, bool]]:
    """Each record as its last change left it, and whether that moved the date that polls go by."""
    last: dict[tuple[str, str], tuple[str, bool]] = {}
    dates: dict[tuple[str, str], str] = {}
    for version in versions:
        key, body = (version["resource"], version["id"]), version["body"] or {}
        date = body.get("date_modified_gmt") or ""
        dated = key[0] in {"orders", "products"}
        last[key] = (_canonical(body), dated and (platform == "shopgo" or date > dates.get(key, "")))
        dates[key] = date
    return last
