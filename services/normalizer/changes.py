"""The end of a batch compared with its beginning: the change to store and announce, and the mark to keep."""

from typing import Any

from services.normalizer import additions
from services.normalizer.guard import Seen
from services.normalizer.observations import Change, Mark
from services.normalizer.state import State
from shoprelay_runtime.codec import Values, seal
from shoprelay_schema.events import DocumentChange
from shoprelay_schema.raw import Evidence


def difference(state: State) -> Change | None:
    """The one change that the batch makes to a document; None when it ends as it began."""
    if state.written is None or state.seen is None or (not state.stored and not state.alive):
        return None
    if not state.alive:
        return _change(state, "deleted", {}, _deleted_body(state))
    changed = {n: v for n, v in state.values.items() if not _same_as_stored(state, n, v)}
    if state.stored and not changed and _source_kept(state):
        return None
    return _stored_change(state, changed)


def _same_as_stored(state: State, name: str, value: Any) -> bool:
    return bool(state.stored) and state.stored_says(name, value)


def _source_kept(state: State) -> bool:
    source = state.stored["source"]
    return bool(state.owns == source.get("owns") and state.said == source.get("said"))


def _stored_change(state: State, changed: Values) -> Change:
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
    return _change(state, "restored" if state.announced else "created", sealed, sealed)


def _source(state: State) -> dict[str, Any]:
    if state.seen is None or state.written is None:
        raise AssertionError("a source without an observation")
    source: dict[str, Any] = {
        "version": state.seen.version,
        "observed_at": state.seen.observed_at,
        "via": state.seen.via.value,
        "raw": state.raw,
    }
    return source | {name: value for name, value in (("owns", state.owns), ("said", state.said)) if value is not None}


def _deleted_body(state: State) -> dict[str, Any]:
    if state.evidence is None:
        raise AssertionError("a deletion without evidence")
    body = {"_id": state.id, "webshop_id": state.webshop_id, "evidence": state.evidence.value}
    source = {k: v for k, v in _source(state).items() if k not in {"owns", "said"}}
    return {**body, "source": source}


def _change(state: State, kind: DocumentChange, values: dict[str, Any], body: dict[str, Any]) -> Change:
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
        raw=state.written.cause or state.written.raw,
        pushed=state.written.pushed,
    )


def mark_after(state: State, *, changed: bool) -> Mark | None:
    """The row to keep where the document does not show its newest observation."""
    if state.seen is None:
        return None
    if not state.alive:
        # A destroyed webshop's own tombstone silences all that is said of it: its documents need none.
        kept = state.written is not None and state.evidence is not Evidence.DESTROYED
        return _mark(state, state.seen, deleted=True) if kept else None
    # A replay tells nothing new of when a document was looked at.
    looked = state.noted or (state.written is not None and not state.written.replayed)
    silent = looked and not changed
    revived = state.ended is not None or (state.mark is not None and state.mark.deleted)
    outlived = state.gone_at is not None and (state.mark is None or state.mark.gone_at != state.gone_at)
    return _mark(state, state.seen, deleted=False) if silent or revived or outlived else None


def _mark(state: State, seen: Seen, *, deleted: bool) -> Mark:
    return Mark(seen, deleted, state.webshop_id, raw=state.raw, announced=state.announced, gone_at=state.gone_at)
