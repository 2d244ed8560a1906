"""Kafka: producers, consumers and topics with the settings that the promises need."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import NewTopic
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
    TopicAlreadyExistsError,
    for_code,
)
from aiokafka.partitioner import murmur2
from aiokafka.structs import TopicPartition

from shoprelay_runtime.clients import Admin, Consumer, Producer
from shoprelay_runtime.settings import Settings
from shoprelay_schema.documents.base import iso
from shoprelay_schema.topics import BY_NAME, DEAD_LETTERS, PARTITIONS, TOPICS, Topic

Header = tuple[str, bytes]
Headers = list[Header]
MAX_RECORD: Final = 5 * 1024 * 1024
TRANSACTION_TIMEOUT: Final = 15_000  # ms: how long a dead process's open transaction holds back read_committed readers
_COORDINATOR_COMES: Final = (GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError)
_DAY: Final = 86_400_000


def _hashed(key: bytes) -> int:
    return int(murmur2(key)) & 0x7FFFFFFF


_remembered: Final = lru_cache(maxsize=20_000)(_hashed)
"""For shops: in Python this hash takes longer than to encrypt 3 KB, and a shop has the same key all the time."""


def partition_of(shop: bytes, count: int) -> int:
    """The partition, of so many, that Kafka's clients choose for a shop's key."""
    return _remembered(shop) % count


def _partitioner(key: bytes | None, partitions: Sequence[int], _available: object) -> int:
    return partitions[0 if key is None else _hashed(key) % len(partitions)]


def event_headers(
    kind: str, event_id: str, source: str, subject: str, time: datetime, project: str, content_type: str = "application/json"
) -> Headers:
    """CloudEvents 1.0 attributes in Kafka binary mode, and the project."""
    named = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_type": kind,
        "ce_source": source,
        "ce_subject": subject,
        "ce_time": iso(time),
        "content-type": content_type,
        "project": project,
    }
    return encoded(named)


def encoded(named: Mapping[str, str]) -> Headers:
    """A record's headers."""
    return [(name, text.encode()) for name, text in named.items()]


def header(headers: Iterable[tuple[str, bytes]], name: str, errors: str = "strict") -> str:
    """A header's text, "" when it is missing. `errors`: "replace" for records that may be damaged."""
    return next((value.decode(errors=errors) for key, value in headers if key == name), "")


async def producer(settings: Settings, name: str, *, transactional_id: str | None = None, linger_ms: int = 2) -> AIOKafkaProducer:
    """A started producer: idempotent, acknowledged by all in-sync replicas. The caller stops it."""
    made = Producer(
        bootstrap_servers=settings.kafka,
        client_id=name,
        enable_idempotence=True,
        acks="all",
        linger_ms=linger_ms,
        # One batch of a partition is under way at a time: a page of 250 orders is three of these.
        max_batch_size=512 * 1024,
        max_request_size=MAX_RECORD,
        transactional_id=transactional_id,
        transaction_timeout_ms=TRANSACTION_TIMEOUT,
        request_timeout_ms=20_000,
        partitioner=_partitioner,
    )
    await made.start()
    return made


async def consumer(settings: Settings, name: str, *topics: str, group: str | None, **options: Any) -> AIOKafkaConsumer:
    """A started consumer that reads only what is committed and never commits by itself. The caller stops it."""
    made = Consumer(
        *topics,
        bootstrap_servers=settings.kafka,
        client_id=name,
        group_id=group,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        **{"max_partition_fetch_bytes": MAX_RECORD, **options},
    )
    await made.start()
    return made


async def ends(settings: Settings, *topics: str) -> dict[TopicPartition, int]:
    """Where each partition of these topics ends, open transactions included.

    A consumer of what is committed would say where the first open transaction begins; and one that is committed is open for
    it until its marks have come to all partitions, which its producer does not wait for.
    """
    made = Consumer(*topics, bootstrap_servers=settings.kafka, group_id=None)
    await made.start()
    try:
        return dict(await made.end_offsets(sorted(made.assignment())))
    finally:
        await made.stop()


async def ping(settings: Settings, seconds: float) -> None:
    """Raise when no broker answers within so many seconds."""
    async with asyncio.timeout(seconds):
        client = await admin(settings)
    await client.close()


async def admin(settings: Settings) -> Admin:
    """A started client for topics and groups. The caller closes it."""
    made = Admin(bootstrap_servers=settings.kafka)
    await made.start()
    return made


async def ensure_topics(settings: Settings) -> None:
    """Create the topics that are missing, with their dead-letter topics; existing ones stay as they are."""
    client = await admin(settings)
    try:
        present = set(await client.list_topics())
        missing = [t for t in _wanted(settings) if t.name not in present]
        if missing:
            _raise_for_codes(await client.create_topics(missing, timeout_ms=30_000))
        await _wait_for_leaders(client, [t.name for t in _wanted(settings)])
    finally:
        await client.close()


async def group_offsets(
    client: Admin, group: str, partitions: Sequence[TopicPartition] | None = None
) -> dict[TopicPartition, int]:
    """What a group has committed: the next offset of each partition, -1 where it has committed none.

    A broker that has only just begun has no coordinator for its first group yet: it is waited for, at most 30 s.
    """
    async with asyncio.timeout(30):
        while True:
            try:
                found = await client.list_consumer_group_offsets(group, partitions=partitions)
            except _COORDINATOR_COMES:
                await asyncio.sleep(0.1)
            else:
                return {part: int(at.offset) for part, at in found.items()}


async def _wait_for_leaders(client: Any, wanted: Sequence[str]) -> None:
    # A topic exists before its partitions have leaders; a client that looks in between remembers that it is not there.
    async with asyncio.timeout(60):
        while True:
            described = {t["topic"]: t["partitions"] for t in await client.describe_topics(wanted)}
            if all(described.get(name) and all(p["leader"] >= 0 and p["isr"] for p in described[name]) for name in wanted):
                return
            await asyncio.sleep(0.05)


def _wanted(settings: Settings) -> Sequence[NewTopic]:
    dead = [Topic(name, "", "", 3, BY_NAME[name.removesuffix(".dlq")].retention, "delete", (), (), ()) for name in DEAD_LETTERS]
    return [
        NewTopic(
            settings.named(t.name),
            settings.partitions if t.partitions == PARTITIONS else min(t.partitions, settings.partitions),
            settings.topic_replicas,
            topic_configs=_configs(settings, t),
        )
        for t in (*TOPICS, *dead)
    ]


def _configs(settings: Settings, topic: Topic) -> dict[str, str]:
    retention = -1 if topic.retention is None else int(topic.retention.total_seconds() * 1000)
    return {
        "cleanup.policy": topic.cleanup,
        "retention.ms": str(retention),
        # A tombstone must outlive the slowest subscriber's absence.
        "delete.retention.ms": str(7 * _DAY),
        "max.message.bytes": str(MAX_RECORD),
        "min.insync.replicas": str(2 if settings.topic_replicas >= 3 else 1),  # noqa: PLR2004
    }


def _raise_for_codes(response: Any) -> None:
    for name, code, *_ in response.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"topic {name} cannot be created")
