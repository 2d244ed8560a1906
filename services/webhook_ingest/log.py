"""The way onto the bus: one idempotent producer that is replaced when it broke."""

import asyncio
import contextlib
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from services.webhook_ingest.answers import NO_BUS, TOO_LARGE, Refused
from services.webhook_ingest.batches import Batches, Late
from services.webhook_ingest.intake import Place
from shoprelay_runtime import metrics, rawlog
from shoprelay_runtime.bus import ensure_topics, producer
from shoprelay_runtime.crypto import Cipher
from shoprelay_runtime.health import Health
from shoprelay_runtime.settings import Settings
from shoprelay_schema.raw import RawRecord
from shoprelay_schema.topics import RAW_LIVE

_CHECK_SECONDS: Final = 2.0
_START_SECONDS: Final = 10.0
_ANSWER_SECONDS: Final = 3.0
_STOP_SECONDS: Final = 3.0


class RawLog:
    """Appends to raw.live; tells `health` whether Kafka answers."""

    def __init__(self, settings: Settings, health: Health, seconds: float) -> None:
        self._settings = settings
        self._health = health
        self._seconds = seconds
        self._topic = settings.named(RAW_LIVE.name)
        self._producer: AIOKafkaProducer | None = None
        self._batches: Batches | None = None
        self._broken = False

    async def append(self, cipher: Cipher, record: RawRecord, place: Place) -> None:
        """Return when all in-sync replicas have the record; Refused when they take too long.

        `place` is handed over: it is free when Kafka took or refused the record, which may be after this gave up.
        """
        if self._batches is None:
            raise Refused(NO_BUS)
        key, value, headers = rawlog.encode(cipher, record)
        try:
            await self._batches.add(key, value, headers, place)
        except MessageSizeTooLargeError:
            raise Refused(TOO_LARGE) from None
        except (KafkaError, Late) as error:
            raise self._failed(error) from None

    def _failed(self, error: Exception) -> Refused:
        metrics.ERRORS.labels("webhook-ingest", type(error).__name__).inc()
        # After a refused batch an idempotent producer's numbering has a gap that it never closes by itself.
        self._broken = self._broken or isinstance(error, KafkaError)
        return Refused(NO_BUS)

    async def keep(self) -> None:
        """Start the producer, watch over it, replace it; until cancelled. Then what was handed over is flushed."""
        self._health.missing("kafka", "not connected yet")
        try:
            while True:
                await self._check()
                await asyncio.sleep(_CHECK_SECONDS)
        finally:
            await self._stop()

    async def _check(self) -> None:
        try:
            async with asyncio.timeout(_START_SECONDS):
                running = await self._running()
            async with asyncio.timeout(_ANSWER_SECONDS):
                await running.client.fetch_all_metadata()
                await self._gather(running)
        except (KafkaError, OSError, TimeoutError) as error:
            self._health.missing("kafka", f"{type(error).__name__}: Kafka at {self._settings.kafka} does not answer")
        else:
            self._health.present("kafka")

    async def _running(self) -> AIOKafkaProducer:
        if self._broken:
            await self._stop()
        if self._producer is None:
            await ensure_topics(self._settings)
            self._producer = await producer(self._settings, "webhook-ingest")
        return self._producer

    async def _gather(self, running: AIOKafkaProducer) -> None:
        partitions = len(await running.partitions_for(self._topic))
        if self._batches is None:
            self._batches = Batches(running, self._topic, partitions, self._seconds)
        self._batches.partitions = partitions

    async def _stop(self) -> None:
        gone, batches = self._producer, self._batches
        self._producer, self._batches, self._broken = None, None, False
        if gone is not None:
            with contextlib.suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(_STOP_SECONDS):
                    if batches is not None:
                        await batches.flush()
                    await gone.stop()
