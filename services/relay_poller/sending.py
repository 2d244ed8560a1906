"""Appending to the raw log: a page at a time, and not done before the broker has acknowledged all of it."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from aiokafka.errors import KafkaError

from shoprelay_runtime import bus, metrics, rawlog
from shoprelay_runtime.logs import logger
from shoprelay_runtime.projects import Project
from shoprelay_runtime.service import Health
from shoprelay_runtime.settings import Settings
from shoprelay_schema.raw import RawKind, RawRecord
from shoprelay_schema.topics import Topic

_LARGEST: Final = bus.MAX_RECORD - 64 * 1024
_log = logger(__name__)


class Sender:
    """One producer for the process. One that failed is not trusted with what comes next: it is made anew."""

    def __init__(self, settings: Settings, health: Health) -> None:
        self._settings = settings
        self._health = health
        self._producer: Any = None
        self._making = asyncio.Lock()

    async def append(self, project: Project, topic: Topic, records: Iterable[RawRecord]) -> None:
        """Append these records in order; KafkaError when not all of them are known to be safe."""
        sent: list[Any] = []
        producer: Any = None
        try:
            producer = await self._ready()
            for record in records:
                if _fits(record):
                    key, value, headers = rawlog.encode(project.cipher, record)
                    sent.append(await producer.send(self._settings.named(topic.name), value, key=key, headers=headers))
            await asyncio.gather(*sent)
        except KafkaError as error:
            self._health.missing("Kafka", f"{type(error).__name__}: {str(error)[:200]}")
            await asyncio.gather(*sent, return_exceptions=True)
            await self._discard(producer)
            raise
        self._health.present("Kafka")
        metrics.RECORDS.labels("relay-poller", topic.name, "appended").inc(len(sent))

    async def _ready(self) -> Any:
        async with self._making:
            if self._producer is None:
                self._producer = await bus.producer(self._settings, "relay-poller")
            return self._producer

    async def _discard(self, producer: Any) -> None:
        async with self._making:
            if producer is not None and self._producer is producer:
                self._producer = None
                await producer.stop()

    async def close(self) -> None:
        """Stop the producer."""
        if self._producer is not None:
            await self._producer.stop()


def _fits(record: RawRecord) -> bool:
    """A record that no topic can hold must not hold up its shop for ever; it is counted and named."""
    if record.kind is not RawKind.RECORD_READ or len(record.body) <= _LARGEST:
        return True
    metrics.ERRORS.labels("relay-poller", "RecordTooLarge").inc()
    _log.error("a record is too large and left out", webshop=record.webshop, record=f"{record.resource}/{record.remote_id}")
    return False
