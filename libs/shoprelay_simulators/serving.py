"""Serves a shop over HTTP on loopback."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Protocol

from shoprelay_simulators.clock import Clock
from shoprelay_simulators.faults import Faults
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.listening import listen
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


@contextlib.asynccontextmanager
async def serve(
    shop: Shop, *, port: int = 0, site_url: str | None = None, deliver_every: float | None = None
) -> AsyncIterator[str]:
    """Serves `shop` until the block ends; gives the base address, without a slash at the end.

    The shop writes `site_url` (default: the base address) into its links. With `deliver_every`, due
    webhooks are sent every so many seconds; without it, by `await shop.deliver_due()` alone.
    """
    async with listen(web_app(shop), port) as url:
        shop.opened(site_url or url)
        sender = asyncio.create_task(_deliver(shop, deliver_every)) if deliver_every is not None else None
        try:
            yield url
        finally:
            if sender is not None:
                sender.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await sender


async def _deliver(shop: Shop, every: float) -> None:
    while True:
        await shop.deliver_due()
        await asyncio.sleep(every)
