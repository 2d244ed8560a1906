"""The server that a service leaves by: who holds a connection to it is told to open another before it goes."""

import asyncio
import socket
from typing import Any

import httpx
import pytest
from granian.constants import Interfaces

from shoprelay_runtime import web


async def asgi(scope: dict[str, Any], _receive: Any, send: Any) -> None:
    if scope["path"] == "/slow":
        await asyncio.sleep(0.3)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def rsgi(scope: Any, exchange: web.Exchange) -> None:
    if scope.path == "/slow":
        await asyncio.sleep(0.3)
    exchange.response_bytes(200, [("content-type", "text/plain")], await exchange() or b"ok")


both = pytest.mark.parametrize(("app", "interface"), [(asgi, Interfaces.ASGINL), (rsgi, Interfaces.RSGI)])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@both
async def test_who_keeps_calling_a_server_that_leaves_is_never_cut_off(
    monkeypatch: pytest.MonkeyPatch, app: Any, interface: Interfaces
) -> None:
    monkeypatch.setattr(web, "LINGER_SECONDS", 0.5)
    port, said = free_port(), []
    leaving = asyncio.Event()

    async def call(path: str) -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            while not leaving.is_set() or not said or said[-1] != "close":
                answer = await client.get(path)
                assert answer.text == "ok"
                said.append(answer.headers.get("connection", "kept"))

    async with web.serving(app, "127.0.0.1", port, interface=interface):
        callers = [asyncio.create_task(call(path)) for path in ("/", "/", "/slow")]
        await asyncio.sleep(0.2)
        leaving.set()
    await asyncio.gather(*callers)
    assert {"kept", "close"} == set(said)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


@both
async def test_a_request_that_is_under_way_is_answered(monkeypatch: pytest.MonkeyPatch, app: Any, interface: Interfaces) -> None:
    monkeypatch.setattr(web, "LINGER_SECONDS", 0.0)
    port = free_port()
    async with httpx.AsyncClient() as client:
        async with web.serving(app, "127.0.0.1", port, interface=interface):
            asked = asyncio.create_task(client.get(f"http://127.0.0.1:{port}/slow"))
            await asyncio.sleep(0.1)
        assert (await asked).text == "ok"
