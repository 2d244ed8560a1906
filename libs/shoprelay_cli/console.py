"""What the administration's commands share: one way in, one way out, readable errors."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Final, NoReturn, TypeVar

import typer
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from shoprelay_relays.errors import RelayError
from shoprelay_runtime.admin import AdminError, find_project
from shoprelay_runtime.codec import to_json
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.projects import Project, Unknown
from shoprelay_runtime.settings import Settings, SettingsInvalid, load
from shoprelay_runtime.store import Control, Store

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
InProject = Annotated[
    str | None,
    typer.Option("--project", "-p", envvar="SHOPRELAY_PROJECT", help="Name of the project; not needed when there is only one."),
]
T = TypeVar("T")
_SHOWN: Final = 120


def within(work: Callable[[Store, Settings], Awaitable[T]]) -> T:
    """Run something with the database open; what goes wrong is told in one line, and the exit code is 1."""
    try:
        return asyncio.run(_opened(work, load(Settings)))
    except (AdminError, SettingsInvalid, Unknown, RelayError, DecryptionFailed) as error:
        fail(str(error))
    except PyMongoError as error:
        fail(f"MongoDB: {str(error)[:_SHOWN]}; is it running, and is SHOPRELAY_MONGO its address?")
    except KafkaError as error:
        fail(f"Kafka: {str(error)[:_SHOWN]}; is it running, and is SHOPRELAY_KAFKA its address?")


async def _opened(work: Callable[[Store, Settings], Awaitable[T]], settings: Settings) -> T:
    store = Store(settings.mongo, settings.database)
    try:
        return await work(store, settings)
    finally:
        store.close()


def parsed(read: Callable[[str], T], text: str) -> T:
    """What an argument says; BadParameter in place of AdminError: nothing was asked of anybody yet."""
    try:
        return read(text)
    except AdminError as error:
        raise typer.BadParameter(str(error).removeprefix(f"{error.field}: ")) from None


def fail(text: str) -> NoReturn:
    """Say why, and leave."""
    typer.echo(f"error: {text}", err=True)
    raise typer.Exit(1)


async def chosen(store: Store, settings: Settings, name: str | None) -> Project:
    """The project of this name, or the only one."""
    if name is not None:
        return await find_project(store, settings, name)
    names = [row["name"] async for row in store.collection(Control.PROJECTS).find({"destroyed_at": None}, {"name": 1})]
    if len(names) != 1:
        raise AdminError(f"say which project with --project: there are {', '.join(sorted(names)) or 'none yet'}")
    return await find_project(store, settings, names[0])


def tell_left(left: int) -> None:
    """How far a destruction is, for who waits."""
    typer.echo(f"{left} documents and rows are left", err=True)


def show(found: Mapping[str, Any], *, as_json: bool) -> None:
    """One thing: JSON, or a line for each of its attributes."""
    if as_json:
        typer.echo(to_json(dict(found)))
        return
    width = max(len(name) for name in found)
    for name, value in found.items():
        typer.echo(f"{name:<{width}}  {_text(value)}")


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Several things: JSON, or a table of some of their attributes."""
    if as_json:
        typer.echo(to_json([dict(row) for row in rows]))
        return
    cells = [list(columns), *([_text(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    for line in cells:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | dict | bool):
        return to_json(value).decode()
    return to_json(value).decode().strip('"') if not isinstance(value, str) else value
