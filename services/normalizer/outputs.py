"""What a batch publishes beside document events: usage, activity, dead letters, the next chunk of a sweep."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bson import ObjectId

from services.normalizer.observations import Change
from services.normalizer.observe import Observed, Rejected, Traffic
from shoprelay_runtime import rawlog
from shoprelay_runtime.bus import Headers, event_headers
from shoprelay_runtime.projects import Webshop
from shoprelay_schema.events import CHANGES, Activity, DataFetchedV1, DataReceivedV1, Event, UsageRecordedV1
from shoprelay_schema.raw import RawRecord, Via
from shoprelay_schema.topics import ACTIVITY, BY_NAME, USAGE

_QUARTER: Final = 15


@dataclass(slots=True)
class Output:
    """One record to publish. `topic` is its name in topics.py."""

    topic: str
    key: bytes
    value: bytes | None
    headers: Headers


def usage(observed: Iterable[Observed], pages: Mapping[str, int], batch: str) -> tuple[list[Output], dict[str, int]]:
    """Usage events, one per shop and quarter of an hour, and the last charged page of each job after this batch.

    A page that was read twice because a poller died has the number of a page that is charged already: it costs nothing.
    """
    charged = dict(pages)
    shops: dict[ObjectId, Webshop] = {}
    by_shop: dict[tuple[ObjectId, datetime], Traffic] = defaultdict(Traffic)
    for one in observed:
        traffic = one.traffic
        if one.page is not None:
            if one.page.seq <= charged.get(one.page.job, -1):
                continue
            charged[one.page.job] = one.page.seq
            traffic = Traffic(outgoing_requests=one.page.requests, pieces=one.page.pieces)
        shops[one.shop.webshop_id] = one.shop
        _add(by_shop[one.shop.webshop_id, _quarter(one.record.observed_at)], traffic)
    events = [_usage_event(shops[shop], at, sum_, batch) for (shop, at), sum_ in by_shop.items()]
    new = {job: seq for job, seq in charged.items() if pages.get(job) != seq}
    return [e for e in events if e is not None], new


def _quarter(moment: datetime) -> datetime:
    utc = moment.astimezone(UTC)
    return utc.replace(minute=utc.minute // _QUARTER * _QUARTER, second=0, microsecond=0)


def _add(total: Traffic, part: Traffic) -> None:
    total.outgoing_requests += part.outgoing_requests
    total.incoming_requests += part.incoming_requests
    total.incoming_product_requests += part.incoming_product_requests
    total.pieces += part.pieces


def _usage_event(shop: Webshop, at: datetime, traffic: Traffic, batch: str) -> Output | None:
    event = UsageRecordedV1(
        project=shop.project.id,
        company_id=shop.company_id,
        webshop_id=shop.webshop_id,
        at=at,
        outgoing_requests=traffic.outgoing_requests,
        incoming_requests=traffic.incoming_requests,
        incoming_product_requests=traffic.incoming_product_requests,
        pieces=traffic.pieces,
    )
    if traffic == Traffic():
        return None
    return _event(USAGE.name, str(shop.webshop_id), event, f"{batch}/{shop.webshop_id}/{at:%Y%m%dT%H%M}", shop, at)


def _event(topic: str, key: str, event: Event, event_id: str, shop: Webshop, at: datetime) -> Output:
    source = f"/projects/{shop.project.id}/webshops/{shop.webshop_id}"
    headers = event_headers(event.type, event_id, source, str(shop.webshop_id), at, str(shop.project.id))
    return Output(topic, key.encode(), event.model_dump_json().encode(), headers)


def activities(
    observed: Iterable[Observed],
    changes: Iterable[Change],
    remote_ids: Mapping[ObjectId, str | None],
    pages: Mapping[str, int],
    batch: str,
) -> list[Output]:
    """What the operator wants to hear: polls that ended with data, and what shops pushed (or we read on their hint).

    A last page that was read twice because a poller died is told once, as it is charged once.
    """
    found: list[Output] = []
    shops: dict[ObjectId, Webshop] = {}
    told = dict(pages)
    for one in observed:
        shops[one.shop.webshop_id] = one.shop
        if one.page is not None and one.page.seq > told.get(one.page.job, -1):
            told[one.page.job] = one.page.seq
            if one.page.finished and one.page.total and not one.ended:
                found.append(_fetched(one, remote_ids))
    for shop, stats in _pushed(changes).items():
        details = {"webshop_id": str(shop), "stats": stats}
        event = _activity(DataReceivedV1, shops[shop], details, remote_ids)
        at = max(one.record.observed_at for one in observed if one.shop.webshop_id == shop)
        found.append(_event(ACTIVITY.name, str(shops[shop].company_id), event, f"{batch}/{shop}/received", shops[shop], at))
    return found


def _fetched(one: Observed, remote_ids: Mapping[ObjectId, str | None]) -> Output:
    page = one.page
    if page is None:
        raise AssertionError("only a page ends a poll")
    stats = {page.klass: {"fetched": page.total}}
    details = {"webshop_id": str(one.shop.webshop_id), "resource": page.klass, "mode": page.mode, "stats": stats}
    event = _activity(DataFetchedV1, one.shop, details, remote_ids)
    return _event(
        ACTIVITY.name, str(one.shop.company_id), event, f"{page.job}/{page.seq}/fetched", one.shop, one.record.observed_at
    )


def _activity(
    kind: type[Activity], shop: Webshop, details: dict[str, Any], remote_ids: Mapping[ObjectId, str | None]
) -> Activity:
    return kind(project=shop.project.id, company_id=shop.company_id, remote_id=remote_ids.get(shop.company_id), details=details)


def _pushed(changes: Iterable[Change]) -> dict[ObjectId, dict[str, dict[str, int]]]:
    stats: dict[ObjectId, dict[str, dict[str, int]]] = defaultdict(dict)
    for change in changes:
        if change.pushed:
            counts = stats[change.webshop_id].setdefault(change.collection, dict.fromkeys(CHANGES, 0))
            counts[change.kind] += 1
    return stats


def next_chunk(observed: Observed, body: bytes, lane: str, batch: str) -> Output:
    """The raw record that asks for the next chunk of a sweep, on the lane that the sweep runs on."""
    record = observed.record
    follower = RawRecord(
        kind=record.kind,
        id=f"{batch}/{record.webshop}/{record.kind.name.lower()}",
        project=record.project,
        webshop=record.webshop,
        relay=record.relay,
        resource=record.resource,
        remote_id=record.remote_id,
        observed_at=record.observed_at,
        via=Via.DERIVED,
        request=record.request,
        body=body,
    )
    key, value, headers = rawlog.encode(observed.shop.project.cipher, follower)
    return Output(lane, key, value, headers)


def dead_letter(topic: str, key: bytes | None, value: bytes | None, headers: Headers, why: Rejected) -> Output:
    """The original with its headers, and why it could not be processed. Its body stays encrypted."""
    reason = [
        ("dlq_reason", why.reason.encode()),
        ("dlq_field", why.field.encode()),
        ("dlq_detail", why.detail.encode()),
        ("dlq_position", why.position.encode()),
    ]
    return Output(BY_NAME[topic].dead_letter, key or b"", value, [*headers, *reason])
