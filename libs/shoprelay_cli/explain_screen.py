"""What `shoprelay explain` shows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import typer
from bson import ObjectId
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from services.normalizer.history import Step
from shoprelay_cli import deletion
from shoprelay_cli.explaining import Found
from shoprelay_cli.unheard import REJECTED
from shoprelay_runtime.codec import Values, to_json
from shoprelay_schema.documents.base import iso
from shoprelay_schema.raw import RawKind, RawRecord

_STYLES: Final = {"same": "dim", "lost": "yellow", "deleted": "red", REJECTED: "red"}
_WIDE: Final = 40


@dataclass(frozen=True, slots=True)
class About:
    """What was asked, and what was found. `opened`: the stored document in plain."""

    project: str
    collection: str
    id: ObjectId
    field: str
    found: Found
    opened: Values | None


@contextmanager
def bar() -> Iterator[Callable[[int, int], None]]:
    """A bar of offsets on standard error, while the log is read."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as shown:
        task = shown.add_task("reading the raw log", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def print_(about: About) -> None:
    """For people."""
    found = about.found
    typer.echo(f"{about.collection} {about.id}, project {about.project}")
    typer.echo(_state(about))
    if about.field and about.opened is not None:
        typer.echo(f"{about.field}: {_short(about.opened.get(about.field))}")
    if found.steps:
        Console().print(_table(about))
    for note in _notes(about):
        typer.echo(note)


def _state(about: About) -> str:
    """Where it stands now, in a sentence or two."""
    found = about.found
    if found.stored and (source := found.stored.get("source")):
        return (
            f"It is stored, from {source['raw']}:\nversion {source['version']}, observed {iso(source['observed_at'])} "
            f"by {source['via']}"
        )
    if found.stored:
        return "It is the operator's own document: no raw record wrote it."
    if found.mark and found.mark.deleted:
        return deletion.told(found, found.mark)
    if found.leads_to:
        return f"It is another key of customers {found.leads_to}: explain that one."
    if found.mark:
        return "It is not stored: somebody else than the normalizer removed it."
    return "It is not stored, and no deletion of it is known."


def _table(about: About) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("observed (UTC), by", no_wrap=True)
    table.add_column("raw record, of", overflow="fold")
    table.add_column(about.field or "outcome", overflow="fold")
    for steps in _runs(about):
        table.add_row(_when(steps), _record(about.found, steps[-1].record), _told(about, steps))
    return table


def _runs(about: About) -> list[list[Step]]:
    """The steps, those together that tell the same one after the other."""
    runs: list[list[Step]] = []
    for step in about.found.steps:
        if runs and _tells_the_same(about, runs[-1][-1], step):
            runs[-1].append(step)
        else:
            runs.append([step])
    return runs


def _tells_the_same(about: About, before: Step, step: Step) -> bool:
    """Whether nothing is lost when two steps are shown as one. Of one field, what is lost may say something else each time."""
    quiet = {"same"} if about.field else {"same", "lost"}
    alike = step.outcome in quiet and (before.outcome, before.why) == (step.outcome, step.why)
    return alike and before.via is step.via and not _is_source(about.found, step)


def _is_source(found: Found, step: Step) -> bool:
    """Whether the document names this record as the one that it comes from."""
    return bool(found.stored and (found.stored.get("source") or {}).get("raw") == step.record.position)


def _when(steps: Sequence[Step]) -> str:
    return f"{iso(steps[-1].record.observed_at)[:-1].replace('T', ' ')}\n{steps[-1].via.value}"


def _record(found: Found, record: RawRecord) -> str:
    webhook = record.kind is RawKind.WEBHOOK_RECEIVED
    of = f"delivery {record.remote_id}" if webhook else f"{record.resource}/{record.remote_id}"
    said = record.request.removeprefix(f"{record.webshop}:")
    request = f"\n{said}" if said and said != record.remote_id else ""
    replayed = f"\na replay of {record.replay_of}" if record.replay_of else ""
    retried = f"\na retry of {letter}" if (letter := found.retries.get(record.position)) else ""
    return escape(f"{record.position}\n{of}{request}{replayed}{retried}\n")


def _told(about: About, steps: Sequence[Step]) -> str:
    step = steps[-1]
    mark = " [bold green](present source)[/]" if _is_source(about.found, step) else ""
    mark += f" ({len(steps)} records, this is the last)" if len(steps) > 1 else ""
    style = _STYLES.get(step.outcome, "bold")
    lines = [f"[{style}]{step.outcome}[/]{mark}", escape(step.why)]
    if step.evidence:
        lines.append(f"evidence: {step.evidence}")
    if about.field and step.outcome != REJECTED:
        lines.append(escape(_said(about.field, step)))
    if not about.field and step.outcome in {"updated", "restored"}:
        lines += [escape(f"{name}: {_short(a)} -> {_short(b)}") for name, (a, b) in step.fields.items()]
    return "\n".join(line for line in lines if line) + "\n"


def _said(field: str, step: Step) -> str:
    if field in step.fields:
        return "{} -> {}".format(*map(_short, step.fields[field]))
    if step.said is None or field not in step.said:
        return "says nothing of it"
    return f"says {_short(step.said[field])}"


def _notes(about: About) -> Iterator[str]:
    found = about.found
    if not found.steps:
        shops = f"webshop {found.webshops[0]}" if len(found.webshops) == 1 else f"{len(found.webshops)} webshops"
        yield f"No raw record of {shops} says anything of it, by the present mapping."
    if found.stored and "source" in found.stored:
        raw = found.stored["source"]["raw"]
        if all(_origin(step.record) != raw for step in found.steps):
            yield f"The record that it comes from, {raw}, is not in the log any more, or is mapped to another document now."
    if found.reaches_back:
        yield f"The raw log reaches back to {iso(found.reaches_back)}; older records are gone by its retention."
    if found.differs:
        yield f"By the present mapping these would be different: {', '.join(found.differs)}. See: shoprelay replay --dry-run"
    if found.waiting:
        yield f"Not processed yet: {len(found.waiting)} of its records, from {found.waiting[0].position} on."
    if found.letters and found.stored is None:
        yield f"See what was rejected: shoprelay dlq show {[*found.letters.values()][-1]}"
    for record, reason in found.unreadable:
        retried = f", a retry of {letter}" if (letter := found.retries.get(record.position)) else ""
        yield f"Cannot be read by the present mapping: {record.position}{retried}: {reason}"


def _origin(record: RawRecord) -> str:
    return record.replay_of or record.position


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else "-" if value is None else to_json(value).decode().strip('"')
    return text if len(text) <= _WIDE else text[: _WIDE - 3] + "..."
