"""Which dead letters a command is about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import typer
from bson import ObjectId

from shoprelay_runtime import deadletters, settling
from shoprelay_runtime.admin import AdminError, find_project
from shoprelay_runtime.deadletters import Letter
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.documents.base import iso
from shoprelay_schema.topics import DEAD_LETTERS

OPEN: Final = "open"
Left = tuple[Letter, str]
"""A letter that was not put back, and why."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which letters are meant; empty: all."""

    topic: str = ""
    project: str = ""
    webshop: str = ""
    reason: str = ""

    def topics(self) -> list[str]:
        """The topics to read; BadParameter when there is no such topic."""
        found = [name for name in DEAD_LETTERS if self.topic in {"", name, name.removesuffix(".dlq")}]
        if not found:
            names = ", ".join(name.removesuffix(".dlq") for name in DEAD_LETTERS)
            raise typer.BadParameter(
                f"{self.topic!r} has no dead letters; those that can have some: {names}", param_hint="--topic"
            )
        return found

    def has(self, letter: Letter) -> bool:
        """Whether a letter is meant; the project's name is replaced by its id before."""
        said = f"{letter.header('dlq_field')} {letter.header('dlq_reason')}".lower()
        return (
            self.project in {"", letter.header("project")}
            and self.webshop in {"", letter.webshop}
            and self.reason.lower() in said
        )


async def read(store: Store, settings: Settings, filter_: Filter) -> list[Letter]:
    """All letters that a filter chooses, settled or not; BadParameter when it names no topic, project or webshop."""
    topics = filter_.topics()
    if filter_.webshop and not ObjectId.is_valid(filter_.webshop):
        raise _no_webshop(f"{filter_.webshop!r} is no _id of a webshop: expected 24 hexadecimal digits")
    project = await named_project(store, settings, filter_.project) if filter_.project else None
    chosen = replace(filter_, project=str(project.id) if project else "", webshop=filter_.webshop.lower())
    found = await deadletters.read(settings, topics, chosen.has)
    # A destroyed webshop's letters are listed as long as there are any.
    if chosen.webshop and not found and not await _is_there(store, project, ObjectId(chosen.webshop)):
        where = f"in project {project.name}" if project else "in any project"
        raise _no_webshop(f"there is no webshop {chosen.webshop} {where}")
    return found


async def named_project(store: Store, settings: Settings, name: str) -> Project:
    """What --project names; BadParameter when there is none."""
    try:
        return await find_project(store, settings, name)
    except AdminError as error:
        raise typer.BadParameter(str(error), param_hint="--project") from None


async def _is_there(store: Store, project: Project | None, webshop: ObjectId) -> bool:
    rows = store.collection(Control.PROJECTS).find({"destroyed_at": None}, {"database": 1})
    databases = [project.database] if project else [row["database"] async for row in rows]
    found = [await store.database(name)["webshops"].find_one({"_id": webshop}, {"_id": 1}) for name in databases]
    return any(found)


def _no_webshop(why: str) -> typer.BadParameter:
    return typer.BadParameter(f"{why}; see: shoprelay webshop list", param_hint="--webshop")


def state_of(rows: dict[str, Bson], letter: Letter) -> str:
    """What was not put back for sure is open: the next retry finds out."""
    state = str(rows.get(str(letter.origin), {}).get("state", OPEN))
    return OPEN if state == "retrying" else state


async def choose(store: Store, settings: Settings, positions: Sequence[str], filter_: Filter) -> list[Letter]:
    """The open letters that are meant; AdminError when one of the positions has none."""
    rows = await settling.settled(store)
    if not positions:
        return [letter for letter in await read(store, settings, filter_) if state_of(rows, letter) == OPEN]
    found = {letter.origin: letter for letter in [await one(settings, position) for position in positions]}
    for letter in found.values():
        if (state := state_of(rows, letter)) != OPEN:
            at = iso(rows[str(letter.origin)]["at"])
            raise AdminError(f"{letter.position} was {state} already, at {at}; see: shoprelay dlq list --settled")
    return list(found.values())


def left_of(letters: Sequence[Letter], back: Sequence[Letter], rows: dict[str, Bson]) -> list[Left]:
    """Those that a retry did not put back, and why."""
    done = {letter.origin for letter in back}
    return [(letter, _why_left(letter, rows)) for letter in letters if letter.origin not in done]


def _why_left(letter: Letter, rows: dict[str, Bson]) -> str:
    if letter.header(deadletters.CUT):
        return "only the beginning of the record was kept, it was too large; see: shoprelay dlq show, shoprelay dlq discard"
    row = rows.get(str(letter.origin), {})
    return f"it was {row.get('state', OPEN)} already, by another command at {iso(row['at'])}" if row else "it is still open"


async def one(settings: Settings, position: str) -> Letter:
    """The letter at a position, its own or the original record's; AdminError when there is none."""
    try:
        wanted = deadletters.position_of(position)
    except ValueError as error:
        raise AdminError(f"{error}; shoprelay dlq list shows what there is") from None
    topics = [name for name in DEAD_LETTERS if wanted.topic in {name, name.removesuffix(".dlq")}]
    found = await deadletters.read(settings, topics, lambda letter: wanted in {letter.position, letter.origin})
    if not found:
        raise AdminError(f"there is no dead letter at {position}; shoprelay dlq list shows what there is")
    return found[0]
