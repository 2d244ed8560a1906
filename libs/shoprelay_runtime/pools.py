"""Connections to many shops: a pool for each of them.

httpx's pool looks at every open connection, several times for each request, and closes idle ones of one shop to make room for
another. With a pool for each origin a request costs the same however many shops are called, and a shop keeps its connections.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import islice
from typing import Final, cast

import httpx

KEPT_SECONDS: Final = 15.0
"""How long a connection that nobody uses stays open."""
Origin = tuple[str, str, int | None]


@dataclass(slots=True)
class _Pool:
    transport: httpx.AsyncBaseTransport
    used: float = 0.0
    busy: int = 0


class _Body(httpx.AsyncByteStream):
    """An answer's body, and what is to be done once when it is closed."""

    def __init__(self, body: httpx.AsyncByteStream, closed: Callable[[], None]) -> None:
        self._body = body
        self._closed = closed

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._body.__aiter__()

    async def aclose(self) -> None:
        closed, self._closed = self._closed, _nothing
        try:
            await self._body.aclose()
        finally:
            closed()


def _nothing() -> None:
    return None


class OriginPools(httpx.AsyncBaseTransport):
    """A pool for each origin, made by `open_pool`; one that nobody used for 15 s is closed.

    At most `most` requests are under way at once; one that waits longer for room than its `pool` timeout ends with PoolTimeout.
    """

    def __init__(self, open_pool: Callable[[], httpx.AsyncBaseTransport], most: int) -> None:
        self._open = open_pool
        self._room = asyncio.Semaphore(most)
        self._pools: dict[Origin, _Pool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._enter(request)
        pool = self._use(request.url)
        try:
            await self._close_unused()
            response = await pool.transport.handle_async_request(request)
        except BaseException:
            self._leave(pool)
            raise
        response.stream = _Body(cast(httpx.AsyncByteStream, response.stream), lambda: self._leave(pool))
        return response

    async def _enter(self, request: httpx.Request) -> None:
        try:
            async with asyncio.timeout(request.extensions.get("timeout", {}).get("pool")):
                await self._room.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("no connection became free in time", request=request) from None

    def _use(self, url: httpx.URL) -> _Pool:
        origin = (url.scheme, url.host, url.port)
        # Taken out and put in again: the first one is always the one whose last request began longest ago.
        pool = self._pools.pop(origin, None) or _Pool(self._open())
        self._pools[origin] = pool
        pool.busy += 1
        return pool

    def _leave(self, pool: _Pool) -> None:
        pool.busy -= 1
        pool.used = time.monotonic()
        self._room.release()

    async def _close_unused(self) -> None:
        """Look at two of the oldest: a request adds one pool at most, so that none stays for ever."""
        for origin, pool in list(islice(self._pools.items(), 2)):
            if not pool.busy and pool.used < time.monotonic() - KEPT_SECONDS:
                del self._pools[origin]
                await pool.transport.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            await pool.transport.aclose()
