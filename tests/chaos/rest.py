"""After the storm: everything comes to rest by itself, or that is a violation."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from bson import ObjectId

from shoprelay_runtime import admin, bus
from shoprelay_runtime.admin.modes import CHANGES
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.topics import ACTIVITY, RAW_BACKFILL, RAW_LIVE, USAGE

_GROUPS = {"normalizer": (RAW_LIVE.name, RAW_BACKFILL.name), "billing-meter": (USAGE.name,), "notifier": (ACTIVITY.name,)}


async def polled(settings: Settings, store: Store, seconds: float) -> str:
    """Wait until each poll was done once more, and until what it brought, and what that asked for, is processed.

    Gives what was not after so many seconds, "" for nothing. Polls go on meanwhile: that nothing waits at all is not to be had.
    """
    left, since = "everything", datetime.now(UTC)
    try:
        async with asyncio.timeout(seconds):
            while True:
                left = "polls"
                while left := await _late(store, since):  # noqa: ASYNC110 - what is awaited happens in servers
                    await asyncio.sleep(0.3)
                ends = await _ends(settings, "normalizer")
                while left := await _behind(settings, "normalizer", ends):  # noqa: ASYNC110
                    await asyncio.sleep(0.3)
                if not (left := await _late(store, since)):
                    return ""
    except TimeoutError:
        return left


async def imported(settings: Settings, store: Store, project: Project, shops: Iterable[ObjectId], seconds: float) -> str:
    """Import everything anew, and again, until nothing moves; what still moves after so many seconds, "" for nothing."""
    for webshop in shops:
        await admin.resync_webshop(store, project, webshop)
    # Twice: what the first round brought may have asked for direct reads.
    return await polled(settings, store, seconds) or await polled(settings, store, seconds)


async def drained(settings: Settings, store: Store, seconds: float) -> str:
    """Wait until nothing waits in any topic and every delivery is done; what is left after so many seconds."""
    left = "everything"
    try:
        async with asyncio.timeout(seconds):
            for group in _GROUPS:  # each is what the next one waits for
                while left := await _behind(settings, group, await _ends(settings, group)):  # noqa: ASYNC110
                    await asyncio.sleep(0.3)
            while left := await _untold(store):  # noqa: ASYNC110
                await asyncio.sleep(0.3)
    except TimeoutError:
        return left
    return ""


async def stated(store: Store, here: datetime, seconds: float) -> str:
    """Wait until every day that is over is stated and published. `here`: the project's time, as if it were UTC."""
    counters, statements = store.collection(Control.COUNTERS), store.collection(Control.STATEMENTS)
    wanted = {"unstated": True, "day": {"$lt": here.date().isoformat()}}
    untold, left = {"unpublished": True}, 0
    try:
        async with asyncio.timeout(seconds):
            while left := await counters.count_documents(wanted) + await statements.count_documents(untold):  # noqa: ASYNC110
                await asyncio.sleep(0.5)
    except TimeoutError:
        return f"{left} counters or statements"
    return ""


async def _late(store: Store, since: datetime) -> str:
    jobs: list[Any] = await store.collection(Control.JOBS).find().to_list(None)
    reads = [job["_id"] for job in jobs if job["mode"] == "read"]
    changes = [job for job in jobs if job["mode"] in CHANGES]
    late = [job["_id"] for job in changes if not (job["watermark"] and job["watermark"] >= since)]
    return f"direct reads {reads[:3]}, polls {late[:3]}" if reads or late else ""


async def _ends(settings: Settings, group: str) -> dict[Any, int]:
    """Where the partitions that a group reads end now."""
    consumer = await bus.consumer(settings, "storm", *(settings.named(topic) for topic in _GROUPS[group]), group=None)
    try:
        return dict(await consumer.end_offsets(sorted(consumer.assignment(), key=str)))
    finally:
        await consumer.stop()


async def _behind(settings: Settings, group: str, ends: Mapping[Any, int]) -> str:
    """What a group has not committed of that."""
    client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await client.start()
    try:
        done = await bus.group_offsets(client, settings.named(group))
    finally:
        await client.close()
    lag = {f"{p.topic}-{p.partition}": end - max(done.get(p, 0), 0) for p, end in ends.items()}
    behind = {name: count for name, count in lag.items() if count > 0}
    return f"records that wait: {behind}" if behind else ""


async def _untold(store: Store) -> str:
    deliveries = store.collection(Control.DELIVERIES)
    # As an operator can ask for: else a call that died with its process is repeated after a minute and a half.
    await deliveries.update_many({"state": "pending"}, {"$min": {"due_at": datetime.now(UTC)}})
    left = await deliveries.count_documents({"state": {"$ne": "done"}})
    return f"{left} deliveries" if left else ""
