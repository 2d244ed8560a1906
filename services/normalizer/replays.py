"""What a replayed record may do: decide again what it decided, and nothing else. Pure; see docs/adr/0014-replay.md.

The guard compares observations that one mapping has read. A replay compares what the present mapping reads with what a former one
stored, so that versions alone do not tell which is newer: the record that a document's newest look comes from does.
"""

from services.normalizer.guard import Seen
from services.normalizer.observations import Observation
from services.normalizer.state import State


def admits(state: State, observation: Observation, parent: State | None, chief: State | None = None) -> bool:
    """Whether a replayed observation is heard: it is the newest look at its document, or later than that, or the first one.

    Nothing that was deleted comes back; a child is heard where its parent's newest look lists it. `chief`: of what is named in
    passing, the document that the record is about: what it named once and names no more (a buyer whose data was erased) is not
    made from its old records.
    """
    if parent is not None and not parent.lists(observation):
        return False
    if state.seen is None:
        return observation.values is not None and (chief is None or chief.raw == observation.raw)
    if not state.alive:
        return False
    return is_newest(state, observation) or (observation.values is not None and _later(observation.seen, state.seen))


def is_newest(state: State, observation: Observation) -> bool:
    """Whether a replayed observation is the document's newest look itself, read again."""
    return observation.replayed and observation.raw == state.raw


def held_against(state: State, observation: Observation) -> Seen | None:
    """What the guard compares an observation with: the newest one that is known, but a look that is read again starts anew."""
    if not is_newest(state, observation):
        return state.seen
    # One record can tell of a document twice; then its two parts are compared with each other.
    return state.written.seen if state.written and state.written.raw == observation.raw else None


def _later(new: Seen, known: Seen) -> bool:
    """Later by both: a former mapping's version says too little."""
    return (
        new.version >= known.version
        and new.observed_at >= known.observed_at
        and (new.version, new.observed_at) != (known.version, known.observed_at)
    )
