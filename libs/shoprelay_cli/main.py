"""`shoprelay`: one sub-command per service, and the operator's tools."""

import importlib
import sys
from typing import Final

import typer

from shoprelay_cli import admin, relay, tail
from shoprelay_cli.demo import command as demo
from shoprelay_local import cli as local
from shoprelay_local.errors import LocalServerError
from shoprelay_relays.errors import RelayError
from shoprelay_runtime.admin import AdminError
from shoprelay_runtime.projects import Unknown
from shoprelay_runtime.settings import SettingsInvalid

SERVICES: Final = {
    "webhook-ingest": "Take shops' webhooks: a 200 means that the raw record is safe.",
    "relay-poller": "Ask shops for what changed, when it is due.",
    "normalizer": "Turn raw records into documents, events and usage.",
    "billing-meter": "Count usage exactly once and issue each day's statement.",
    "notifier": "Call the operator's webhook until it has heard.",
}

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Connects a platform operator to every online shop its customers run. Begin with `shoprelay demo`.",
)
app.add_typer(local.app, name="local", rich_help_panel="Servers")
app.add_typer(relay.app, name="relay", rich_help_panel="Tools")
for _app in (admin.project_app, admin.company_app, admin.webshop_app):
    app.add_typer(_app, rich_help_panel="Administration")
app.command("tail", rich_help_panel="Tools")(tail.tail)
app.command("demo", rich_help_panel="Servers")(demo.demo)


def _mount(name: str, module: str, panel: str) -> None:
    app.add_typer(importlib.import_module(module).app, name=name, rich_help_panel=panel)


def _add_service(name: str, text: str) -> None:
    def command(context: typer.Context) -> None:
        run_service(name, context.args)

    settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command(name, help=text, rich_help_panel="Services", context_settings=settings)(command)


for _name, _text in SERVICES.items():
    _add_service(_name, _text)


def run_service(name: str, arguments: list[str]) -> None:
    """Run one service in this process."""
    importlib.import_module(f"services.{name.replace('-', '_')}.main").run(arguments)


def run() -> None:
    """The console script. What a person can mend is said in a line, without a stack."""
    if len(sys.argv) > 1 and sys.argv[1] in SERVICES:
        run_service(sys.argv[1], sys.argv[2:])  # a service does not wait for the tools' imports
        return
    try:
        app()
    except (AdminError, Unknown, SettingsInvalid, RelayError, LocalServerError) as error:
        sys.exit(f"shoprelay: {error}")
