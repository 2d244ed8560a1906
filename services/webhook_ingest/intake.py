"""Reading bodies within limits: of size, of time, and of what is held by all requests together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from services.webhook_ingest.answers import FULL, TOO_LARGE, TOO_SLOW, Refused

Receive = Callable[[], Awaitable[dict[str, Any]]]


class Disconnected(Exception):
    """The shop hung up before its body was complete; nobody waits for an answer."""


class Room:
    """What all requests may hold together."""

    def __init__(self, size: int, requests: int) -> None:
        self._bytes = size
        self._requests = requests

    @property
    def held(self) -> tuple[int, int]:
        """(bytes, requests) that are still free."""
        return self._bytes, self._requests

    def enter(self) -> "Place":
        """A place for one request, which has to `leave` it; Refused when there is none."""
        if self._requests <= 0:
            raise Refused(FULL)
        self._requests -= 1
        return Place(self)

    def take(self, size: int) -> None:
        """Take so many bytes; Refused when they are not there."""
        if self._bytes < size:
            raise Refused(FULL)
        self._bytes -= size

    def free(self, size: int) -> None:
        """Give a request's bytes and its place back."""
        self._bytes += size
        self._requests += 1


class Place:
    """What one request holds."""

    __slots__ = ("_handed", "_room", "_size")

    def __init__(self, room: Room) -> None:
        self._room = room
        self._size = 0
        self._handed = False

    def grow(self, size: int) -> None:
        """Hold more bytes; Refused when there is no room."""
        self._room.take(size)
        self._size += size

    def hand_over(self, future: "asyncio.Future[Any]") -> None:
        """Kafka's producer holds the body now: the place is free when it is done, whether or not the request waits for it."""
        self._handed = True
        future.add_done_callback(self._done)

    def _done(self, future: "asyncio.Future[Any]") -> None:
        self._room.free(self._size)
        if not future.cancelled():
            future.exception()  # looked at, so that an outcome that nobody waits for leaves no complaint

    def leave(self) -> None:
        """The request ends: give everything back that was not handed over."""
        if not self._handed:
            self._room.free(self._size)


async def read_body(receive: Receive, headers: Mapping[str, str], place: Place, limit: int, seconds: float) -> bytes:
    """The whole body; Refused (413, 408, 503) as soon as a limit is passed, Disconnected when the shop hangs up."""
    if int(headers.get("content-length") or 0) > limit:
        raise Refused(TOO_LARGE)
    try:
        async with asyncio.timeout(seconds):
            return await _read(receive, place, limit)
    except TimeoutError:
        raise Refused(TOO_SLOW) from None


async def _read(receive: Receive, place: Place, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise Refused(TOO_LARGE)
        place.grow(len(part))
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)
