"""One dead letter as a person reads it: the documents that it names, the original, and where in it the fault is."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from bson import ObjectId
from bson.errors import InvalidId

from shoprelay_cli.unheard import named
from shoprelay_relays.registry import RELAYS
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.projects import Projects, Unknown
from shoprelay_schema.raw import RawKind, RawRecord, Via

_Path = tuple[str, ...]


async def documents(projects: Projects, shown: Mapping[str, Any]) -> list[str]:
    """What `shoprelay explain` takes, a collection and an _id each: the documents that a letter of the raw log names.

    `shown`: the letter, as the administration shows it. Nothing is said of what cannot be read that far.
    """
    try:
        record, relay = _record(shown), RELAYS[shown["headers"]["relay"]]
        shop = await projects.webshop(await projects.get(ObjectId(record.project)), ObjectId(record.webshop))
    except (Unknown, DecryptionFailed, InvalidId, KeyError, ValueError):
        return []
    return sorted(f"{collection} {_id}" for _, collection, _id in named(record, shop, relay))


def _record(shown: Mapping[str, Any]) -> RawRecord:
    resource, _, remote_id = shown["subject"].partition("/")
    body = shown["original"].encode() if isinstance(shown["original"], str) else orjson.dumps(shown["original"])
    return RawRecord(
        kind=RawKind(shown["type"]),
        id="",
        project=shown["project"],
        webshop=shown["webshop"],
        relay=shown["headers"]["relay"],
        resource=resource,
        remote_id=remote_id,
        observed_at=datetime.fromisoformat(shown["at"]),
        via=Via(shown["headers"]["via"]),
        request="",
        body=body,
        headers=shown.get("webhook", {}),
    )


def pointed(value: Any, field: str, reason: str) -> str:
    """JSON over several lines; the line of the field, or of the nearest thing around it that is there, says the reason."""
    found = nearest(value, path_of(field))
    lines = [
        line + (f"   <-- {field}: {reason}" if field and place == found else "") for place, line in _lines(value, (), "", "")
    ]
    return "\n".join(lines)


def path_of(field: str) -> _Path:
    """The steps of a field as mappings name it: lines.0.price, lines[0].price or /lines/0/price."""
    return tuple(step for step in re.split(r"[./\[\]]+", field) if step)


def nearest(value: Any, path: Sequence[str]) -> _Path:
    """As much of the path as the value has."""
    found: list[str] = []
    for step in path:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            break
        found.append(step)
    return tuple(found)


def _lines(value: Any, path: _Path, indent: str, name: str) -> list[tuple[_Path, str]]:
    """Each line with the place that begins on it."""
    inner = [*value.items()] if isinstance(value, dict) else [*enumerate(value)] if isinstance(value, list) else []
    if not inner:
        return [(path, f"{indent}{name}{orjson.dumps(value).decode()}")]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines = [(path, f"{indent}{name}{opening}")]
    for number, (key, each) in enumerate(inner):
        label = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(value, dict) else ""
        part = _lines(each, (*path, str(key)), indent + "  ", label)
        last, text = part[-1]
        lines += [*part[:-1], (last, text + ("," if number < len(inner) - 1 else ""))]
    # The closing bracket begins nothing: no field is there.
    return [*lines, (("", *path), f"{indent}{closing}")]
