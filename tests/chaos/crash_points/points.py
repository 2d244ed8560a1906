"""A service as a process that dies at a point.

A point wraps a function of the service, or of a library below it, and sends SIGKILL to its own process before or after it:
nothing of the process runs any more, no clean-up either.
"""

import os
import signal
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from motor.motor_asyncio import AsyncIOMotorClientSession

import services.billing_meter.main
import services.normalizer.main
import services.notifier.main
import services.relay_poller.main
import services.webhook_ingest.main
from tests.chaos.crash_points.relay import register

SERVICES: dict[str, Any] = {
    "webhook-ingest": services.webhook_ingest.main,
    "relay-poller": services.relay_poller.main,
    "normalizer": services.normalizer.main,
    "billing-meter": services.billing_meter.main,
    "notifier": services.notifier.main,
}
PAGE_READ = b"shoprelay.raw.page_read.v1"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str, call: int = 1) -> None:
    """Die when this is called for the so-maniest time."""
    really, calls = getattr(owner, name), 0

    async def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            die()
        return await really(*arguments, **named)

    setattr(owner, name, wrapped)


def after(owner: Any, name: str) -> None:
    """Die when this has returned."""
    really = getattr(owner, name)

    async def wrapped(*arguments: Any, **named: Any) -> None:
        await really(*arguments, **named)
        die()

    setattr(owner, name, wrapped)


def _sent_and_not_committed() -> None:
    really = AIOKafkaProducer.send_offsets_to_transaction

    async def wrapped(self: AIOKafkaProducer, *arguments: Any) -> None:
        await self.flush()
        await really(self, *arguments)
        die()

    AIOKafkaProducer.send_offsets_to_transaction = wrapped


def _before_the_second_page_read() -> None:
    really, pages = AIOKafkaProducer.send, 0

    async def wrapped(self: AIOKafkaProducer, *arguments: Any, **named: Any) -> Any:
        nonlocal pages
        pages += ("ce_type", PAGE_READ) in (named.get("headers") or ())
        if pages == 2:
            await self.flush()
            die()
        return await really(self, *arguments, **named)

    AIOKafkaProducer.send = wrapped


def _of(module: str, name: str = "") -> Any:
    found = import_module(f"services.{module}")
    return getattr(found, name) if name else found


POINTS: dict[str, Callable[[], None]] = {
    # normalizer
    "inside the MongoDB transaction": lambda: after(_of("normalizer.apply"), "write"),
    "after the MongoDB write and before the Kafka transaction": lambda: before(
        _of("normalizer.protocol", "Partition"), "publish"
    ),
    "after send and before the Kafka commit": _sent_and_not_committed,
    "after the Kafka commit": lambda: after(_of("normalizer.protocol", "Partition"), "publish"),
    # relay-poller
    "between a page's records and its PAGE_READ": _before_the_second_page_read,
    "after PAGE_READ and before the cursor is saved": lambda: before(_of("relay_poller.poll"), "_save", 2),
    "after the last PAGE_READ and before the watermark is saved": lambda: before(_of("relay_poller.poll"), "_finish"),
    "after the stamps and before the watermark is saved": lambda: after(_of("relay_poller.stamps"), "finished"),
    # billing-meter
    "inside the counting transaction": lambda: before(AsyncIOMotorClientSession, "commit_transaction"),
    "between the counter and the offset": lambda: before(AIOKafkaConsumer, "commit"),
    "after a statement is stored and before it is published": lambda: before(AIOKafkaProducer, "send_and_wait"),
    "after a statement is published and before it is marked": lambda: after(AIOKafkaProducer, "send_and_wait"),
    # notifier
    "between the delivery's row and the offset": lambda: after(_of("notifier.handlers", "Recorder"), "handle"),
    "after the call and before it is written down": lambda: after(_of("notifier.sending", "Sender"), "_result"),
    # webhook-ingest
    "after the broker's acknowledgement and before the answer": lambda: after(_of("webhook_ingest.log", "RawLog"), "append"),
}


def serve(service: str, port: int, point: str, environment: Mapping[str, str]) -> None:
    """The process: a service that dies at the point, if one is given."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.environ.update(environment)
    register()
    if point:
        POINTS[point]()
    SERVICES[service].run(["--port", str(port)])
