"""Folds the observations of a batch over what is known: at most one change per document, whatever the order of arrival. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson import ObjectId

from services.normalizer import additions, status_lists
from services.normalizer.guard import Ruling, Seen, rising, rule, rule_deleted
from services.normalizer.observations import Change, Known, Mark, Observation, ReadAsked, Ref
from shoprelay_runtime.codec import Values, equal, seal, to_json, unseal
from shoprelay_runtime.projects import Project
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
        return equal(self.project.cipher, self.collection, name, self.stored.get(name), value)


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
    if observation.reevaluated:
        _reevaluate(state, observation)
        return
    if observation.values is None:
        _delete_with_children(state, observation, states, known)
        return
    if observation.follow_up and not state.alive:
        reads.add(observation.follow_up)
    values = _prepared(state, observation)
    if values is None:
        return
    ruling = _ruling(state, observation, values)
    if ruling is Ruling.WRITE:
        removed = _removed(state, observation)
        _write(state, observation, values)
        for child in removed:
            _delete(_state_of(child, states, known), child)
    elif ruling is Ruling.NOTE:
        state.seen, state.noted = observation.seen, True
    elif ruling is Ruling.ASK and observation.reread:
        reads.add(observation.reread)


def _prepared(state: _State, observation: Observation) -> Values | None:
    """The values as they would be stored; None: the merchant wants this order left alone."""
    values = dict(observation.values or {})
    if state.collection != "orders":
        return values
    additions.add_phones(values)
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


def _ruling(state: _State, observation: Observation, values: Values) -> Ruling:
    if not state.alive and state.seen is not None and (state.evidence or (state.mark and state.mark.deleted)):
        return rule_deleted(state.seen, observation.seen)
    return rule(
        state.seen,
        observation.seen,
        equal=lambda: all(state.says(name, value) for name, value in values.items()) and _owns_same(state, observation),
        greater=lambda: _canonical(state, values) < to_json(values),
    )


def _owns_same(state: _State, observation: Observation) -> bool:
    return observation.owns is None or observation.owns == (state.owns or {})


def _canonical(state: _State, values: Values) -> bytes:
    opened = unseal(state.project.cipher, state.collection, {n: state.stored.get(n) for n in values if n not in state.values})
    return to_json({**opened, **{n: state.values[n] for n in values if n in state.values}})


def _removed(state: _State, observation: Observation) -> list[Observation]:
    """Children that the parent listed before and lists no more: gone, with the parent as evidence."""
    now = {child for ids in (observation.owns or {}).values() for child in ids}
    before = state.owns or {} if observation.owns is not None else {}
    return [_child(observation, collection, child) for collection, ids in before.items() for child in ids if child not in now]


def _write(state: _State, observation: Observation, values: Values) -> None:
    known = state.seen
    if not state.alive:
        # What a deleted document said is gone with it; a stored one that comes back within a batch starts from nothing too.
        state.values = dict.fromkeys(state.stored.keys() - _OURS, None) if state.evidence else {}
    state.values.update(values)
    state.seen = Seen(observation.seen.version, rising(known, observation.seen), observation.seen.via)
    if observation.owns is not None:
        state.owns = observation.owns
    if state.collection == "orders":
        state.said = {name: (observation.values or {}).get(name) for name in status_lists.SAID}
    state.alive, state.evidence, state.written = True, "", observation


_OURS = frozenset({"_id", "webshop_id", "company_id", "source", "updated_at", "stock_movements"})


def _delete_with_children(state: _State, observation: Observation, states: dict[Ref, _State], known: Known) -> None:
    children = [_child(observation, collection, child) for collection, ids in (state.owns or {}).items() for child in ids]
    _delete(state, observation)
    if state.alive:
        return
    for child in children:
        _delete(_state_of(child, states, known), child)


def _child(observation: Observation, collection: str, child: ObjectId) -> Observation:
    return Observation(observation.shop, collection, child, observation.seen, observation.raw, None, gone="parent")


def _delete(state: _State, observation: Observation) -> None:
    stale = state.seen is not None and observation.seen.observed_at < state.seen.observed_at
    if stale and observation.gone != "destroyed":
        return
    version = max(state.seen.version if state.seen else "", observation.seen.version if observation.gone == "parent" else "")
    state.seen = Seen(version, rising(state.seen, Seen(version, observation.seen.observed_at, observation.seen.via)), Via.READ)
    state.alive, state.evidence, state.written, state.noted = False, observation.gone, observation, True


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
    if state.stored and not changed and state.owns == state.stored["source"].get("owns"):
        return None
    return _stored_change(state, changed)


def _same_as_stored(state: _State, name: str, value: Any) -> bool:
    return bool(state.stored) and equal(state.project.cipher, state.collection, name, state.stored.get(name), value)


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
        pushed=state.written.seen.via in {Via.WEBHOOK, Via.READ},
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
