"""Which dead letters a command is about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from shoprelay_runtime import deadletters, settling
from shoprelay_runtime.admin import AdminError, find_project
from shoprelay_runtime.deadletters import Letter
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Store
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
        """The topics to read; AdminError when there is no such topic."""
        found = [name for name in DEAD_LETTERS if self.topic in {"", name, name.removesuffix(".dlq")}]
        if not found:
            names = ", ".join(name.removesuffix(".dlq") for name in DEAD_LETTERS)
            raise AdminError(f"--topic: {self.topic!r} has no dead letters; those that can have some: {names}")
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
    """All letters that a filter chooses, settled or not."""
    project = str((await find_project(store, settings, filter_.project)).id) if filter_.project else ""
    chosen = replace(filter_, project=project)
    return await deadletters.read(settings, chosen.topics(), chosen.has)


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
