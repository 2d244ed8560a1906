"""A project with one company and one shop on the real servers, and ways to speak to the raw log and read the topics."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer
from bson import ObjectId

from services.normalizer.main import main
from services.normalizer.settings import NormalizerSettings
from shoprelay_relays.spec import Relay
from shoprelay_runtime import bus, rawlog
from shoprelay_runtime.admin import create_project
from shoprelay_runtime.codec import seal, unseal
from shoprelay_runtime.health import Health
from shoprelay_runtime.projects import Project, Projects, Webshop
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.raw import RawKind, RawRecord, Via
from shoprelay_schema.topics import RAW_LIVE

from .plain_relay import RELAY

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Event:
    topic: str
    key: str
    type: str
    id: str
    value: Any
    headers: dict[str, str]


@dataclass
class World:
    settings: Settings
    store: Store
    project: Project
    webshop: Webshop
    producer: AIOKafkaProducer
    relay: Relay = RELAY
    clock: Any = field(default_factory=lambda: itertools.count(1))

    async def put(
        self,
        body: Any,
        *,
        resource: str = "orders",
        kind: RawKind = RawKind.RECORD_READ,
        via: Via = Via.POLL,
        at: datetime | None = None,
        lane: str = RAW_LIVE.name,
        shop: ObjectId | None = None,
    ) -> RawRecord:
        """Append one raw record; each is observed a second after the one before unless `at` says when."""
        number = next(self.clock)
        record = RawRecord(
            kind=kind,
            id=f"raw-{number}",
            project=str(self.project.id),
            webshop=str(shop or self.webshop.webshop_id),
            relay=self.relay.name,
            resource=resource,
            remote_id=str(body.get("id", "")) if isinstance(body, dict) else "",
            observed_at=at or START + timedelta(seconds=number),
            via=via,
            request=f"request-{number}",
            body=body if isinstance(body, bytes) else orjson.dumps(body),
        )
        key, value, headers = rawlog.encode(self.project.cipher, record)
        await self.producer.send_and_wait(self.settings.named(lane), value=value, key=key, headers=headers)
        return record

    async def documents(self, collection: str) -> list[dict[str, Any]]:
        """The stored documents, decrypted."""
        found = await self.store.database(self.project.database)[collection].find().sort("_id", 1).to_list(None)
        return [unseal(self.project.cipher, collection, row) for row in found]

    async def stored(self, collection: str) -> list[dict[str, Any]]:
        return await self.store.database(self.project.database)[collection].find().sort("_id", 1).to_list(None)

    async def set_webshop(self, **values: Any) -> None:
        await self.store.database(self.project.database)["webshops"].update_one(
            {"_id": self.webshop.webshop_id}, {"$set": values}
        )

    async def events(self, *topics: str) -> list[Event]:
        """Everything committed on these topics, as a new read_committed subscriber sees it."""
        return await read_topics(self.settings, *topics)

    async def drained(self) -> None:
        """Wait until the normalizer has committed everything that is in the raw log."""
        await drained(self.settings)


async def read_topics(settings: Settings, *topics: str) -> list[Event]:
    names = [settings.named(topic) for topic in topics]
    consumer = await bus.consumer(settings, "tests", *names, group=None)
    found: list[Event] = []
    try:
        ends = await bus.ends(settings, *names)
        waiting = {part for part, end in ends.items() if end > 0}
        while waiting:
            batches = await consumer.getmany(timeout_ms=100)
            found += [_event(settings, r) for batch in batches.values() for r in batch]
            waiting = {part for part in waiting if await consumer.position(part) < ends[part]}
    finally:
        await consumer.stop()
    return found


def _event(settings: Settings, record: Any) -> Event:
    headers = {name: value.decode() for name, value in record.headers}
    value = None if record.value is None else orjson.loads(record.value)
    topic = record.topic.removeprefix(settings.prefix)
    return Event(topic, record.key.decode(), headers.get("ce_type", ""), headers.get("ce_id", ""), value, headers)


async def drained(settings: Settings, seconds: float = 30, *, polls_go_on: bool = False) -> None:
    """Wait until all of the raw log is committed; where polls go on, all that is in it now."""
    from aiokafka.admin import AIOKafkaAdminClient

    from services.normalizer.protocol import GROUP, LANES

    names = [settings.named(lane) for lane in LANES]
    consumer = await bus.consumer(settings, "tests-lag", *names, group=None)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        async with asyncio.timeout(seconds):
            ends: Mapping[Any, int] = {}
            while True:
                if not ends or not polls_go_on:
                    ends = await consumer.end_offsets(sorted(consumer.assignment(), key=str))
                done = await bus.group_offsets(admin, settings.named(GROUP))
                if all(end == 0 or done.get(part, -1) >= end for part, end in ends.items()):
                    return
                await asyncio.sleep(0.05)
    finally:
        await admin.close()
        await consumer.stop()


@asynccontextmanager
async def normalizing(settings: Settings, relays: Mapping[str, Relay] | None = None, **options: Any) -> AsyncIterator[Health]:
    """A normalizer in this process."""
    chosen = NormalizerSettings(**settings.model_dump(), **options)
    health = Health("normalizer")
    task = asyncio.create_task(main(chosen, health, relays or {RELAY.name: RELAY}))
    try:
        yield health
    finally:
        health.stopping.set()
        await task


@asynccontextmanager
async def world(settings: Settings, store: Store, relay: Relay = RELAY, name: str = "shop-operator") -> AsyncIterator[World]:
    created = await create_project(store, settings, name)
    projects = Projects(store, settings.master())
    project = await projects.get(created.id)
    database = store.database(project.database)
    company, shop = ObjectId(), ObjectId()
    await database["companies"].insert_one({"_id": company, "website": "example.com", "remote_id": "c-1"})
    config = seal(project.cipher, "webshops", {"config": {"currency": "EUR"}})["config"]
    row = {"_id": shop, "company_id": company, "relay_id": ObjectId(), "active": True, "config": config}
    await database["webshops"].insert_one(row)
    producer = await bus.producer(settings, "tests")
    try:
        yield World(settings, store, project, await projects.webshop(project, shop), producer, relay)
    finally:
        await producer.stop()
