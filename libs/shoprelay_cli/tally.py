"""What a replay counts: documents by what happens to them, and a few of them shown field by field."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bson import ObjectId

from services.normalizer.observations import Change
from services.normalizer.rehearsal import Rehearsed
from shoprelay_runtime.codec import Values, unseal
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_schema.raw import RawRecord

KINDS: Final = ("created", "updated", "deleted")
_STAMPS: Final = frozenset({"_id", "source", "updated_at", "stock_movements", "webshop_id", "company_id"})
_NAMES: Final = ("order_number", "sku", "name", "email", "remote_id")


@dataclass(frozen=True, slots=True)
class Example:
    """One document that changes. `fields`: what it says before and after, decrypted."""

    collection: str
    id: ObjectId
    name: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(slots=True)
class Tally:
    """Counts each document once, by what happens to it in the end. `documents`: by collection and kind."""

    examples_each: int = 3
    records: int = 0
    replayed: int = 0
    dead_letters: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)
    documents: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)
    _kinds: dict[tuple[str, ObjectId], str] = field(default_factory=dict)

    def read(self, records: Sequence[RawRecord], done: Sequence[Rehearsed]) -> None:
        """Records that were looked at."""
        self.records += len(records)
        self.unreadable.update(
            f"{one.record.relay}/{one.record.resource}: {one.rejected.field or '-'}: {one.rejected.reason}"
            for one in done
            if one.rejected
        )

    def count(self, selected: Sequence[Rehearsed]) -> None:
        """Records that change something."""
        self.replayed += len(selected)
        for one in selected:
            for change, before in one.changes:
                self._count(change)
                self._show(change, before)

    def _count(self, change: Change) -> None:
        name, before = (change.collection, change.id), self._kinds.get((change.collection, change.id))
        after = "created" if (before, change.kind) == ("created", "updated") else change.kind
        if before:
            self.documents[change.collection, before] -= 1
        if (before, after) == ("created", "deleted"):
            del self._kinds[name]
        else:
            self._kinds[name] = after
            self.documents[change.collection, after] += 1

    def _show(self, change: Change, before: Values) -> None:
        if change.kind != "updated" or sum(e.collection == change.collection for e in self.examples) >= self.examples_each:
            return
        names = sorted(change.set.keys() - _STAMPS)
        old, new = (_opened(change, row, names) for row in (before, change.body))
        name = next((str(v) for v in _opened(change, change.body, _NAMES).values() if v is not None), "")
        self.examples.append(Example(change.collection, change.id, name, {each: (old[each], new[each]) for each in names}))

    def totals(self) -> dict[str, dict[str, int]]:
        """Documents by collection and by what happens to them; collections in which nothing happens are left out."""
        found = {name for (name, _), count in self.documents.items() if count}
        return {name: {kind: self.documents[name, kind] for kind in KINDS} for name in sorted(found)}

    def row(self) -> dict[str, Any]:
        """For going on later."""
        unread = {"dead_letters": self.dead_letters, "unreadable": [[why, count] for why, count in self.unreadable.items()]}
        return {"documents": self.totals(), "records": self.records, "replayed": self.replayed, **unread}

    def go_on(self, row: Mapping[str, Any]) -> None:
        """What an interrupted run had counted."""
        self.documents.update({(name, kind): n for name, kinds in row["documents"].items() for kind, n in kinds.items()})
        self.records, self.replayed, self.dead_letters = row["records"], row["replayed"], row["dead_letters"]
        self.unreadable.update(dict(row["unreadable"]))


def _opened(change: Change, row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    sealed = {name: row.get(name) for name in names}
    try:
        return unseal(change.project.cipher, change.collection, sealed)
    except (DecryptionFailed, AttributeError, TypeError):
        return sealed  # the operator wrote something of their own over an encrypted attribute
