"""An answer's body within limits of bytes and time.

An endless body, or a small one that decompresses to a huge one, ends with an error before it fills the memory, and one that
trickles does not hold its caller for ever.
"""

import time
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final

import httpx

from shoprelay_relays.http.asking import AnswerTooLarge

_PIECE: Final = 64 * 1024
_ENCODINGS: Final = frozenset({"", "gzip", "x-gzip", "deflate"})
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS  # zlib tells by the first bytes which of the two it is


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


def bound(response: httpx.Response, request: httpx.Request, most: int, seconds: float) -> None:
    """Bound an answer's body: at most `most` bytes, decompressed, within `seconds`. Raises httpx.DecodingError for an encoding
    that was not asked for (gzip is); the answer is still to be closed then.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    encoding = "" if encoding == "identity" or request.method == "HEAD" else encoding
    if encoding not in _ENCODINGS or not isinstance(response.stream, httpx.AsyncByteStream):
        raise httpx.DecodingError(f"{request.url.host} answers in {encoding}, which was not asked for", request=request)
    if encoding:
        for name in ("content-encoding", "content-length"):
            response.headers.pop(name, None)
    response.stream = _Bounded(response.stream, request, encoding, most, seconds)
