"""Folds the observations of a batch over what is known: at most one change per document, whatever the order of arrival. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson import ObjectId

from services.normalizer import additions, status_lists
from services.normalizer.guard import NO_VERSION, Ruling, Seen, rising, rule, rule_deleted
from services.normalizer.observations import Change, Known, Mark, Observation, ReadAsked, Ref
from shoprelay_relays.phones import add_phones
from shoprelay_runtime.codec import Values, equal, seal, to_json, unseal
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.projects import Project
from shoprelay_schema.documents import COLLECTIONS
from shoprelay_schema.documents.base import attributes
from shoprelay_schema.raw import Via


@dataclass(slots=True)
class _State:
    """A document while a batch is folded over it. `values` holds what the batch changed, in plain."""

    project: Project
    webshop_id: ObjectId
    collection: str
    id: ObjectId
    stored: dict[str, Any]
    mark: Mark | None
    seen: Seen | None
    alive: bool
    values: Values = field(default_factory=dict)
    owns: dict[str, list[ObjectId]] | None = None
    said: Values | None = None
    written: Observation | None = None
    evidence: str = ""
    noted: bool = False

    def current(self, name: str) -> Any:
        """An attribute's present value; only asked for attributes that are not encrypted."""
        return self.values.get(name, self.stored.get(name))

    def says(self, name: str, value: Any) -> bool:
        """Whether an attribute already has this plain value."""
        if name in self.values:
            return bool(self.values[name] == value)
        return self.stored_says(name, value)

    def stored_says(self, name: str, value: Any) -> bool:
        """Whether the stored document has this plain value."""
        try:
            return equal(self.project.cipher, self.collection, name, self.stored.get(name), value)
        except (DecryptionFailed, AttributeError, TypeError):
            return False  # the operator wrote something of their own over an encrypted attribute: ours is written again

    def lists(self, child: Observation) -> bool:
        """Whether it is there and has this child."""
        return self.alive and child.id in (self.owns or {}).get(child.collection, ())


@dataclass(slots=True)
class Folded:
    """The outcome of a batch."""

    changes: list[Change] = field(default_factory=list)
    marks: dict[Ref, Mark] = field(default_factory=dict)
    reads: set[ReadAsked] = field(default_factory=set)


def fold(observations: list[Observation], known: Known) -> Folded:
    """Apply the observations in order and compare the end with the beginning."""
    states: dict[Ref, _State] = {}
    folded = Folded()
    for observation in observations:
        _apply(observation, states, known, folded.reads)
    for ref, state in states.items():
        change = _difference(state)
        if change:
            folded.changes.append(change)
        mark = _mark_after(state, changed=change is not None)
        if mark:
            folded.marks[ref] = mark
    return folded


def _state_of(observation: Observation, states: dict[Ref, _State], known: Known) -> _State:
    ref = observation.ref
    if ref not in states:
        stored = dict(known.documents.get(ref) or {})
        mark = known.marks.get(ref)
        states[ref] = _State(
            project=observation.shop.project,
            webshop_id=observation.shop.webshop_id,
            collection=observation.collection,
            id=observation.id,
            stored=stored,
            mark=mark,
            seen=_seen(stored, mark),
            alive=bool(stored),
            owns=(stored.get("source") or {}).get("owns"),
            said=(stored.get("source") or {}).get("said"),
        )
    return states[ref]


def _seen(stored: dict[str, Any], mark: Mark | None) -> Seen | None:
    source = stored.get("source")
    own = Seen(source["version"], source["observed_at"], Via(source["via"])) if source else None
    if mark is None or own is None:
        return mark.seen if mark else own
    return max(own, mark.seen, key=lambda s: (s.version, s.observed_at))


def _apply(observation: Observation, states: dict[Ref, _State], known: Known, reads: set[ReadAsked]) -> None:
    state = _state_of(observation, states, known)
    parent = states.get(observation.parent) if observation.parent else None
    if observation.reevaluated:
        _reevaluate(state, observation)
    elif observation.values is None:
        _delete_with_children(state, observation, states, known, reads)
    elif parent is None or parent.lists(observation):
        _look(state, observation, states, known, reads, listed=parent is not None)
    elif parent.seen is not None:
        # The record is older than what is known of its parent, by which this child is gone.
        _delete(state, _evidence(observation, observation.collection, observation.id, parent.seen), reads)


def _look(
    state: _State, observation: Observation, states: dict[Ref, _State], known: Known, reads: set[ReadAsked], *, listed: bool
) -> None:
    values = _prepared(state, observation)
    if values is None:
        return
    ruling = _ruling(state, observation, values, listed=listed)
    if ruling is Ruling.WRITE:
        if observation.follow_up and not state.alive:
            reads.add(observation.follow_up)
        removed = _removed(state, observation)
        _write(state, observation, values)
        for child in removed:
            _delete(_state_of(child, states, known), child, reads)
    elif ruling is Ruling.NOTE:
        state.seen, state.noted = observation.seen, True
    elif ruling is Ruling.ASK and observation.reread:
        reads.add(observation.reread)


def _prepared(state: _State, observation: Observation) -> Values | None:
    """The values as they would be stored; None: the merchant wants this order left alone."""
    values = dict(observation.values or {})
    if state.collection != "orders":
        return values
    add_phones(values)
    status_id = values.get("status_id")
    if not state.alive and status_lists.ignored(observation.shop.lists, status_id):
        return None
    return values | _evaluated(state, observation, status_id, {name: values.get(name) for name in status_lists.SAID})


def _evaluated(state: _State, observation: Observation, status_id: ObjectId | None, said: Values) -> Values:
    stored = {name: state.current(name) for name in status_lists.SAID} if state.alive else {}
    moment = _moment(observation.seen)
    return status_lists.evaluate(observation.shop.lists, status_id, said, stored, moment)


def _moment(seen: Seen) -> datetime:
    """The time of a change: the platform's own where its version is one."""
    try:
        told = datetime.fromisoformat(seen.version)
    except ValueError:
        return seen.observed_at
    return told.replace(microsecond=told.microsecond // 1000 * 1000)


def _ruling(state: _State, observation: Observation, values: Values, *, listed: bool) -> Ruling:
    if not state.alive and state.seen is not None and (state.evidence or (state.mark and state.mark.deleted)):
        return rule_deleted(state.seen, observation.seen, listed=listed)
    return rule(
        state.seen,
        observation.seen,
        equal=lambda: all(state.says(name, value) for name, value in values.items()) and _unseen_same(state, observation),
        greater=lambda: _canonical(state, values) < to_json(values),
    )


def _unseen_same(state: _State, observation: Observation) -> bool:
    """Whether what is kept beside the attributes is the same: the children, and what the shop said where lists decide."""
    owns_same = observation.owns is None or observation.owns == (state.owns or {})
    return owns_same and (state.collection != "orders" or state.said == _said(observation))


def _said(observation: Observation) -> Values:
    return {name: (observation.values or {}).get(name) for name in status_lists.SAID}


def _canonical(state: _State, values: Values) -> bytes:
    opened = unseal(state.project.cipher, state.collection, {n: state.stored.get(n) for n in values if n not in state.values})
    return to_json({**opened, **{n: state.values[n] for n in values if n in state.values}})


def _removed(state: _State, observation: Observation) -> list[Observation]:
    """Children that the parent listed before and lists no more: gone, with the parent as evidence.

    What came with the parent's former record is superseded by this one, also when that was asked later and answered earlier.
    """
    moment = max(observation.seen.observed_at, state.seen.observed_at) if state.seen else observation.seen.observed_at
    seen = Seen(observation.seen.version, moment, observation.seen.via)
    now = {child for ids in (observation.owns or {}).values() for child in ids}
    before = state.owns or {} if observation.owns is not None else {}
    gone = ((collection, child) for collection, ids in before.items() for child in ids if child not in now)
    return [_evidence(observation, collection, child, seen) for collection, child in gone]


def _write(state: _State, observation: Observation, values: Values) -> None:
    known = state.seen
    if not state.alive:
        # What a deleted document said is gone with it; a stored one that comes back within a batch starts from nothing too.
        state.values = dict.fromkeys(_told(state), None) if state.evidence else {}
    state.values.update(values)
    state.seen = Seen(observation.seen.version, rising(known, observation.seen), observation.seen.via)
    if observation.owns is not None:
        state.owns = observation.owns
    if state.collection == "orders":
        state.said = _said(observation)
    state.alive, state.evidence, state.written = True, "", observation


def _told(state: _State) -> set[str]:
    """The stored attributes that a shop tells; what the operator added is not among them."""
    return (state.stored.keys() & attributes(COLLECTIONS[state.collection])) - _OURS


_OURS = frozenset({"_id", "webshop_id", "company_id", "source", "updated_at", "stock_movements"})


def _delete_with_children(
    state: _State, observation: Observation, states: dict[Ref, _State], known: Known, reads: set[ReadAsked]
) -> None:
    children = [(collection, child) for collection, ids in (state.owns or {}).items() for child in ids]
    _delete(state, observation, reads)
    if state.alive:
        return
    for collection, child in children:
        evidence = _evidence(observation, collection, child, observation.seen)
        _delete(_state_of(evidence, states, known), evidence, reads)


def _evidence(of: Observation, collection: str, child: ObjectId, seen: Seen) -> Observation:
    """That a child is gone, learnt from its parent."""
    learnt = Seen(seen.version, seen.observed_at, Via.DERIVED)
    return Observation(of.shop, collection, child, learnt, of.raw, None, gone="parent", reread=of.reread, pushed=of.pushed)


def _delete(state: _State, observation: Observation, reads: set[ReadAsked]) -> None:
    known, new = state.seen, observation.seen
    if known is not None and state.alive and _stale(known, observation):
        if known.via is Via.WEBHOOK and observation.reread:
            reads.add(observation.reread)  # a push may arrive after a deletion that it did not know of
        if known.via is not Via.WEBHOOK or observation.gone != "parent":
            return  # else it goes now: the parent's next record may not differ any more
    if known is not None and not state.alive and known.observed_at >= new.observed_at:
        return
    version = max(known.version, new.version) if known else new.version
    state.seen = Seen(version, rising(known, Seen(version, new.observed_at, new.via)), new.via)
    state.alive, state.evidence, state.written, state.noted = False, observation.gone, observation, True


def _stale(known: Seen, observation: Observation) -> bool:
    """Whether evidence of a deletion is older than what is known. A trashed record has a version of its own; a 404 has a time."""
    if observation.gone == "destroyed":
        return False
    told = observation.gone != "parent" and observation.seen.version > NO_VERSION
    return (told and observation.seen.version < known.version) or observation.seen.observed_at < known.observed_at


def _reevaluate(state: _State, observation: Observation) -> None:
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


def _difference(state: _State) -> Change | None:
    if state.written is None or state.seen is None or (not state.stored and not state.alive):
        return None
    if not state.alive:
        return _change(state, "deleted", {}, _deleted_body(state))
    changed = {n: v for n, v in state.values.items() if not _same_as_stored(state, n, v)}
    if state.stored and not changed and _source_kept(state):
        return None
    return _stored_change(state, changed)


def _same_as_stored(state: _State, name: str, value: Any) -> bool:
    return bool(state.stored) and state.stored_says(name, value)


def _source_kept(state: _State) -> bool:
    source = state.stored["source"]
    return bool(state.owns == source.get("owns") and state.said == source.get("said"))


def _stored_change(state: _State, changed: Values) -> Change:
    if state.seen is None or state.written is None:
        raise AssertionError("a change without an observation")
    sealed = seal(state.project.cipher, state.collection, changed)
    if state.collection == "variants":
        movements = additions.stock_movements(state.stored, changed, state.seen.observed_at)
        sealed |= {"stock_movements": movements} if movements is not None else {}
    sealed |= {"updated_at": state.seen.observed_at, "source": _source(state)}
    if state.stored:
        return _change(state, "updated", sealed, {**state.stored, **sealed})
    sealed |= {"_id": state.id, "webshop_id": state.webshop_id, "company_id": state.written.shop.company_id}
    return _change(state, "created", sealed, sealed)


def _source(state: _State) -> dict[str, Any]:
    if state.seen is None or state.written is None:
        raise AssertionError("a source without an observation")
    source: dict[str, Any] = {
        "version": state.seen.version,
        "observed_at": state.seen.observed_at,
        "via": state.seen.via.value,
        "raw": state.written.raw,
    }
    return source | {name: value for name, value in (("owns", state.owns), ("said", state.said)) if value is not None}


def _deleted_body(state: _State) -> dict[str, Any]:
    body = {"_id": state.id, "webshop_id": state.webshop_id, "evidence": state.evidence}
    source = {k: v for k, v in _source(state).items() if k not in {"owns", "said"}}
    return {**body, "source": source}


def _change(state: _State, kind: str, values: dict[str, Any], body: dict[str, Any]) -> Change:
    if state.seen is None or state.written is None:
        raise AssertionError("a change without an observation")
    return Change(
        project=state.project,
        webshop_id=state.webshop_id,
        collection=state.collection,
        id=state.id,
        kind=kind,
        set=values,
        body=body,
        observed_at=state.seen.observed_at,
        raw=state.written.raw,
        pushed=state.written.pushed,
    )


def _mark_after(state: _State, *, changed: bool) -> Mark | None:
    """The row to keep where the document does not show its newest observation."""
    if state.seen is None:
        return None
    if not state.alive:
        return Mark(state.seen, deleted=True) if state.written else None
    silent = (state.noted or state.written is not None) and not changed
    revived = state.mark is not None and state.mark.deleted
    return Mark(state.seen, deleted=False) if silent or revived else None
