"""Reads the document topics as a new subscriber and holds them against MongoDB: the last event is the document, byte for byte."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from shoprelay_runtime import bus
from shoprelay_runtime.codec import to_json
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.topics import DOCUMENTS


@dataclass(slots=True)
class _Document:
    """What the events said of one document so far."""

    value: dict[str, Any] | None = None
    place: tuple[str, str] = ("", "")
    ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Audit:
    """`events`: how many were read; `violations`: in words."""

    events: int = 0
    violations: list[str] = field(default_factory=list)


async def audit(settings: Settings, store: Store, project: Project) -> Audit:
    """Read every document topic from its start and compare."""
    found = Audit()
    for collection, topic in DOCUMENTS.items():
        seen: dict[str, _Document] = {}
        async for record in _records(settings, topic.name):
            found.violations += _follow(
                seen.setdefault(record.key.decode(), _Document()), record, f"{collection}/{record.key.decode()}"
            )
            found.events += record.value is not None
        stored = {str(row["_id"]): row async for row in store.database(project.database)[collection].find()}
        found.violations += _compare(collection, seen, stored)
    return found


async def _records(settings: Settings, topic: str) -> Any:
    consumer = await bus.consumer(settings, "audit", settings.named(topic), group=None)
    try:
        ends = await bus.ends(settings, settings.named(topic))
        while [part for part, end in ends.items() if await consumer.position(part) < end]:
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                for record in batch:
                    yield record
    finally:
        await consumer.stop()


def _follow(document: _Document, record: Any, name: str) -> Iterator[str]:
    if record.value is None:
        if document.value is not None:
            yield f"{name}: a tombstone without a deleted event"
        return
    kind = bus.header(record.headers, "ce_type").split(".")[-2]
    value = orjson.loads(record.value)
    place = (value["source"]["version"], value["source"]["observed_at"])
    if bus.header(record.headers, "ce_id") in document.ids:
        yield f"{name}: the same event twice"
    if (kind == "created") != (document.value is None):
        yield f"{name}: {kind} where the document {'does not exist' if document.value is None else 'exists'}"
    if kind == "updated" and place <= document.place:
        yield f"{name}: versions do not rise"
    if kind == "updated" and _content(value) == _content(document.value or {}):
        yield f"{name}: updated with nothing changed"
    document.ids.add(bus.header(record.headers, "ce_id"))
    document.value, document.place = (None if kind == "deleted" else value), place


def _content(value: dict[str, Any]) -> dict[str, Any]:
    shown = {k: v for k, v in value.items() if k not in {"source", "updated_at"}}
    return {**shown, "owns": (value.get("source") or {}).get("owns")}


def _compare(collection: str, seen: dict[str, _Document], stored: dict[str, Any]) -> Iterator[str]:
    for key, document in seen.items():
        row = stored.get(key)
        if document.value is not None and row is None:
            yield f"{collection}/{key}: announced, and not stored"
        elif document.value is None and row is not None:
            yield f"{collection}/{key}: stored, and announced as deleted"
        elif document.value is not None and orjson.loads(to_json(row)) != document.value:
            yield f"{collection}/{key}: the last event is not the stored document"
    for key in stored.keys() - seen.keys():
        yield f"{collection}/{key}: stored, and never announced"
