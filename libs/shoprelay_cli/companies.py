"""`shoprelay company`: the operator's customers, who own webshops."""

from typing import Annotated

import typer

from shoprelay_cli.console import AsJson, InProject, chosen, show, table, tell_left, within
from shoprelay_runtime import admin
from shoprelay_runtime.bus import ensure_topics
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Store

app = typer.Typer(name="company", no_args_is_help=True, help="Companies: the operator's customers, who own webshops.")


@app.command("create")
def create(
    *,
    website: Annotated[str, typer.Option(help="Its domain, such as example.com")],
    email: Annotated[str | None, typer.Option(help="Its main e-mail address.")] = None,
    remote_id: Annotated[str | None, typer.Option(help="Your own id of it.")] = None,
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """Create a company. Asking twice for the same one gives the same one.

    Example: shoprelay company create --website acme.example --email hi@acme.example --remote-id 42
    """

    async def work(store: Store, settings: Settings) -> Bson:
        found = await chosen(store, settings, project)
        await ensure_topics(settings)
        return await admin.create_company(store, settings, found, website=website, email=email, remote_id=remote_id)

    show(within(work), as_json=as_json)


@app.command("show")
def show_(
    company: Annotated[str, typer.Argument(help="Its _id, your own id of it, or its website.")],
    *,
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """Show a company.

    Example: shoprelay company show acme.example
    """

    async def work(store: Store, settings: Settings) -> Bson:
        return await admin.find_company(store, await chosen(store, settings, project), company)

    show(within(work), as_json=as_json)


@app.command("list")
def list_(*, project: InProject = None, as_json: AsJson = False) -> None:
    """List the companies of a project."""

    async def work(store: Store, settings: Settings) -> list[Bson]:
        return await admin.list_companies(store, await chosen(store, settings, project))

    table(within(work), ("_id", "website", "email", "remote_id"), as_json=as_json)


@app.command("destroy")
def destroy(
    company: Annotated[str, typer.Argument(help="Its _id, your own id of it, or its website.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    project: InProject = None,
) -> None:
    """Destroy a company with its webshops, all that was read from them, its tickets and its tests of credentials.

    Subscribers hear of each document. Bills and deliveries are kept. It needs a running normalizer. A destruction that was
    interrupted can be asked for again.

    Example: shoprelay company destroy acme.example --yes
    """

    async def contents(store: Store, settings: Settings) -> tuple[Project, Bson, dict[str, int]]:
        its = await chosen(store, settings, project)
        found = await admin.find_company(store, its, company)
        return its, found, await admin.company_contents(store, its, found["_id"])

    its, found, counts = within(contents)
    told = ", ".join(f"{count} {name}" for name, count in counts.items()) or "nothing else"
    typer.echo(f"This destroys company {found.get('website')} ({found['_id']}) and what belongs to it: {told}.", err=True)
    if not yes:
        typer.confirm("Go on?", abort=True)

    async def work(store: Store, settings: Settings) -> None:
        await ensure_topics(settings)
        await admin.destroy_company(store, settings, its, found["_id"], told=tell_left)

    within(work)
    typer.echo(f"{found['_id']} is destroyed")
