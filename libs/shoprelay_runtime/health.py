"""What a service lacks, told over HTTP: /health/live, /health/ready and /metrics."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvicorn
from aiokafka.errors import KafkaError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pymongo.errors import PyMongoError

from shoprelay_runtime import bus, metrics
from shoprelay_runtime.settings import Settings, SettingsInvalid
from shoprelay_runtime.store import Store

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]


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


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:  # the service itself decides what a signal means
        yield


@contextlib.asynccontextmanager
async def health_server(health: Health, host: str, port: int) -> AsyncIterator[int]:
    """Serve /health/live, /health/ready and /metrics; gives the port (0 picks one)."""
    config = uvicorn.Config(_health_app(health), lifespan="off", log_config=None, access_log=False)
    server = _Server(config)
    listener = _listen(host, port)
    task = asyncio.ensure_future(server.serve([listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise SettingsInvalid(
            f"port {port} on {host} cannot be used ({error.strerror}): stop what holds it or give --port"
        ) from None


def _health_app(health: Health) -> Any:
    async def app(scope: Scope, _receive: Any, send: Send) -> None:
        status, kind, body = answer(health, scope["path"])
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind.encode())]})
        await send({"type": "http.response.body", "body": body})

    return app


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
