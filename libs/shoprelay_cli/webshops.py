"""`shoprelay webshop`: the shops that are connected."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer
from bson import ObjectId

from shoprelay_cli import backfill
from shoprelay_cli.console import AsJson, InProject, WrongArgument, chosen, id_of, show, table, tell_left, told, within
from shoprelay_relays.spec import Relay
from shoprelay_runtime import admin
from shoprelay_runtime.admin.shops import checked_credentials, known_relay, webhook_url
from shoprelay_runtime.bus import ensure_topics
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Store

app = typer.Typer(name="webshop", no_args_is_help=True, help="Webshops: the shops that are connected.")

app.add_typer(backfill.app)

WebshopId = Annotated[str, typer.Argument(help="The webshop's _id, as `shoprelay webshop list` shows it.")]
BaseUrl = Annotated[
    str | None,
    typer.Option(envvar="SHOPRELAY_WEBHOOK_BASE_URL", help="Public address of webhook-ingest, such as https://in.example.com"),
]


@app.command("add")
def add(
    relay: Annotated[str, typer.Argument(help="The platform, as `shoprelay relay list` names it.")],
    *,
    company: Annotated[str, typer.Option(help="The company that owns it: its _id, your own id of it, or its website.")],
    given: Annotated[
        list[str] | None,
        typer.Option("--set", help="A credential as NAME=VALUE, once for each; NAME=- asks for it and does not show it."),
    ] = None,
    webhook_base_url: BaseUrl = None,
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """Connect a shop: test the credentials, store them encrypted, and start importing.

    What a platform asks for is listed when something is missing, and by `shoprelay relay show RELAY`. A shop that the company has
    connected already is refused.

    Example: shoprelay webshop add woocommerce --company acme.example --set shop_url=https://shop.example --set consumer_key=-
    """
    credentials = _credentials(relay, given or [])

    async def work(store: Store, settings: Settings) -> Any:
        found = await chosen(store, settings, project)
        owner = await admin.find_company(store, found, company)
        projects = Projects(store, settings.master())
        return await admin.add_webshop(
            store, settings, projects, found, owner["_id"], relay, credentials, webhook_base_url=webhook_base_url
        )

    made = within(work)
    shown = {"_id": made.id, "relay": relay, "webhook_url": made.webhook_url, "webhook_trouble": made.webhook_trouble}
    if made.webhook_url is None:
        shown["webhook_token"] = made.webhook_token
    show({name: value for name, value in shown.items() if value}, as_json=as_json)
    typer.echo("Keep the webhook's address: it holds a secret and is not shown again.", err=True)


def _credentials(relay_name: str, given: list[str]) -> dict[str, Any]:
    """What was given with --set, once it is complete; else what the platform asks for is listed."""
    with told():
        relay = known_relay(relay_name)
    credentials = dict(_pair(relay, item) for item in given)
    try:
        checked_credentials(relay, credentials)
    except admin.AdminError as error:
        _list_credentials(relay)
        raise WrongArgument(str(error), "given") from None
    return credentials


def _pair(relay: Relay, item: str) -> tuple[str, str]:
    name, is_pair, value = item.partition("=")
    if not is_pair:
        raise WrongArgument("expected NAME=VALUE, got something without =", "given")  # it may be the secret itself
    field = relay.credentials.model_fields.get(name)
    asked = (field.title if field else None) or name
    return name, typer.prompt(asked, hide_input=True, err=True) if value == "-" else value


def _list_credentials(relay: Relay) -> None:
    typer.echo(f"{relay.label} asks for ({relay.docs}):", err=True)
    for name, field in relay.credentials.model_fields.items():
        need = "required" if field.is_required() else "optional"
        typer.echo(f"  {name} ({need}): {field.title or name}", err=True)
        if field.description:
            typer.echo(f"      {field.description}", err=True)
        for example in field.examples or []:
            typer.echo(f"      for example {example}", err=True)


@app.command("list")
def list_(
    *,
    company: Annotated[str | None, typer.Option(help="Only those of this company: its _id, your own id, or its website.")] = None,
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """List webshops and how they stand.

    Example: shoprelay webshop list --company acme.example
    """

    async def work(store: Store, settings: Settings) -> list[Bson]:
        found = await chosen(store, settings, project)
        owner = (await admin.find_company(store, found, company))["_id"] if company else None
        return await admin.list_webshops(store, found, owner)

    columns = ("_id", "relay", "company_id", "active", "status", "got_finished_at", "got_error_since")
    table(within(work), columns, as_json=as_json)


@app.command("show")
def show_(webshop: WebshopId, *, project: InProject = None, as_json: AsJson = False) -> None:
    """Show a webshop: its stamps, its errors and its schedule; never its credentials."""
    found = _with_webshop(project, webshop, lambda store, _settings, its, one: admin.show_webshop(store, its, one))
    if as_json:
        show(found, as_json=True)
        return
    imports, schedule = found.pop("backfill"), found.pop("schedule")
    show(found, as_json=False)
    typer.echo("")
    table(imports, ("resource", "state", "records", "of", "pages", "since", "ended_at", "listed", "counted"), as_json=False)
    typer.echo("")
    table(schedule, ("resource", "mode", "remote_id", "due_at", "watermark", "cursor", "failures", "trouble"), as_json=False)


@app.command("pause")
def pause(webshop: WebshopId, *, project: InProject = None) -> None:
    """Stop polling a shop. What it pushes is still taken; where that only says what to read, it is read when polls go on."""
    _with_webshop(project, webshop, lambda store, _settings, its, one: admin.pause_webshop(store, its, one))
    typer.echo(f"{webshop} is paused; `shoprelay webshop resume {webshop}` goes on where it was left")


@app.command("resume")
def resume(webshop: WebshopId, *, project: InProject = None) -> None:
    """Poll a paused shop again, from where it was left."""
    _with_webshop(project, webshop, lambda store, _settings, its, one: admin.resume_webshop(store, its, one))
    typer.echo(f"{webshop} is polled again")


@app.command("resync")
def resync(webshop: WebshopId, *, project: InProject = None) -> None:
    """Import everything of a shop again. Documents that turn out the same stay as they are and cause no event."""
    _with_webshop(project, webshop, lambda store, _settings, its, one: admin.resync_webshop(store, its, one))
    typer.echo(f"{webshop} is imported again")


@app.command("set-credentials")
def set_credentials(
    webshop: WebshopId,
    *,
    given: Annotated[
        list[str],
        typer.Option(
            "--set",
            help='What changes, as NAME=VALUE, once for each; NAME=- asks for it, and NAME="" takes an optional one away.',
        ),
    ],
    project: InProject = None,
) -> None:
    """Give a shop other credentials, or another address. They are tried first; what was learnt with the old ones is learnt anew.

    Example: shoprelay webshop set-credentials 6651f0c2a7b4c0d1e2f30415 --set consumer_key=- --set consumer_secret=-
    """

    async def work(store: Store, settings: Settings, its: Project, one: ObjectId) -> None:
        relay = known_relay(str((await admin.show_webshop(store, its, one))["relay"]))
        changed = {name: value or None for name, value in (_pair(relay, item) for item in given)}
        await admin.change_credentials(store, settings, its, one, changed)

    _with_webshop(project, webshop, work)
    typer.echo(f"{webshop} has other credentials, and is polled with them")


@app.command("subscribe")
def subscribe(
    webshop: WebshopId,
    *,
    token: Annotated[str, typer.Option(prompt=True, hide_input=True, help="The token from `webshop add`; asked when left out.")],
    webhook_base_url: Annotated[str, typer.Option(envvar="SHOPRELAY_WEBHOOK_BASE_URL", help="Public address of webhook-ingest.")],
    project: InProject = None,
) -> None:
    """Tell a shop where to send its webhooks: when that failed at first, or when webhook-ingest has moved.

    Example: shoprelay webshop subscribe 6651f0c2a7b4c0d1e2f30415 --webhook-base-url https://in.example.com
    """

    async def work(store: Store, settings: Settings, its: Project, one: ObjectId) -> None:
        projects = Projects(store, settings.master())
        await admin.subscribe_webshop(store, settings, projects, its, one, webhook_url(webhook_base_url, token))

    _with_webshop(project, webshop, work)
    typer.echo(f"{webshop} sends its webhooks to {webhook_base_url}")


@app.command("rotate-webhook")
def rotate_webhook(
    webshop: WebshopId,
    *,
    overlap_hours: Annotated[int, typer.Option(min=0, max=720, help="How long the address before is still good.")] = 24,
    webhook_base_url: BaseUrl = None,
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """Give a shop another webhook address, for when the one before has become known, and print it this once.

    A shop that takes its webhooks' address from us is told; in others the merchant enters it. Webhooks that the shop still has
    for the address before fail when its time is up: delete them there.

    Example: shoprelay webshop rotate-webhook 6651f0c2a7b4c0d1e2f30415 --overlap-hours 48
    """

    async def work(store: Store, settings: Settings, its: Project, one: ObjectId) -> Any:
        projects = Projects(store, settings.master())
        overlap = timedelta(hours=overlap_hours)
        return await admin.rotate_hook(store, settings, projects, its, one, overlap, webhook_base_url=webhook_base_url)

    made = asdict(_with_webshop(project, webshop, work))
    if made["url"]:
        del made["token"]  # it is a part of the address
    show({name: value for name, value in made.items() if value}, as_json=as_json)
    typer.echo("Keep the webhook's address: it holds a secret and is not shown again.", err=True)


@app.command("destroy")
def destroy(
    webshop: WebshopId,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    wait: Annotated[bool, typer.Option(help="Wait until the normalizer has deleted everything.")] = True,
    project: InProject = None,
) -> None:
    """Disconnect a shop, and delete what was read from it: subscribers hear of each document.

    What was used before is still billed. A destruction that was interrupted can be asked for again.

    Example: shoprelay webshop destroy 6651f0c2a7b4c0d1e2f30415 --yes
    """
    if not yes:
        typer.confirm(
            f"This deletes webshop {webshop} and every order, product and customer that was read from it. Go on?", abort=True
        )

    async def work(store: Store, settings: Settings, its: Project, one: ObjectId) -> None:
        await ensure_topics(settings)
        await admin.destroy_webshop(store, settings, its, one)
        if wait:
            await admin.wait_destroyed(store, its, [one], tell_left)

    _with_webshop(project, webshop, work)
    typer.echo(f"{webshop} is destroyed" if wait else f"{webshop} is destroyed when the normalizer has come to it")


def _with_webshop(project: str | None, webshop: str, work: Any) -> Any:
    one = id_of("webshop", webshop)

    async def found(store: Store, settings: Settings) -> Any:
        return await work(store, settings, await chosen(store, settings, project), one)

    return within(found)
