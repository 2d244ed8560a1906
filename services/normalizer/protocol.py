"""The write-publish protocol for one partition of the raw log, over both lanes: four steps, in this order and no other.

MongoDB and Kafka cannot commit together. So the batch is applied with a journal of what is to be published, and published after
that; at most one batch is ever applied and unpublished, and whoever takes over publishes it first. A process that lost the
partition is refused by the epoch in MongoDB and by the transactional id in Kafka.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import InvalidProducerEpoch, ProducerFenced
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from bson.errors import InvalidDocument
from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, DocumentTooLarge, OperationFailure

from services.normalizer import apply, journal
from services.normalizer.cap import Run, run_of
from services.normalizer.outputs import Output
from services.normalizer.prepare import Plan
from services.normalizer.settings import NormalizerSettings
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_runtime import bus, metrics
from shoprelay_runtime.logs import logger
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE

LANES: Final = (RAW_LIVE.name, RAW_BACKFILL.name)
GROUP: Final = "normalizer"
_LARGEST: Final = bus.MAX_RECORD - 64 * 1024  # headers and the batch's own bytes count too
Offsets = dict[str, int]
"""Lane -> the next offset to read."""
_log = logger(__name__)


class Fenced(Exception):
    """Somebody else owns the partition now."""


class LogReplaced(Exception):
    """The raw log is shorter than what was applied of it: to go on would pass over new records as if they were old ones."""


class BatchRefused(PayloadInvalid):
    """The batch can never be applied or published: a record in it is at fault."""

    def __init__(self, reason: str) -> None:
        super().__init__("", reason)


@dataclass(slots=True)
class Partition:
    """The state of one owner of one partition index."""

    index: int
    settings: NormalizerSettings
    store: Store
    consumer: AIOKafkaConsumer
    producer: AIOKafkaProducer | None = field(init=False, default=None)
    epoch: int = field(init=False, default=0)
    offsets: Offsets = field(init=False, default_factory=dict)
    run: Run = field(init=False, default_factory=Run)

    # Step 1: take over ------------------------------------------------------------------------------------------------

    async def take_over(self) -> None:
        """Fence older owners, learn where they got to, publish what they applied and did not publish."""
        self.producer = await bus.producer(
            self.settings,
            f"normalizer-{self.index}",
            transactional_id=self.settings.named(f"normalizer-{self.index}"),
            linger_ms=0,
        )
        row = await self._raise_epoch()
        self.epoch = row["epoch"]
        self.run = run_of(row.get("run"))
        # Only after the producer is initialized: it settles the older owner's open transaction, which may still move these.
        committed = await self._committed()
        applied = {lane: max(committed[lane], row.get("offsets", {}).get(lane.replace(".", "_"), 0)) for lane in LANES}
        await self._refuse_another_log(applied)
        if applied != committed:
            await self.publish(await journal.recover(self.store, row["batch"]), applied)
        self.offsets = applied

    async def close(self) -> None:
        """Let go of the producer."""
        if self.producer is not None:
            await self.producer.stop()

    async def _raise_epoch(self) -> Bson:
        row = await self.store.collection(Control.JOURNAL).find_one_and_update(
            {"_id": self.index}, {"$inc": {"epoch": 1}}, upsert=True, return_document=ReturnDocument.AFTER
        )
        return dict(row)

    async def _committed(self) -> Offsets:
        return {lane: await self.consumer.committed(self._partition(lane)) or 0 for lane in LANES}

    async def _refuse_another_log(self, applied: Offsets) -> None:
        ends = await self.consumer.end_offsets([self._partition(lane) for lane in LANES])
        for lane in LANES:
            if applied[lane] > (end := ends[self._partition(lane)]):
                raise LogReplaced(
                    f"{lane}-{self.index} ends at {end}, but {applied[lane]} are applied: Kafka lost or changed its log. "
                    f"To begin with the log as it is now, delete the row {self.index} of `journal` in the control database"
                )

    def _partition(self, lane: str) -> TopicPartition:
        return TopicPartition(self.settings.named(lane), self.index)

    # Step 2, taking a batch and deciding, is prepare.py's -------------------------------------------------------------

    # Step 3: apply ----------------------------------------------------------------------------------------------------

    async def apply(self, plan: Plan, after: Offsets) -> list[Output]:
        """One MongoDB transaction: documents, marks, and the journal as its last operation, conditional on the epoch.

        Gives what is to be published now. BatchRefused when a record of the batch is at fault,
        TooManyRejected when they are too many for that.
        """
        gone = {str(one.shop.webshop_id) for one in plan.destroyed}
        run = self.run.after(plan.outcomes, self.settings.dead_letter_limits).without(gone)
        events = journal.events(plan)
        _refuse_unpublishable(events)
        offsets = {lane.replace(".", "_"): offset for lane, offset in after.items()}
        entry = {"offsets": offsets, "batch": journal.entry(plan), "run": run.row()}
        try:
            async with self.store.transaction() as session:
                await apply.write(self.store, plan, session)
                done = await self.store.collection(Control.JOURNAL).update_one(
                    {"_id": self.index, "epoch": self.epoch}, {"$set": entry}, session=session
                )
                if done.matched_count == 0:
                    raise Fenced(f"partition {self.index} has another owner")
        except BulkWriteError as error:
            raise _refused(error) from error
        except (InvalidDocument, DocumentTooLarge, OverflowError) as error:
            raise BatchRefused(f"MongoDB cannot hold a document: {type(error).__name__}") from error
        self.run = run
        _tell_rejected(plan)
        return events

    # Step 4: publish --------------------------------------------------------------------------------------------------

    async def publish(self, events: Sequence[Output], after: Offsets) -> None:
        """One Kafka transaction: the events and the offsets."""
        positions = {self._partition(lane): OffsetAndMetadata(offset, "") for lane, offset in after.items()}
        if self.producer is None:
            raise Fenced(f"partition {self.index} was not taken over")
        try:
            async with self.producer.transaction():
                for event in events:
                    await self._send(self.producer, event)
                await self.producer.send_offsets_to_transaction(positions, self.settings.named(GROUP))
        except (ProducerFenced, InvalidProducerEpoch) as error:
            raise Fenced(f"partition {self.index} has another owner") from error
        self.offsets = dict(after)
        kinds = Counter((event.topic, bus.header(event.headers, "ce_type") or "tombstone") for event in events)
        for kind, number in kinds.items():
            metrics.EVENTS.labels(*kind).inc(number)

    async def _send(self, producer: AIOKafkaProducer, event: Output) -> None:
        raw = event.topic in LANES
        await producer.send(
            self.settings.named(event.topic),
            value=event.value,
            key=event.key,
            headers=event.headers,
            # A sweep's next chunk stays with its shop's owner, however keys are spread.
            partition=self.index if raw else None,
        )


def _tell_rejected(plan: Plan) -> None:
    for why in plan.rejected:
        metrics.DEAD_LETTERS.labels(why.position.rsplit("-", 2)[0], why.reason[:60]).inc()
        _log.warning("record kept in the dead-letter topic", position=why.position, reason=why.reason, field=why.field)


def _refuse_unpublishable(events: Sequence[Output]) -> None:
    """What Kafka will not take must not be applied: the batch could never be published, and nothing after it."""
    for event in events:
        if len(event.value or b"") > _LARGEST and not event.topic.endswith(".dlq"):
            raise BatchRefused(f"an event on {event.topic} would have more than {_LARGEST} bytes")


def _refused(error: BulkWriteError) -> Exception:
    if error.has_error_label("TransientTransactionError"):
        return error
    details = error.details or {}
    why = {f"code {e.get('code')} on {', '.join(e.get('keyPattern', {})) or '_id'}" for e in details.get("writeErrors", ())}
    return BatchRefused(f"MongoDB refuses a write: {'; '.join(sorted(why))}")


def is_transient(error: Exception) -> bool:
    """Whether a transaction may simply be tried again."""
    return isinstance(error, OperationFailure) and error.has_error_label("TransientTransactionError")
