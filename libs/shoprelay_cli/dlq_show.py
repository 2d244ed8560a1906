"""One dead letter as a person reads it: the reason, the original, and where in it the fault is."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

import orjson
from bson import ObjectId

from shoprelay_cli.tail import json_or_text
from shoprelay_runtime import rawlog
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.deadletters import Letter
from shoprelay_runtime.projects import Projects, Unknown
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE

_RAW: Final = {RAW_LIVE.name, RAW_BACKFILL.name}
_Path = tuple[str, ...]


async def original(projects: Projects, letter: Letter) -> dict[str, Any]:
    """The record as it was: of the raw log decrypted, with what was kept of a webhook's headers."""
    value = letter.record.value or b""
    if letter.origin.topic not in _RAW:
        return {"original": json_or_text(value)}
    try:
        project = await projects.get(ObjectId(letter.header("project")))
        raw = rawlog.decode(project.cipher, letter.record.headers, value, str(letter.origin))
    except (DecryptionFailed, Unknown, ValueError, TypeError) as error:
        return {"original": f"<cannot be read: {error}>"}
    kept = {"webhook": raw.headers} if raw.headers else {}
    return {**kept, "original": json_or_text(raw.body)}


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
