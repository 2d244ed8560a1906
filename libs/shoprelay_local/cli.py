"""`shoprelay local`: the two servers from the command line."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shoprelay_local import servers
from shoprelay_local.errors import LocalServerError
from shoprelay_local.state import HOME_VARIABLE

app = typer.Typer(
    name="local",
    no_args_is_help=True,
    add_completion=False,
    help="A real Kafka and a real MongoDB on this machine, with no Docker and nothing to install.\n\n"
    'Start them with `up`, then let a shell know them: eval "$(shoprelay local env)". '
    "They listen on 127.0.0.1 only and keep everything in one folder; several folders run side by side.",
)
Data = Annotated[
    Path | None,
    typer.Option(envvar=HOME_VARIABLE, help="The data folder; `.shoprelay` in the current folder by default."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (LocalServerError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error


@app.command()
def up(data: Data = None, *, json_: Json = False) -> None:
    """Start what does not run yet, wait until both take transactions, and print their addresses.

    The first time downloads Kafka (44 MB) to the user's cache, or SHOPRELAY_CACHE.

    Servers go on after this command, and after Ctrl-C; `down` stops them.

    Data and addresses stay the same from one `up` to the next.
    """
    with _told():
        found = servers.up(data, progress=Console(stderr=True, highlight=False, soft_wrap=True))
    typer.echo(json.dumps(asdict(found)) if json_ else f"kafka  {found.kafka}\nmongo  {found.mongo}")


@app.command()
def down(
    data: Data = None, *, wipe: Annotated[bool, typer.Option(help="Also delete the servers' data and logs.")] = False
) -> None:
    """Stop the servers that `up` started here, and no other process; their data stay for the next `up`."""
    with _told():
        stopped = servers.down(data, wipe=wipe)
    typer.echo(f"stopped: {', '.join(stopped)}" if stopped else "nothing ran")


@app.command()
def status(data: Data = None, *, json_: Json = False) -> None:
    """Show each server's address, process, memory and log; exits 1 unless both run."""
    with _told():
        found = servers.status(data)
    if json_:
        typer.echo(json.dumps([asdict(server) for server in found]))
    for server in () if json_ else found:
        state = f"runs as pid {server.pid}, {server.rss / 2**20:.0f} MiB" if server.pid else "does not run"
        typer.echo(f"{server.name:<6} {state}\n       {server.address}\n       {server.log}")
    if not found or not all(server.pid for server in found):
        typer.echo("Start them with: shoprelay local up", err=True)
        raise typer.Exit(1)


@app.command()
def env(data: Data = None) -> None:
    """Print the two addresses as shell exports: eval "$(shoprelay local env)"."""
    with _told():
        found = servers.status(data)
    if not found:
        typer.echo("error: there are no servers here yet; start them with: shoprelay local up", err=True)
        raise typer.Exit(1)
    for server in found:
        sys.stdout.write(f"export SHOPRELAY_{server.name.upper()}='{server.address}'\n")
