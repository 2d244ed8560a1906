"""Calls to addresses that a shop or an operator gave: to public addresses only, and with answers within limits."""

from typing import Final

import httpx

from shoprelay_runtime.bounded import bound
from shoprelay_runtime.connections import Connections
from shoprelay_runtime.reachable import AddressRefused, Checked, Resolve, system_resolve

LARGEST_ANSWER: Final = 16 * 1024 * 1024
"""Bytes of an answer's body, decompressed, unless it is said otherwise."""
LONGEST_ANSWER: Final = 120.0
"""Seconds that an answer may take to begin, and its body to arrive, unless it is said otherwise."""


class _GuardedTransport(httpx.AsyncBaseTransport):
    def __init__(self, connections: Connections, most: int, seconds: float) -> None:
        self._connections = connections
        self._most = most
        self._seconds = seconds

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in {"http", "https"}:
            raise AddressRefused(f"{request.url.host}: expected http or https, got {request.url.scheme}", request=request)
        request.headers["accept-encoding"] = "gzip"  # what is bounded here
        response = await self._connections.handle_async_request(request)
        try:
            bound(response, request, self._most, self._seconds)
        except httpx.DecodingError:
            await response.aclose()
            raise
        return response

    async def aclose(self) -> None:
        await self._connections.aclose()


def guarded_transport(
    *,
    allow_private: bool,
    resolve: Resolve = system_resolve,
    connections: int = 100,
    most: int = LARGEST_ANSWER,
    seconds: float = LONGEST_ANSWER,
) -> httpx.AsyncBaseTransport:
    """The transport for every call to an address that a shop or an operator gave.

    Raises AddressRefused (an httpx.TransportError) for loopback, private, link-local, multicast, reserved and metadata
    addresses, whatever they are wrapped in, and for schemes other than http and https. Redirects pass through it hop by hop.
    TLS and the Host header keep the name. At most `connections` requests are under way at once. Reading a body raises
    AnswerTooLarge after `most` bytes (decompressed), and httpx.ReadTimeout when it takes longer than `seconds` altogether.
    """
    checked = Checked(resolve, allow_private=allow_private)
    return _GuardedTransport(Connections(checked, connections, seconds), most, seconds)
