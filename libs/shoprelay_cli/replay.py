"""`shoprelay replay`: documents that a former mapping has stored become what the present one says."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer
from bson import ObjectId

from services.normalizer.overlay import Overlay
from services.normalizer.protocol import GROUP
from services.normalizer.rehearsal import Rehearsal
from shoprelay_cli.console import AsJson, InProject, WrongArgument, chosen, id_of, within
from shoprelay_cli.replay_screen import bar, print_, summary, tell
from shoprelay_cli.replaying import Asked, Progress, Replay
from shoprelay_cli.tally import Tally
from shoprelay_relays.registry import RELAYS
from shoprelay_runtime import bus
from shoprelay_runtime.admin import AdminError, Missing
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.rawreading import open_log
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Store
from shoprelay_schema.documents import SHOP_COLLECTIONS
from shoprelay_schema.documents.base import iso

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


def replay(
    *,
    project: InProject = None,
    webshop: Annotated[str, typer.Option("--webshop", "-w", help="Of this webshop only, by its _id.")] = "",
    collection: Annotated[
        str,
        typer.Option("--collection", "-c", help="Only records that change a document of it. They are applied as a whole."),
    ] = "",
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Only what was recorded since: 2026-03-01, 2026-03-01T12:00Z, or 7d, 36h, 90m.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing: tell how many documents would change, and how.")
    ] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Do not go on with a replay that was interrupted: begin again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the raw log again: what a former mapping got wrong becomes right.

    Each record decides again what it decided then, by the present mapping.
    Newer content stays, and what was deleted stays deleted. A document that
    comes out the same causes no event. Nothing is charged. Live records go
    first. Deploy the mended version before, to the normalizer too.

    Look, then do it:

    shoprelay replay --webshop 65f0a1b2c3d4e5f6a7b8c9d0 --since 7d --dry-run

    shoprelay replay --webshop 65f0a1b2c3d4e5f6a7b8c9d0 --since 7d

    Ctrl-C stops it. Within a day, the same command goes on where it stood.
    """
    if collection and collection not in SHOP_COLLECTIONS:
        raise WrongArgument(f"there is no {collection!r}; there are {', '.join(SHOP_COLLECTIONS)}", "collection")
    shop = id_of("webshop", webshop) if webshop else None
    begin = _since(since)

    async def work(store: Store, settings: Settings) -> tuple[Tally, Bson]:
        its = await chosen(store, settings, project)
        projects = Projects(store, settings.master())
        shops = await _webshops(store, its, shop)
        scope = "/".join((str(its.id), webshop or "*", collection or "*", since or "*"))
        return await _replayed(Asked(its, shops, scope, begin, dry_run), settings, store, projects, collection, anew=anew)

    try:
        tally, about = within(work)
    except KeyboardInterrupt:
        typer.echo(
            "Stopped. " + ("Nothing was written." if dry_run else "What is done stays; the same command goes on from here."),
            err=True,
        )
        raise typer.Exit(130) from None
    if as_json:
        typer.echo(json.dumps({**about, **summary(tally)}, ensure_ascii=False))
    else:
        print_(tally, dry_run=dry_run)


def _since(text: str) -> datetime | None:
    """The moment that is meant; WrongArgument says what was expected."""
    if not text:
        return None
    if ago := re.fullmatch(r"(\d+)([mhd])", text):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise WrongArgument(f"expected a time such as 2026-03-01T12:00Z, or 7d, 36h, 90m; got {text!r}", "since") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


async def _webshops(store: Store, project: Project, webshop: ObjectId | None) -> frozenset[ObjectId]:
    found = frozenset(await store.database(project.database)["webshops"].distinct("_id"))
    if webshop is not None and webshop not in found:
        raise Missing(f"there is no webshop {webshop} in project {project.name}", "webshop")
    if webshop is not None:
        return frozenset({webshop})
    if not found:
        raise AdminError(f"project {project.name} has no webshops")
    return found


async def _replayed(
    asked: Asked, settings: Settings, store: Store, projects: Projects, collection: str, *, anew: bool
) -> tuple[Tally, Bson]:
    async with open_log(settings, "replay", GROUP) as log:
        producer = None if asked.dry_run else await bus.producer(settings, "replay")
        overlay = Overlay() if asked.dry_run else None
        try:
            rehearsal = Rehearsal(store, RELAYS, collection, overlay)
            run = Replay(asked, settings, store, projects, log, rehearsal, producer, Progress(), Tally())
            resumed = await run.plan(anew=anew)
            reaches_back = await run.reaches_back()
            tell(run, resumed, reaches_back)
            with bar(run):
                await run.run()
        finally:
            if producer:
                await producer.stop()
            if overlay:
                overlay.close()
    about = {
        "project": asked.project.name,
        "dry_run": asked.dry_run,
        "resumed": resumed is not None,
        "log_reaches_back_to": iso(reaches_back) if reaches_back else None,
    }
    return run.tally, about
