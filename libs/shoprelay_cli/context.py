"""What the operator's commands work with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shoprelay_runtime.projects import Projects
from shoprelay_runtime.settings import Settings, load
from shoprelay_runtime.store import Store


@asynccontextmanager
async def open_store() -> AsyncIterator[tuple[Settings, Store, Projects]]:
    """The settings, the database and its projects; SettingsInvalid or PyMongoError when they cannot be had."""
    settings = load(Settings)
    store = Store(settings.mongo, settings.database)
    try:
        await store.ping()
        yield settings, store, Projects(store, settings.master())
    finally:
        store.close()
