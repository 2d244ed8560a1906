"""`shoprelay webshop backfill`: how far imports are, and pausing them."""

import time
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from shoprelay_cli.console import AsJson, InProject, chosen, id_of, table, within
from shoprelay_runtime.admin.backfill import pause_backfill, resume_backfill, show_backfill_and_backlog
from shoprelay_runtime.codec import to_json
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Store

app = typer.Typer(
    name="backfill",
    no_args_is_help=True,
    help="Imports of all that a shop has: how far they are; pause them, and go on from the same place.",
)
Webshop = Annotated[str, typer.Argument(help="The webshop's _id, as `shoprelay webshop list` shows it.")]
Resources = Annotated[
    list[str] | None, typer.Option("--resource", help="Of this resource only, such as orders; may be repeated.")
]
COLUMNS: Final = ("webshop", "resource", "state", "records", "of", "pages", "since", "partition_backlog")
_EVERY_SECONDS: Final = 2.0


@app.command("show")
def show(
    webshop: Annotated[str | None, typer.Argument(help="A webshop's _id; without it, all webshops of the project.")] = None,
    *,
    project: InProject = None,
    as_json: AsJson = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Show it anew every 2 seconds, until all is normalized or paused.")
    ] = False,
) -> None:
    """Show imports: waiting, running, paused or done; records so far, and of how many where the shop tells.

    partition_backlog counts the records of history that the normalizer has before it in the webshop's partition of the raw log.
    Other shops of that partition are in it.

    Example: shoprelay webshop backfill show 6651f0c2a7b4c0d1e2f30415 --watch
    """
    if not watch:
        table(_found(webshop, project), COLUMNS, as_json=as_json)
    elif as_json:
        while True:
            found = _found(webshop, project)
            typer.echo(to_json(found))
            if _over(found):
                return
            time.sleep(_EVERY_SECONDS)
    else:
        _watch(webshop, project)


def _watch(webshop: str | None, project: str | None) -> None:
    with Live(console=Console(), auto_refresh=False) as live:
        while True:
            found = _found(webshop, project)
            live.update(_picture(found), refresh=True)
            if _over(found):
                return
            time.sleep(_EVERY_SECONDS)


def _over(found: Sequence[Bson]) -> bool:
    return all(entry["state"] == "paused" or (entry["state"] == "done" and not entry["partition_backlog"]) for entry in found)


def _picture(found: Sequence[Bson]) -> Table:
    picture = Table("webshop", "resource", "state", "progress", "records", "pages", "partition backlog")
    for entry in found:
        of = entry["of"]
        share = 1.0 if entry["state"] == "done" else entry["records"] / of if of else 0.0
        bar = ProgressBar(total=1.0, completed=min(1.0, share), width=24) if of or entry["state"] == "done" else "?"
        records = f"{entry['records']} of {of}" if of else str(entry["records"])
        cells = (records, str(entry["pages"]), str(entry["partition_backlog"]))
        picture.add_row(str(entry["webshop"]), entry["resource"], entry["state"], bar, *cells)
    return picture


@app.command("pause")
def pause(webshop: Webshop, *, resource: Resources = None, project: InProject = None) -> None:
    """Have imports wait where they are. Polls of changes, direct reads and webhooks of the shop go on.

    It stands on the webshop's document (paused_imports), so restarts do not end it.

    Example: shoprelay webshop backfill pause 6651f0c2a7b4c0d1e2f30415 --resource products
    """
    one = id_of("webshop", webshop)

    async def work(store: Store, settings: Settings) -> list[str]:
        return await pause_backfill(store, await chosen(store, settings, project), one, resource or ())

    names = ", ".join(within(work))
    typer.echo(f"the import of {names} is paused; `shoprelay webshop backfill resume {webshop}` goes on from the same place")


@app.command("resume")
def resume(webshop: Webshop, *, resource: Resources = None, project: InProject = None) -> None:
    """Have paused imports go on from where they were."""
    one = id_of("webshop", webshop)

    async def work(store: Store, settings: Settings) -> list[str]:
        return await resume_backfill(store, await chosen(store, settings, project), one, resource or ())

    typer.echo(f"the import of {', '.join(within(work))} goes on")


def _found(webshop: str | None, project: str | None) -> list[Bson]:
    wanted = [id_of("webshop", webshop)] if webshop else []

    async def work(store: Store, settings: Settings) -> list[Bson]:
        return await show_backfill_and_backlog(store, settings, await chosen(store, settings, project), wanted)

    return within(work)
