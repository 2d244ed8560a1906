"""Calls to addresses that a shop or an operator gave: never into our own network.

A name is resolved once, every address it has is checked, and the connection goes to one of the very addresses that were
checked, so that a name which resolves differently a moment later (DNS rebinding) changes nothing. TLS and the Host header
keep the name.

What they answer is bounded as well, in bytes and in time: an endless body, or a small one that decompresses to a huge one, ends
with an error before it fills the memory, and one that trickles does not hold its caller for ever.
"""

import asyncio
import socket
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

import httpcore
import httpx

from shoprelay_relays.http.asking import AnswerTooLarge
from shoprelay_runtime.pools import KEPT_SECONDS, OriginPools

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host and port, as text; OSError when there are none."""

_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052: the last four bytes are the IPv4 address that is reached
_COMPATIBLE: Final = IPv6Network("::/96")
# Public by number, yet answered by the cloud's own machinery (Azure WireServer).
_METADATA: Final = frozenset({IPv4Address("168.63.129.16"), IPv4Address("169.254.169.254"), IPv6Address("fd00:ec2::254")})


LARGEST_ANSWER: Final = 16 * 1024 * 1024
"""Bytes of an answer's body, decompressed, unless it is said otherwise."""
LONGEST_ANSWER: Final = 120.0
"""Seconds that a body may take to arrive, unless it is said otherwise."""
_PIECE: Final = 64 * 1024
_ENCODINGS: Final = frozenset({"", "gzip", "x-gzip", "deflate"})
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS  # zlib tells by the first bytes which of the two it is


class AddressRefused(httpx.TransportError):
    """The host stands for an address that must not be called; the text names host and address."""


async def system_resolve(host: str, port: int) -> list[str]:
    """What the system's resolver says, in its order of preference."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def refusal(address: str, *, allow_private: bool) -> str:
    """Why this address must not be called, "" when it may. `allow_private` lets private and loopback addresses through."""
    ip = _reached(ip_address(address))
    if ip in _METADATA:
        return "a cloud's metadata address"
    if ip.is_multicast or ip.is_unspecified or ip.is_link_local:
        return "a multicast, link-local or unspecified address"
    if allow_private and (ip.is_private or ip.is_loopback):
        return ""
    if not ip.is_global or ip.is_reserved:
        return "not a public address"
    return ""


def _reached(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one leads to, else the address itself."""
    if isinstance(ip, IPv4Address) or ip.is_loopback or ip.is_unspecified:
        return ip
    if ip in _NAT64 or ip in _COMPATIBLE:
        return IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


class _CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, resolve: Resolve, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await self._checked(host, port, timeout):
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _checked(self, host: str, port: int, seconds: float | None) -> list[str]:
        addresses = await self._resolved(host, port, seconds)
        for address in addresses:
            # One bad address is enough: whoever mixes public and private ones is looking for a way in.
            if reason := refusal(address, allow_private=self._allow_private):
                raise AddressRefused(f"{host} is {address}, {reason}: it is not called")
        return addresses

    async def _resolved(self, host: str, port: int, seconds: float | None) -> list[str]:
        try:
            async with asyncio.timeout(seconds):
                return await self._resolve(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from None
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from None

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Bounded(httpx.AsyncByteStream):
    """A body within limits, decompressed a piece at a time: httpx would decompress whatever arrives in one go."""

    def __init__(self, body: httpx.AsyncByteStream, request: httpx.Request, encoding: str, most: int, seconds: float) -> None:
        self._body = body
        self._request = request
        self._unzip = zlib.decompressobj(_GZIP_OR_ZLIB) if encoding else None
        self._most = most
        self._seconds = seconds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        until, size = time.monotonic() + self._seconds, 0
        async for part in self._body:
            for piece in self._pieces(part):
                size += len(piece)
                if size > self._most:
                    raise AnswerTooLarge(f"{self._host} answers with more than {self._most} bytes", request=self._request)
                yield piece
            if time.monotonic() > until:
                raise httpx.ReadTimeout(f"{self._host} did not end its answer within {self._seconds:g} s", request=self._request)
        if self._unzip is not None and size and not self._unzip.eof:
            raise httpx.RemoteProtocolError(f"{self._host} ended a compressed answer too early", request=self._request)

    @property
    def _host(self) -> str:
        return self._request.url.host

    def _pieces(self, part: bytes) -> Iterator[bytes]:
        if self._unzip is None:
            yield part
            return
        try:
            while part and not self._unzip.eof:
                yield self._unzip.decompress(part, _PIECE)
                part = self._unzip.unconsumed_tail
        except zlib.error as error:
            raise httpx.DecodingError(f"{self._host}: {error}", request=self._request) from None

    async def aclose(self) -> None:
        await self._body.aclose()


class _ShopTransport(httpx.AsyncHTTPTransport):
    """Connections to one origin, through a network of ours."""

    def __init__(self, network: httpcore.AsyncNetworkBackend, tls: ssl.SSLContext, connections: int) -> None:
        super().__init__(verify=tls, trust_env=False)
        # httpx has no way to hand a network to its pool; httpcore's pool takes one.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, max_connections=connections, keepalive_expiry=KEPT_SECONDS, network_backend=network
        )


class _GuardedTransport(httpx.AsyncBaseTransport):
    def __init__(self, network: httpcore.AsyncNetworkBackend, connections: int, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        tls = httpx.create_ssl_context()
        self._pools = OriginPools(lambda: _ShopTransport(network, tls, connections), connections)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in {"http", "https"}:
            raise AddressRefused(f"{request.url.host}: expected http or https, got {request.url.scheme}", request=request)
        request.headers["accept-encoding"] = "gzip"  # what is bounded here
        response = await self._pools.handle_async_request(request)
        try:
            return self._bounded(request, response)
        except httpx.DecodingError:
            await response.aclose()
            raise

    async def aclose(self) -> None:
        await self._pools.aclose()

    def _bounded(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        encoding = "" if encoding == "identity" or request.method == "HEAD" else encoding
        if encoding not in _ENCODINGS or not isinstance(response.stream, httpx.AsyncByteStream):
            raise httpx.DecodingError(f"{request.url.host} answers in {encoding}, which was not asked for", request=request)
        if encoding:
            for name in ("content-encoding", "content-length"):
                response.headers.pop(name, None)
        response.stream = _Bounded(response.stream, request, encoding, self._most, self._seconds)
        return response


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
    Reading a body raises AnswerTooLarge after `most` bytes (decompressed), and httpx.ReadTimeout when it takes longer than
    `seconds` altogether.
    """
    return _GuardedTransport(_CheckedNetwork(resolve, allow_private=allow_private), connections, most, seconds)
