"""What a batch publishes, and how much of it the journal must hold to publish it later.

A document event's body is the stored document itself: until the batch is published nobody else writes it, so the journal names
it and does not hold it. Everything else is held whole.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bson import ObjectId

from services.normalizer.observations import Change
from services.normalizer.outputs import Output
from services.normalizer.prepare import Plan
from shoprelay_runtime.bus import event_headers
from shoprelay_runtime.codec import to_json
from shoprelay_runtime.store import Store
from shoprelay_schema.events import document_event
from shoprelay_schema.texts import fitted
from shoprelay_schema.topics import DOCUMENTS


def events(plan: Plan) -> list[Output]:
    """Everything that the plan publishes, in order."""
    found: list[Output] = []
    for change in plan.folded.changes:
        found += _document_event(_named(change), change.body)
    return found + plan.outputs


def entry(plan: Plan) -> dict[str, Any]:
    """The journal's row of a plan."""
    return {
        "documents": [{**_named(c), "body": c.body if c.kind == "deleted" else None} for c in plan.folded.changes],
        "outputs": [
            {"topic": o.topic, "key": o.key, "value": o.value, "headers": [list(h) for h in o.headers]} for o in plan.outputs
        ],
    }


async def recover(store: Store, row: dict[str, Any]) -> list[Output]:
    """The events of a batch that was applied and not published, from its journal row and the documents."""
    bodies = await _bodies(store, row["documents"])
    found: list[Output] = []
    for named in row["documents"]:
        body = named["body"] or bodies.get(named["_id"])
        if body is not None:  # else the operator has removed the document themselves: there is nothing to announce
            found += _document_event(named, body)
    outputs = [Output(o["topic"], o["key"], o["value"], [(h[0], h[1]) for h in o["headers"]]) for o in row["outputs"]]
    return found + outputs


def _named(change: Change) -> dict[str, Any]:
    return {
        "_id": change.id,
        "kind": change.kind,
        "collection": change.collection,
        "database": change.project.database,
        "project": change.project.id,
        "webshop": change.webshop_id,
        "at": change.observed_at,
        "raw": change.raw,
    }


async def _bodies(store: Store, rows: Sequence[dict[str, Any]]) -> dict[ObjectId, dict[str, Any]]:
    wanted: dict[tuple[str, str], list[ObjectId]] = defaultdict(list)
    for row in rows:
        if row["body"] is None:
            wanted[row["database"], row["collection"]].append(row["_id"])
    found: dict[ObjectId, dict[str, Any]] = {}
    for (database, collection), ids in wanted.items():
        for document in await store.database(database)[collection].find({"_id": {"$in": ids}}).to_list(None):
            found[document["_id"]] = document
    return found


def _document_event(named: dict[str, Any], body: dict[str, Any]) -> list[Output]:
    """The event of one change; a deletion is followed by a tombstone, so that compaction forgets the document."""
    collection, _id = named["collection"], str(named["_id"])
    topic = DOCUMENTS[collection].name
    headers = event_headers(
        document_event(collection, named["kind"]),
        f"{named['raw']}/{collection}/{_id}",
        f"/projects/{named['project']}/webshops/{named['webshop']}",
        f"{collection}/{_id}",
        named["at"],
        str(named["project"]),
    )
    key = _id.encode()
    event = Output(topic, key, fitted(to_json(body)), headers)
    if named["kind"] != "deleted":
        return [event]
    return [event, Output(topic, key, None, [("project", str(named["project"]).encode())])]
