"""What a service lacks, and what it answers on /health/live, /health/ready and /metrics."""

import asyncio
from dataclasses import dataclass, field

import orjson
from aiokafka.errors import KafkaError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pymongo.errors import PyMongoError

from shoprelay_runtime import bus, metrics
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store


@dataclass(slots=True)
class Health:
    """What the service lacks, by name; empty means ready. `stopping` is set when the process was asked to leave.

    `port`: where /health/live, /health/ready and /metrics are served.
    """

    service: str
    port: int = 0
    lacks: dict[str, str] = field(default_factory=dict)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def missing(self, name: str, reason: str) -> None:
        """Say that something is not there (yet)."""
        self.lacks[name] = reason
        metrics.READY.labels(self.service).set(0)

    def present(self, name: str) -> None:
        """Say that it is there."""
        self.lacks.pop(name, None)
        metrics.READY.labels(self.service).set(0 if self.lacks else 1)


async def watch_bus(settings: Settings, health: Health, seconds: float) -> None:
    """Ask Kafka every so many seconds whether it is there: a consumer with nothing to do would wait for it without a word."""
    while True:
        try:
            await bus.ping(settings, seconds)
        except (KafkaError, OSError, TimeoutError) as error:
            health.missing("bus", f"{type(error).__name__}: Kafka at {settings.kafka} does not answer")
        else:
            health.present("bus")
        await asyncio.sleep(seconds)


async def watch_store(store: Store, health: Health, seconds: float) -> None:
    """Ask MongoDB likewise: one that hangs is waited for without a word as well."""
    while True:
        try:
            async with asyncio.timeout(seconds):
                await store.ping()
        except (PyMongoError, TimeoutError) as error:
            health.missing("mongo", f"{type(error).__name__}: MongoDB does not answer")
        else:
            health.present("mongo")
        await asyncio.sleep(seconds)


def answer(health: Health, path: str) -> tuple[int, str, bytes]:
    """(status, content type, body) of the three paths that every service has."""
    if path == "/metrics":
        return 200, CONTENT_TYPE_LATEST, generate_latest()
    if path == "/health/live":
        return 200, "application/json", orjson.dumps({"service": health.service, "alive": True})
    if path == "/health/ready":
        ready = not health.lacks and not health.stopping.is_set()
        lacks = health.lacks or ({"stopping": "the service is leaving"} if health.stopping.is_set() else {})
        return (
            (200 if ready else 503),
            "application/json",
            orjson.dumps({"service": health.service, "ready": ready, "lacks": lacks}),
        )
    return 404, "application/json", orjson.dumps({"error": "here are /health/live, /health/ready and /metrics"})
