"""The raw log read by people's tools: one partition of both lanes, oldest first, beside the normalizer and without its group."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord, TopicPartition
from bson import ObjectId

from shoprelay_runtime import bus
from shoprelay_runtime.clients import Admin
from shoprelay_runtime.settings import Settings
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE

LANES: Final = (RAW_LIVE.name, RAW_BACKFILL.name)
_WAIT_MS: Final = 300


@dataclass(frozen=True, slots=True)
class Span:
    """A part of one lane's partition: the offsets from `begin` up to, and without, `end`. `start`: where the log begins."""

    lane: str
    partition: int
    start: int
    begin: int
    end: int


def partition_of(webshop: ObjectId, count: int) -> int:
    """The partition that holds a webshop's raw records, of so many."""
    return bus.partition_of(str(webshop).encode(), count)


@dataclass(slots=True)
class RawLog:
    """The raw log of a deployment, open for reading. `group`: whose progress `committed` tells."""

    settings: Settings
    group: str
    consumer: AIOKafkaConsumer
    admin: Admin

    def part(self, lane: str, partition: int) -> TopicPartition:
        return TopicPartition(self.settings.named(lane), partition)

    async def partitions(self, webshops: Iterable[ObjectId]) -> list[int]:
        """The partitions that hold these webshops' records."""
        (described,) = await self.admin.describe_topics([self.settings.named(LANES[0])])
        count = len(described["partitions"])
        return sorted({partition_of(webshop, count) for webshop in webshops}) if count else []

    async def spans(self, partitions: Collection[int], since: datetime | None = None) -> list[Span]:
        """What there is of these partitions now, from `since` on."""
        parts = [self.part(lane, partition) for partition in partitions for lane in LANES]
        self.consumer.assign(parts)
        starts, ends = await self.consumer.beginning_offsets(parts), await self.consumer.end_offsets(parts)
        begins = starts if since is None else await self._since(parts, since, ends)
        return [
            Span(part.topic.removeprefix(self.settings.prefix), part.partition, starts[part], begins[part], ends[part])
            for part in parts
        ]

    async def _since(self, parts: list[TopicPartition], since: datetime, ends: Mapping[TopicPartition, int]) -> dict[Any, int]:
        found = await self.consumer.offsets_for_times({part: int(since.timestamp() * 1000) for part in parts})
        return {part: found[part].offset if found.get(part) else ends[part] for part in parts}

    async def committed(self, lane: str, partition: int) -> int:
        """How far the group has come: the next offset that it reads."""
        part = self.part(lane, partition)
        found = await bus.group_offsets(self.admin, self.settings.named(self.group), [part])
        return max(0, found[part])

    async def first_at(self, span: Span) -> datetime | None:
        """When the oldest record of a lane's partition was appended; None when it is empty."""
        part = self.part(span.lane, span.partition)
        if span.start >= span.end:
            return None
        self.consumer.assign([part])
        self.consumer.seek(part, span.start)
        while await self.consumer.position(part) < span.end:
            for record in (await self.consumer.getmany(part, timeout_ms=_WAIT_MS, max_records=1)).get(part, ()):
                return datetime.fromtimestamp(record.timestamp / 1000, UTC)
        return None


@dataclass(slots=True)
class Reading:
    """Reads the spans of one partition, its two lanes merged by the time at which records were appended."""

    log: RawLog
    spans: Collection[Span]
    _ends: dict[TopicPartition, int] = field(init=False, default_factory=dict)
    _waiting: dict[TopicPartition, deque[ConsumerRecord]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._ends = {self.log.part(span.lane, span.partition): span.end for span in self.spans}
        self._waiting = {part: deque() for part in self._ends}
        self.log.consumer.assign(list(self._ends))
        for span in self.spans:
            self.log.consumer.seek(self.log.part(span.lane, span.partition), span.begin)

    async def take(self, most: int, wanted: Callable[[ConsumerRecord], bool], scan: int) -> list[ConsumerRecord] | None:
        """The next wanted records: at most so many, out of at most `scan` that are looked at; None at the end."""
        found: list[ConsumerRecord] = []
        for looked in range(scan):
            record = await self._next()
            if record is None:
                return found if looked else None
            found += [record] if wanted(record) else []
            if len(found) == most:
                break
        return found

    async def positions(self) -> dict[str, int]:
        """The next offset of each lane; what was taken is before it."""
        return {
            part.topic.removeprefix(self.log.settings.prefix): waiting[0].offset
            if waiting
            else min(await self.log.consumer.position(part), self._ends[part])
            for part, waiting in self._waiting.items()
        }

    async def _next(self) -> ConsumerRecord | None:
        while empty := [part for part, waiting in self._waiting.items() if not waiting and await self._has_more(part)]:
            for part, records in (await self.log.consumer.getmany(*empty, timeout_ms=_WAIT_MS)).items():
                self._waiting[part].extend(record for record in records if record.offset < self._ends[part])
        ready = [waiting for waiting in self._waiting.values() if waiting]
        return min(ready, key=lambda waiting: waiting[0].timestamp).popleft() if ready else None

    async def _has_more(self, part: TopicPartition) -> bool:
        return bool(await self.log.consumer.position(part) < self._ends[part])


@asynccontextmanager
async def open_log(settings: Settings, name: str, group: str) -> AsyncIterator[RawLog]:
    """The raw log, open for reading; nothing is committed, and the group does not notice."""
    async with AsyncExitStack() as stack:
        consumer = await bus.consumer(settings, name, group=None)
        stack.push_async_callback(consumer.stop)
        admin = await bus.admin(settings)
        stack.push_async_callback(admin.close)
        yield RawLog(settings, group, consumer, admin)
