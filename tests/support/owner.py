"""One partition's owner, taken through the protocol step by step: a test decides where it dies."""

import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from aiokafka.structs import ConsumerRecord

from services.normalizer.lanes import Lanes
from services.normalizer.owner import history
from services.normalizer.prepare import Preparer
from services.normalizer.protocol import GROUP, Offsets, Partition
from services.normalizer.reader import Reader
from services.normalizer.settings import NormalizerSettings
from services.normalizer.worker import Worker
from shoprelay_runtime import bus
from shoprelay_runtime.health import Health
from shoprelay_runtime.projects import Projects
from tests.support.world import World


class Dies(BaseException):
    """The process ends here: nothing of it runs any more, no clean-up either."""


@dataclass
class Owner:
    """Incarnations of the process that owns the partition of a world's shop; all are closed at the end of the test."""

    worker: Worker
    stack: AsyncExitStack
    partition: Partition = field(init=False)
    """The one that a test works with, where it needs to name it."""

    async def incarnate(self) -> Partition:
        """A new process takes over."""
        partition = Partition(self.worker.index, self.worker.settings, self.worker.store, self.worker.consumer)
        self.stack.push_async_callback(partition.close)
        await partition.take_over()
        self.worker.lanes.seek(partition.offsets)
        return partition

    async def take(self, wanted: int) -> tuple[list[ConsumerRecord], Offsets]:
        """A batch of so many records."""
        batch: list[ConsumerRecord] = []
        while len(batch) < wanted:
            batch += await self.worker.lanes.take()
            after = await self.worker.lanes.positions()
            self.worker.lanes.done()
        return batch, after

    async def process(self, partition: Partition, wanted: int) -> None:
        """One batch of so many records through all steps."""
        batch, after = await self.take(wanted)
        await self.worker._process(partition, batch, after)

    async def run(self, wanted: int) -> Partition:
        """A new process takes over and processes a batch."""
        partition = await self.incarnate()
        await self.process(partition, wanted)
        return partition

    async def apply(self, partition: Partition, batch: Sequence[ConsumerRecord], after: Offsets) -> None:
        await partition.apply(await self.worker.preparer.prepare(batch), after)


@asynccontextmanager
async def owner(shop: World) -> AsyncIterator[Owner]:
    """The owner of the shop's partition, outside of any consumer group."""
    settings = NormalizerSettings(**shop.settings.model_dump())
    index = bus.partition_of(str(shop.webshop.webshop_id).encode(), settings.partitions)
    preparer = Preparer(shop.store, Projects(shop.store, settings.master()), {shop.relay.name: shop.relay}, settings.prefix)
    async with AsyncExitStack() as stack:
        consumer = await bus.consumer(settings, "tests", group=settings.named(GROUP))
        stack.push_async_callback(consumer.stop)
        past = await history(settings)
        stack.push_async_callback(past.stop)
        reader = Reader(settings, consumer, past)
        worker = Worker(index, settings, shop.store, consumer, Lanes(index, reader), preparer, Health("normalizer"))
        consumer.assign(list(worker.lanes.parts.values()))
        reader.assign([index])
        yield Owner(worker, stack)
    # Futures of fenced producers complain when they are collected: here, not in the middle of something else.
    gc.collect()
