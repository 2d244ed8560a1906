"""HTTP served by granian inside the service's own event loop, so that signals and draining stay the service's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

from shoprelay_runtime.settings import SettingsInvalid


@asynccontextmanager
async def serving(app: Any, host: str, port: int, *, drain_seconds: float = 5.0) -> AsyncIterator[asyncio.Task[None]]:
    """Serve an ASGI application while the block runs; gives the server's task, which ends only if the server died.

    Leaving stops accepting at once, lets requests in flight finish for `drain_seconds`, then cuts them off. Several processes
    may serve one port: the system spreads the connections over them.
    """
    server = Server(app, address=host, port=port, interface=Interfaces.ASGINL, log_enabled=False, websockets=False)
    task: asyncio.Task[None] = asyncio.ensure_future(server.serve())
    await asyncio.sleep(0)  # granian binds before it first waits
    if task.done():
        reason = str(task.exception()).splitlines()[0]  # granian appends a stack
        raise SettingsInvalid(f"port {port} on {host} cannot be used ({reason}): stop what holds it or give --port")
    try:
        yield task
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({task}, timeout=drain_seconds)
        task.cancel()
