"""Which dead letters a command is about, as its options say it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import typer

from shoprelay_runtime.admin import AdminError, dead_letters, find_project
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store

_OPTIONS: Final = ("topic", "webshop")


@dataclass(frozen=True, slots=True)
class Options:
    """Which letters are meant; empty: all."""

    topic: str = ""
    project: str = ""
    webshop: str = ""
    reason: str = ""

    async def filter(self, store: Store, settings: Settings) -> dead_letters.Filter:
        """The same with the project; BadParameter when there is none of that name."""
        project = await named_project(store, settings, self.project) if self.project else None
        return dead_letters.Filter(self.topic, project, self.webshop, self.reason)


async def named_project(store: Store, settings: Settings, name: str) -> Project:
    """What --project names; BadParameter when there is none."""
    try:
        return await find_project(store, settings, name)
    except AdminError as error:
        raise typer.BadParameter(str(error), param_hint="--project") from None


@contextmanager
def options() -> Iterator[None]:
    """What is wrong with an option is told as BadParameter."""
    try:
        yield
    except AdminError as error:
        if error.field not in _OPTIONS:
            raise
        see = "; see: shoprelay webshop list" if error.field == "webshop" else ""
        said = str(error).removeprefix(f"{error.field}: ")
        raise typer.BadParameter(f"{said}{see}", param_hint=f"--{error.field}") from None
