"""What the operator's commands work with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pymongo.errors import ConnectionFailure
from pymongo.uri_parser import parse_uri

from shoprelay_runtime.projects import Projects
from shoprelay_runtime.settings import Settings, SettingsInvalid, load
from shoprelay_runtime.store import Store


@asynccontextmanager
async def open_store() -> AsyncIterator[tuple[Settings, Store, Projects]]:
    """The settings, the database and its projects; SettingsInvalid says what is missing, PyMongoError what went wrong."""
    settings = load(Settings)
    store = Store(settings.mongo, settings.database)
    try:
        await _answers(settings, store)
        yield settings, store, Projects(store, settings.master())
    finally:
        store.close()


async def _answers(settings: Settings, store: Store) -> None:
    try:
        await store.ping()
    except ConnectionFailure:
        # Hosts only: the address may hold a password.
        hosts = ", ".join(f"{host}:{port}" for host, port in parse_uri(settings.mongo, validate=False)["nodelist"])
        raise SettingsInvalid(
            f'SHOPRELAY_MONGO: no MongoDB answers at {hosts}. For the servers of this machine: eval "$(shoprelay local env)"; '
            "for those of a running demo: source .shoprelay/demo/env"
        ) from None
