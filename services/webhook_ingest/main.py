"""Build and run webhook-ingest."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Final

from granian.constants import Interfaces
from pymongo.errors import PyMongoError

from services.webhook_ingest.handlers import Ingest
from services.webhook_ingest.hooks import Hooks
from services.webhook_ingest.log import RawLog
from services.webhook_ingest.settings import IngestSettings
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Relay
from shoprelay_runtime import service
from shoprelay_runtime.health import Health
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.store import Store
from shoprelay_runtime.web import serving

_CHECK_SECONDS: Final = 2.0


class ServerGone(Exception):
    """Nothing listens any more: the process has to be started anew."""


async def main(settings: IngestSettings, health: Health, relays: Mapping[str, Relay] = RELAYS) -> None:
    """Take the shops' webhooks: POST /webhooks/<token>."""
    store = Store(settings.mongo, settings.database)
    hooks = Hooks(store, Projects(store, settings.master()), relays, settings.hook_seconds)
    log = RawLog(settings, health, settings.produce_seconds)
    watch = [asyncio.ensure_future(log.keep()), asyncio.ensure_future(_watch_store(store, health))]
    try:
        app = Ingest(settings, health, hooks, log)
        async with serving(app, settings.host, health.port, interface=Interfaces.RSGI) as server:
            health.present("start")
            stopping = asyncio.ensure_future(health.stopping.wait())
            await asyncio.wait({stopping, server, *watch}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if server.done():
                raise ServerGone("the HTTP server ended by itself")
    finally:
        for task in watch:
            task.cancel()
        store.close()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*watch)


async def _watch_store(store: Store, health: Health) -> None:
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
    service.run("webhook-ingest", IngestSettings, main, 8080, arguments, own_http=True)
