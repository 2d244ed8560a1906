"""Of documents: what their events say, one after the other, and whether that is all that happened. On plain records too."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from tests.chaos.evidence import Keys, Told, as_json
from tests.chaos.promises import Promise


@dataclass
class _Life:
    """What the events said of one document so far."""

    value: dict[str, Any] | None = None
    last: dict[str, Any] | None = None
    stamp: tuple[str, str] = ("", "")
    born: bool = False
    died: bool = False


def history(collection: str, told: Iterable[Told], stored: Mapping[str, Mapping[str, Any]], keys: Keys) -> Promise:
    """Each document's events, in order, end in the stored document and never stumble."""
    promise = Promise(f"documents.{collection}")
    lives: dict[str, _Life] = defaultdict(_Life)
    ids: Counter[str] = Counter()
    for record in told:
        promise.checked += 1
        life = lives[record.key]
        ids[record.headers.get("ce_id", "")] += record.value is not None
        promise.violations += [
            f"{collection}/{record.key} at {record.place}: {text}" for text in _next(collection, life, record, keys)
        ]
    promise.violations += [f"{collection}: the event {name} is there {count} times" for name, count in ids.items() if count > 1]
    for key in lives.keys() | stored.keys():
        promise.checked += 1
        promise.violations += [f"{collection}/{key}: {text}" for text in _end(lives.get(key), stored.get(key))]
    return promise


def _next(collection: str, life: _Life, record: Told, keys: Keys) -> list[str]:
    if record.value is None:
        return [] if life.value is None and life.died else ["a tombstone without a deletion"]
    kind, value = record.headers["ce_type"].split(".")[-2], orjson.loads(record.value)
    stamp = (value["source"]["version"], value["source"]["observed_at"])
    found = []
    if (kind in {"created", "restored"}) != (life.value is None):
        found.append(f"{kind}, and the document {'exists not' if life.value is None else 'exists'}")
    if kind == ("created" if life.born else "restored"):
        found.append(f"{kind}, and the document {'was there before' if life.born else 'was never there'}")
    if kind != "deleted":
        plain = _content(keys.document(collection, value))
        if life.value is not None and stamp <= life.stamp:
            found.append(f"{stamp} after {life.stamp}")
        if life.value is not None and plain == life.last:
            found.append("nothing changed")
        life.last = plain
    elif life.value is not None and stamp[1] < life.stamp[1]:
        found.append(f"deleted as observed at {stamp[1]}, after {life.stamp[1]}")
    life.born, life.died = True, kind == "deleted"
    life.value, life.stamp = (None if life.died else value), stamp
    return found


def _content(value: dict[str, Any]) -> dict[str, Any]:
    shown = {name: each for name, each in value.items() if name not in {"source", "updated_at"}}
    return {**shown, "owns": value["source"].get("owns")}


def _end(life: _Life | None, stored: Mapping[str, Any] | None) -> list[str]:
    value = life.value if life else None
    if value is None:
        return [] if stored is None else ["stored, and the events say it is not there"]
    if stored is None:
        return ["announced, and not stored"]
    return [] if as_json(stored) == value else ["the last event is not the stored document"]


def changes_announced(
    events: Mapping[tuple[str, str], int],
    stored: Mapping[tuple[str, str], int],
    collections: Iterable[str],
    *,
    whole: bool,
    foreign: Container[str] = (),
) -> Promise:
    """`events` and `stored`: how many events, and stored changes, each document had; `whole`: whether the latter are all;
    `foreign`: documents of the operator's own.
    """
    promise = Promise("each change that MongoDB stored was announced by one event")
    promise.expect(whole, "MongoDB's oplog does not reach back to the beginning")
    shown = {key: count for key, count in stored.items() if key[0] in set(collections) and key[1] not in foreign}
    for key in shown.keys() | events.keys():
        changes, told = shown.get(key, 0), events.get(key, 0)
        promise.expect(changes == told, f"{key[0]}/{key[1]}: {changes} changes and {told} events")
    return promise
