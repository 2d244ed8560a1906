"""httpx's transport over aiohttp's connections: what httpx's own does, in a third of the processor's time.

Not by httpx-aiohttp: through it aiohttp repeats PUT and DELETE by itself, quotes URLs anew (a signature over the URL does not fit
any more), and a server that hung up in mid-request looks as if it had never been reached, so that a caller would send again what
may have been done.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from typing import Final

import aiohttp
import httpx
from multidict import CIMultiDict
from yarl import URL

from shoprelay_runtime.reachable import AddressRefused, Checked

KEPT_SECONDS: Final = 15.0
"""How long a connection that nobody uses stays open."""
_LINE: Final = 64 * 1024  # a header of an answer; WordPress shops send policies of 10 KB and more
_HEADERS: Final = 256
_LARGE: Final = 1024 * 1024  # from here on aiohttp wants to send a body piece by piece
_ASKED: Final = frozenset({"Accept", "Accept-Encoding", "Content-Type", "User-Agent"})  # the caller's headers are all there are

# The first that fits: aiohttp's errors are each several of these. Its own texts tell the whole URL, and with it what is secret.
_ERRORS: Final[tuple[tuple[type[Exception], type[httpx.TransportError], str], ...]] = (
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout, "took no connection in time"),
    (aiohttp.ClientConnectorCertificateError, httpx.ConnectError, "has no valid certificate: {error.certificate_error}"),
    (aiohttp.ClientConnectorError, httpx.ConnectError, "cannot be reached: {error.os_error}"),
    (TimeoutError, httpx.ReadTimeout, "did not answer in time"),
    (aiohttp.ClientOSError, httpx.ReadError, "broke off: {error}"),
    (aiohttp.InvalidURL, AddressRefused, "is no address"),  # 2130706433 is 127.0.0.1 to the system, and none to aiohttp
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError, "does not answer in HTTP: {error.message}"),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError, "did not end its answer"),
    (aiohttp.ClientError, httpx.RemoteProtocolError, "does not answer as it should: {error}"),
)


def _error(error: Exception, request: httpx.Request) -> httpx.TransportError:
    kind, text = next((kind, text) for caught, kind, text in _ERRORS if isinstance(error, caught))
    return kind(f"{request.url.host} {text.format(error=error)}", request=request)


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """No request is sent twice: aiohttp repeats it, PUT and DELETE as well, when a kept connection turns out to be closed."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        if isinstance(error, aiohttp.ClientConnectorError):
            raise
        raise httpx.RemoteProtocolError(f"{request.url.host} closed the connection") from error


class _Body(httpx.AsyncByteStream):
    """An answer's body as it arrives; `closed` is called once."""

    def __init__(self, answer: aiohttp.ClientResponse, request: httpx.Request, closed: Callable[[], None]) -> None:
        self._answer = answer
        self._request = request
        self._closed = closed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._answer.content.iter_any():
                yield part
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _error(error, self._request) from error

    async def aclose(self) -> None:
        closed, self._closed = self._closed, _nothing
        self._answer.release()  # closes the connection where the body was not read to its end
        closed()


def _nothing() -> None:
    return None


class Connections(httpx.AsyncBaseTransport):
    """Connections to checked addresses, kept for 15 s for the next request to the same shop.

    At most `most` requests are under way at once; one that waits longer for room than its `pool` timeout ends with PoolTimeout.
    An answer that does not begin within `seconds` ends with ReadTimeout, whatever the request's own timeouts say.
    """

    def __init__(self, checked: Checked, most: int, seconds: float) -> None:
        self._checked = checked
        self._room = asyncio.Semaphore(most)
        self._seconds = seconds
        self._tls = httpx.create_ssl_context()
        self._session: aiohttp.ClientSession | None = None

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=self._checked,
            socket_factory=self._checked.socket,
            use_dns_cache=False,
            ssl=self._tls,
            limit=0,  # the semaphore's business: idle connections of one shop make no room for another
            keepalive_timeout=KEPT_SECONDS,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(_once,),
            auto_decompress=False,
            skip_auto_headers=_ASKED,
            max_line_size=_LINE,
            max_field_size=_LINE,
            max_headers=_HEADERS,
        )
        return self._session

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        timeouts = request.extensions.get("timeout", {})
        await self._enter(request, timeouts.get("pool"))
        try:
            answer = await self._ask(request, content, timeouts)
        except BaseException:
            self._room.release()
            raise
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Body(answer, request, self._room.release))

    async def _enter(self, request: httpx.Request, seconds: float | None) -> None:
        if not self._room.locked():
            await self._room.acquire()
            return
        try:
            async with asyncio.timeout(seconds):
                await self._room.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("no connection became free in time", request=request) from None

    async def _ask(self, request: httpx.Request, content: bytes, timeouts: dict[str, float | None]) -> aiohttp.ClientResponse:
        url, session = request.url, self._session or self._open()
        try:
            async with asyncio.timeout(self._seconds):
                return await session.request(
                    request.method,
                    URL(f"{url.scheme}://{url.netloc.decode()}{url.raw_path.decode()}", encoded=True),
                    headers=CIMultiDict((name.decode(), value.decode()) for name, value in request.headers.raw),
                    data=(content if len(content) < _LARGE else BytesIO(content)) or None,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(connect=timeouts.get("connect"), sock_read=timeouts.get("read")),
                )
        except httpx.TransportError as error:
            error.request = request
            raise
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _error(error, request) from error

    async def aclose(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
