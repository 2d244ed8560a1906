"""Build and run the notifier."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.exceptions import NackMessage
from faststream.kafka import KafkaBroker
from pymongo.errors import PyMongoError

from services.notifier.claiming import Claims
from services.notifier.handlers import SERVICE, Recorder, TooManyRejected
from services.notifier.sending import Sender
from services.notifier.settings import NotifierSettings
from shoprelay_runtime import bus, service
from shoprelay_runtime.health import Health
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.store import Store
from shoprelay_schema.topics import ACTIVITY

PORT: Final = 8084
_CLAIM_SECONDS: Final = 1.0
_DRAIN_SECONDS: Final = 4.0
_CHECK_SECONDS: Final = 5.0
Records = tuple[ConsumerRecord, ...]


def run(arguments: list[str] | None = None) -> None:
    """The service as a command."""
    service.run(SERVICE, NotifierSettings, main, PORT, arguments)


async def main(settings: NotifierSettings, health: Health) -> None:
    """Tell the operators' webhooks what happened, until asked to stop."""
    claims = Claims()

    async def work_once() -> None:
        async with _working(settings, claims) as work:
            health.present("servers")
            await _until_stopped(work, health)

    await service.keep_trying(health, work_once, (PyMongoError, KafkaError, OSError, TimeoutError, TooManyRejected))


async def _until_stopped(work: "set[asyncio.Future[Any]]", health: Health) -> None:
    """Wait for the stop; the first trouble of the work is raised."""
    stopping = asyncio.ensure_future(health.stopping.wait())
    try:
        await asyncio.wait({stopping, *work}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
    for each in work:
        if each.done():
            each.result()


@contextlib.asynccontextmanager
async def _working(settings: NotifierSettings, claims: Claims) -> "AsyncIterator[set[asyncio.Future[Any]]]":
    """Everything of one attempt, at work; gives what ends only with trouble. At its end: no more intake, then drain."""
    async with contextlib.AsyncExitStack() as stack:
        store = Store(settings.mongo, settings.database)
        stack.callback(store.close)
        await store.prepare_control()
        await bus.ensure_topics(settings)
        producer = await bus.producer(settings, SERVICE)
        stack.push_async_callback(producer.stop)
        transport = guarded_transport(allow_private=settings.allow_private_addresses, connections=settings.in_flight)
        stack.push_async_callback(transport.aclose)
        projects = Projects(store, settings.master())
        sender = Sender(store, projects, transport, settings, claims=claims)
        stack.push_async_callback(sender.drain, _DRAIN_SECONDS)
        recorder = Recorder(settings, store, projects, producer, settings.dead_letters_in_a_row)
        trouble: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def handle(records: Records) -> None:
            if await recorder.handle(records):
                sender.wake.set()

        broker = consume(settings, handle, trouble)
        stack.push_async_callback(broker.stop)
        await broker.start()
        sending, watching = asyncio.ensure_future(sender.run()), asyncio.ensure_future(_watch(producer))
        stack.push_async_callback(_ended, sender, sending, watching)
        yield {trouble, sending, watching}


def consume(
    settings: NotifierSettings, handle: Callable[[Records], Awaitable[None]], trouble: "asyncio.Future[None]"
) -> KafkaBroker:
    """A broker whose subscriber commits a batch's offsets after `handle` returned, and never after `trouble` has come."""
    broker = KafkaBroker(
        settings.kafka,
        client_id=SERVICE,
        apply_types=False,
        logger=None,
        allow_auto_create_topics=False,
        graceful_timeout=_DRAIN_SECONDS,
    )

    async def batch(records: Records) -> None:
        # A batch that failed must not be passed over by the commit of a later one.
        if trouble.done():
            raise NackMessage
        try:
            await handle(records)
        except Exception as error:
            if not trouble.done():
                trouble.set_exception(error)
            raise NackMessage from error

    broker.subscriber(
        settings.named(ACTIVITY.name),
        group_id=settings.named(SERVICE),
        batch=True,
        max_records=settings.batch_records,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=bus.MAX_RECORD,
        parser=_parse,
        decoder=_decode,
    )(batch)
    return broker


async def _parse(records: Records, parse: Callable[[Records], Awaitable[Any]]) -> Any:
    """FastStream reads every header as UTF-8 text and would drop the whole batch over one that is not: it gets none to read."""
    message = await parse(tuple(replace(record, headers=()) for record in records))
    message.raw_message = records
    return message


async def _decode(message: Any) -> Records:
    records: Records = message.raw_message
    return records


async def _watch(producer: Any) -> None:
    """Ends with an error when Kafka does not answer any more."""
    while True:
        await asyncio.sleep(_CHECK_SECONDS)
        async with asyncio.timeout(_CHECK_SECONDS):
            await producer.client.fetch_all_metadata()


async def _ended(sender: Sender, sending: "asyncio.Task[None]", watching: "asyncio.Task[None]") -> None:
    """The look that the sender is at is finished, so that what it writes is written."""
    watching.cancel()
    sender.stop()
    await asyncio.wait({sending, watching}, timeout=_CLAIM_SECONDS)
    sending.cancel()
    await asyncio.gather(sending, watching, return_exceptions=True)
