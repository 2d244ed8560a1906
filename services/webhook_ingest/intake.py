"""Reading bodies within limits: of size, of time, and of what is held by all requests together."""

import asyncio
from collections.abc import Coroutine, Mapping
from itertools import takewhile
from typing import Any, Final

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # it is theirs, and said so in a comment

from services.webhook_ingest.answers import FULL, TOO_LARGE, TOO_SLOW, Refused
from shoprelay_runtime.web import Exchange

_SMALL: Final = 64 * 1024


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

    def hand_over(self) -> None:
        """A batch for Kafka holds the body now, whether or not the request waits for it: the batch gives it back with `free`."""
        self._handed = True

    def free(self) -> None:
        """Give everything back."""
        self._room.free(self._size)

    def leave(self) -> None:
        """The request ends: give everything back that was not handed over."""
        if not self._handed:
            self.free()


class Watch:
    """A time limit for many tasks at once, looked after by one timer: one for each task costs as much as its HMAC."""

    def __init__(self, seconds: float, loop: asyncio.AbstractEventLoop) -> None:
        self._seconds = seconds
        self._loop = loop  # kept: to ask for the running one is a system call
        self._began: dict[asyncio.Task[Any], float] = {}  # the oldest first
        self._late: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def limit(self, work: Coroutine[Any, Any, bytes]) -> bytes:
        """Await the work; TimeoutError when it takes longer than the limit, and up to a tenth more."""
        task = asyncio.current_task(self._loop)
        assert task is not None
        self._began[task] = self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_later(self._seconds / 10, self._look)
        try:
            return await work
        except asyncio.CancelledError:
            if task in self._late and task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            del self._began[task]
            self._late.discard(task)

    def _look(self) -> None:
        until = self._loop.time() - self._seconds
        for task in takewhile(lambda each: self._began[each] < until, self._began):
            if task not in self._late:
                self._late.add(task)
                task.cancel()
        self._timer = self._loop.call_later(self._seconds / 10, self._look) if self._began else None


async def read_body(sent: Exchange, headers: Mapping[str, str], place: Place, limit: int, watch: Watch) -> bytes:
    """The whole body; Refused (413, 408, 503) as soon as a limit is passed, Disconnected when the shop hangs up."""
    stated = int(headers.get("content-length") or -1)
    if stated > limit:
        raise Refused(TOO_LARGE)
    try:
        return await watch.limit(_whole(sent, stated, place) if 0 <= stated <= _SMALL else _parts(sent, stated, place, limit))
    except TimeoutError:
        raise Refused(TOO_SLOW) from None
    except ProtocolClosed:
        raise Disconnected from None


async def _whole(sent: Exchange, stated: int, place: Place) -> bytes:
    place.grow(stated)
    return await sent()


async def _parts(sent: Exchange, stated: int, place: Place, limit: int) -> bytes:
    """One that may be large takes room as it comes: who announces much and sends nothing takes none."""
    parts: list[bytes] = []
    size = 0
    async for part in sent:
        size += len(part)
        if size > limit:
            raise Refused(TOO_LARGE)
        place.grow(len(part))
        parts.append(part)
    # granian tells the end by an empty part, and by one more where the connection broke off before it.
    if size < stated or parts[-2:] == [b"", b""]:
        raise Disconnected
    return b"".join(parts)
