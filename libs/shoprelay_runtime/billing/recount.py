"""The bill once more, from the usage topic alone, and what differs from the counters and the statements."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from bson import ObjectId

from shoprelay_runtime import bus
from shoprelay_runtime.billing import ledger
from shoprelay_runtime.billing.ledger import Day, Ledger, Wanted
from shoprelay_runtime.billing.rows import offset_id
from shoprelay_runtime.billing.statements import Counts, day_start, line, sum_lines, total
from shoprelay_runtime.billing.usage import Key, Malformed, Usage, decode, tally
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.events import StatementLine
from shoprelay_schema.topics import USAGE

Progress = Callable[[int, int], None]
"""Called with how many of how many offsets were read."""
Zones = Mapping[ObjectId, ZoneInfo]


class NotComparable(Exception):
    """The topic is not the one that was counted."""


class Difference(NamedTuple):
    """What the topic says against what was found in `where`: "counters" or "statements"."""

    project: ObjectId
    day: date
    company: ObjectId | None
    where: str
    expected: dict[str, Any] | None
    found: dict[str, Any] | None


@dataclass(slots=True)
class Recounted:
    """What the topic says of the wanted part, up to where billing-meter has counted.

    `complete_since`: records of before that moment were removed from the topic, so that earlier days cannot be compared; None
    when nothing was removed. `waiting`: offsets that billing-meter has not counted yet.
    """

    counts: dict[Key, Counts] = field(default_factory=lambda: defaultdict(Counts))
    events: int = 0
    repeated: int = 0
    malformed: int = 0
    waiting: int = 0
    complete_since: datetime | None = None

    def comparable(self, day: date, zone: ZoneInfo) -> bool:
        """Whether every record of a day is still in the topic."""
        return self.complete_since is None or day_start(day, zone) >= self.complete_since

    def removed_before(self, moment: datetime) -> None:
        """Note that records of before this moment are gone."""
        self.complete_since = max(self.complete_since or moment, moment)


async def recount(
    settings: Settings, store: Store, zones: Zones, wanted: Wanted, progress: Progress = lambda _done, _all: None
) -> tuple[Recounted, Ledger]:
    """Read the topic from its start to where billing-meter has counted, and the counters and statements of that same moment."""
    topic = settings.named(USAGE.name)
    async with store.transaction() as session:
        offsets = {row["_id"]: row["offset"] async for row in store.collection(Control.OFFSETS).find(session=session)}
        found = await ledger.read(store, wanted, session)
    consumer = await bus.consumer(settings, "recount", topic, group=None)
    try:
        parts = sorted(TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ())
        consumer.unsubscribe()  # the subscription was for the partitions' numbers; they are assigned one at a time
        ends = {tp: offsets.get(offset_id(*tp), 0) for tp in parts}
        return await _read(_Reader(consumer, zones, wanted, progress, ends)), found
    finally:
        await consumer.stop()


@dataclass(slots=True)
class _Reader:
    consumer: AIOKafkaConsumer
    zones: Zones
    wanted: Wanted
    progress: Progress
    ends: dict[TopicPartition, int]
    done: int = 0


async def _read(reader: _Reader) -> Recounted:
    result = Recounted()
    parts = list(reader.ends)
    begins, present = await reader.consumer.beginning_offsets(parts), await reader.consumer.end_offsets(parts)
    for tp, end in reader.ends.items():
        if present[tp] < end:
            raise NotComparable(f"{tp.topic}-{tp.partition} ends at {present[tp]}, but it was counted up to {end}")
        result.waiting += present[tp] - end
        first = await _partition(reader, result, tp, begins[tp], end)
        if begins[tp] > 0:
            # Where nothing is left, all of it was older than the topic keeps.
            kept = USAGE.retention or timedelta(0)
            result.removed_before(_time(first) if first else datetime.now(UTC) - kept)
    return result


async def _partition(reader: _Reader, result: Recounted, tp: TopicPartition, begin: int, end: int) -> ConsumerRecord | None:
    """Add a partition's usage; gives its first record. An event's records are in one partition, so ids are kept for one only."""
    reader.consumer.assign([tp])
    reader.consumer.seek(tp, begin)
    ids: set[str] = set()
    first, position = None, begin
    while position < end:
        batch = await reader.consumer.getmany(timeout_ms=1000, max_records=5000)
        records = [record for record in batch.get(tp, ()) if record.offset < end]
        first = first or next(iter(records), None)
        _add(reader, result, ids, records)
        reached = min(await reader.consumer.position(tp), end)
        reader.done += reached - position
        position = reached
        reader.progress(reader.done, sum(reader.ends.values()))
    return first


def _add(reader: _Reader, result: Recounted, ids: set[str], records: list[ConsumerRecord]) -> None:
    fresh = []
    for record in records:
        usage = _usage(record, reader.zones)
        if usage is None:
            result.malformed += 1
        elif usage.id in ids:
            result.repeated += 1
        else:
            ids.add(usage.id)
            fresh.append(usage)
    result.events += len(fresh)
    for key, counts in tally(reader.zones, fresh).items():
        if reader.wanted.includes(*key):
            result.counts[key] = result.counts[key].plus(counts)


def _usage(record: ConsumerRecord, zones: Zones) -> Usage | None:
    try:
        usage = decode(record.headers, record.value)
    except Malformed:
        return None
    return usage if usage.event.project in zones else None


def _time(record: ConsumerRecord) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)


def compare(recounted: Recounted, found: Ledger, zones: Zones, wanted: Wanted) -> Iterator[Difference]:
    """Day by day and company by company, where the counters or the statements say something else than the topic."""
    by_day: dict[tuple[ObjectId, date], dict[ObjectId, Counts]] = defaultdict(dict)
    for (project, day, company), counts in recounted.counts.items():
        by_day[project, day][company] = counts
    for key in sorted(by_day.keys() | found.keys()):
        if key[0] not in zones or recounted.comparable(key[1], zones[key[0]]):
            yield from _counters(key, by_day.get(key, {}), found.get(key, Day()))
            yield from _statements(key, by_day.get(key, {}), found.get(key, Day()), wanted)


def _counters(key: tuple[ObjectId, date], expected: Mapping[ObjectId, Counts], day: Day) -> Iterator[Difference]:
    for company in sorted(expected.keys() | day.counts.keys()):
        should, does = expected.get(company), day.counts.get(company)
        if should != does:
            yield Difference(*key, company, "counters", should and should._asdict(), does and does._asdict())


def _statements(
    key: tuple[ObjectId, date], expected: Mapping[ObjectId, Counts], day: Day, wanted: Wanted
) -> Iterator[Difference]:
    for each in day.statements:
        if each.total != total(each.lines):
            yield Difference(*key, None, "statements", {"total": f"{total(each.lines)}"}, {"total": f"{each.total}"})
    stated = day.stated_lines() if day.statements else {}
    for company in sorted(expected.keys() | stated.keys() if day.statements else ()):
        # What is unstated has its adjustment to come.
        if company in day.unstated or not wanted.includes(*key, company):
            continue
        should = line(company, expected[company], key[1]) if company in expected else None
        does = sum_lines(company, stated[company]) if company in stated else None
        if should != does:
            yield Difference(*key, company, "statements", _shown(should), _shown(does))


def _shown(each: StatementLine | None) -> dict[str, Any] | None:
    return None if each is None else each.model_dump(mode="json", exclude={"company_id"})
