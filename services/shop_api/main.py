"""Build and run shop-api."""

import asyncio
import contextlib
from typing import Final

from pymongo.errors import PyMongoError

from services.shop_api.acting import Acting
from services.shop_api.app import build
from services.shop_api.following import Following
from services.shop_api.resuming import keep_resuming
from services.shop_api.routes import Served
from services.shop_api.settings import ShopApiSettings
from services.shop_api.shops import Shops
from shoprelay_runtime import service
from shoprelay_runtime.access import Openings
from shoprelay_runtime.health import Health
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.sending import Sender
from shoprelay_runtime.store import Store
from shoprelay_runtime.web import serving

_CHECK_SECONDS: Final = 2.0
_LINGER_MS: Final = 100
"""Requests are put on the bill after the caller was answered: those of many calls go to Kafka at once."""


class ServerGone(Exception):
    """Nothing listens any more: the process has to be started anew."""


async def main(settings: ShopApiSettings, health: Health) -> None:
    """Act in shops for operators, and let them run their account: the Shop API and the Project API."""
    store = Store(settings.mongo, settings.database)
    sender = Sender(settings, health, linger_ms=_LINGER_MS)
    transport = guarded_transport(allow_private=settings.allow_private_addresses, connections=settings.connections)
    projects = Projects(store, settings.master())
    following = Following(store, sender)
    acting = Acting(store, settings, transport, following)
    served = Served(projects, Shops(store), acting, Openings(store))
    app = build(served, health, settings.body_bytes)
    watch = asyncio.ensure_future(_watch(store, health))
    resuming = asyncio.ensure_future(keep_resuming(store, settings, projects, served.later))
    try:
        async with serving(app, settings.host, health.port, drain_seconds=7.0) as server:
            health.present("start")
            stopping = asyncio.ensure_future(health.stopping.wait())
            await asyncio.wait({stopping, server, watch}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if server.done():
                raise ServerGone("the HTTP server ended by itself")
    finally:
        watch.cancel()
        resuming.cancel()
        await following.drained()
        await served.later.close()
        await sender.close()
        await transport.aclose()
        store.close()
        for task in (watch, resuming):
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _watch(store: Store, health: Health) -> None:
    health.missing("mongo", "not connected yet")
    while True:
        try:
            async with asyncio.timeout(_CHECK_SECONDS * 2):
                await store.ping()
        except (PyMongoError, TimeoutError) as error:
            health.missing("mongo", f"{type(error).__name__}: MongoDB does not answer")
        else:
            health.present("mongo")
        await asyncio.sleep(_CHECK_SECONDS)


def run(arguments: list[str] | None = None) -> None:
    """The console's entry point."""
    service.run("shop-api", ShopApiSettings, main, 8085, arguments, own_http=True)
