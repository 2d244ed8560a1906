"""`shoprelay bill`: what each company owes per day, and the same once more from the usage topic alone."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

import typer
from bson import ObjectId
from rich.console import Console
from rich.progress import Progress

from shoprelay_cli.console import fail, id_of, within
from shoprelay_runtime.admin import Missing
from shoprelay_runtime.billing import ledger
from shoprelay_runtime.billing.ledger import Account, Wanted
from shoprelay_runtime.billing.recount import Difference, NotComparable, Recounted, compare, recount
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.documents.base import iso

app = typer.Typer(name="bill", help="What each company owes, day by day.")
_DAYS: Final = ["%Y-%m-%d"]
_HEAD: Final = ("day", "company", "outgoing", "incoming", "product", "pieces", "account", "traffic", "total", "running", "state")
_WIDTHS: Final = (-10, -24, 9, 9, 9, 10, 11, 13, 13, 14, -6)


@app.callback(invoke_without_command=True)
def bill(
    project: Annotated[str | None, typer.Option(help="One project, by name or id.")] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=_DAYS, help="The first day.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=_DAYS, help="The last day.")] = None,
    company: Annotated[str | None, typer.Option(help="One company, by id.")] = None,
    *,
    again: Annotated[
        bool, typer.Option("--recount", help="Compute all of it again from the usage topic and compare; exits 1 on a difference.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Show counts and amounts (EUR) per day and company, with running totals.

    A day is `open` until its statement is issued, then `stated`; it is `late` while usage that came afterwards waits for its
    adjustment. Days are those of the project's time zone.
    """
    wanted = Wanted(None, first and first.date(), last and last.date(), id_of("company", company) if company else None)

    async def work(store: Store, settings: Settings) -> bool:
        if again:
            return await _recount(store, settings, project, wanted, as_json=as_json)
        return await _show(store, project, wanted, as_json=as_json)

    if not within(work):
        raise typer.Exit(1)


async def _show(store: Store, project: str | None, wanted: Wanted, *, as_json: bool) -> bool:
    accounts = await _accounts(store, project)
    found = await ledger.read(store, _of(wanted, accounts))
    projects = [ledger.bill_of(account, found) for account in accounts]
    if as_json:
        typer.echo(json.dumps({"currency": "EUR", "projects": projects}))
    else:
        _print_projects(projects)
    return True


async def _accounts(store: Store, project: str | None) -> list[Account]:
    """Also those of destroyed projects: bills are kept."""
    found = await ledger.accounts(store, project)
    if project is not None and not found:
        names = ", ".join(account.name for account in await ledger.accounts(store))
        raise Missing(f"there is no project {project!r}; there are: {names or 'none yet'}", "project")
    return found


def _of(wanted: Wanted, accounts: Sequence[Account]) -> Wanted:
    return Wanted(frozenset(account.id for account in accounts), wanted.first, wanted.last, wanted.company)


def _print_projects(projects: Sequence[dict[str, Any]]) -> None:
    for project in projects:
        typer.echo(f"{project['name']} ({project['project']}, {project['time_zone']}), EUR")
        if project["days"]:
            typer.echo(_row(_HEAD))
        running = Decimal(0)
        for day in project["days"]:
            for each in day["lines"]:
                running += Decimal(each["total"])
                typer.echo(_row((day["day"], *each.values(), f"{running:f}", day["state"])))
        typer.echo(f"total {project['total']}\n")


def _row(values: Sequence[object]) -> str:
    cells = (f"{value!s:<{-width}}" if width < 0 else f"{value!s:>{width}}" for value, width in zip(values, _WIDTHS, strict=True))
    return " ".join(cells).rstrip()


async def _recount(store: Store, settings: Settings, project: str | None, wanted: Wanted, *, as_json: bool) -> bool:
    every = await ledger.accounts(store)
    accounts = await _accounts(store, project)
    if project is not None:
        wanted = _of(wanted, accounts)
    zones = {account.id: account.time_zone for account in every}
    with _progress() as progress:
        try:
            recounted, found = await recount(settings, store, zones, wanted, progress)
        except NotComparable as error:
            fail(str(error))
    differences = list(compare(recounted, found, zones, wanted))
    skipped = sum(not recounted.comparable(day, zones[project]) for project, day in found if project in zones)
    report = _report(recounted, differences, days=len(found), skipped=skipped)
    typer.echo(json.dumps(report)) if as_json else _print_report(report)
    return not differences


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar on stderr when that is a terminal; gives what to call with (done, all)."""
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("reading usage", total=None)
        yield lambda done, all_: bar.update(task, completed=done, total=all_)


def _report(recounted: Recounted, differences: Sequence[Difference], *, days: int, skipped: int) -> dict[str, Any]:
    return {
        "equal": not differences,
        "events": recounted.events,
        "repeated": recounted.repeated,
        "malformed": recounted.malformed,
        "waiting": recounted.waiting,
        "days": days - skipped,
        "incomparable_days": skipped,
        "complete_since": iso(recounted.complete_since) if recounted.complete_since else None,
        "differences": [{name: _plain(value) for name, value in each._asdict().items()} for each in differences],
    }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, ObjectId | date) else value


def _print_report(report: dict[str, Any]) -> None:
    typer.echo(
        f"{report['events']} events read ({report['repeated']} repeated, {report['malformed']} malformed ones left out), "
        f"{report['days']} project days compared; {report['waiting']} records wait to be counted"
    )
    if report["complete_since"]:
        typer.echo(
            f"usage of before {report['complete_since']} is no longer in the topic: days that began earlier cannot be compared "
            f"({report['incomparable_days']} left out)"
        )
    for each in report["differences"]:
        who = f"project {each['project']} {each['day']} company {each['company'] or '(the whole statement)'}"
        typer.echo(f"DIFFERS {who}: {each['where']} say {_text(each['found'])}, the topic says {_text(each['expected'])}")
    typer.echo("equal" if report["equal"] else f"{len(report['differences'])} differences")


def _text(values: dict[str, Any] | None) -> str:
    return "nothing" if values is None else ", ".join(f"{name} {value}" for name, value in values.items())
