"""`shoprelay deliveries`: what the operator's webhook was told, what it answered, and telling it again."""

import json
from typing import Annotated

import typer
from bson import ObjectId

from shoprelay_cli.console import AsJson, WrongArgument, table, told, within
from shoprelay_runtime.admin import find_project
from shoprelay_runtime.admin.deliveries import (
    STATES,
    delivery_id,
    list_deliveries,
    moment,
    replay_delivery,
    replay_failed,
    show_delivery,
)
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Store

app = typer.Typer(name="deliveries", help="What the operator's webhook was told.", no_args_is_help=True)
OneProject = Annotated[str | None, typer.Option("--project", "-p", help="One project, by name or id.")]
Since = Annotated[str | None, typer.Option(help="Created since: a time such as 2026-03-04T05:06Z, or 30m, 2h, 3d ago.")]


@app.command("list")
def list_(
    project: OneProject = None,
    state: Annotated[str | None, typer.Option(help=f"One of {', '.join(STATES)}.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 50,
    *,
    as_json: AsJson = False,
) -> None:
    """List deliveries, the newest first; times are UTC.

    Example: shoprelay deliveries list --state failed
    """
    if state is not None and state not in STATES:
        raise WrongArgument(f"expected one of {', '.join(STATES)}", "state")

    async def work(store: Store, settings: Settings) -> list[Bson]:
        return await list_deliveries(store, await _of(store, settings, project), state, limit)

    found = within(work)
    if as_json:
        typer.echo(json.dumps(found))
    else:
        table(found, ("_id", "created_at", "kind", "state", "tries", "last_status", "last_error"), as_json=False)


@app.command()
def show(
    delivery: Annotated[str, typer.Argument(help="Its id, or the webhook-id that the operator saw.")],
    *,
    body: Annotated[bool, typer.Option("--body", help="Show what was sent, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one delivery and every attempt at it.

    Example: shoprelay deliveries show msg_6651f0c2a7b4c0d1e2f30415 --body
    """
    with told():
        asked = delivery_id(delivery)
    found = within(lambda store, settings: show_delivery(store, Projects(store, settings.master()), None, asked, with_body=body))
    if as_json:
        typer.echo(json.dumps(found))
        return
    for name, value in found.items():
        if name != "attempts" and value not in (None, ""):
            typer.echo(f"{name:<12} {value}")
    typer.echo()
    table(found["attempts"], ("at", "status", "error", "seconds", "excerpt"), as_json=False)


@app.command()
def replay(
    delivery: Annotated[str | None, typer.Argument(help="Its id, or the webhook-id that the operator saw.")] = None,
    project: OneProject = None,
    since: Since = None,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="All that were given up.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell the operator's webhook again, with the same webhook-id: it can know what it has had already.

    Exits 1 when its webhook is switched off.

    Examples:
    shoprelay deliveries replay msg_6651f0c2a7b4c0d1e2f30415

    shoprelay deliveries replay --failed --since 2h

    """
    if (delivery is None) != failed:
        raise WrongArgument("expected the id of a delivery, or --failed", "delivery")
    with told():
        begin, asked = moment(since) if since else None, delivery_id(delivery) if delivery else None

    async def work(store: Store, settings: Settings) -> int:
        if asked:
            return await replay_delivery(store, None, asked)
        return await replay_failed(store, await _of(store, settings, project), begin)

    number = within(work)
    typer.echo(json.dumps({"replayed": number}) if as_json else f"{number} will be sent again")


async def _of(store: Store, settings: Settings, project: str | None) -> ObjectId | None:
    return (await find_project(store, settings, project)).id if project else None
