"""The shop-api as a caller sees it: real HTTP, with the tokens of a project."""

import asyncio
import socket
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from services.shop_api.main import main
from services.shop_api.settings import ShopApiSettings
from shoprelay_runtime.health import Health
from shoprelay_runtime.settings import Settings


def basic(token: str) -> dict[str, str]:
    """The header that opens."""
    return {"Authorization": f"Basic {b64encode(token.encode()).decode()}"}


@asynccontextmanager
async def shop_api(settings: Settings, token: str = "", **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The service, ready, and a client that shows `token`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    health = Health("shop-api", port)
    health.missing("start", "not started")
    task = asyncio.ensure_future(main(ShopApiSettings(**{**settings.model_dump(), **more}), health))
    try:
        headers = basic(token) if token else {}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
            async with asyncio.timeout(60):
                while not await _ready(client):  # noqa: ASYNC110 - what is awaited is a server
                    await asyncio.sleep(0.02)
            yield client
    finally:
        health.stopping.set()
        await asyncio.wait_for(task, 30)


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
