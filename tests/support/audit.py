"""What every subscriber may rely on, checked against the stored documents."""

from collections import defaultdict
from itertools import pairwise

import orjson

from shoprelay_runtime.codec import to_json
from shoprelay_schema.topics import DOCUMENTS
from tests.support.world import Event, World


async def audit(shop: World) -> dict[str, list[Event]]:
    """Read all document topics as a new read_committed subscriber; gives the events (tombstones too) by document.

    Per document: one `created`, versions that rise, a tombstone after `deleted`, `restored` when it comes back, no event twice,
    and the last one is the document as it is stored.
    """
    events = await shop.events(*(topic.name for topic in DOCUMENTS.values()))
    ids = [event.id for event in events if event.value is not None]
    assert len(ids) == len(set(ids)), "an event is there twice"
    by_document: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_document[event.key].append(event)
    stored = await _stored(shop)
    assert stored.keys() <= by_document.keys(), "a document was never announced"
    for key, history in by_document.items():
        _check(history)
        assert history[-1].value == stored.get(key), "the last event is not the document as stored"
    return dict(by_document)


async def _stored(shop: World) -> dict[str, object]:
    rows = [row for collection in DOCUMENTS for row in await shop.stored(collection)]
    return {str(row["_id"]): orjson.loads(to_json(row)) for row in rows}


def _check(history: list[Event]) -> None:
    kinds = [event.type.split(".")[-2] if event.type else "tombstone" for event in history]
    follows = {
        "created": {"updated", "deleted"},
        "updated": {"updated", "deleted"},
        "deleted": {"tombstone"},
        "tombstone": {"restored"},
        "restored": {"updated", "deleted"},
    }
    assert kinds[0] == "created", kinds
    assert all(after in follows[before] for before, after in pairwise(kinds)), kinds
    told = [event for event in history if event.value is not None]
    for before, event in pairwise(told):
        risen = _stamp(event) > _stamp(before)
        assert risen or (before.type.endswith("deleted.v1") and _stamp(event)[1] > _stamp(before)[1]), kinds


def _stamp(event: Event) -> tuple[str, str]:
    return event.value["source"]["version"], event.value["source"]["observed_at"]
