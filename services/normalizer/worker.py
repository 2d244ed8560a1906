"""One partition's loop: take over, then batch after batch through the protocol; after any trouble it takes over anew."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord
from pymongo.errors import OperationFailure, PyMongoError

from services.normalizer.cap import TooManyRejected
from services.normalizer.lanes import Lanes
from services.normalizer.outputs import Output
from services.normalizer.prepare import KeysUnreadable, Plan, Preparer
from services.normalizer.protocol import BatchRefused, Fenced, Offsets, Partition, is_transient
from services.normalizer.settings import NormalizerSettings
from shoprelay_runtime import metrics
from shoprelay_runtime.health import Health
from shoprelay_runtime.logs import logger
from shoprelay_runtime.store import Store

_BACK_OFF: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
_SETTLED_SECONDS: Final = 60.0  # after so long, trouble is new trouble
_TRIES: Final = 5
_log = logger(__name__)


@dataclass(slots=True)
class Worker:
    """Owns one partition index of both lanes until it is stopped."""

    index: int
    settings: NormalizerSettings
    store: Store
    consumer: AIOKafkaConsumer
    lanes: Lanes
    preparer: Preparer
    health: Health
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    taking: bool = False

    async def stop(self, task: asyncio.Task[None]) -> None:
        """End the loop. A batch in hand is finished; a wait for records is not: in a rebalance it would never end."""
        self.stopping.set()
        if self.taking:
            task.cancel()
        await asyncio.wait({task})

    async def run(self) -> None:
        """Work until stopped. Trouble is waited out; what was applied is published by the next take-over, ours or another's."""
        failures = 0
        while not self.stopping.is_set():
            began = time.monotonic()
            try:
                await self._own()
            except asyncio.CancelledError:
                break
            except Exception as error:  # noqa: BLE001 - every error means the same: take over anew
                self._report(error)
                failures = 0 if time.monotonic() - began > _SETTLED_SECONDS else failures
                await self._pause(_BACK_OFF[min(failures, len(_BACK_OFF) - 1)])
                failures += 1
        self.health.present(self._name)
        self._stopped(None)

    @property
    def _name(self) -> str:
        return f"partition {self.index}"

    def _stopped(self, why: TooManyRejected | None) -> None:
        """Say whether the cap on dead letters holds the partition; each try may find that it is over."""
        metrics.STOPPED.labels("normalizer", str(self.index)).set(0 if why is None else 1)
        name = f"{self._name}: mapping"
        if why is None:
            self.health.present(name)
        else:
            self.health.missing(name, f"stopped, its records stay in the raw log: {why}")

    def _report(self, error: Exception) -> None:
        if isinstance(error, TooManyRejected):
            self._stopped(error)
        metrics.ERRORS.labels("normalizer", type(error).__name__).inc()
        self.health.missing(self._name, f"{type(error).__name__}: takes over anew")
        _log.warning("takes over anew", partition=self.index, error=type(error).__name__, text=str(error)[:200])

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _own(self) -> None:
        partition = Partition(self.index, self.settings, self.store, self.consumer)
        try:
            await partition.take_over()
            self.lanes.seek(partition.offsets)
            self.health.present(self._name)
            while not self.stopping.is_set():
                self.taking = True
                batch = await self.lanes.take()
                after = await self.lanes.positions()
                self.taking = False
                async with self.lanes.reader.room.of(len(batch)):
                    if batch and await self._process(partition, batch, after):
                        self._stopped(None)
                self.lanes.done()
        finally:
            self.taking = False
            self.lanes.done()
            await partition.close()

    async def _process(
        self, partition: Partition, batch: Sequence[ConsumerRecord], after: Offsets, *, steady: bool = False
    ) -> bool:
        """Give whether it is done. `steady`: it does not give way to live records."""
        started = time.monotonic()
        try:
            events = await self._applied(partition, batch, after, steady=steady)
        except BatchRefused as refused:
            await self._without_the_culprit(partition, batch, after, refused)
            return True
        except TooManyRejected:
            if len(batch) == 1:
                raise
            # Up to the very record that reaches the cap: how many dead letters there are does not depend on batches.
            await self._halves(partition, batch, after)
            return True
        if events is None:
            return False
        await partition.publish(events, after)
        metrics.SECONDS.labels("normalizer", "batch").observe(time.monotonic() - started)
        self._measure(batch, after)
        return True

    async def _applied(
        self, partition: Partition, batch: Sequence[ConsumerRecord], after: Offsets, *, steady: bool
    ) -> list[Output] | None:
        """Prepare and apply; gives what is to be published, None when it gave way to live records.

        A write conflict prepares anew; BatchRefused: a record is wrong.
        """
        for _ in range(_TRIES):
            plan = await (self._prepared(batch) if steady else self.lanes.unless_live(self._prepared(batch)))
            if plan is None:
                return None
            try:
                return await partition.apply(plan, after)
            except OperationFailure as error:
                if not is_transient(error):
                    raise
        raise Fenced(f"partition {self.index}: {_TRIES} write conflicts in a row")

    async def _prepared(self, batch: Sequence[ConsumerRecord]) -> Plan:
        try:
            return await self.preparer.prepare(batch)
        except (PyMongoError, OSError, KeysUnreadable):
            raise  # our trouble, not a record's
        except Exception as error:
            raise BatchRefused(type(error).__name__).with_traceback(error.__traceback__) from error

    async def _without_the_culprit(
        self, partition: Partition, batch: Sequence[ConsumerRecord], after: Offsets, refused: BatchRefused
    ) -> None:
        """Do the two halves one after the other, down to the record that is at fault: it becomes a dead letter."""
        if len(batch) > 1:
            await self._halves(partition, batch, after)
            return
        await partition.publish(await partition.apply(self._letter(batch[0], refused), after), after)
        self._measure(batch, after)

    async def _halves(self, partition: Partition, batch: Sequence[ConsumerRecord], after: Offsets) -> None:
        middle = len(batch) // 2
        await self._process(partition, batch[:middle], self._after(batch[:middle], partition.offsets), steady=True)
        await self._process(partition, batch[middle:], after, steady=True)

    def _after(self, batch: Sequence[ConsumerRecord], before: Offsets) -> Offsets:
        """Past the last of these records in each lane."""
        last = {record.topic: record.offset + 1 for record in batch}
        return {lane: last.get(part.topic, before[lane]) for lane, part in self.lanes.parts.items()}

    def _letter(self, record: ConsumerRecord, refused: BatchRefused) -> Plan:
        plan = Plan()
        self.preparer.reject(plan, record, refused)
        return plan

    def _measure(self, batch: Sequence[ConsumerRecord], after: Offsets) -> None:
        for lane, part in self.lanes.parts.items():
            records = [r for r in batch if r.topic == part.topic]
            metrics.RECORDS.labels("normalizer", lane, "done").inc(len(records))
            waiting = self.lanes.waiting(lane, after[lane])
            metrics.LAG.labels("normalizer", lane, str(self.index)).set(waiting)
            oldest = min((r.timestamp for r in records), default=None)
            metrics.OLDEST.labels("normalizer", lane).set(time.time() - oldest / 1000 if oldest and waiting else 0)
