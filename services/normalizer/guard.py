"""The version guard: what an observation may do to the document it is about. Pure; any order of arrival ends the same.

Versions are sortable text (see Source.version); observed_at tells looks at one and the same version apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from shoprelay_schema.raw import Via

TICK: Final = timedelta(milliseconds=1)
NO_VERSION: Final = "-"
_DERIVED: Final = "!"
_TOLD: Final = frozenset({Via.WEBHOOK, Via.FEED})
"""We were told, and did not look: when that was true, the time of its arrival does not say."""


class Ruling(Enum):
    """What to do with an observation."""

    WRITE = auto()
    NOTE = auto()
    """Nothing new; remember that it was looked at."""
    DROP = auto()
    """Older than what is known."""
    ASK = auto()
    """A push that contradicts what is known at this version: it does not decide, a direct read does."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest known observation of a document."""

    version: str
    observed_at: datetime
    via: Via


def is_derived(seen: Seen) -> bool:
    """Whether it is what another record said of the document."""
    return seen.version.startswith(_DERIVED)


def stored_version(version: str, *, derived: bool) -> str:
    """The version as it is stored: what is derived sorts before "none", which sorts before every time and revision."""
    return _DERIVED + version if derived else version or NO_VERSION


def rule(known: Seen | None, new: Seen, *, equal: Callable[[], bool], greater: Callable[[], bool]) -> Ruling:
    """Rule on an observation of a living (or never seen) document.

    `equal`: whether the content is the same; `greater`: decides between two contents that were read in one millisecond.
    """
    if known is None or new.version > known.version:
        return Ruling.WRITE
    if new.version < known.version:
        return Ruling.DROP
    return _rule_same_version(known, new, equal, greater)


def _rule_same_version(known: Seen, new: Seen, equal: Callable[[], bool], greater: Callable[[], bool]) -> Ruling:
    if equal():
        return Ruling.NOTE if new.observed_at > known.observed_at else Ruling.DROP
    if new.via is Via.WEBHOOK:
        return Ruling.ASK
    if new.observed_at > known.observed_at:
        return Ruling.WRITE
    if known.via is Via.WEBHOOK:
        return Ruling.ASK
    return Ruling.WRITE if new.observed_at == known.observed_at and greater() else Ruling.DROP


def rule_deleted(tombstone: Seen, new: Seen, *, listed: bool, told: bool = False) -> Ruling:
    """Rule on an observation of a deleted document: only a look after the deletion brings it back.

    `listed`: the newest record of its parent has it, which outweighs that an older one of the parent had it no more.
    `told`: a push names it in passing: like the push itself, that may be of before the deletion (a late webhook of an order whose
    buyer's account is gone).
    """
    if listed and tombstone.via is Via.DERIVED:
        return Ruling.WRITE
    later = new.observed_at > tombstone.observed_at
    pushed = told or new.via is Via.WEBHOOK
    if later and not pushed:
        return Ruling.WRITE
    # A late push of what was before the deletion looks just like one of a restored record; so does a deletion that we were told
    # of and that is older than the record it is held against.
    doubtful = pushed or tombstone.via in _TOLD
    news = later or new.version > tombstone.version or timeless(tombstone)
    return Ruling.ASK if doubtful and news else Ruling.DROP


def timeless(deletion: Seen) -> bool:
    """Whether we were told of a deletion and not of when it was: the record may have been restored since."""
    return deletion.via in _TOLD and deletion.version <= NO_VERSION


def refuted(known: Seen, deletion: Seen) -> bool:
    """Whether a look at the living document may be later than the deletion that we are told of.

    A deletion without a time always may be older; one that has the platform's time is, when the look was asked for after that
    time by our clock. Where the two clocks differ, a look too many is asked for.
    """
    if timeless(deletion):
        return True
    if deletion.via not in _TOLD or known.via in _TOLD or deletion.version < known.version:
        return False
    told = moment(deletion)
    return told is not None and told < known.observed_at


def moment(seen: Seen) -> datetime | None:
    """The platform's own time of an observation; None where its version is none."""
    try:
        return datetime.fromisoformat(seen.version)
    except ValueError:
        return None


def rising(known: Seen | None, new: Seen) -> datetime:
    """The observed_at to store, such that (version, observed_at) rises with each stored change."""
    if known is None or new.version > known.version:
        return new.observed_at
    return max(new.observed_at, known.observed_at + TICK)
