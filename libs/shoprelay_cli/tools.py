"""The command line of everything that is not a service, and the help that lists all."""

import sys

import typer

from shoprelay_cli import bill, companies, deliveries, dlq, explain, projects, relay, replay, simulate, tail, webshops
from shoprelay_cli.demo import command as demo
from shoprelay_cli.main import SERVICES, run_service
from shoprelay_local import cli as local
from shoprelay_local.errors import LocalServerError
from shoprelay_runtime.settings import SettingsInvalid

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Connects a platform operator to every online shop its customers run. Begin with `shoprelay demo`.",
)
for _name, _app, _panel in (
    ("local", local.app, "Servers"),
    ("project", projects.app, "Administration"),
    ("company", companies.app, "Administration"),
    ("webshop", webshops.app, "Administration"),
    ("bill", bill.app, "Tools"),
    ("deliveries", deliveries.app, "Tools"),
    ("dlq", dlq.app, "Tools"),
    ("relay", relay.app, "Tools"),
):
    app.add_typer(_app, name=_name, rich_help_panel=_panel)
app.command("tail", rich_help_panel="Tools")(tail.tail)
app.command("explain", rich_help_panel="Tools")(explain.explain)
app.command("replay", rich_help_panel="Tools")(replay.replay)
app.command("demo", rich_help_panel="Servers")(demo.demo)
app.command("simulate", rich_help_panel="Servers")(simulate.simulate)


def _add_service(name: str, text: str) -> None:
    def command(context: typer.Context) -> None:
        run_service(name, context.args)

    settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command(name, help=text, rich_help_panel="Services", context_settings=settings)(command)


for _name, _text in SERVICES.items():
    _add_service(_name, _text)


def run_tools() -> None:
    """What a person can mend is said in a line, without a stack."""
    try:
        app()
    except (SettingsInvalid, LocalServerError) as error:
        sys.exit(f"shoprelay: {error}")
