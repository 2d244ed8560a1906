"""After the storm: everything comes to rest by itself, or that is a violation."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from bson import ObjectId

from shoprelay_runtime import admin, bus
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.topics import ACTIVITY, RAW_BACKFILL, RAW_LIVE, USAGE

_GROUPS = {"normalizer": (RAW_LIVE.name, RAW_BACKFILL.name), "billing-meter": (USAGE.name,), "notifier": (ACTIVITY.name,)}


async def imported(settings: Settings, store: Store, project: Project, shops: Iterable[ObjectId], seconds: float) -> str:
    """Import everything anew, and again, until nothing moves; what still moves after so many seconds, "" for nothing."""
    moving = "the first import"
    try:
        async with asyncio.timeout(seconds):
            for webshop in shops:
                await admin.resync_webshop(store, project, webshop)
            for _ in range(2):  # what the first round brought may have asked for direct reads
                since = datetime.now(UTC)
                while moving := await _moving(settings, store, since):  # noqa: ASYNC110 - what is awaited happens in servers
                    await asyncio.sleep(0.5)
    except TimeoutError:
        return moving
    return ""


async def drained(settings: Settings, store: Store, seconds: float) -> str:
    """Wait until nothing waits in any topic and every delivery is done; what is left after so many seconds."""
    left = "everything"
    try:
        async with asyncio.timeout(seconds):
            while left := await _waiting(settings, _GROUPS) or await _untold(store):  # noqa: ASYNC110
                await asyncio.sleep(0.5)
    except TimeoutError:
        return left
    return ""


async def _moving(settings: Settings, store: Store, since: datetime) -> str:
    jobs: list[Any] = await store.collection(Control.JOBS).find().to_list(None)
    reads = [job["_id"] for job in jobs if job["mode"] == "read"]
    late = [job["_id"] for job in jobs if job["mode"] != "read" and not (job["watermark"] and job["watermark"] >= since)]
    if reads or late:
        return f"direct reads {reads[:3]}, polls {late[:3]}"
    return await _waiting(settings, ("normalizer",))


async def _waiting(settings: Settings, groups: Iterable[str]) -> str:
    """Records that a group has not committed."""
    topics = [settings.named(topic) for group in groups for topic in _GROUPS[group]]
    consumer = await bus.consumer(settings, "storm", *topics, group=None)
    client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await client.start()
    try:
        ends = await consumer.end_offsets(sorted(consumer.assignment(), key=str))
        done: dict[Any, Any] = {}
        for group in groups:
            done |= await client.list_consumer_group_offsets(settings.named(group))
    finally:
        await client.close()
        await consumer.stop()
    lag = {f"{p.topic}-{p.partition}": end - (max(done[p].offset, 0) if p in done else 0) for p, end in ends.items()}
    behind = {name: count for name, count in lag.items() if count > 0}
    return f"records that wait: {behind}" if behind else ""


async def _untold(store: Store) -> str:
    deliveries = store.collection(Control.DELIVERIES)
    # As an operator can ask for: else a call that died with its process is repeated after a minute and a half.
    await deliveries.update_many({"state": "pending"}, {"$min": {"due_at": datetime.now(UTC)}})
    left = await deliveries.count_documents({"state": {"$ne": "done"}})
    return f"{left} deliveries" if left else ""
