"""What `shoprelay replay` shows: where it stands on standard error, what it found on standard output."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from shoprelay_cli.replaying import Progress as Done
from shoprelay_cli.replaying import Replay
from shoprelay_cli.tally import KINDS, Example, Tally
from shoprelay_runtime.codec import to_json
from shoprelay_runtime.store import Bson
from shoprelay_schema.documents.base import iso

_WIDE: Final = 26
_SHOWN: Final = 10


def tell(run: Replay, resumed: Bson | None, reaches_back: datetime | None) -> None:
    """What is going to be done."""
    shops, partitions = len(run.asked.webshops), len({span.partition for span in run.spans})
    typer.echo(
        f"{'Dry run of a replay' if run.asked.dry_run else 'Replay'} of project {run.asked.project.name}: "
        f"{_several(shops, 'webshop')}, {_several(partitions, 'partition')}",
        err=True,
    )
    if reaches_back:
        typer.echo(f"The raw log reaches back to {iso(reaches_back)}; older records are gone by its retention.", err=True)
    if resumed:
        typer.echo(
            f"Goes on with the replay that stopped at {iso(resumed['at'])}: {run.progress.done:,} of {run.progress.total:,} "
            "offsets are done (--anew begins again).",
            err=True,
        )


@contextmanager
def bar(run: Replay) -> Iterator[None]:
    """A bar of offsets on a terminal; a pipe sees nothing of it."""
    columns = (
        BarColumn(bar_width=None),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f} offsets"),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with ExitStack() as stack:
        shown = stack.enter_context(Progress(*columns, console=console, disable=not console.is_terminal, transient=True))
        task = shown.add_task("", total=run.progress.total, completed=run.progress.done, told="")

        def show(progress: Done) -> None:
            changed = sum(run.tally.documents.values())
            told = "waits for the normalizer" if progress.waiting else f"{changed:,} changed"
            shown.update(task, completed=progress.done, told=told)

        run.progress.show = show
        yield


def print_(tally: Tally, *, dry_run: bool) -> None:
    """What was found, for people."""
    totals = tally.totals()
    if totals:
        typer.echo(f"{'collection':<18}" + "".join(f"{kind:>10}" for kind in KINDS))
        for name, kinds in totals.items():
            typer.echo(f"{name:<18}" + "".join(f"{kinds[kind]:>10,}" for kind in KINDS))
    changed = sum(sum(kinds.values()) for kinds in totals.values())
    verb = "would change" if dry_run else "changed"
    replayed = f"{tally.replayed:,} {'to be replayed' if dry_run else 'replayed'}"
    typer.echo(f"{_several(changed, 'document')} {verb}; {_several(tally.records, 'record')} read, {replayed}.")
    if dry_run:
        for example in tally.examples:
            _print_example(example)
    if tally.dead_letters:
        typer.echo(f"{_several(tally.dead_letters, 'dead letter')} left out; see: shoprelay dlq list")
    if tally.unreadable:
        typer.echo("Records that the present mapping cannot read; their documents stay as they are:")
        for reason, count in tally.unreadable.most_common(_SHOWN):
            typer.echo(f"  {count:,} x {reason}")


def _print_example(example: Example) -> None:
    typer.echo(f"\n{example.collection} {example.id}  {_short(example.name)}".rstrip())
    for name, (before, after) in example.fields.items() or {"(its children)": ("", "")}.items():
        typer.echo(f"  {name:<20} {_short(before)} -> {_short(after)}".rstrip())


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else "-" if value is None else to_json(value).decode().strip('"')
    return text if len(text) <= _WIDE else text[: _WIDE - 3] + "..."


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def summary(tally: Tally) -> dict[str, Any]:
    """What was found, for scripts."""
    examples = [
        {
            "collection": each.collection,
            "_id": each.id,
            "fields": {name: {"from": before, "to": after} for name, (before, after) in each.fields.items()},
        }
        for each in tally.examples
    ]
    found = {
        "records": tally.records,
        "replayed": tally.replayed,
        "dead_letters": tally.dead_letters,
        "unreadable": dict(tally.unreadable),
        "documents": tally.totals(),
        "examples": examples,
    }
    return dict(json.loads(to_json(found)))
