"""`shoprelay tail TOPIC`: what is on a topic, decrypted for the operator who has the keys."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
import typer
from aiokafka.structs import ConsumerRecord
from bson import ObjectId

from shoprelay_cli.context import open_store
from shoprelay_runtime import bus, rawlog
from shoprelay_runtime.codec import to_json, unseal
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.projects import Project, Projects, Unknown
from shoprelay_runtime.settings import Settings, SettingsInvalid
from shoprelay_schema.topics import BY_NAME, DEAD_LETTERS, DOCUMENTS, RAW_BACKFILL, RAW_LIVE

_RAW = {RAW_LIVE.name, RAW_BACKFILL.name, RAW_LIVE.dead_letter, RAW_BACKFILL.dead_letter}
_COLLECTION = {topic.name: collection for collection, topic in DOCUMENTS.items()}


def tail(
    topic: Annotated[str, typer.Argument(help="A topic, such as documents.orders.v1, usage.v1, activity.v1 or raw.live.v1.")],
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="Stop after this many records.")] = 10,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")] = False,
    beginning: Annotated[
        bool, typer.Option("--beginning", help="Begin with the oldest record instead of the last ones.")
    ] = False,
    project: Annotated[str, typer.Option("--project", help="Only this project's records (name or id).")] = "",
    sealed: Annotated[bool, typer.Option("--sealed", help="Show values as they are on the topic, encrypted.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show a topic's records as a subscriber sees them, decrypted with the master key.

    Example: shoprelay tail documents.orders.v1 -n 3
    """
    if topic not in BY_NAME and topic not in DEAD_LETTERS:
        raise SettingsInvalid(f"there is no topic {topic!r}; there are:\n  " + "\n  ".join([*BY_NAME, *DEAD_LETTERS]))
    asyncio.run(_tail(topic, count, follow=follow, beginning=beginning, wanted=project, sealed=sealed, as_json=as_json))


async def _tail(topic: str, count: int, *, follow: bool, beginning: bool, wanted: str, sealed: bool, as_json: bool) -> None:
    async with open_store() as (settings, _, projects):
        only = await _project_id(projects, wanted)
        shown = 0
        async for record in _records(settings, topic, count, follow=follow, beginning=beginning):
            if only and bus.header(record.headers, "project") != only:
                continue
            _show(await _readable(projects, topic, record, sealed=sealed), as_json=as_json)
            shown += 1
            if shown >= count and not follow:
                return


async def _project_id(projects: Projects, wanted: str) -> str:
    if not wanted:
        return ""
    found = next((p for p in await projects.all() if wanted in {p.name, str(p.id)}), None)
    if found is None:
        raise Unknown(f"there is no project {wanted!r}")
    return str(found.id)


async def _records(settings: Settings, topic: str, count: int, *, follow: bool, beginning: bool) -> AsyncIterator[ConsumerRecord]:
    consumer = await bus.consumer(settings, "tail", settings.named(topic), group=None)
    try:
        ends = await consumer.end_offsets(sorted(consumer.assignment(), key=str))
        if not beginning:
            starts = await consumer.beginning_offsets(list(ends))
            for part, end in ends.items():
                consumer.seek(part, max(starts[part], end - count))
        while follow or [part for part, end in ends.items() if await consumer.position(part) < end]:
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                for record in batch:
                    yield record
    finally:
        await consumer.stop()


async def _readable(projects: Projects, topic: str, record: ConsumerRecord, *, sealed: bool) -> dict[str, Any]:
    headers = {name: value.decode(errors="replace") for name, value in record.headers}
    shown: dict[str, Any] = {
        "position": f"{topic}-{record.partition}-{record.offset}",
        "type": headers.get("ce_type", "tombstone"),
        "subject": headers.get("ce_subject", ""),
        "time": headers.get("ce_time", ""),
        "key": (record.key or b"").decode(),
    }
    shown |= {name: value for name, value in headers.items() if name.startswith("dlq_")}
    try:
        project = None if sealed else await projects.get(ObjectId(headers["project"]))
        shown["value"] = _value(project, topic, record)
    except (DecryptionFailed, Unknown, KeyError, ValueError) as error:
        shown["value"] = f"<cannot be read: {error}>"
    return shown


def _value(project: Project | None, topic: str, record: ConsumerRecord) -> Any:
    if record.value is None:
        return None
    if topic in _RAW:
        if project is None:
            return f"<{len(record.value)} bytes, encrypted>"
        body = rawlog.decode(project.cipher, record.headers, record.value, "").body
        return _json_or_text(body)
    value = orjson.loads(record.value)
    if project is not None and topic in _COLLECTION:
        return json.loads(to_json(unseal(project.cipher, _COLLECTION[topic], value)))
    return value


def _json_or_text(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")


def _show(record: dict[str, Any], *, as_json: bool) -> None:
    if as_json or not sys.stdout.isatty():
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    from rich.console import Console

    console = Console()
    console.print(f"[bold]{record['type']}[/bold]  {record['subject']}  [dim]{record['time']}  {record['position']}[/dim]")
    console.print_json(json.dumps(record["value"], ensure_ascii=False))
