"""`shoprelay tail TOPIC`: what is on a topic, decrypted for the operator who has the keys."""

import json
import sys
from typing import Annotated, Any

import orjson
import typer
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord, TopicPartition
from bson import ObjectId

from shoprelay_cli.console import WrongArgument, within
from shoprelay_runtime import bus, rawlog
from shoprelay_runtime.admin import find_project
from shoprelay_runtime.admin.dead_letters import json_or_text
from shoprelay_runtime.codec import to_json, unseal
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.projects import Project, Projects, Unknown
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
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
        raise WrongArgument(f"there is no topic {topic!r}; there are:\n" + "\n".join([*BY_NAME, *DEAD_LETTERS]), "topic")

    async def work(store: Store, settings: Settings) -> None:
        only = str((await find_project(store, settings, project)).id) if project else ""
        projects = Projects(store, settings.master())
        consumer = await bus.consumer(settings, "tail", settings.named(topic), group=None)
        try:
            last = await _last(consumer, count, only, beginning=beginning)
            for record in last:
                _show(await _readable(projects, topic, record, sealed=sealed), as_json=as_json)
            while follow:
                for record in await _next(consumer, only):
                    _show(await _readable(projects, topic, record, sealed=sealed), as_json=as_json)
        finally:
            await consumer.stop()

    within(work)


async def _last(consumer: AIOKafkaConsumer, count: int, only: str, *, beginning: bool) -> list[ConsumerRecord]:
    """The newest records of all partitions (or the oldest), by time.

    Offsets are not records: a transaction ends with a marker that has one too. So each partition is read from further and further
    back until it gives enough.
    """
    parts = sorted(consumer.assignment(), key=str)
    starts, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
    back = count
    while True:
        for part in parts:
            consumer.seek(part, starts[part] if beginning else max(starts[part], ends[part] - back))
        found = await _up_to(consumer, ends, only, count if beginning else None)
        whole = all(ends[part] - back <= starts[part] for part in parts)
        if beginning or whole or len(found) >= count:
            found.sort(key=lambda r: (r.timestamp, r.offset))
            return found[:count] if beginning else found[-count:]
        back *= 4


async def _up_to(
    consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int], only: str, enough: int | None
) -> list[ConsumerRecord]:
    found: list[ConsumerRecord] = []
    while [part for part, end in ends.items() if await consumer.position(part) < end]:
        found += await _next(consumer, only)
        if enough is not None and len(found) >= enough:
            break
    return found


async def _next(consumer: AIOKafkaConsumer, only: str) -> list[ConsumerRecord]:
    batches = await consumer.getmany(timeout_ms=500)
    records = [record for batch in batches.values() for record in batch]
    return [record for record in records if not only or bus.header(record.headers, "project") == only]


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
        return json_or_text(body)
    value = orjson.loads(record.value)
    if project is not None and topic in _COLLECTION:
        return json.loads(to_json(unseal(project.cipher, _COLLECTION[topic], value)))
    return value


def _show(record: dict[str, Any], *, as_json: bool) -> None:
    if as_json or not sys.stdout.isatty():
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    from rich.console import Console

    console = Console()
    console.print(f"[bold]{record['type']}[/bold]  {record['subject']}  [dim]{record['time']}  {record['position']}[/dim]")
    console.print_json(json.dumps(record["value"], ensure_ascii=False))
