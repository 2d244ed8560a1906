"""Imports of everything a shop has: how far they are, and pausing them.

What an operator wants stands on the webshop's document, in `paused_imports`, as the switches and stamps do; the schedule's rows
follow it. A paused row is not due and keeps its cursor. Only what lists everything is paused: once a resource is imported, its
polls of changes go on, as do webhooks and direct reads at any time.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from aiokafka import TopicPartition
from bson import ObjectId

from shoprelay_relays.spec import Page
from shoprelay_runtime import bus
from shoprelay_runtime.admin.errors import AdminError, Missing
from shoprelay_runtime.admin.jobs import PAUSED, reconcile
from shoprelay_runtime.admin.modes import CHANGES, HISTORY, polls, switch
from shoprelay_runtime.admin.subscribing import relay_of
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.topics import RAW_BACKFILL

_NORMALIZER: Final = "normalizer"  # its consumer group


def progressed(progress: Mapping[str, Any], started_at: datetime, resource: str, page: Page) -> Bson:
    """A row's `backfill` after one more page: {started_at, pages, records, of}, records and `of` of the resource alone.

    `of` is None where the shop does not tell how many there are.
    """
    records = sum(record.resource == resource for record in page.records)
    return {
        "started_at": started_at,
        "pages": progress.get("pages", 0) + 1,
        "records": progress.get("records", 0) + records,
        "of": progress.get("of") if page.total is None else page.total,
    }


async def show_backfill(store: Store, project: Project, webshops: Collection[ObjectId] = ()) -> list[Bson]:
    """The imports of these webshops, or of all: one entry per webshop and resource that is polled.

    `listed` and `counted`: how many records were listed when all were last, and how many the shop said then that it has.
    """
    wanted = {"_id": {"$in": list(webshops)}} if webshops else {}
    documents = await store.database(project.database)["webshops"].find(wanted).sort("_id", 1).to_list(None)
    if missing := set(webshops) - {document["_id"] for document in documents}:
        raise Missing(f"there is no webshop {min(missing)} in project {project.name}", "webshop")
    return [entry for document in documents for entry in await _of_webshop(store, document)]


async def show_backfill_and_backlog(
    store: Store, settings: Settings, project: Project, webshops: Collection[ObjectId] = ()
) -> list[Bson]:
    """As `show_backfill`, each with the `partition_backlog` of its webshop: see `backlogs`."""
    found = await show_backfill(store, project, webshops)
    waiting = await backlogs(settings, {entry["webshop"] for entry in found}) if found else {}
    return [{**entry, "partition_backlog": waiting[entry["webshop"]]} for entry in found]


async def _of_webshop(store: Store, document: Bson) -> list[Bson]:
    rows: dict[str, list[Bson]] = {}
    wanted = {"webshop": document["_id"], "mode": {"$in": [*CHANGES, *HISTORY]}}
    async for row in store.collection(Control.JOBS).find(wanted).sort("_id", 1):
        if document.get(switch(row["resource"], row["mode"])):
            rows.setdefault(row["resource"], []).append(row)
    return [_entry(document, resource, same) for resource, same in rows.items()]


def _entry(document: Bson, resource: str, rows: list[Bson]) -> Bson:
    """Several modes of a resource import the same list, once: the one that is the furthest tells."""
    row = max(rows, key=lambda each: (_imports(each), each["cursor"] is not None, bool(each.get("backfill"))))
    begun = row["cursor"] is not None or row["watermark"] is not None
    progress = (row.get("backfill") or {}) if begun else {}
    stats = document.get(f"{resource}_stats") or {}
    return {
        "webshop": document["_id"],
        "resource": resource,
        "state": _state(document, resource, row),
        "records": progress.get("records", 0),
        "of": progress.get("of"),
        "pages": progress.get("pages", 0),
        "since": progress.get("started_at"),
        "ended_at": progress.get("ended_at"),
        "listed": stats.get("listed"),
        "counted": stats.get("counted"),
    }


def _imports(row: Bson) -> bool:
    """Whether the row has everything before it, or is on the way: a run of history imports each time."""
    return row["watermark"] is None or (row["mode"] in HISTORY and row["cursor"] is not None)


def _state(document: Bson, resource: str, row: Bson) -> str:
    """`running`: begun and not at its end, also between two turns of a poller."""
    if not _imports(row):
        return "done"
    if resource in (document.get(PAUSED) or ()):
        return "paused"
    if not document.get("active"):
        return "waiting"  # for `webshop resume`
    return "running" if row["cursor"] is not None or row.get("owner") else "waiting"


async def pause_backfill(store: Store, project: Project, webshop: ObjectId, resources: Collection[str] = ()) -> list[str]:
    """Have these imports of a shop, or all, wait where they are; gives the names. What is on the raw log is still normalized."""
    chosen = await _chosen(store, project, webshop, resources)
    await _change(store, project, webshop, {"$addToSet": {PAUSED: {"$each": chosen}}})
    return chosen


async def resume_backfill(store: Store, project: Project, webshop: ObjectId, resources: Collection[str] = ()) -> list[str]:
    """Have these imports of a shop, or all, go on from their cursors; gives the names."""
    chosen = await _chosen(store, project, webshop, resources)
    await _change(store, project, webshop, {"$pull": {PAUSED: {"$in": chosen}}})
    return chosen


async def _chosen(store: Store, project: Project, webshop: ObjectId, resources: Iterable[str]) -> list[str]:
    document = await store.database(project.database)["webshops"].find_one({"_id": webshop})
    if document is None:
        raise Missing(f"there is no webshop {webshop} in project {project.name}", "webshop")
    known = sorted({resource.name for resource, _ in polls(relay_of(document["relay_id"]))})
    if unknown := sorted(set(resources) - set(known)):
        raise AdminError(f"resource: this shop is not polled for {unknown[0]!r}; it is for {', '.join(known)}")
    return sorted(resources) or known


async def _change(store: Store, project: Project, webshop: ObjectId, change: Bson) -> None:
    webshops = store.database(project.database)["webshops"]
    # A document whose attribute is null takes no elements.
    await webshops.update_one({"_id": webshop, PAUSED: None}, {"$set": {PAUSED: []}})
    await webshops.update_one({"_id": webshop}, change)
    await reconcile(store, project, webshop, datetime.now(UTC))


async def backlogs(settings: Settings, webshops: Iterable[ObjectId]) -> dict[ObjectId, int]:
    """How many records of history the normalizer has before it in each webshop's partition, those of its other shops included."""
    topic = settings.named(RAW_BACKFILL.name)
    consumer = await bus.consumer(settings, "backlog", topic, group=None)
    try:
        ends = await consumer.end_offsets(sorted(consumer.assignment()))
    finally:
        await consumer.stop()
    done = await _committed(settings)
    found = {}
    for webshop in webshops:
        part = TopicPartition(topic, bus.partition_of(str(webshop).encode(), len(ends)))
        found[webshop] = max(0, ends[part] - done.get(part, 0))
    return found


async def _committed(settings: Settings) -> dict[TopicPartition, int]:
    client = await bus.admin(settings)
    try:
        return await bus.group_offsets(client, settings.named(_NORMALIZER))
    finally:
        await client.close()
