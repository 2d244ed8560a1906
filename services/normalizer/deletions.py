"""Ends of documents: by evidence that a record is gone, and of the children that went along with it. Pure."""

from typing import Final

from bson import ObjectId

from services.normalizer import replays
from services.normalizer.guard import NO_VERSION, Seen, refuted, rising, timeless
from services.normalizer.observations import PARENTS, Known, Observation, Ref
from services.normalizer.state import State, state_of
from shoprelay_runtime.direct_reads import ReadAsked
from shoprelay_schema.raw import Evidence, Via

_LOOKS: Final = frozenset({Via.POLL, Via.READ})


def delete_with_children(
    state: State, observation: Observation, states: dict[Ref, State], known: Known, reads: set[ReadAsked]
) -> None:
    children = [(collection, child) for collection, ids in (state.owns or {}).items() for child in ids]
    children += _orphans(state, states, known) if not children else []
    delete(state, observation, reads)
    if state.alive:
        return
    for collection, child in children:
        evidence = by_parent(observation, state.ref, collection, child, observation.seen)
        delete(state_of(evidence, states, known), evidence, reads)


def removed(state: State, observation: Observation) -> list[Observation]:
    """Children that the parent listed before and lists no more: gone, with the parent as evidence.

    What came with the parent's former record is superseded by this one, also when that was asked later and answered earlier.
    """
    latest = max(observation.seen.observed_at, state.seen.observed_at) if state.seen else observation.seen.observed_at
    seen = Seen(observation.seen.version, latest, observation.seen.via)
    now = {child for ids in (observation.owns or {}).values() for child in ids}
    before = state.owns or {} if observation.owns is not None else {}
    gone = ((collection, child) for collection, ids in before.items() for child in ids if child not in now)
    return [by_parent(observation, state.ref, collection, child, seen) for collection, child in gone]


def _orphans(state: State, states: dict[Ref, State], known: Known) -> list[tuple[str, ObjectId]]:
    """Children that came by themselves, before anything was heard of their parent: stored ones, and those of this batch."""
    stored = known.orphans.get(state.ref, [])
    new = [
        (each.collection, each.id)
        for each in states.values()
        if each.alive
        and PARENTS.get(each.collection, ("", ""))[0] == state.collection
        and each.current(PARENTS[each.collection][1]) == state.id
    ]
    return list(dict.fromkeys([*stored, *new]))


def by_parent(of: Observation, parent: Ref, collection: str, child: ObjectId, seen: Seen) -> Observation:
    """That a child is gone, learnt from its parent."""
    learnt = Seen(seen.version, seen.observed_at, Via.DERIVED)
    return Observation(
        of.shop,
        collection,
        child,
        learnt,
        of.raw,
        None,
        gone=Evidence.PARENT,
        reread=of.reread,
        parent=parent,
        pushed=of.pushed,
        replayed=of.replayed,
        cause=of.cause,
    )


def delete(state: State, observation: Observation, reads: set[ReadAsked]) -> None:
    if _anothers(state, observation) or _hearsay(state, observation, reads):
        return
    known, new = state.seen, observation.seen
    if known is not None and state.alive and _stale(known, observation) and not replays.is_newest(state, observation):
        if known.via is Via.WEBHOOK and observation.reread:
            reads.add(observation.reread)  # a push may arrive after a deletion that it did not know of
        if known.via is not Via.WEBHOOK or observation.gone is not Evidence.PARENT:
            return  # else it goes now: the parent's next record may not differ any more
    if known is not None and not state.alive and known.observed_at >= new.observed_at:
        return
    version = max(known.version, new.version) if known else new.version
    state.seen = Seen(version, rising(known, Seen(version, new.observed_at, new.via)), new.via)
    state.alive, state.evidence, state.written, state.noted = False, observation.gone, observation, True
    if new.via in _LOOKS:
        state.gone_at = max(new.observed_at, state.gone_at or new.observed_at)
    state.raw = observation.raw


def _anothers(state: State, observation: Observation) -> bool:
    """Whether a child has another parent now than the one whose record lacks it: a variant that was moved to another product."""
    if observation.gone is not Evidence.PARENT or observation.parent is None or state.collection not in PARENTS:
        return False
    named = state.current(PARENTS[state.collection][1])
    return named is not None and named != observation.parent[2]


def _hearsay(state: State, observation: Observation, reads: set[ReadAsked]) -> bool:
    """Whether a deletion that we are told of does not decide: a look may be later than it, and another one is asked for.

    Where the record cannot be read, we take the platform at its word.
    """
    if state.deleted:
        return timeless(observation.seen)
    if state.seen is None or not observation.reread or not refuted(state.seen, observation.seen):
        return False
    reads.add(observation.reread)
    return True


def _stale(known: Seen, observation: Observation) -> bool:
    """Whether evidence of a deletion is older than what is known. A trashed record has a version of its own; a 404 has a time."""
    if observation.gone is Evidence.DESTROYED:
        return False
    told = observation.gone is not Evidence.PARENT and observation.seen.version > NO_VERSION
    return (told and observation.seen.version < known.version) or observation.seen.observed_at < known.observed_at
