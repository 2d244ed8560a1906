"""normalizer: raw records in; documents in MongoDB, typed events, usage and activity out."""

from collections.abc import Mapping

from services.normalizer.lanes import Lanes
from services.normalizer.owner import Owner, join, subscribe
from services.normalizer.prepare import Preparer
from services.normalizer.reader import Reader
from services.normalizer.settings import NormalizerSettings
from services.normalizer.worker import Worker
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Relay
from shoprelay_runtime import service
from shoprelay_runtime.bus import ensure_topics
from shoprelay_runtime.health import Health
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.service import eventually
from shoprelay_runtime.store import Store

PORT = 8082


def run(arguments: list[str] | None = None) -> None:
    """The process."""
    service.run("normalizer", NormalizerSettings, main, PORT, arguments)


async def main(settings: NormalizerSettings, health: Health, relays: Mapping[str, Relay] = RELAYS) -> None:
    """Turn raw records into documents, events and usage, each exactly once."""
    store = Store(settings.mongo, settings.database)
    try:
        if await eventually(health, "MongoDB", store.prepare_control):
            await _work(settings, health, store, relays)
    finally:
        store.close()


async def _work(settings: NormalizerSettings, health: Health, store: Store, relays: Mapping[str, Relay]) -> None:
    readers: list[Reader] = []

    async def connect() -> None:
        await ensure_topics(settings)
        readers.append(await join(settings))

    if not await eventually(health, "Kafka", connect):
        return
    (reader,) = readers
    preparer = Preparer(store, Projects(store, settings.master()), relays, settings.prefix)
    owner = Owner(lambda index: Worker(index, settings, store, reader.live, Lanes(index, reader), preparer, health), reader)
    try:
        subscribe(reader.live, settings, owner)
        health.present("start")
        await health.stopping.wait()
        await owner.leave()
    finally:
        await reader.live.stop()
        await reader.history.stop()
