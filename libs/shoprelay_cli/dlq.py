"""`shoprelay dlq`: the records that no service could process; looked at, put back, or discarded."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from shoprelay_cli import dlq_table
from shoprelay_cli.console import AsJson, WrongArgument, within
from shoprelay_cli.dlq_choosing import Options
from shoprelay_cli.dlq_show import documents, pointed
from shoprelay_runtime import settling
from shoprelay_runtime.admin import dead_letters
from shoprelay_runtime.admin.dead_letters import Left
from shoprelay_runtime.deadletters import Letter
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Store

app = typer.Typer(
    name="dlq",
    no_args_is_help=True,
    help="Dead letters: records that no service could process. Look, mend what is wrong, then retry or discard.",
)
OfTopic = Annotated[str, typer.Option("--topic", help="Of this topic only, such as raw.live.v1.")]
OfProject = Annotated[str, typer.Option("--project", "-p", help="Of this project only, by name or id.")]
OfWebshop = Annotated[str, typer.Option("--webshop", help="Of this webshop only, by id.")]
ForReason = Annotated[str, typer.Option("--reason", help="Only those whose reason or field contains this text.")]
Positions = Annotated[
    list[str] | None, typer.Argument(metavar="POSITION", help="As `dlq list` shows them, or where they stood originally.")
]
All = Annotated[bool, typer.Option("--all", help="All that are open, or those of them that the filters choose.")]


@app.command("list")
def list_(
    topic: OfTopic = "",
    project: OfProject = "",
    webshop: OfWebshop = "",
    reason: ForReason = "",
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
    *,
    settled: Annotated[bool, typer.Option("--settled", help="Those that were retried or discarded, instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the dead letters that are open, the newest first; times are UTC.

    Of a narrow terminal's table, columns are left out and the reason is cut, never
    the position. --json has everything.

    Example: shoprelay dlq list --topic raw.live.v1 --reason "expected a number"
    """
    wanted = Options(topic, project, webshop, reason)

    async def work(store: Store, settings: Settings) -> list[Bson]:
        return await dead_letters.list_letters(store, settings, await wanted.filter(store, settings), done=settled)

    found = within(work)
    if as_json:
        typer.echo(json.dumps(found[:limit], ensure_ascii=False))
    elif found:
        dlq_table.print_(found[:limit], settled=settled)
    else:
        what = "was retried or discarded" if settled else "is open"
        typer.echo(f"No dead letter {what}{'' if wanted == Options() else ' that fits'}.", err=True)
    if len(found) > limit:
        typer.echo(f"{len(found) - limit} more are not shown: give --limit or a filter", err=True)


@app.command()
def show(
    position: Annotated[str, typer.Argument(help="As `dlq list` shows it, or where the record stood originally.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one dead letter: the reason, the stack, and the original, decrypted with the master key; an arrow shows the field.

    The documents that it names can be asked for with `shoprelay explain`.

    Example: shoprelay dlq show raw.live.v1.dlq-0-17
    """

    async def work(store: Store, settings: Settings) -> dict[str, Any]:
        projects = Projects(store, settings.master())
        shown = await dead_letters.show_letter(store, settings, projects, position)
        its = shown.pop("original")
        return {**shown, "documents": await documents(projects, {**shown, "original": its}), "original": its}

    found = within(work)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        if name == "documents":
            typer.echo("documents:" + ("".join(f"\n  shoprelay explain {each}" for each in value) or " -"))
        elif name == "original" and isinstance(value, dict | list):
            typer.echo(f"{name}:\n{pointed(value, found['field'], found['reason'])}")
        elif isinstance(value, dict | list):
            typer.echo(f"{name}:\n{json.dumps(value, ensure_ascii=False, indent=2)}")
        else:
            typer.echo(f"{name}:\n{value}" if "\n" in value else f"{name + ':':<10} {value or '-'}")
    if found["state"] == dead_letters.OPEN:
        at = found["position"]
        typer.echo(f"When it is mended: shoprelay dlq retry {at}; when nobody needs it: shoprelay dlq discard {at}", err=True)


@app.command()
def retry(
    positions: Positions = None,
    topic: OfTopic = "",
    project: OfProject = "",
    webshop: OfWebshop = "",
    reason: ForReason = "",
    *,
    all_: All = False,
    as_json: AsJson = False,
) -> None:
    """Put dead letters back on their topics, in their original order, once what was wrong is mended.

    Each is put back once, also when two people type this at the same time. What
    fails again becomes a dead letter again. Exits 1 when a letter at one of the
    POSITIONs was not put back; it says why. Examples:

    shoprelay dlq retry raw.live.v1.dlq-0-17

    shoprelay dlq retry --all --topic raw.live.v1 --reason lines.0.price
    """
    chosen = _wanted(positions, Options(topic, project, webshop, reason), all_=all_)

    async def work(store: Store, settings: Settings) -> tuple[list[Letter], list[Left]]:
        return await dead_letters.retry(store, settings, await _chosen(store, settings, *chosen))

    back, left = within(work)
    _settled("retried", back, left, as_json=as_json)
    if back and not as_json:
        typer.echo("What fails again is a new dead letter; see: shoprelay dlq list", err=True)
    if left and not all_:
        raise typer.Exit(1)


@app.command()
def discard(
    positions: Positions = None,
    topic: OfTopic = "",
    project: OfProject = "",
    webshop: OfWebshop = "",
    reason: ForReason = "",
    *,
    all_: All = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before discarding with --all.")] = False,
    as_json: AsJson = False,
) -> None:
    """Settle dead letters that nobody needs: they are listed no more, and cannot be retried.

    This cannot be undone. Examples:

    shoprelay dlq discard raw.live.v1.dlq-0-17

    shoprelay dlq discard --all --webshop 65f0a1b2c3d4e5f6a7b8c9d0 --yes
    """
    chosen = _wanted(positions, Options(topic, project, webshop, reason), all_=all_)
    letters = within(lambda store, settings: _chosen(store, settings, *chosen))
    if all_ and letters and not yes:
        typer.confirm(f"Discard {len(letters)} dead letters? They cannot be retried then", abort=True, err=True)
    within(lambda store, _: settling.discard(store, letters))
    _settled("discarded", letters, (), as_json=as_json)


async def _chosen(store: Store, settings: Settings, positions: Sequence[str], given: Options) -> list[Letter]:
    return await dead_letters.choose(store, settings, positions, await given.filter(store, settings))


def _wanted(positions: Sequence[str] | None, given: Options, *, all_: bool) -> tuple[Sequence[str], Options]:
    if bool(positions) == all_:
        raise WrongArgument("expected positions (see: shoprelay dlq list), or --all with or without filters", "positions")
    if positions and given != Options():
        raise WrongArgument("filters go with --all; a position already says which letter is meant", "positions")
    return positions or (), given


def _settled(what: str, letters: Sequence[Letter], left: Sequence[Left], *, as_json: bool) -> None:
    if as_json:
        not_ = [{"position": str(letter.position), "why": why} for letter, why in left]
        typer.echo(json.dumps({what: [str(letter.position) for letter in letters], f"not_{what}": not_}))
        return
    typer.echo(f"{what}: {len(letters)} dead letter{'' if len(letters) == 1 else 's'}")
    for letter, why in left:
        typer.echo(f"not {what}: {letter.position}: {why}", err=True)
