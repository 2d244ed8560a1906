"""Connections to shops: each shop keeps its own, none stays for ever, there is an end to how many are busy, and what breaks on
them is told as httpx tells it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from shoprelay_runtime import connections
from shoprelay_runtime.outbound import guarded_transport

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
BROTLI = b"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 2\r\n\r\nok"


class Web:
    """A server that counts its connections, those that are open now, and holds its answers until told to give them."""

    def __init__(self, answer: bytes = OK) -> None:
        self.answer = answer
        self.opened = 0
        self.open = 0
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.open += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await self.go.wait()
                writer.write(self.answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def served(*webs: Web) -> AsyncIterator[list[str]]:
    servers = [await asyncio.start_server(web, "127.0.0.1", 0) for web in webs]
    try:
        yield [f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/" for server in servers]
    finally:
        for server in servers:
            server.close()


async def until(web: Web, open: int) -> None:  # noqa: A002 - the word
    async with asyncio.timeout(5):
        while web.open != open:  # noqa: ASYNC110 - a socket's other end
            await asyncio.sleep(0.005)


async def test_each_shop_keeps_its_connections_whatever_others_need() -> None:
    mine, others = Web(), [Web() for _ in range(8)]
    transport = guarded_transport(allow_private=True, connections=2)
    async with served(mine, *others) as (url, *urls), httpx.AsyncClient(transport=transport) as client:
        for each in [url, *urls, url]:
            assert (await client.get(each)).text == "ok"
        assert mine.opened == 1
    await until(mine, 0)


async def test_what_nobody_uses_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "KEPT_SECONDS", 0.05)
    left = Web()
    async with served(left) as (url,), httpx.AsyncClient(transport=guarded_transport(allow_private=True)) as client:
        await client.get(url)
        assert left.open == 1
        await until(left, 0)


async def test_a_shop_that_hangs_is_not_closed_as_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "KEPT_SECONDS", 0.05)
    slow, quick = Web(), Web()
    slow.go.clear()
    transport = guarded_transport(allow_private=True)
    async with served(slow, quick) as (first, second), httpx.AsyncClient(transport=transport) as client:
        waiting = asyncio.create_task(client.get(first))
        await until(slow, 1)
        await client.get(second)
        await until(quick, 0)
        slow.go.set()
        assert (await waiting).text == "ok"


@pytest.mark.parametrize("ends", [OK, BROTLI, b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"])
async def test_room_comes_back_however_an_answer_ends(ends: bytes) -> None:
    web, good = Web(ends), Web()
    transport = guarded_transport(allow_private=True, connections=1)
    async with served(web, good) as (first, second), httpx.AsyncClient(transport=transport, timeout=0.2) as client:
        for _ in range(3):
            try:
                await client.get(first)
            except httpx.HTTPError:
                assert ends is not OK
        assert (await client.get(second)).text == "ok"


async def test_who_waits_too_long_for_room_is_told() -> None:
    slow, other = Web(), Web()
    slow.go.clear()
    transport = guarded_transport(allow_private=True, connections=1)
    async with served(slow, other) as (first, second), httpx.AsyncClient(transport=transport) as client:
        waiting = asyncio.create_task(client.get(first))
        await until(slow, 1)
        with pytest.raises(httpx.PoolTimeout):
            await client.get(second, timeout=httpx.Timeout(5, pool=0.05))
        slow.go.set()
        assert (await waiting).text == "ok"
        assert (await client.get(second)).text == "ok"
