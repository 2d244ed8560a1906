"""Appending to the raw log: a page at a time, and not done before the broker has acknowledged all of it."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from aiokafka.errors import KafkaError

from shoprelay_runtime import bus, metrics, rawlog
from shoprelay_runtime.crypto import Cipher
from shoprelay_runtime.deadletters import CUT
from shoprelay_runtime.health import Health
from shoprelay_runtime.logs import logger
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_schema.raw import RawKind, RawRecord
from shoprelay_schema.topics import Topic

_LARGEST: Final = bus.MAX_RECORD - 64 * 1024
_KEPT: Final = 1024
TOO_LARGE: Final = "too large"
_log = logger(__name__)


class Sender:
    """One producer for the process. One that failed is not trusted with what comes next: it is made anew.

    `linger_ms`: how long records may wait for others of their partition, where nobody waits for them.
    """

    def __init__(self, settings: Settings, health: Health, linger_ms: int = 2) -> None:
        self._service = health.service
        self._settings = settings
        self._health = health
        self._linger_ms = linger_ms
        self._producer: Any = None
        self._making = asyncio.Lock()

    async def append(self, project: Project, topic: Topic, records: Iterable[RawRecord]) -> None:
        """Append these records in order; KafkaError when not all of them are known to be safe."""
        sent: list[Any] = []
        producer: Any = None
        try:
            producer = await self._ready()
            for record in records:
                name, key, value, headers = (
                    (topic.name, *rawlog.encode(project.cipher, record))
                    if _fits(record)
                    else _cut(self._service, project.cipher, topic, record)
                )
                sent.append(await producer.send(self._settings.named(name), value, key=key, headers=headers))
            await asyncio.gather(*sent)
        except KafkaError as error:
            self._health.missing("Kafka", f"{type(error).__name__}: {str(error)[:200]}")
            await asyncio.gather(*sent, return_exceptions=True)
            await self._discard(producer)
            raise
        self._health.present("Kafka")
        metrics.RECORDS.labels(self._service, topic.name, "appended").inc(len(sent))

    async def _ready(self) -> Any:
        async with self._making:
            if self._producer is None:
                self._producer = await bus.producer(self._settings, self._service, linger_ms=self._linger_ms)
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
    return record.kind is not RawKind.RECORD_READ or len(record.body) <= _LARGEST


def _cut(service: str, cipher: Cipher, topic: Topic, record: RawRecord) -> tuple[str, bytes, bytes, bus.Headers]:
    """(topic, key, value, headers) of the dead letter of a record that no topic can hold: it must not hold up its shop for ever.

    The letter holds the beginning, so it cannot be put back.
    """
    metrics.ERRORS.labels(service, "RecordTooLarge").inc()
    metrics.DEAD_LETTERS.labels(topic.name, TOO_LARGE).inc()
    _log.error("too large: a dead letter", webshop=record.webshop, record=f"{record.resource}/{record.remote_id}")
    key, value, headers = rawlog.encode(cipher, replace(record, body=record.body[:_KEPT]))
    said = f"{len(record.body)} bytes, of which {_LARGEST} fit; the first {_KEPT} are kept"
    return (
        topic.dead_letter,
        key,
        value,
        [*headers, ("dlq_reason", TOO_LARGE.encode()), ("dlq_detail", said.encode()), (CUT, b"1")],
    )
