"""The loop: which partitions are ours, from where, what is counted, and what is known to be read."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from pymongo import UpdateOne

from services.billing_meter.counting import Fenced, Move
from services.billing_meter.handlers import SERVICE, Handler
from shoprelay_runtime import logs, metrics
from shoprelay_runtime.billing.rows import offset_id
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.topics import USAGE

_WAIT_MS: Final = 500


class OffsetBeyondEnd(Exception):
    """More was counted of a partition than it holds: the topic was recreated or lost records, and counting on would be wrong."""


class Meter(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Counts the partitions that the group assigns to this process, each from the offset that the database has.

    `known`: the offset stored in the database, by partition; one that is not in it is taken over before the next batch. After an
    error, `forget` makes the database decide again.
    """

    def __init__(self, store: Store, consumer: AIOKafkaConsumer, handler: Handler, batch_records: int = 1000) -> None:
        self.known: dict[TopicPartition, int] = {}
        self.assigned = False
        self._store = store
        self._consumer = consumer
        self._handler = handler
        self._batch_records = batch_records
        self._topic = ""
        self._asked: dict[TopicPartition, int] = {}
        self._asked_at = datetime.now(UTC)
        self._log = logs.logger(__name__)

    def join(self, topic: str) -> None:
        """Ask the group for partitions."""
        self._topic = topic
        self._consumer.subscribe([topic], listener=self)

    def partitions(self) -> set[int]:
        """Every partition of the topic, whoever counts it."""
        return set(self._consumer.partitions_for_topic(self._topic) or ())

    async def on_partitions_revoked(self, _revoked: object) -> None:
        """Nothing of the old assignment counts any more; a transaction under way is guarded by the offset it knew."""
        self.assigned = False
        self.forget()

    async def on_partitions_assigned(self, _assigned: object) -> None:
        """The next step takes the new partitions over."""
        self.forget()
        self.assigned = True

    def forget(self) -> None:
        """Take every partition over again before the next batch. A new dict: who holds the old one notices."""
        self.known = {}
        self._asked = {}

    async def step(self, wait_ms: int = _WAIT_MS) -> int:
        """Count one batch and commit it; gives the number of its records. Fenced when another process counts here."""
        if not self.assigned:
            await asyncio.sleep(wait_ms / 1000)
            return 0
        known = await self._take_over()
        batch = await self._consumer.getmany(timeout_ms=wait_ms, max_records=self._batch_records)
        if known is not self.known:  # reassigned while waiting: what was fetched may stand anywhere
            return 0
        _measure_age(batch)
        began = time.monotonic()
        moves = {tp: Move(at, await self._consumer.position(tp)) for tp, at in known.items()}
        moves = {tp: move for tp, move in moves.items() if move.next != move.known}
        if not moves:
            return 0
        self._refuse_steps_back(moves)
        records = [record for part in batch.values() for record in part]
        await self._handler.handle(records, {offset_id(tp.topic, tp.partition): move for tp, move in moves.items()})
        if known is self.known:
            known.update({tp: move.next for tp, move in moves.items()})
            # The truth is in the database; this is for those who watch the group's lag.
            await self._consumer.commit({tp: move.next for tp, move in moves.items()})
        metrics.SECONDS.labels(SERVICE, "batch").observe(time.monotonic() - began)
        return len(records)

    def _refuse_steps_back(self, moves: dict[TopicPartition, Move]) -> None:
        for tp, move in moves.items():
            if move.next < move.known:
                raise Fenced(f"{tp.topic}-{tp.partition} was read from before {move.known}")

    async def _take_over(self) -> dict[TopicPartition, int]:
        """Go to the stored offsets of every assigned partition, unless that was done."""
        known = self.known
        missing = self._consumer.assignment() - known.keys()
        if not missing:
            return known
        stored = await self._stored(missing)
        begins, ends = await self._consumer.beginning_offsets(missing), await self._consumer.end_offsets(missing)
        if known is not self.known:
            return known
        for tp in missing:
            self._consumer.seek(tp, self._start(tp, stored[tp], begins[tp], ends[tp]))
        known.update(stored)
        return known

    async def _stored(self, partitions: set[TopicPartition]) -> dict[TopicPartition, int]:
        rows = self._store.collection(Control.OFFSETS)
        ids = {offset_id(tp.topic, tp.partition): tp for tp in partitions}
        await rows.bulk_write([UpdateOne({"_id": row}, {"$setOnInsert": {"offset": 0}}, upsert=True) for row in ids])
        return {ids[row["_id"]]: row["offset"] async for row in rows.find({"_id": {"$in": list(ids)}})}

    def _start(self, tp: TopicPartition, stored: int, begin: int, end: int) -> int:
        where = f"{tp.topic}-{tp.partition}"
        if stored > end:
            raise OffsetBeyondEnd(
                f"{where} is counted up to {stored} but ends at {end}: if the topic was recreated, delete the row "
                f"{offset_id(*tp)} of {Control.OFFSETS}; if records were lost, other replicas may bring them back"
            )
        if stored < begin:
            self._log.error(
                "usage was removed from the topic before it was counted", partition=where, first=stored, records=begin - stored
            )
            metrics.ERRORS.labels(SERVICE, "UsageRemoved").inc()
        return max(stored, begin)

    async def mark_read(self) -> None:
        """Store up to which moment partitions are counted: what had been committed to them when we last asked where they end.

        Idle partitions are at their end at once, busy ones get there too: unlike a lag of 0, that can be waited for.
        """
        known = self.known
        reached = [tp for tp, end in self._asked.items() if known.get(tp, -1) >= end]
        if reached:
            change = {"$max": {"through": self._asked_at}}
            updates = [UpdateOne({"_id": offset_id(*tp), "offset": known[tp]}, change) for tp in reached]
            await self._store.collection(Control.OFFSETS).bulk_write(updates)
        asked = {tp: end for tp, end in self._asked.items() if tp not in reached}
        if not asked and known:
            asked_at = datetime.now(UTC)
            asked = await self._consumer.end_offsets(list(known))
            self._asked_at = asked_at
        if known is self.known:
            self._asked = asked

    def lag(self) -> dict[int, int]:
        """Committed records that wait, by partition, as of the last fetch; also sets the metrics."""
        waiting = {}
        for tp, at in self.known.items():
            waiting[tp.partition] = max(0, (self._consumer.last_stable_offset(tp) or 0) - at)
            metrics.LAG.labels(SERVICE, USAGE.name, str(tp.partition)).set(waiting[tp.partition])
        return waiting


def _measure_age(batch: Mapping[TopicPartition, Sequence[ConsumerRecord]]) -> None:
    oldest = min((records[0].timestamp / 1000 for records in batch.values() if records), default=time.time())
    metrics.OLDEST.labels(SERVICE, USAGE.name).set(max(0.0, time.time() - oldest))
