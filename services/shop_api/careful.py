"""The way to a shop for what changes it: no change is sent twice, and it is known which ones the shop confirmed."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import SAFE, UNMADE
from shoprelay_runtime.reachable import AddressRefused

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# The budget's refusal (ShopTrouble) among them: it comes before the request leaves.
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, AddressRefused, ShopTrouble)
# A gateway that gave up, or a shop that broke down on the way: the change may have been made.
_UNSURE: Final = frozenset({408, 500, 502, 504, 520, 522, 524})
_AGAIN: Final = frozenset({502, 504})
_PAUSES: Final = (0.2, 1.0)


class Dry(Exception):
    """A dry run came to the first request that would change the shop."""

    def __init__(self, request: httpx.Request) -> None:
        super().__init__(f"{request.method} {request.url.path}")
        self.request = request


@dataclass(slots=True)
class Trail:
    """What a call has asked of the shop. `changed`: changes that the shop confirmed; `unsure`: one whose fate is not known."""

    requests: int = 0
    changed: list[str] = field(default_factory=list)
    unsure: str = ""
    last_confirmed: bool = False
    last_doubted: bool = False

    def refused(self) -> None:
        """The shop says in its answer's body that the last change was none; SOAP does so under the status 500."""
        if self.last_confirmed:
            self.changed.pop()
            self.last_confirmed = False
        if self.last_doubted:
            self.unsure = ""
            self.last_doubted = False

    @property
    def touched(self) -> bool:
        """Whether the shop may be another one than before."""
        return bool(self.changed or self.unsure)


class _Door(httpx.AsyncBaseTransport):
    """The last step before a request leaves. `noting`: what has to be done by then; `passed`: whether the last request left."""

    def __init__(self, shared: httpx.AsyncBaseTransport) -> None:
        self._shared = shared
        self.noting: asyncio.Future[None] | None = None
        self.passed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.noting is not None:
            await self.noting
        self.passed = True
        return await self._shared.handle_async_request(request)


class Careful(httpx.AsyncBaseTransport):
    """Repeats what only reads, and what certainly did not leave; nothing else. Closing it leaves the shared transport open.

    `before`: called ahead of the first change, and done when it leaves: a request waits for its turn (`turns`, put around
    `shared`) in the meantime. `dry`: raise Dry in place of the first change.
    """

    def __init__(
        self,
        shared: httpx.AsyncBaseTransport,
        before: Callable[[], Coroutine[Any, Any, None]],
        *,
        dry: bool = False,
        turns: Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        self._door = _Door(shared)
        self._way = turns(self._door) if turns else self._door
        self._before = before
        self._dry = dry
        self.trail = Trail()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method in _READS or request.extensions.get(SAFE):
            return await self._read(request)
        if self._dry:
            await request.aread()  # one that was signed on its way here is another request, with the body still to be read
            raise Dry(request)
        if self.trail.touched:
            return await self._change(request)
        self._door.noting = asyncio.ensure_future(self._before())
        try:
            return await self._change(request)
        finally:
            await _ended(self._door.noting)
            self._door.noting = None

    async def _read(self, request: httpx.Request) -> httpx.Response:
        for pause in _PAUSES:
            try:
                response = await self._send(request)
            except AddressRefused:
                raise
            except httpx.TransportError:
                await asyncio.sleep(pause)
                continue
            if response.status_code not in _AGAIN:
                return response
            await response.aclose()
            await asyncio.sleep(pause)
        return await self._send(request)

    async def _change(self, request: httpx.Request) -> httpx.Response:
        said = f"{request.method} {request.url.path}"
        try:
            response = await self._leave(request)
        except _NOT_SENT:
            raise
        except BaseException:  # cancelled in mid-request as well: the shop may have got it
            if self._door.passed:
                self.trail.unsure = said
            raise
        if response.status_code in _UNSURE:
            self.trail.last_doubted = not self.trail.unsure
            self.trail.unsure = self.trail.unsure or said
        elif response.status_code < httpx.codes.BAD_REQUEST:
            self.trail.changed.append(said)
            self.trail.last_confirmed = True
            response.extensions[UNMADE] = self.trail.refused
        return response

    async def _leave(self, request: httpx.Request) -> httpx.Response:
        for pause in _PAUSES:
            try:
                return await self._send(request)
            except AddressRefused:
                raise
            except (httpx.ConnectError, httpx.ConnectTimeout):
                await asyncio.sleep(pause)
        return await self._send(request)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        self.trail.requests += 1
        self.trail.last_confirmed = self.trail.last_doubted = self._door.passed = False
        return await self._way.handle_async_request(request)


async def _ended(noting: asyncio.Future[None]) -> None:
    """Its error was told at the door, or is nobody's business: the request did not come there."""
    if not noting.done():
        noting.cancel()
        await asyncio.wait({noting})
    if not noting.cancelled():
        noting.exception()
