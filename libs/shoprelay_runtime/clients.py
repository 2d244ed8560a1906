"""aiokafka's clients, begun and ended whole: one cut off half-way leaves a connection open, or swallows the cancellation."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

LAST_SECONDS: Final = 1.0
"""How long a client that is cut off may take to come to the end of what it is at."""


async def _whole(step: Coroutine[Any, Any, None]) -> None:
    """Do the step; who is cancelled meanwhile waits a second more for its end, and only then is it cut off."""
    task = asyncio.ensure_future(step)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        try:
            await asyncio.wait([task], timeout=LAST_SECONDS)
        finally:
            task.cancel()
        raise


async def _begun(start: Coroutine[Any, Any, None], end: Callable[[], Awaitable[None]]) -> None:
    try:
        await _whole(start)
    except BaseException:
        await end()
        raise


class Producer(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka has no types
    async def start(self) -> None:
        """Connect; one that cannot, or is cancelled, is closed again."""
        await _begun(super().start(), self.stop)

    async def stop(self) -> None:
        """Send what waits, and close."""
        await _whole(super().stop())


class Consumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    async def start(self) -> None:
        """Connect; one that cannot, or is cancelled, is closed again."""
        await _begun(super().start(), self.stop)

    async def stop(self) -> None:
        """Leave the group, and close."""
        await _whole(self._stop())

    async def _stop(self) -> None:
        # aiokafka 0.14 cancels its fetches, and one that waits to ask a dead broker again lets that cancellation out.
        # Who stops a consumer would take it for its own, and a service would leave as if it had been asked to.
        try:
            await super().stop()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            await self._client.close()


class Admin(AIOKafkaAdminClient):  # type: ignore[misc]  # aiokafka has no types
    async def start(self) -> None:
        """Connect; one that cannot, or is cancelled, is closed again."""
        await _begun(super().start(), self.close)

    async def close(self) -> None:
        """Close its connections."""
        await _whole(super().close())
