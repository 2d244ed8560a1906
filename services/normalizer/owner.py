"""Which partitions this process owns: the consumer group says, one worker for each index does."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.structs import TopicPartition

from services.normalizer.protocol import GROUP, LANES
from services.normalizer.reader import Reader
from services.normalizer.settings import NormalizerSettings
from services.normalizer.worker import Worker
from shoprelay_runtime import bus
from shoprelay_runtime.logs import logger

_FETCH_BYTES: Final = 512 * 1024  # of a partition at a time; a larger record comes all the same, alone
_log = logger(__name__)


@dataclass(slots=True)
class Owner(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka is not typed
    """Starts and stops workers as the group gives and takes partitions."""

    make: Callable[[int], Worker]
    reader: Reader
    workers: dict[int, tuple[Worker, asyncio.Task[None]]] = field(default_factory=dict)
    leaving: bool = False

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """Stop everything: the range assignor may move any index."""
        await self.stop()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Start a worker for each index: both lanes have as many partitions, so range gives both of an index or none."""
        if self.leaving:
            return
        indices = sorted({part.partition for part in assigned})
        self.reader.assign(indices)
        for index in indices:
            worker = self.make(index)
            self.workers[index] = (worker, asyncio.create_task(worker.run()))
        _log.info("owns partitions", partitions=sorted(self.workers))

    async def leave(self) -> None:
        """Stop all workers for good: a rebalance that ends before the process has left the group would begin new ones."""
        self.leaving = True
        await self.stop()

    async def stop(self) -> None:
        """Stop all workers; batches in hand are finished."""
        running, self.workers = list(self.workers.values()), {}
        await asyncio.gather(*(worker.stop(task) for worker, task in running))


async def join(settings: NormalizerSettings) -> Reader:
    """A member of the normalizers' group that reads nothing yet, and what reads history beside it."""
    member = await _member(settings)
    try:
        return Reader(settings, member, await history(settings))
    except BaseException:
        await member.stop()
        raise


async def _member(settings: NormalizerSettings) -> AIOKafkaConsumer:
    return await bus.consumer(
        settings,
        GROUP,
        group=settings.named(GROUP),
        partition_assignment_strategy=(RangePartitionAssignor,),
        session_timeout_ms=settings.session_timeout_ms,
        heartbeat_interval_ms=settings.session_timeout_ms // 4,
        max_poll_interval_ms=300_000,
        max_partition_fetch_bytes=_FETCH_BYTES,
    )


async def history(settings: NormalizerSettings) -> AIOKafkaConsumer:
    """What reads history, outside of the group: of the partitions that the group gives. A turn needs little at a time."""
    return await bus.consumer(settings, f"{GROUP}-history", group=None, max_partition_fetch_bytes=_FETCH_BYTES)


def subscribe(consumer: AIOKafkaConsumer, settings: NormalizerSettings, owner: Owner) -> None:
    """Read both lanes."""
    consumer.subscribe([settings.named(lane) for lane in LANES], listener=owner)
