"""billing-meter: counts usage.v1 and publishes statements.v1."""

import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from pymongo.errors import PyMongoError

from services.billing_meter.counting import Fenced
from services.billing_meter.handlers import SERVICE, Handler, TooManyRejected
from services.billing_meter.meter import Meter, OffsetBeyondEnd
from services.billing_meter.settings import MeterSettings
from services.billing_meter.stating import due, publish, read_through, state
from shoprelay_runtime import bus, logs, metrics, service
from shoprelay_runtime.health import Health
from shoprelay_runtime.store import Store
from shoprelay_schema.topics import USAGE

PORT: Final = 8083
_MARK_SECONDS: Final = 5.0
_CONFLICT: Final = "TransientTransactionError"
_log: Final = logs.logger(__name__)


def run(arguments: list[str] | None = None) -> None:
    """The service as a command."""
    service.run(SERVICE, MeterSettings, main, PORT, arguments)


async def main(settings: MeterSettings, health: Health) -> None:
    """Count usage and state each project's days, until asked to stop."""

    async def work_once() -> None:
        async with _connected(settings) as work:
            await work.until_stopped(health)

    await service.keep_trying(health, work_once, (PyMongoError, KafkaError, OSError, OffsetBeyondEnd, TooManyRejected))


@contextlib.asynccontextmanager
async def _connected(settings: MeterSettings) -> AsyncIterator["Work"]:
    """Everything that one attempt works with; closed at its end."""
    async with contextlib.AsyncExitStack() as stack:
        store = Store(settings.mongo, settings.database)
        stack.callback(store.close)
        await store.ping()
        await store.prepare_control()
        await bus.ensure_topics(settings)
        producer = await bus.producer(settings, SERVICE)
        stack.push_async_callback(producer.stop)
        consumer = await bus.consumer(settings, SERVICE, group=settings.named(SERVICE))
        stack.push_async_callback(consumer.stop)
        handler = Handler(settings, store, producer, settings.dead_letters_in_a_row)
        meter = Meter(store, consumer, handler, settings.batch_records)
        meter.join(settings.named(USAGE.name))
        yield Work(settings, store, producer, meter)


@dataclass(slots=True)
class Work:
    """One attempt: count, note what is read, state."""

    settings: MeterSettings
    store: Store
    producer: AIOKafkaProducer
    meter: Meter

    async def until_stopped(self, health: Health) -> None:
        """Work in turns. Errors of the servers end the attempt; conflicts with another process do not."""
        health.missing("partitions", "the group has not assigned partitions yet")
        health.present("servers")
        marked = stated = time.monotonic()
        while not health.stopping.is_set():
            await self._count()
            if self.meter.assigned:
                health.present("partitions")
            if time.monotonic() - marked >= min(_MARK_SECONDS, self.settings.check_seconds):
                await self.meter.mark_read()
                self.meter.lag()
                marked = time.monotonic()
            if time.monotonic() - stated >= self.settings.check_seconds:
                await self.state_what_is_due()
                stated = time.monotonic()

    async def _count(self) -> None:
        try:
            await self.meter.step()
        except (Fenced, CommitFailedError, IllegalStateError) as error:
            self._again(error)
        except PyMongoError as error:
            if not error.has_error_label(_CONFLICT):
                raise
            self._again(error)

    def _again(self, error: Exception) -> None:
        metrics.ERRORS.labels(SERVICE, type(error).__name__).inc()
        _log.info("reading the stored offsets again", error=type(error).__name__, reason=str(error))
        self.meter.forget()

    async def state_what_is_due(self) -> None:
        """Issue and publish statements; only where partition 0 is counted, so that replicas do not do it twice."""
        topic = self.settings.named(USAGE.name)
        if TopicPartition(topic, 0) not in self.meter.known:
            return
        through = await read_through(self.store, topic, self.meter.partitions())
        if through is not None:
            now = datetime.now(UTC)
            for each in await due(self.store, self.settings, through, now):
                with _conflicts_wait():
                    await state(self.store, each, now)
        await publish(self.store, self.settings, self.producer)


@contextlib.contextmanager
def _conflicts_wait() -> Iterator[None]:
    """A day whose counters grow while it is stated is left for the next check."""
    try:
        yield
    except PyMongoError as error:
        if not error.has_error_label(_CONFLICT):
            raise
