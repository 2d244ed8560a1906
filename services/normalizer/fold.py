"""Folds the observations of a batch over what is known: at most one change per document, whatever the order of arrival. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from bson import ObjectId

from services.normalizer import replays, status_lists
from services.normalizer.changes import difference, mark_after
from services.normalizer.deletions import by_parent, delete, delete_with_children, removed
from services.normalizer.guard import Ruling, Seen, is_derived, moment, rising, rule, rule_deleted
from services.normalizer.observations import Change, Known, Mark, Observation, Ref
from services.normalizer.state import State, state_of
from shoprelay_relays.phones import add_phones
from shoprelay_runtime.codec import Values, to_json, unseal
from shoprelay_runtime.direct_reads import ReadAsked
from shoprelay_schema.documents import COLLECTIONS
from shoprelay_schema.documents.base import attributes
from shoprelay_schema.raw import Via


@dataclass(slots=True)
class Folded:
    """The outcome of a batch."""

    changes: list[Change] = field(default_factory=list)
    marks: dict[Ref, Mark] = field(default_factory=dict)
    reads: set[ReadAsked] = field(default_factory=set)


def fold(observations: list[Observation], known: Known) -> Folded:
    """Apply the observations in order and compare the end with the beginning."""
    states: dict[Ref, State] = {}
    folded = Folded()
    for observation in observations:
        _apply(observation, states, known, folded.reads)
    for ref, state in states.items():
        change = difference(state)
        folded.changes += [each for each in (state.ended, change) if each]
        mark = mark_after(state, changed=change is not None)
        if mark:
            folded.marks[ref] = mark
    return folded


def _apply(observation: Observation, states: dict[Ref, State], known: Known, reads: set[ReadAsked]) -> None:
    state = state_of(observation, states, known)
    parent = states.get(observation.parent) if observation.parent else None
    if observation.replayed:
        chief = states.get(observation.chief) if observation.chief else None
        if not replays.admits(state, observation, parent, chief):
            return
        reads = set()  # what it asked for then was answered by a record that is replayed, too
    if observation.reevaluated:
        _reevaluate(state, observation)
    elif observation.values is None:
        delete_with_children(state, observation, states, known, reads)
    elif _bereft(observation, states, known):
        if observation.seen.via is Via.WEBHOOK and observation.reread:
            reads.add(observation.reread)
    elif parent is None or parent.lists(observation):
        _look(state, observation, states, known, reads, listed=parent is not None)
    elif parent.seen is not None:
        # The record is older than what is known of its parent, by which this child is gone.
        delete(state, by_parent(observation, parent.ref, observation.collection, observation.id, parent.seen), reads)


def _bereft(observation: Observation, states: dict[Ref, State], known: Known) -> bool:
    """Whether a child that comes by itself is no younger than the deletion of its parent, which it went along with.

    Nobody would delete it any more. A push of it may be of any age.
    """
    if observation.kin is None:
        return False
    state, mark = states.get(observation.kin), known.marks.get(observation.kin)
    deleted = state.seen if state and state.deleted else mark.seen if not state and mark and mark.deleted else None
    return deleted is not None and (observation.seen.via is Via.WEBHOOK or observation.seen.observed_at <= deleted.observed_at)


def _look(
    state: State, observation: Observation, states: dict[Ref, State], known: Known, reads: set[ReadAsked], *, listed: bool
) -> None:
    values = _prepared(state, observation)
    if values is None:
        return
    ruling = _ruling(state, observation, values, listed=listed)
    if ruling is Ruling.WRITE and _of_before(state, observation, _gone_at(state, observation, states, known)):
        ruling = Ruling.ASK if observation.seen.via is Via.WEBHOOK else Ruling.DROP
    if ruling is Ruling.WRITE:
        if observation.follow_up and not state.alive:
            reads.add(observation.follow_up)
        lost = removed(state, observation)
        _write(state, observation, values)
        for child in lost:
            delete(state_of(child, states, known), child, reads)
    elif ruling is Ruling.NOTE:
        state.seen, state.raw, state.noted = observation.seen, observation.raw, True
    elif ruling is Ruling.ASK and observation.reread:
        reads.add(observation.reread)


def _prepared(state: State, observation: Observation) -> Values | None:
    """The values as they would be stored; None: the merchant wants this order left alone."""
    values = dict(observation.values or {})
    if state.collection != "orders":
        return values
    add_phones(values)
    status_id = values.get("status_id")
    if not state.alive and status_lists.ignored(observation.shop.lists, status_id):
        return None
    return values | _evaluated(state, observation, status_id, {name: values.get(name) for name in status_lists.SAID})


def _evaluated(state: State, observation: Observation, status_id: ObjectId | None, said: Values) -> Values:
    stored = {name: state.current(name) for name in status_lists.SAID} if state.alive else {}
    return status_lists.evaluate(observation.shop.lists, status_id, said, stored, _changed_at(observation.seen))


def _changed_at(seen: Seen) -> datetime:
    """The time of a change: the platform's own where its version is one."""
    told = moment(seen)
    return told.replace(microsecond=told.microsecond // 1000 * 1000) if told else seen.observed_at


def _ruling(state: State, observation: Observation, values: Values, *, listed: bool) -> Ruling:
    if state.deleted and state.seen is not None:
        return rule_deleted(state.seen, observation.seen, listed=listed, told=observation.told)
    return rule(
        replays.held_against(state, observation),
        observation.seen,
        equal=lambda: all(state.says(name, value) for name, value in values.items()) and _unseen_same(state, observation),
        greater=lambda: _canonical(state, values) < to_json(values),
    )


def _of_before(state: State, observation: Observation, gone_at: datetime | None) -> bool:
    """Whether a record of its own says what was before that record was gone, of a document that lives on because others tell of
    it: a deleted account's customer, who ordered as a guest. When a push left the shop, nobody knows.
    """
    if not state.alive or gone_at is None or state.seen is None or not is_derived(state.seen):
        return False
    new = observation.seen
    return not is_derived(new) and (new.via is Via.WEBHOOK or new.observed_at < gone_at) and not observation.replayed


def _gone_at(state: State, observation: Observation, states: dict[Ref, State], known: Known) -> datetime | None:
    """When the record was last found gone. Before anybody knew that an account is this customer, its own id was told of that."""
    own = states.get(observation.own) or known.marks.get(observation.own)
    return max((each.gone_at for each in (state, own) if each and each.gone_at), default=None)


def _unseen_same(state: State, observation: Observation) -> bool:
    """Whether what is kept beside the attributes is the same: the children, and what the shop said where lists decide."""
    owns_same = observation.owns is None or observation.owns == (state.owns or {})
    return owns_same and (state.collection != "orders" or state.said == _said(observation))


def _said(observation: Observation) -> Values:
    return {name: (observation.values or {}).get(name) for name in status_lists.SAID}


def _canonical(state: State, values: Values) -> bytes:
    opened = unseal(state.project.cipher, state.collection, {n: state.stored.get(n) for n in values if n not in state.values})
    return to_json({**opened, **{n: state.values[n] for n in values if n in state.values}})


def _write(state: State, observation: Observation, values: Values) -> None:
    known = state.seen
    if not state.alive:
        if state.stored and state.stored["source"]["version"] > observation.seen.version:
            _end(state)
        # What a deleted document said is gone with it; a stored one that comes back within a batch starts from nothing too.
        state.values = dict.fromkeys(_told(state), None) if state.evidence else {}
    state.values.update(values)
    new = observation.seen
    if state.alive and known and known.version > new.version:
        new = Seen(known.version, new.observed_at, new.via)  # a replay, by a mapping that reads another version
    state.seen, state.raw = Seen(new.version, rising(known, new), new.via), observation.raw
    if observation.owns is not None:
        state.owns = observation.owns
    if state.collection == "orders":
        state.said = _said(observation)
    state.alive, state.evidence, state.written = True, None, observation


def _end(state: State) -> None:
    """An update never takes a version back: a document that comes back as less (an account is gone, its orders name the person)
    is another one.
    """
    state.ended = difference(state)
    state.stored, state.owns, state.said = {}, None, None


def _told(state: State) -> set[str]:
    """The stored attributes that a shop tells; what the operator added is not among them."""
    return (state.stored.keys() & attributes(COLLECTIONS[state.collection])) - _OURS


_OURS = frozenset({"_id", "webshop_id", "company_id", "source", "updated_at", "stock_movements"})


def _reevaluate(state: State, observation: Observation) -> None:
    if not state.alive or state.said is None or state.seen is None:
        return
    values = _evaluated(state, observation, state.current("status_id"), state.said)
    if all(state.says(name, value) for name, value in values.items()):
        return
    state.values.update(values)
    state.seen = Seen(
        state.seen.version, rising(state.seen, Seen(state.seen.version, state.seen.observed_at, Via.DERIVED)), state.seen.via
    )
    state.written = observation
