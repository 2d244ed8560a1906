"""`shoprelay project`: an operator's account, its tokens, its keys and its webhook."""

from base64 import urlsafe_b64encode
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer

from shoprelay_cli.console import AsJson, InProject, chosen, fail, show, table, within
from shoprelay_runtime import admin
from shoprelay_runtime.access import TokenKind
from shoprelay_runtime.crypto import new_key
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store

app = typer.Typer(name="project", no_args_is_help=True, help="Projects: an operator's database, keys and tokens.")

Named = Annotated[str | None, typer.Argument(metavar="NAME", help="Name of the project; not needed when there is only one.")]


@app.command("master-key")
def master_key() -> None:
    """Make a new master key: the key that all others are wrapped with.

    Keep it where no backup of the database is kept; without it nothing can be read any more.

    Example: export SHOPRELAY_MASTER_KEY="$(shoprelay project master-key)"
    """
    typer.echo(urlsafe_b64encode(new_key()).decode())


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Its name; its database is named after it.")],
    *,
    time_zone: Annotated[str, typer.Option(help="Where the bill's days begin, such as Europe/Copenhagen.")] = "UTC",
    webhook_url: Annotated[str | None, typer.Option(help="Your webhook, which is called when something happened.")] = None,
    as_json: AsJson = False,
) -> None:
    """Create a project and print its tokens, which are shown this once.

    Example: shoprelay project create Growth --time-zone Europe/Copenhagen --webhook-url https://example.com/events
    """
    made = within(lambda store, settings: admin.create_project(store, settings, name, time_zone, webhook_url))
    shown = {key: value for key, value in asdict(made).items() if key != "endpoint"}
    if made.endpoint:
        shown |= {"webhook_url": made.endpoint.url, "webhook_token": made.endpoint.token, "webhook_secret": made.endpoint.secret}
    show(shown, as_json=as_json)
    _say_once()


def _say_once() -> None:
    typer.echo("Keep these: tokens and secrets are not shown again.", err=True)


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the projects."""

    async def work(store: Store, _settings: Settings) -> list[Bson]:
        fields = {"name": 1, "database": 1, "time_zone": 1, "created_at": 1}
        return await store.collection(Control.PROJECTS).find({"destroyed_at": None}, fields).sort("name", 1).to_list(1000)

    table(within(work), ("name", "database", "time_zone", "created_at", "_id"), as_json=as_json)


@app.command("show")
def show_(project: Named = None, *, as_json: AsJson = False) -> None:
    """Show a project, without its secrets.

    Example: shoprelay project show Growth
    """

    async def work(store: Store, settings: Settings) -> Bson:
        return await admin.show_project(store, await chosen(store, settings, project))

    show(within(work), as_json=as_json)


@app.command("set-webhook")
def set_webhook(
    webhook_url: Annotated[str, typer.Argument(metavar="URL", help="Your webhook's address.")],
    *,
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """Point your webhook somewhere, and switch it on. Its token and secret are made, and shown, the first time.

    Example: shoprelay project set-webhook https://example.com/events --project Growth
    """

    async def work(store: Store, settings: Settings) -> Any:
        return await admin.set_webhook(store, await chosen(store, settings, project), webhook_url)

    endpoint = within(work)
    show({name: value for name, value in asdict(endpoint).items() if value is not None}, as_json=as_json)
    if endpoint.token:
        _say_once()


@app.command("set")
def set_(
    setting: Annotated[str, typer.Argument(help="Its name, as docs/reference/project-settings.md lists them.")],
    value: Annotated[str, typer.Argument(help='The value, lists and objects as JSON; "" takes the setting away.')],
    *,
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """Set something for the whole project, such as how many shops are polled at once. Services see it within 15 seconds.

    Example: shoprelay project set max_simultaneous_synchronizations 8 --project Growth
    """

    async def work(store: Store, settings: Settings) -> Any:
        return await admin.set_setting(store, await chosen(store, settings, project), setting, value)

    show({setting: within(work)}, as_json=as_json)


@app.command("rotate-token")
def rotate_token(
    kind: Annotated[TokenKind, typer.Argument(help="Which token.")],
    *,
    overlap_hours: Annotated[int, typer.Option(min=0, max=720, help="How long the token before is still valid.")] = 24,
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """Make a new token, and print it this once. The one before opens what it opened for some hours, so that no call fails.

    Example: shoprelay project rotate-token shop_api --overlap-hours 48
    """

    async def work(store: Store, settings: Settings) -> Any:
        found = await chosen(store, settings, project)
        return await admin.rotate_token(store, found.id, kind, timedelta(hours=overlap_hours))

    show(asdict(within(work)), as_json=as_json)
    _say_once()


@app.command("rotate-webhook")
def rotate_webhook(
    *,
    overlap_hours: Annotated[int, typer.Option(min=0, max=720, help="How long those before are used as well.")] = 24,
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """Make a new token and a new secret for your webhook, and print them this once.

    For some hours each call is signed with both secrets and comes with the token before; after that with the new ones alone. Let
    your webhook take both in the meantime, and no call is refused.

    Example: shoprelay project rotate-webhook --overlap-hours 48
    """

    async def work(store: Store, settings: Settings) -> Any:
        return await admin.rotate_webhook(store, await chosen(store, settings, project), timedelta(hours=overlap_hours))

    show(asdict(within(work)), as_json=as_json)
    _say_once()


@app.command("rotate-keys")
def rotate_keys(project: Named = None, *, as_json: AsJson = False) -> None:
    """Encrypt what is new with a new key. What is old stays readable. Takes 20 seconds, in which every service learns the key.

    Example: shoprelay project rotate-keys Growth
    """

    async def work(store: Store, settings: Settings) -> str:
        return await admin.rotate_keys(store, settings, (await chosen(store, settings, project)).id)

    show({"current_key": within(work)}, as_json=as_json)


@app.command("destroy")
def destroy(
    project: Annotated[str, typer.Argument(metavar="NAME", help="Its name.")],
    *,
    confirm: Annotated[str | None, typer.Option(help="The name once more, in place of being asked for it.")] = None,
) -> None:
    """Destroy a project for good: its keys, its database, its schedule. Nothing brings it back. Takes 20 seconds.

    What is encrypted can be read by nobody any more, wherever it is. Kept are its bills. The documents' topics keep what is not
    encrypted (numbers, prices, dates): to have that deleted too, destroy its companies first.

    Example: shoprelay project destroy Growth
    """
    typed = confirm if confirm is not None else typer.prompt(f"This destroys all data of {project}. Type its name to go on")
    if typed != project:
        fail(f"{typed!r} is not the name {project!r}; nothing was destroyed")
    within(lambda store, _settings: admin.destroy_project(store, project))
    typer.echo(f"{project} is destroyed")
