"""Dead letters as operators see them: which there are, what one holds, and which ones are meant by a retry or a discard."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from bson import ObjectId

from shoprelay_runtime import deadletters, rawlog, settling
from shoprelay_runtime.admin.errors import AdminError, Missing
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.deadletters import Letter
from shoprelay_runtime.projects import Project, Projects, Unknown
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.documents.base import iso
from shoprelay_schema.topics import DEAD_LETTERS, RAW_BACKFILL, RAW_LIVE

OPEN: Final = "open"
_RAW: Final = {RAW_LIVE.name, RAW_BACKFILL.name}
Left = tuple[Letter, str]
"""A letter that was not put back, and why."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which letters are meant; empty: all."""

    topic: str = ""
    project: Project | None = None
    webshop: str = ""
    reason: str = ""

    def topics(self) -> list[str]:
        """The topics to read; AdminError when there is no such topic."""
        found = [name for name in DEAD_LETTERS if self.topic in {"", name, name.removesuffix(".dlq")}]
        if not found:
            names = ", ".join(name.removesuffix(".dlq") for name in DEAD_LETTERS)
            raise AdminError(f"topic: {self.topic!r} has no dead letters; those that can have some: {names}")
        return found

    def has(self, letter: Letter) -> bool:
        """Whether a letter is meant."""
        said = f"{letter.header('dlq_field')} {letter.header('dlq_reason')}".lower()
        return _belongs(letter, self.project) and self.webshop.lower() in {"", letter.webshop} and self.reason.lower() in said


def _belongs(letter: Letter, project: Project | None) -> bool:
    return project is None or letter.header("project") == str(project.id)


async def list_letters(store: Store, settings: Settings, filter_: Filter, *, done: bool = False) -> list[Bson]:
    """The letters that are open, or with `done` those that are settled, the newest first. AdminError as `read`."""
    found, rows = await asyncio.gather(read(store, settings, filter_), settling.settled(store))
    found.sort(key=lambda letter: (letter.at, letter.origin), reverse=True)
    shown = [(letter, state_of(rows, letter)) for letter in found]
    return [_row(letter, state) for letter, state in shown if (state != OPEN) == done]


async def show_letter(
    store: Store, settings: Settings, projects: Projects, position: str, project: Project | None = None
) -> dict[str, Any]:
    """One letter: why, the stack, the record's headers, and the record itself, decrypted. Missing when there is none."""
    letter = await one(settings, position, project)
    row = _row(letter, state_of(await settling.settled(store), letter))
    headers = {name: letter.header(name) for name, _ in letter.record.headers if not name.startswith("dlq_")}
    return {**row, "stack": letter.header("dlq_detail"), "headers": headers, **await _original(projects, letter)}


async def read(store: Store, settings: Settings, filter_: Filter) -> list[Letter]:
    """All letters that a filter chooses, settled or not; AdminError when it names no topic or webshop."""
    topics = filter_.topics()
    if filter_.webshop and not ObjectId.is_valid(filter_.webshop):
        raise AdminError(f"webshop: {filter_.webshop!r} is no _id of a webshop: expected 24 hexadecimal digits")
    found = await deadletters.read(settings, topics, filter_.has)
    # A destroyed webshop's letters are listed as long as there are any.
    if filter_.webshop and not found and not await _is_there(store, filter_.project, ObjectId(filter_.webshop)):
        where = f"in project {filter_.project.name}" if filter_.project else "in any project"
        raise Missing(f"there is no webshop {filter_.webshop.lower()} {where}", "webshop")
    return found


async def _is_there(store: Store, project: Project | None, webshop: ObjectId) -> bool:
    rows = store.collection(Control.PROJECTS).find({"destroyed_at": None}, {"database": 1})
    databases = [project.database] if project else [row["database"] async for row in rows]
    found = [await store.database(name)["webshops"].find_one({"_id": webshop}, {"_id": 1}) for name in databases]
    return any(found)


def state_of(rows: dict[str, Bson], letter: Letter) -> str:
    """What was not put back for sure is open: the next retry finds out."""
    state = str(rows.get(str(letter.origin), {}).get("state", OPEN))
    return OPEN if state == "retrying" else state


async def choose(store: Store, settings: Settings, positions: Sequence[str], filter_: Filter) -> list[Letter]:
    """The open letters that are meant, by their positions or by the filter. Missing when one of the positions has none,
    AdminError when it is settled.
    """
    rows = await settling.settled(store)
    if not positions:
        return [letter for letter in await read(store, settings, filter_) if state_of(rows, letter) == OPEN]
    found = {letter.origin: letter for letter in [await one(settings, each, filter_.project) for each in positions]}
    for letter in found.values():
        if (state := state_of(rows, letter)) != OPEN:
            at = iso(rows[str(letter.origin)]["at"])
            raise AdminError(f"{letter.position} was {state} already, at {at}")
    return list(found.values())


async def retry(store: Store, settings: Settings, letters: Sequence[Letter]) -> tuple[list[Letter], list[Left]]:
    """Put letters back on their topics; gives those that were, and those that were not with the reason."""
    back = await settling.retry(settings, store, letters)
    done, rows = {letter.origin for letter in back}, await settling.settled(store)
    return back, [(letter, _why_left(letter, rows)) for letter in letters if letter.origin not in done]


def _why_left(letter: Letter, rows: dict[str, Bson]) -> str:
    if letter.header(deadletters.CUT):
        return "only the beginning of the record was kept, it was too large: look at it, and discard it"
    row = rows.get(str(letter.origin), {})
    return f"it was {row.get('state', OPEN)} already, by another command at {iso(row['at'])}" if row else "it is still open"


async def one(settings: Settings, position: str, project: Project | None = None) -> Letter:
    """The letter at a position, its own or the original record's; Missing when there is none."""
    try:
        wanted = deadletters.position_of(position)
    except ValueError as error:
        raise Missing(str(error), "position") from None
    topics = [name for name in DEAD_LETTERS if wanted.topic in {name, name.removesuffix(".dlq")}]
    found = await deadletters.read(
        settings, topics, lambda letter: wanted in {letter.position, letter.origin} and _belongs(letter, project)
    )
    if not found:
        raise Missing(f"there is no dead letter at {position}", "position")
    return found[0]


def _row(letter: Letter, state: str) -> Bson:
    return {
        "position": str(letter.position),
        "origin": str(letter.origin),
        "at": iso(letter.at),
        "project": letter.header("project"),
        "webshop": letter.webshop,
        "type": letter.header("ce_type"),
        "subject": letter.header("ce_subject"),
        "field": letter.header("dlq_field"),
        "reason": letter.header("dlq_reason"),
        "state": state,
    }


async def _original(projects: Projects, letter: Letter) -> dict[str, Any]:
    """The record as it was: of the raw log decrypted, with what was kept of a webhook's headers."""
    value = letter.record.value or b""
    if letter.origin.topic not in _RAW:
        return {"original": json_or_text(value)}
    try:
        project = await projects.get(ObjectId(letter.header("project")))
        raw = rawlog.decode(project.cipher, letter.record.headers, value, str(letter.origin))
    except (DecryptionFailed, Unknown, ValueError, TypeError) as error:
        return {"original": f"<cannot be read: {error}>"}
    kept = {"webhook": raw.headers} if raw.headers else {}
    return {**kept, "original": json_or_text(raw.body)}


def json_or_text(body: bytes) -> Any:
    """What a body says, for people: JSON where it is."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")
