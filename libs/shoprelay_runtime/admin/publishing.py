"""A producer for what administration has to say on the bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from shoprelay_runtime import bus
from shoprelay_runtime.settings import Settings


@asynccontextmanager
async def lent(settings: Settings, producer: Any) -> AsyncIterator[Any]:
    """The producer that was given, or one that is stopped at the end."""
    if producer is not None:
        yield producer
        return
    made = await bus.producer(settings, "admin")
    try:
        yield made
    finally:
        await made.stop()
