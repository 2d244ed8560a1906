"""HTTP for services that have none of their own: /health/live, /health/ready and /metrics."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import uvicorn

from shoprelay_runtime.health import Health, answer
from shoprelay_runtime.settings import SettingsInvalid

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]


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
