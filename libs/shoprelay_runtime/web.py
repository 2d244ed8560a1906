"""HTTP served by granian inside the service's own event loop, so that signals and draining stay the service's."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from granian.constants import Interfaces
from granian.server.embed import Server

from shoprelay_runtime.settings import SettingsInvalid

LINGER_SECONDS: Final = 1.0
"""How long a server that leaves still answers, so that those who hold a connection to it learn that they must open another."""
_CLOSE: Final = (b"connection", b"close")
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]


class _Door:
    """The application; once `leaving`, each answer says that the connection ends with it."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.leaving = False

    def __call__(self, scope: Message, receive: Any, send: Send) -> Any:
        return self._app(scope, receive, _last(send) if self.leaving else send)


def _last(send: Send) -> Send:
    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], _CLOSE]}
        await send(message)

    return closing


@asynccontextmanager
async def serving(app: Any, host: str, port: int, *, drain_seconds: float = 5.0) -> AsyncIterator[asyncio.Task[None]]:
    """Serve an ASGI application while the block runs; gives the server's task, which ends only if the server died.

    Leaving goes on for LINGER_SECONDS with answers that close their connections: one that is closed unasked may break the request
    that is just being sent on it. Then it stops accepting, lets requests in flight finish for `drain_seconds`, and cuts them off.
    Several processes may serve one port: the system spreads the connections over them.
    """
    door = _Door(app)
    server = Server(door, address=host, port=port, interface=Interfaces.ASGINL, log_enabled=False, websockets=False)
    task: asyncio.Task[None] = asyncio.ensure_future(server.serve())
    await asyncio.sleep(0)  # granian binds before it first waits
    if task.done():
        reason = str(task.exception()).splitlines()[0]  # granian appends a stack
        raise SettingsInvalid(f"port {port} on {host} cannot be used ({reason}): stop what holds it or give --port")
    try:
        yield task
    finally:
        door.leaving = True
        await asyncio.wait({task}, timeout=LINGER_SECONDS)
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({task}, timeout=drain_seconds)
        task.cancel()
