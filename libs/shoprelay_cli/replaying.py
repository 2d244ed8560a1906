"""A replay's work: read the raw log in parts, rehearse each part, append copies of what would change something, wait, go on.

The normalizer decides; this only asks it to look again. One part at a time is on its way, and the next one is rehearsed when the
normalizer has done it. So a replay waits behind a real import, and an import behind a few hundred records of a replay at most.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.structs import ConsumerRecord
from bson import ObjectId

from services.normalizer.load import load_destroyed
from services.normalizer.rehearsal import Rehearsal, Rehearsed
from shoprelay_cli.tally import Tally
from shoprelay_runtime import deadletters, rawlog
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.projects import Project, Projects, Webshop
from shoprelay_runtime.rawreading import RawLog, Reading, Span
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.raw import RawKind, RawRecord
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE

_PART: Final = 500
_SCAN: Final = 5_000
_RESUMED_WITHIN: Final = timedelta(hours=24)
# What else is on the raw log was true of its own moment only: a deletion, a page's price, a change of the status lists.
_REPLAYED: Final = (RawKind.WEBHOOK_RECEIVED.value.encode(), RawKind.RECORD_READ.value.encode())


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be replayed. `webshops`: those of the project that are meant; `scope`: names it, for going on later."""

    project: Project
    webshops: frozenset[ObjectId]
    scope: str
    since: datetime | None
    dry_run: bool


@dataclass(slots=True)
class Progress:
    """How far a replay is, for the screen. Offsets count everything on the partitions, other shops' records too."""

    done: int = 0
    total: int = 0
    waiting: bool = False
    show: Callable[["Progress"], None] = lambda _: None

    def moved(self, *, waiting: bool = False) -> None:
        self.waiting = waiting
        self.show(self)


@dataclass(slots=True)
class Replay:
    """One run of a replay. Without a producer it is dry."""

    asked: Asked
    settings: Settings
    store: Store
    projects: Projects
    log: RawLog
    rehearsal: Rehearsal
    producer: AIOKafkaProducer | None
    progress: Progress
    tally: Tally
    spans: list[Span] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    _webshops: frozenset[bytes] = field(init=False)
    _begins: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._webshops = frozenset(str(each).encode() for each in self.asked.webshops)

    # What there is to do ----------------------------------------------------------------------------------------------

    async def plan(self, *, anew: bool) -> Bson | None:
        """Find what there is to read; gives the interrupted replay that is gone on with, if there is one."""
        row = None if anew or self.asked.dry_run else await self._interrupted()
        found = await self.log.spans(await self.log.partitions(self.asked.webshops), self.asked.since)
        found = [await self._not_after_the_normalizer(span) for span in found]
        self.spans = _gone_on_with(found, row["spans"]) if row else found
        self._begins = sum(min(span.begin, new.begin) for span, new in zip(self.spans, found, strict=True))
        self.progress.total = sum(span.end for span in self.spans) - self._begins
        self.progress.done = sum(span.begin for span in self.spans) - self._begins
        project = str(self.asked.project.id)
        letters = await deadletters.read(
            self.settings, (RAW_LIVE.dead_letter, RAW_BACKFILL.dead_letter), lambda letter: letter.header("project") == project
        )
        self.dead = {str(letter.origin) for letter in letters}
        if row:
            self.tally.go_on(row)
        return row

    async def _interrupted(self) -> Bson | None:
        wanted = {"_id": self.asked.scope, "at": {"$gt": datetime.now(UTC) - _RESUMED_WITHIN}}
        return await self.store.collection(Control.REPLAYS).find_one(wanted)

    async def _not_after_the_normalizer(self, span: Span) -> Span:
        """What it has not come to is read by the present mapping anyway."""
        end = min(span.end, max(span.start, await self.log.committed(span.lane, span.partition)))
        return Span(span.lane, span.partition, span.start, min(span.begin, end), end)

    async def reaches_back(self) -> datetime | None:
        """From when on the log has everything of these webshops; None: nothing was cut off."""
        cut = [await self.log.first_at(span) for span in self.spans if span.start > 0]
        return max((at for at in cut if at), default=None)

    # The work ---------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """All of it. Interrupted at any moment, the same replay goes on with the part that it was at."""
        for partition in sorted({span.partition for span in self.spans}):
            mine = [span for span in self.spans if span.partition == partition]
            async for records, positions in self._parts(mine):
                selected = await self._rehearsed(records, mine)
                if self.producer is not None:
                    await self._append(self.producer, selected, partition)
                self.tally.count(selected)
                self._moved_to(partition, positions)
                await self._note()
        if not self.asked.dry_run:
            await self.store.collection(Control.REPLAYS).delete_one({"_id": self.asked.scope})

    async def _parts(self, spans: Sequence[Span]) -> AsyncIterator[tuple[list[ConsumerRecord], dict[str, int]]]:
        reading = Reading(self.log, spans)
        while (records := await reading.take(_PART, self._wanted, _SCAN)) is not None:
            yield records, await reading.positions()

    def _wanted(self, record: ConsumerRecord) -> bool:
        """By the headers alone: what belongs to others is not decrypted."""
        named = dict(record.headers)
        return (
            named.get("project") == str(self.asked.project.id).encode()
            and named.get("ce_type") in _REPLAYED
            and named.get("webshop") in self._webshops
        )

    async def _rehearsed(self, messages: Sequence[ConsumerRecord], spans: Sequence[Span]) -> list[Rehearsed]:
        starts = {span.lane: span.start for span in spans}
        records = [each for message in messages if (each := self._decoded(message, starts)) is not None]
        done = await self.rehearsal.rehearse(records, await self._shops(records))
        self.tally.read(records, done)
        return [one for one in done if one.changes]

    def _decoded(self, message: ConsumerRecord, starts: dict[str, int]) -> RawRecord | None:
        position = f"{message.topic.removeprefix(self.settings.prefix)}-{message.partition}-{message.offset}"
        if position in self.dead:
            self.tally.dead_letters += 1
            return None
        try:
            record = rawlog.decode(self.asked.project.cipher, message.headers, message.value, position)
        except (DecryptionFailed, ValueError) as error:
            self.tally.unreadable[type(error).__name__] += 1
            return None
        return None if _has_its_original(record, starts) else record

    async def _shops(self, records: Sequence[RawRecord]) -> dict[ObjectId, Webshop]:
        """Read anew for each part, as the normalizer does."""
        ids = {ObjectId(record.webshop) for record in records}
        found = await self.projects.webshops(self.asked.project, list(ids))
        gone = await load_destroyed(self.store, self.asked.project.id, ids)
        return {_id: shop for _id, shop in found.items() if _id not in gone}

    async def _append(self, producer: AIOKafkaProducer, selected: Sequence[Rehearsed], partition: int) -> None:
        """Ask the normalizer to look at these again, and wait until it has."""
        sent = []
        for one in selected:
            key, value, headers = rawlog.encode(self.asked.project.cipher, one.record)
            topic = self.settings.named(RAW_BACKFILL.name)
            sent.append(await producer.send(topic, value, key=key, partition=partition, headers=headers))
        if not sent:
            return
        last = max(done.offset for done in await asyncio.gather(*sent))
        since, pause = time.monotonic(), 0.02
        while await self.log.committed(RAW_BACKFILL.name, partition) <= last:
            self.progress.moved(waiting=time.monotonic() - since > 3)  # noqa: PLR2004
            await asyncio.sleep(pause)
            pause = min(0.5, pause * 1.5)

    def _moved_to(self, partition: int, positions: dict[str, int]) -> None:
        self.spans = [
            _continued(span, positions[span.lane], span.end) if span.partition == partition else span for span in self.spans
        ]
        self.progress.done = sum(span.begin for span in self.spans) - self._begins
        self.progress.moved()

    async def _note(self) -> None:
        """Remember how far it is. What is done again after a crash finds nothing to change."""
        if self.asked.dry_run:
            return
        spans = [[span.lane, span.partition, span.begin, span.end] for span in self.spans]
        row: dict[str, Any] = {"_id": self.asked.scope, "at": datetime.now(UTC), "spans": spans, **self.tally.row()}
        await self.store.collection(Control.REPLAYS).replace_one({"_id": self.asked.scope}, row, upsert=True)


def _gone_on_with(found: Sequence[Span], kept: Sequence[Sequence[Any]]) -> list[Span]:
    """What was found, as far as an interrupted replay has not done it."""
    left = {(lane, partition): (begin, end) for lane, partition, begin, end in kept}
    return [_continued(span, *left.get((span.lane, span.partition), (span.begin, span.end))) for span in found]


def _continued(span: Span, begin: int, end: int) -> Span:
    """Retention may have cut the log meanwhile."""
    return Span(span.lane, span.partition, span.start, max(span.start, begin), max(span.start, end))


def _has_its_original(record: RawRecord, starts: dict[str, int]) -> bool:
    """Whether a record is a former replay's copy of one that is still in the log, and is read there."""
    if not record.replay_of:
        return False
    origin = deadletters.position_of(record.replay_of)
    return origin.offset >= starts.get(origin.topic, 0)
