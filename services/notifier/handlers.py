"""A batch of activities becomes delivery rows; what cannot be read goes to the dead-letter topic."""

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import orjson
from aiokafka import AIOKafkaProducer, ConsumerRecord
from bson import ObjectId
from pydantic import ValidationError
from pymongo.errors import BulkWriteError

from shoprelay_runtime import metrics
from shoprelay_runtime.projects import Project, Projects, Unknown
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.documents.base import Encryption
from shoprelay_schema.events import Activity
from shoprelay_schema.topics import ACTIVITY

SERVICE: Final = "notifier"
_KINDS: Final = {kind.type: kind for kind in Activity.__subclasses__()}
_DUPLICATE: Final = 11000


class Malformed(Exception):
    """The record is at fault; the text says what was expected."""


class TooManyRejected(Exception):
    """So many records in a row cannot be read that it is not the records' fault."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One activity and the id that it has wherever it is read."""

    id: str
    activity: Activity


def parse(record: ConsumerRecord) -> Heard:
    """The activity of a record; Malformed says what is wrong with it."""
    kind, event_id = _header(record, "ce_type"), _header(record, "ce_id")
    if kind not in _KINDS:
        raise Malformed(f"ce_type: expected one of {', '.join(sorted(_KINDS))}, got {kind!r}")
    if not event_id:
        raise Malformed("ce_id: expected the event's id")
    try:
        return Heard(event_id, _KINDS[kind].model_validate_json(record.value or b""))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise Malformed(f"{'.'.join(map(str, first['loc'])) or 'value'}: {first['msg']}") from None


def _header(record: ConsumerRecord, name: str) -> str:
    value = next((value for key, value in record.headers if key == name), None) or b""
    return value.decode(errors="replace")


def body_of(activity: Activity) -> bytes:
    """What the operator's webhook is sent: the contract's four keys."""
    return orjson.dumps(
        {
            "event": activity.event,
            "_id": str(activity.company_id),
            "remote_id": activity.remote_id,
            "details": activity.details,
        }
    )


def delivery_id(event: str, endpoint: ObjectId) -> ObjectId:
    """The same for the same event and endpoint, also after its row expired."""
    return ObjectId(sha256(f"{event}\0{endpoint}".encode()).digest()[:12])


class Recorder:
    """Stores deliveries. When `handle` returns, every record of the batch is a row or a dead letter: its offset may move."""

    def __init__(
        self, settings: Settings, store: Store, projects: Projects, producer: AIOKafkaProducer, most_in_a_row: int
    ) -> None:
        self._settings = settings
        self._store = store
        self._projects = projects
        self._producer = producer
        self._most_in_a_row = most_in_a_row
        self._in_a_row = 0

    async def handle(self, records: Sequence[ConsumerRecord]) -> int:
        """Record a batch; returns how many deliveries are new. Errors of the servers come through: nothing was promised then."""
        heard: list[Heard] = []
        for record in records:
            try:
                heard.append(parse(record))
                self._in_a_row = 0
            except Malformed as error:
                await self._set_aside(record, error)
        new = await self._insert(await self._rows(heard))
        metrics.RECORDS.labels(SERVICE, ACTIVITY.name, "heard").inc(len(heard))
        return new

    async def _set_aside(self, record: ConsumerRecord, error: Malformed) -> None:
        self._in_a_row += 1
        if self._in_a_row > self._most_in_a_row:
            raise TooManyRejected(f"{self._in_a_row} activities in a row cannot be read; the last one: {error}")
        about = {
            "dlq_reason": str(error),
            "dlq_detail": "".join(traceback.format_exception(error)),
            "dlq_position": f"{record.topic}-{record.partition}-{record.offset}",
        }
        headers = [*record.headers, *((name, text.encode()) for name, text in about.items())]
        topic = self._settings.named(ACTIVITY.dead_letter)
        await self._producer.send_and_wait(topic, record.value or b"", record.key, headers=headers)
        metrics.DEAD_LETTERS.labels(ACTIVITY.name, str(error).partition(":")[0]).inc()

    async def _rows(self, heard: Sequence[Heard]) -> list[Bson]:
        endpoints = await self._endpoints({each.activity.project for each in heard})
        rows: list[Bson] = []
        for each in heard:
            for endpoint in endpoints.get(each.activity.project, ()):
                project = await self._project(each.activity.project)
                if project is not None:
                    rows.append(_row(each, project, endpoint))
        return rows

    async def _endpoints(self, projects: Iterable[ObjectId]) -> dict[ObjectId, list[ObjectId]]:
        found: dict[ObjectId, list[ObjectId]] = {}
        query = {"project": {"$in": list(projects)}, "active": True}
        async for row in self._store.collection(Control.ENDPOINTS).find(query, {"project": 1}):
            found.setdefault(row["project"], []).append(row["_id"])
        return found

    async def _project(self, project: ObjectId) -> Project | None:
        try:
            return await self._projects.get(project)
        except Unknown:  # destroyed since: nobody wants to hear of it
            return None

    async def _insert(self, rows: list[Bson]) -> int:
        if not rows:
            return 0
        try:
            await self._store.collection(Control.DELIVERIES).insert_many(rows, ordered=False)
        except BulkWriteError as error:
            return len(rows) - _duplicates(error)
        return len(rows)


def _duplicates(error: BulkWriteError) -> int:
    """How many rows were there already; any other error is raised."""
    failed: list[dict[str, Any]] = (error.details or {}).get("writeErrors", [])
    if not failed or (error.details or {}).get("writeConcernErrors") or any(each["code"] != _DUPLICATE for each in failed):
        raise error
    return len(failed)


def _row(heard: Heard, project: Project, endpoint: ObjectId) -> Bson:
    """`since`: when the first try was due; a replay begins anew. `owner`: who calls right now."""
    now = datetime.now(UTC)
    return {
        "_id": delivery_id(heard.id, endpoint),
        "event": heard.id,
        "kind": heard.activity.event,
        "endpoint": endpoint,
        "project": project.id,
        "company": heard.activity.company_id,
        "body": project.cipher.seal("deliveries", "body", body_of(heard.activity), Encryption.RANDOMIZED),
        "state": "pending",
        "due_at": now,
        "since": now,
        "owner": None,
        "tries": 0,
        "created_at": now,
    }
