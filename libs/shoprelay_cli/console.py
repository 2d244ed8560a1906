"""What the commands share: one way in, one way out, readable errors.

The rule of exit codes. 2: the command line is wrong, as it names what does not exist, or something that cannot be; the option or
argument is named, and what was expected. 1: the command was understood, and its work failed. Both are told on standard error.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final, NoReturn, TypeVar

import typer
from aiokafka.errors import KafkaError
from bson import ObjectId
from pymongo.errors import ConnectionFailure, PyMongoError
from pymongo.uri_parser import parse_uri
from typer.core import TyperArgument, TyperOption

from shoprelay_relays.errors import RelayError
from shoprelay_runtime.admin import AdminError, Missing, find_project
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
_LISTED: Final = {
    "company": "company list",
    "webshop": "webshop list",
    "position": "dlq list",
    "delivery": "deliveries list",
}
"""Where to look for what can be named."""


class WrongArgument(typer.BadParameter):
    """The command line is wrong: exit code 2. `named`: the parameter, by its name in the command's function."""

    def __init__(self, text: str, named: str = "") -> None:
        super().__init__(text)
        self.named = named

    def format_message(self) -> str:
        """The option or argument as it is typed, and what is wrong with it."""
        params = [each for each in (self.ctx.command.params if self.ctx else ()) if isinstance(each, TyperArgument | TyperOption)]
        # What is typed several times is a plural: POSITIONS.
        self.param = next((each for each in params if each.name in {self.named, f"{self.named}s"}), None)
        text = super().format_message()
        return text if self.param or not self.named else f"Invalid value: {self.named}: {self.message}"


@contextmanager
def told() -> Iterator[None]:
    """The rule of exit codes, for what administration refuses and for what fails."""
    try:
        yield
    except Missing as error:
        see = f"; see: shoprelay {_LISTED[error.field]}" if error.field in _LISTED else ""
        raise WrongArgument(f"{error}{see}", error.field) from None
    except AdminError as error:
        if not error.field:
            fail(str(error))
        raise WrongArgument(str(error).removeprefix(f"{error.field}: "), error.field) from None
    except (SettingsInvalid, Unknown, RelayError, DecryptionFailed) as error:
        fail(str(error))
    except PyMongoError as error:
        fail(f"MongoDB: {str(error)[:_SHOWN]}; is it running, and is SHOPRELAY_MONGO its address?")
    except KafkaError as error:
        fail(f"Kafka: {str(error)[:_SHOWN]}; is it running, and is SHOPRELAY_KAFKA its address?")


def within(work: Callable[[Store, Settings], Awaitable[T]]) -> T:
    """Run something with the database open; what goes wrong is told by the rule above."""
    with told():
        return asyncio.run(_opened(work, load(Settings)))


async def _opened(work: Callable[[Store, Settings], Awaitable[T]], settings: Settings) -> T:
    store = Store(settings.mongo, settings.database)
    try:
        await _answers(settings, store)
        return await work(store, settings)
    finally:
        store.close()


async def _answers(settings: Settings, store: Store) -> None:
    try:
        await store.ping()
    except ConnectionFailure:
        # Hosts only: the address may hold a password.
        hosts = ", ".join(f"{host}:{port}" for host, port in parse_uri(settings.mongo, validate=False)["nodelist"])
        raise SettingsInvalid(
            f'SHOPRELAY_MONGO: no MongoDB answers at {hosts}. For the servers of this machine: eval "$(shoprelay local env)"; '
            "for those of a running demo: source .shoprelay/demo/env"
        ) from None


def id_of(named: str, text: str) -> ObjectId:
    """The _id that an argument says; WrongArgument when it can be none."""
    if ObjectId.is_valid(text):
        return ObjectId(text)
    see = f"; see: shoprelay {_LISTED[named]}" if named in _LISTED else ""
    raise WrongArgument(f"{text!r} is no _id: expected 24 hexadecimal digits{see}", named)


def fail(text: str) -> NoReturn:
    """The work failed: say why, and leave."""
    typer.echo(f"error: {text}", err=True)
    raise typer.Exit(1)


async def chosen(store: Store, settings: Settings, name: str | None) -> Project:
    """The project of this name, or the only one."""
    if name is not None:
        return await find_project(store, settings, name)
    names = [row["name"] async for row in store.collection(Control.PROJECTS).find({"destroyed_at": None}, {"name": 1})]
    if len(names) != 1:
        raise WrongArgument(f"say which project: there are {', '.join(sorted(names)) or 'none yet'}", "project")
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
