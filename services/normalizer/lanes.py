"""What an owner reads: live records as they come, history in short turns in between.

Live records are read by the group's member, history by a consumer of its own: aiokafka does not ask a broker for more while some
of what it has brought is not taken yet, so that history which waits would hold back live records for 100 ms again and again.
A batch is either live or history. Until it is applied, a batch of history gives way to live records of its partition; after that
they wait for its publication, and such a batch is kept short by the time that the ones before took. While live records come, a
process normalizes one batch of history at a time, and begins none while it has live records in hand; after some seconds without
any, its partitions do not wait for each other and take longer turns. History that has waited for a second gives way no more, and
goes along with live records: beside a flood it is slow, and does not stand still.

Most live records come from polls of quiet shops: ends of pages with nothing new on them. What a poll brings has waited for
minutes, and waits a second longer for company: a batch of its own is most of what it would cost. Webhooks, and what they
point at, go at once.
"""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord, TopicPartition

from services.normalizer.protocol import Offsets
from services.normalizer.reader import Reader
from shoprelay_schema.raw import Via
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE

_IDLE_MS: Final = 500
_FOREVER_MS: Final = 600_000
_COMPANY_SECONDS: Final = 1.0
_QUIET_TURN: Final = 4  # times as long
_BY_POLL: Final = ("via", Via.POLL.value.encode())
T = TypeVar("T")


@dataclass(slots=True)
class Lanes:
    """One partition's two lanes. `early` and `held`: live records and history that are read and not in a batch yet."""

    index: int
    reader: Reader
    early: list[ConsumerRecord] = field(default_factory=list)
    held: list[ConsumerRecord] = field(default_factory=list)
    _batch: list[ConsumerRecord] = field(default_factory=list)
    _began: float = 0.0
    _waits_since: float = 0.0
    _my_turn: bool = False
    _to_give_back: bool = False
    _has_live: bool = False

    @property
    def parts(self) -> dict[str, TopicPartition]:
        """Lane to the partition of its topic."""
        return {lane: TopicPartition(self.reader.settings.named(lane), self.index) for lane in (RAW_LIVE.name, RAW_BACKFILL.name)}

    def seek(self, offsets: Offsets) -> None:
        """Read on from here."""
        self.early, self.held = [], []
        for lane, part in self.parts.items():
            self._consumer(lane).seek(part, offsets[lane])

    def _consumer(self, lane: str) -> AIOKafkaConsumer:
        return self.reader.live if lane == RAW_LIVE.name else self.reader.history

    async def take(self) -> list[ConsumerRecord]:
        """The next batch, empty when a while brought none; `done` says that it was processed."""
        live, self.early = self.early or await self._get(RAW_LIVE.name, 0), []
        if not live and not self.held:
            both = await _first(self._get(RAW_LIVE.name, _IDLE_MS), self._get(RAW_BACKFILL.name, _IDLE_MS))
            live, self.held = (_given(each) or [] for each in both)
            self._waits_since = time.monotonic()
        if not live and self.held:
            both = await _first(self._get(RAW_LIVE.name, _IDLE_MS), self._take_turn())
            live, _ = (_given(each) or [] for each in both)
        self._batch = await self._chosen(live)
        self._began = time.monotonic()
        return self._batch

    async def _chosen(self, live: list[ConsumerRecord]) -> list[ConsumerRecord]:
        limit = self.reader.settings.batch_records
        if live:
            live += await self._company(live, limit)
            self._end_turn()
            self._has_live = True
            self.reader.hold_live(1)
            await asyncio.sleep(self.reader.settings.gather_ms / 1000)
            live += await self._get(RAW_LIVE.name, 0, limit - len(live))
        if not (self.held and (self._my_turn or self._overdue)):
            return live
        longer = _QUIET_TURN if self.reader.quiet and not live else 1
        number = min(int(self.reader.size) * longer, limit - len(live))
        self.held += await self._get(RAW_BACKFILL.name, 0, number - len(self.held))
        history, self.held = self.held[:number], self.held[number:]
        return live + history

    async def _company(self, live: list[ConsumerRecord], limit: int) -> list[ConsumerRecord]:
        """What comes after a poll's records until a second is over, something else than a poll's comes, or history does."""
        found: list[ConsumerRecord] = []
        latest, until = live, time.monotonic() + _COMPANY_SECONDS
        while all(map(_polled, latest)) and not self.held and (room := limit - len(live) - len(found)) > 0:
            left_ms = int((until - time.monotonic()) * 1000)
            if left_ms <= 0:
                break
            both = await _first(self._get(RAW_LIVE.name, left_ms, room), self._get(RAW_BACKFILL.name, left_ms))
            latest, self.held = (_given(each) or [] for each in both)
            self._waits_since = time.monotonic()
            found += latest
        return found

    @property
    def _overdue(self) -> bool:
        return time.monotonic() - self._waits_since > self.reader.patience

    async def unless_live(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Do what leads up to applying the batch; None when it gives way to live records, and is to be taken again."""
        if self._has_live or self._overdue:
            return await work
        done, live = await _first(work, self._get(RAW_LIVE.name, _FOREVER_MS))
        self.early = _given(live) or []
        if done.cancelled():
            self.held, self._batch = self._batch + self.held, []
            return None
        given: T = done.result()
        return given

    async def _take_turn(self) -> None:
        self._to_give_back = await self.reader.turn()
        self._my_turn = True

    def _end_turn(self) -> None:
        self._my_turn = False
        if self._to_give_back:
            self._to_give_back = False
            self.reader.give_back()

    def done(self) -> None:
        """The batch is processed, or given up."""
        if self._has_live:
            self._has_live = False
            self.reader.hold_live(-1)
        if self._batch and self._my_turn:
            self.reader.learn(len(self._batch), time.monotonic() - self._began)
        if any(record.topic == self.parts[RAW_BACKFILL.name].topic for record in self._batch):
            self._waits_since = time.monotonic()
        self._end_turn()
        self._batch = []

    async def _get(self, lane: str, timeout_ms: int, limit: int | None = None) -> list[ConsumerRecord]:
        most = self.reader.settings.batch_records if limit is None else limit
        if most <= 0:
            return []
        taken = await self._consumer(lane).getmany(self.parts[lane], timeout_ms=timeout_ms, max_records=most)
        return [record for records in taken.values() for record in records]

    async def positions(self) -> Offsets:
        """Past the last record in the batch, commit markers included: else the lag would never reach 0."""
        found = {lane: await self._consumer(lane).position(part) for lane, part in self.parts.items()}
        ahead = {RAW_LIVE.name: self.early, RAW_BACKFILL.name: self.held}
        return found | {lane: records[0].offset for lane, records in ahead.items() if records}

    def waiting(self, lane: str, after: int) -> int:
        """How many records of a lane wait behind this offset, as far as is known."""
        highwater = self._consumer(lane).highwater(self.parts[lane])
        return max(0, highwater - after) if highwater is not None else 0


async def _first(*works: Coroutine[Any, Any, Any]) -> Sequence[asyncio.Future[Any]]:
    """The works when the first of them has ended, or several at once; the others are cancelled, and have taken nothing."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return tasks


def _polled(record: ConsumerRecord) -> bool:
    return _BY_POLL in record.headers


def _given(task: asyncio.Future[Any]) -> Any:
    return None if task.cancelled() else task.result()
