"""HTTP served by granian inside the service's own event loop, so that signals and draining stay the service's."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

from granian.constants import Interfaces
from granian.server.embed import Server

from shoprelay_runtime.settings import SettingsInvalid

LINGER_SECONDS: Final = 1.0
"""How long a server that leaves still answers, so that those who hold a connection to it learn that they must open another."""
_CLOSE: Final = ("connection", "close")
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]


class Exchange(Protocol):
    """RSGI's side of a request: its body, all at once or in the parts in which it comes, and the way of its answer."""

    def __call__(self) -> Awaitable[bytes]: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


class _Door:
    """The application; once `leaving`, each answer says that the connection ends with it."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.leaving = False

    def __call__(self, scope: Any, *ways: Any) -> Any:
        """`ways`: receive and send of ASGI, or the protocol of RSGI."""
        if not self.leaving:
            return self._app(scope, *ways)
        return self._app(scope, ways[0], _last(ways[1])) if len(ways) > 1 else self._app(scope, _LastAnswer(ways[0]))


def _last(send: Send) -> Send:
    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], tuple(part.encode() for part in _CLOSE)]}
        await send(message)

    return closing


class _LastAnswer:
    """RSGI's protocol, where it is used."""

    def __init__(self, proto: Exchange) -> None:
        self._proto = proto

    def __call__(self) -> Awaitable[bytes]:
        return self._proto()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._proto)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self._proto.response_bytes(status, [*headers, _CLOSE], body)


@asynccontextmanager
async def serving(
    app: Any, host: str, port: int, *, interface: Interfaces = Interfaces.ASGINL, drain_seconds: float = 5.0
) -> AsyncIterator[asyncio.Task[None]]:
    """Serve an ASGI or RSGI application while the block runs; gives the server's task, which ends only if the server died.

    Leaving goes on for LINGER_SECONDS with answers that close their connections: one that is closed unasked may break the request
    that is just being sent on it. Then it stops accepting, lets requests in flight finish for `drain_seconds`, and cuts them off.
    Several processes may serve one port: the system spreads the connections over them.
    """
    door = _Door(app)
    server = Server(door, address=host, port=port, interface=interface, log_enabled=False, websockets=False)
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
