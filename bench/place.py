"""Where a bench works: topics, groups and databases of its own on real servers, removed afterwards."""

import base64
import os
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "libs")]

from aiokafka import TopicPartition  # noqa: E402
from aiokafka.admin import AIOKafkaAdminClient  # noqa: E402

from shoprelay_runtime import bus  # noqa: E402
from shoprelay_runtime.settings import Settings  # noqa: E402
from shoprelay_runtime.store import Store  # noqa: E402


@contextmanager
def servers() -> Iterator[None]:
    """The servers that SHOPRELAY_KAFKA and SHOPRELAY_MONGO name; without them a Kafka and a MongoDB of the bench's own."""
    if os.environ.get("SHOPRELAY_KAFKA") and os.environ.get("SHOPRELAY_MONGO"):
        yield
        return
    from shoprelay_local import servers as local

    with TemporaryDirectory(prefix="shoprelay-bench-") as home:
        try:
            found = local.up(Path(home))
            os.environ.update(SHOPRELAY_KAFKA=found.kafka, SHOPRELAY_MONGO=found.mongo)
            yield
        finally:
            local.down(Path(home))


@asynccontextmanager
async def place(partitions: int = 2) -> AsyncIterator[tuple[Settings, Store]]:
    """Settings with names of their own, their topics, and the database."""
    name = "b" + secrets.token_hex(4)
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    settings = Settings(prefix=f"{name}.", database=name, master_key=key, partitions=partitions)
    await bus.ensure_topics(settings)
    store = Store(settings.mongo, settings.database)
    try:
        yield settings, store
    finally:
        await _remove(settings, store)


async def _remove(settings: Settings, store: Store) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    await admin.delete_topics([topic for topic in await admin.list_topics() if topic.startswith(settings.prefix)])
    await admin.close()
    client = store.control.client
    for database in await client.list_database_names():
        if database == settings.database or database.startswith(f"{settings.database}_"):
            await client.drop_database(database)
    store.close()


def environment(settings: Settings) -> dict[str, str]:
    """The variables with which another process works in the same place."""
    assert settings.master_key
    own = {
        "KAFKA": settings.kafka,
        "MONGO": settings.mongo,
        "PREFIX": settings.prefix,
        "DATABASE": settings.database,
        "MASTER_KEY": settings.master_key.get_secret_value(),
        "PARTITIONS": str(settings.partitions),
        "LOG_LEVEL": "error",
    }
    others = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }  # a start would take twice as long
    return {**others, **{f"SHOPRELAY_{name}": value for name, value in own.items()}}


async def logged(settings: Settings, topic: str) -> int:
    """How many records a topic holds."""
    named = settings.named(topic)
    consumer = await bus.consumer(settings, "bench", named, group=None)
    ends = await consumer.end_offsets([TopicPartition(named, number) for number in range(settings.partitions)])
    await consumer.stop()
    return sum(ends.values())


async def committed(settings: Settings, group: str, topic: str) -> int:
    """How many records of a topic a consumer group has done."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        done = await admin.list_consumer_group_offsets(settings.named(group))
        return sum(at.offset for part, at in done.items() if part.topic == settings.named(topic))
    finally:
        await admin.close()
