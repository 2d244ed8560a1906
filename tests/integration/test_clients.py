"""Clients of the bus that are cancelled while they begin: no connection stays open."""

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shoprelay_runtime import bus
from shoprelay_runtime.settings import Settings

pytestmark = pytest.mark.integration

_KINDS: dict[str, Callable[[Settings], Awaitable[Any]]] = {
    "admin": bus.admin,
    "consumer": lambda settings: bus.consumer(settings, "test", group=None),
    "producer": lambda settings: bus.producer(settings, "test"),
}


@pytest.mark.parametrize("kind", _KINDS)
async def test_a_start_that_is_cancelled_leaves_no_connection(settings: Settings, kind: str) -> None:
    unclosed = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unclosed.append(context["message"]))
    begun = cut = 0
    for step in range(40):
        task = asyncio.ensure_future(_KINDS[kind](settings))
        await asyncio.sleep(step / 2000)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            client = await task
            await (client.close() if kind == "admin" else client.stop())
            begun += 1
        cut += task.cancelled()
        del task
        gc.collect()
    assert cut >= 3, "none was cancelled in the middle"
    assert unclosed == []
