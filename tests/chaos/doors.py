"""Doors between services and servers: TCP proxies that cut connections, hold back what they carry, or stay shut.

Half of the processes go through them. So while a door is shut, one poller hears nothing of a server with which the other one
works on: that is how a process becomes a zombie without being stopped.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shoprelay_local import kafka

_CHUNK = 1 << 16


def goes_through(service: str) -> bool:
    """Whether this process is connected through the doors: the first of each service is."""
    return service.endswith("-1")


@dataclass
class Door:
    """One proxy. `open`: connections are taken; `flowing`: cleared, nothing passes and nobody is told."""

    port: int
    open: bool = True
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    _through: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def cut(self) -> int:
        """Break all connections; how many there were."""
        count = len(self._through) // 2
        for writer in self._through:
            writer.transport.abort()
        return count

    async def shut(self, seconds: float) -> None:
        """Break all connections and refuse new ones for so long."""
        self.open = False
        self.cut()
        await asyncio.sleep(seconds)
        self.open = True

    async def stall(self, seconds: float) -> None:
        """Connections stay, and nothing passes for so long."""
        self.flowing.clear()
        await asyncio.sleep(seconds)
        self.flowing.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its beginning to its end."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        ends = [writer]
        self._through.add(writer)
        try:
            if self.open:
                inner, outer = await asyncio.open_connection("127.0.0.1", self.port)
                ends.append(outer)
                self._through.add(outer)
                await asyncio.gather(self._pipe(reader, outer), self._pipe(inner, writer))
        except OSError:
            pass  # the server is not there: then this connection is not there either
        finally:
            for end in ends:
                self._through.discard(end)
                end.transport.abort()
            self._tasks.discard(task)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self.flowing.wait()
            writer.write(data)
            await writer.drain()
        writer.transport.abort()

    async def end(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def door(port: int, target: int) -> AsyncIterator[Door]:
    """A proxy on `port` to `target`, both on loopback."""
    made = Door(target)
    made.flowing.set()
    server = await asyncio.start_server(made.carry, "127.0.0.1", port)
    try:
        yield made
    finally:
        server.close()
        await made.end()


@contextlib.contextmanager
def second_listener(inner: int, outer: int) -> Iterator[None]:
    """Have Kafka, whenever it is started in this block, listen on `inner` too, and send who comes there to `outer`."""
    plain = kafka.properties
    kafka.properties = _through(plain, inner, outer)
    try:
        yield
    finally:
        kafka.properties = plain


def _through(plain: Callable[[Path, int, int], str], inner: int, outer: int) -> Callable[[Path, int, int], str]:
    added = {"listeners": f",DOOR://127.0.0.1:{inner}", "advertised.listeners": f",DOOR://127.0.0.1:{outer}"}
    rest = (
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,DOOR:PLAINTEXT\n"
        "inter.broker.listener.name=PLAINTEXT\n"
    )

    def properties(data: Path, port: int, controller_port: int) -> str:
        lines = plain(data, port, controller_port).splitlines()
        return "".join(f"{line}{added.get(line.partition('=')[0], '')}\n" for line in lines) + rest

    return properties
