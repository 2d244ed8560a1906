"""Raw records of which nothing was made: dead letters, and what the present mapping cannot read; which documents they name."""

from dataclasses import dataclass
from typing import Final

from bson import ObjectId

from services.normalizer.observations import Ref
from services.normalizer.observe import rejected
from shoprelay_relays.spec import Relay
from shoprelay_runtime import deadletters, settling
from shoprelay_runtime.admin.dead_letters import state_of
from shoprelay_runtime.deadletters import Letter
from shoprelay_runtime.projects import Webshop
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.raw import RawKind, RawRecord
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE

REJECTED: Final = "rejected"
"""The outcome of a record that is a dead letter."""
Rejected = tuple[Letter, str]
"""A dead letter, and what became of it."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """`named`: the documents that it is about; `letter`: its dead letter; `at`: how many steps there are before it."""

    record: RawRecord
    why: str
    named: frozenset[Ref]
    letter: str = ""
    at: int = 0


async def rejected_records(settings: Settings, store: Store, project: ObjectId) -> dict[str, Rejected]:
    """The dead letters of a project's raw records, by the records' positions."""
    topics = (RAW_LIVE.dead_letter, RAW_BACKFILL.dead_letter)
    letters = await deadletters.read(settings, topics, lambda each: each.header("project") == str(project))
    rows = await settling.settled(store) if letters else {}
    return {str(letter.origin): (letter, state_of(rows, letter)) for letter in letters}


def dead(found: Rejected, record: RawRecord, named: frozenset[Ref]) -> Unheard:
    """A record that the normalizer has rejected."""
    letter, state = found
    why = _both(letter.header("dlq_field"), letter.header("dlq_reason"))
    return Unheard(record, f"dead letter {letter.position} ({state}): {why}", named, str(letter.position))


def unreadable(error: Exception, record: RawRecord, named: frozenset[Ref]) -> Unheard:
    """A record that the present mapping cannot read."""
    why = rejected(record.position, error)
    return Unheard(record, _both(why.field, why.reason), named)


def named(record: RawRecord, shop: Webshop, relay: Relay) -> frozenset[Ref]:
    """The documents that a record names by itself, before any mapping; none when it cannot be read that far."""
    try:
        resources = [(relay.resource(name), remote_id) for name, remote_id in _things(record, relay)]
        names = [(each.collection or each.name, each.key(remote_id)) for each, remote_id in resources]
    except Exception:  # noqa: BLE001 - it may be rejected for this very reason
        return frozenset()
    return frozenset((shop.project.id, name, shop.id(name, key)) for name, key in names)


def _things(record: RawRecord, relay: Relay) -> list[tuple[str, str]]:
    if record.kind is RawKind.WEBHOOK_RECEIVED and relay.webhook is not None:
        return [(item.resource, item.remote_id) for item in relay.webhook.route(record.headers, record.body).records]
    return [(record.resource, record.remote_id)]


def _both(field: str, reason: str) -> str:
    return ": ".join(each for each in (field, reason) if each)
