"""Serves a shop over HTTP on loopback."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Protocol

import uvicorn

from shoprelay_simulators.clock import Clock
from shoprelay_simulators.faults import Faults
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.messages import Json, Request, Response
from shoprelay_simulators.web import web_app


class Shop(Protocol):
    """What every simulated platform offers, whatever its API looks like."""

    platform: str
    site_url: str
    paused: bool
    clock: Clock
    faults: Faults
    ledger: Ledger

    def answer(self, request: Request) -> Response: ...
    def opened(self, site_url: str) -> None: ...
    def step(self) -> str: ...
    async def deliver_due(self) -> int: ...
    def credentials(self) -> dict[str, str]: ...
    def final_state(self) -> dict[str, dict[str, Json]]: ...


class _QuietServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the program around a shop decides what a signal does


@contextlib.asynccontextmanager
async def serve(
    shop: Shop, *, port: int = 0, site_url: str | None = None, deliver_every: float | None = None
) -> AsyncIterator[str]:
    """Serves `shop` until the block ends; gives the base address, without a slash at the end.

    The shop writes `site_url` (default: the base address) into its links. With `deliver_every`, due
    webhooks are sent every so many seconds; without it, by `await shop.deliver_due()` alone.
    """
    config = uvicorn.Config(
        web_app(shop),
        host="127.0.0.1",
        port=port,
        lifespan="off",
        log_level=60,  # above CRITICAL: a faulty answer is meant to be faulty
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    server = _QuietServer(config)
    listener = config.bind_socket()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    shop.opened(site_url or url)
    tasks = [asyncio.create_task(server.serve(sockets=[listener]))]
    if deliver_every is not None:
        tasks.append(asyncio.create_task(_deliver(shop, deliver_every)))
    try:
        await server.listening.wait()
        yield url
    finally:
        server.should_exit = True
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        listener.close()


async def _deliver(shop: Shop, every: float) -> None:
    while True:
        await shop.deliver_due()
        await asyncio.sleep(every)
