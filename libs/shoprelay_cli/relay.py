"""`shoprelay relay`: which platforms there are, and what a payload of theirs becomes."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from shoprelay_cli.console import WrongArgument, fail
from shoprelay_relays.describe import describe
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.registry import RELAYS, by_name
from shoprelay_relays.spec import Relay
from shoprelay_relays.trial import elsewhere, try_payload

app = typer.Typer(name="relay", help="The platforms that shops run on.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """Name every relay."""
    found = [describe(relay) for relay in RELAYS.values()]
    if as_json:
        _print(found)
        return
    for relay in found:
        resources = ", ".join(resource["name"] for resource in relay["resources"])
        typer.echo(f"{relay['name']:<14} {relay['label']:<14} {resources}")


@app.command()
def show(relay: str, *, as_json: AsJson = False) -> None:
    """Tell what a relay asks for, lists, hears and cannot see."""
    found = describe(_relay(relay))
    if as_json:
        _print(found)
        return
    typer.echo(f"{found['label']} ({found['name']}), {found['docs']}\n\nCredentials")
    for field in found["credentials"]:
        typer.echo(f"  {field['name']:<22} {'required' if field['required'] else 'optional'}  {field['description']}")
    typer.echo("\nResources")
    for resource in found["resources"]:
        typer.echo(f"  {resource['name']:<22} {', '.join(resource['modes']) or 'read or pushed only'}")
    typer.echo(f"\nWebhooks: {_webhooks(found)}\n\nBlind spots")
    for spot in found["blind_spots"]:
        typer.echo(f"  - {spot}")


@app.command("try")
def try_(
    relay: str,
    resource: str,
    file: Annotated[str, typer.Argument(help="A payload of the platform, JSON or XML; - reads standard input.")],
    where: Annotated[
        str | None,
        typer.Option(help="Where the records are: a JSON pointer (* stands for each element), or a path of XML elements."),
    ] = None,
) -> None:
    """Map a payload, and print the documents that it becomes and the parts that no rule reads."""
    known = _relay(relay)
    try:
        known.resource(resource)
    except KeyError as error:
        raise WrongArgument(str(error.args[0]), "resource") from None
    try:
        payload = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        _print(try_payload(known, resource, payload, where))
    except OSError as error:
        raise WrongArgument(f"{file}: {error.strerror}", "file") from None
    except PayloadInvalid as error:
        fail(f"{file}: {error}{'' if where or '.' in error.field or not error.field else elsewhere(payload)}")


def _relay(name: str) -> Relay:
    try:
        return by_name(name)
    except KeyError as error:
        raise WrongArgument(str(error.args[0]), "relay") from None


def _webhooks(found: dict[str, Any]) -> str:
    if not found["webhooks"]:
        return "none"
    return "subscribed by us" if found["subscribes"] else "set up by the merchant"


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
