"""How a document came to be what it is: what each record said of it, and what the guard made of that. Pure.

Each record is folded over what the records before it left, by the normalizer's own rules and the present mapping.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from services.normalizer import status_lists
from services.normalizer.fold import Folded, fold
from services.normalizer.guard import Seen
from services.normalizer.observations import Change, Known, Observation, Ref
from services.normalizer.state import State, state_of
from services.normalizer.verdicts import lost, won
from shoprelay_runtime.codec import Values, unseal
from shoprelay_schema.raw import RawRecord, Via

STAMPS: Final = frozenset({"_id", "source", "updated_at", "stock_movements", "webshop_id", "company_id"})


@dataclass(frozen=True, slots=True)
class Step:
    """One record. `outcome`: created, updated, deleted, restored, same or lost; `why`: the rule, for people.

    `said`: what it said, in plain; None: that the document is gone. `fields`: what it changed, as (before, after). `via`: how it
    was learnt; `version`: the shop's, as it is stored.
    """

    record: RawRecord
    via: Via
    version: str
    outcome: str
    why: str
    said: Values | None
    fields: dict[str, tuple[Any, Any]]
    evidence: str = ""


@dataclass(slots=True)
class History:
    """The steps of one document. Records are added in the order of the log."""

    ref: Ref
    known: Known = field(default_factory=Known)
    steps: list[Step] = field(default_factory=list)
    _parents: set[Ref] = field(default_factory=set)

    def add(self, record: RawRecord, observations: Sequence[Observation]) -> bool:
        """What one record says, of every document; gives whether it was about this one."""
        mine = [each for each in observations if each.ref == self.ref]
        self._parents |= {named for each in mine if (named := each.parent or each.kin)} | {
            o.ref for o in observations if self._lists(o)
        }
        kin = [each for each in observations if each.ref == self.ref or each.ref in self._parents]
        if not kin:
            return False
        _, collection, _id = self.ref
        before = state_of(mine[0] if mine else replace(kin[0], collection=collection, id=_id), {}, self.known)
        folded = fold(kin, self.known)
        changes = [change for change in folded.changes if (change.collection, change.id) == (collection, _id)]
        if mine or changes:
            self.steps.append(_step(record, mine, before, changes, folded))
        self._remember(folded)
        return bool(mine or changes)

    def _lists(self, observation: Observation) -> bool:
        return self.ref[2] in (observation.owns or {}).get(self.ref[1], ())

    def _remember(self, folded: Folded) -> None:
        for change in folded.changes:
            ref = (change.project.id, change.collection, change.id)
            if ref == self.ref or ref in self._parents:
                self.known.documents[ref] = {} if change.kind == "deleted" else change.body
        self.known.marks |= {ref: mark for ref, mark in folded.marks.items() if ref == self.ref or ref in self._parents}

    def end(self) -> dict[str, Any]:
        """The document as the log makes it, sealed; {} when it is not there."""
        return dict(self.known.documents.get(self.ref) or {})


def _step(record: RawRecord, mine: Sequence[Observation], before: State, changes: Sequence[Change], folded: Folded) -> Step:
    said = mine[-1] if mine else None
    seen = said.seen if said else Seen("", record.observed_at, Via.DERIVED)
    made = Step(record, seen.via, seen.version, "lost", "", said.values if said else None, {})
    if changes:
        return _changed(made, before, said, changes[-1])
    if said is None or _same(before, said, folded):
        return replace(made, outcome="same", why="says what is stored already")
    return replace(made, why=lost(before, said, asked=bool(folded.reads)))


def _changed(made: Step, before: State, said: Observation | None, change: Change) -> Step:
    if change.kind == "deleted":
        return replace(made, outcome="deleted", why=won(before, said), evidence=str(change.body["evidence"]))
    return replace(made, outcome=change.kind, why=won(before, said), fields=_fields(before, change))


def _fields(before: State, change: Change) -> dict[str, tuple[Any, Any]]:
    names = sorted(change.set.keys() - STAMPS)
    cipher, collection = change.project.cipher, change.collection
    old = unseal(cipher, collection, {name: before.stored.get(name) for name in names})
    new = unseal(cipher, collection, {name: change.body.get(name) for name in names})
    return {name: (old[name], new[name]) for name in names}


def _same(before: State, said: Observation, folded: Folded) -> bool:
    if said.values is None or not before.alive:
        return False
    if said.ref in folded.marks:
        return True
    # What the merchant's lists decide of an order is not what the shop said.
    return all(before.says(name, value) for name, value in said.values.items() if name not in status_lists.SAID)
