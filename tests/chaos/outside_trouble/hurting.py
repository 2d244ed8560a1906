"""What is done to the servers. Each block is the trouble; it is over, and the server at work again, when the block ends."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from shoprelay_local import processes
from shoprelay_local import servers as local
from shoprelay_local.servers import Addresses
from shoprelay_local.state import load


@dataclass(frozen=True)
class Hurt:
    """The servers of a data folder."""

    home: Path
    addresses: Addresses

    def process(self, name: str) -> psutil.Process:
        found = processes.find(load(self.home)[name])
        assert found is not None, f"{name} does not run"
        return found

    @asynccontextmanager
    async def killed(self, name: str) -> AsyncIterator[None]:
        """SIGKILL; at the end it is started on what it left."""
        process = self.process(name)
        process.kill()
        await asyncio.to_thread(process.wait, 10)
        try:
            yield
        finally:
            await asyncio.to_thread(local.up, self.home)

    @asynccontextmanager
    async def frozen(self, name: str) -> AsyncIterator[None]:
        """SIGSTOP: it holds its connections and answers nothing."""
        process = self.process(name)
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    @asynccontextmanager
    async def full(self, name: str) -> AsyncIterator[None]:
        """No file of it can grow: the kernel refuses each such write (EFBIG in place of ENOSPC), as a full disk does.

        Kafka gives its log directory up and leaves, as it does on a full disk; at the end it is started anew, with room.
        """
        process = self.process(name)
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, most))
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
            await asyncio.to_thread(local.up, self.home)

    async def step_down(self, seconds: int) -> None:
        """The only member of the replica set is no primary for so long; then it is elected again."""
        await asyncio.to_thread(_step_down, self.addresses.mongo, seconds)


def _step_down(uri: str, seconds: int) -> None:
    with MongoClient[dict[str, object]](uri, timeoutMS=3_000) as client, contextlib.suppress(PyMongoError):
        client.admin.command({"replSetStepDown": seconds, "force": True})


@asynccontextmanager
async def slowed(port: int, seconds: float) -> AsyncIterator[int]:
    """A port that leads to another one on this machine, with so many seconds of delay on each way."""

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        ways = [asyncio.ensure_future(_carry(reader, back, seconds)), asyncio.ensure_future(_carry(there, writer, seconds))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for end in (writer, back):
            end.close()
            with contextlib.suppress(OSError):
                await end.wait_closed()

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(65536):
            await asyncio.sleep(seconds)
            writer.write(part)
            await writer.drain()
