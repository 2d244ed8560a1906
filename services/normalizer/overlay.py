"""What a dry run would have written, on a private temporary database: a replay can change more than fits into memory."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import bson
from bson.codec_options import CodecOptions

from services.normalizer.customers import Alias, Key
from services.normalizer.fold import Folded
from services.normalizer.marks import mark_of, row_of
from services.normalizer.observations import Known, Observation, Ref

_OPTIONS: Final[CodecOptions[dict[str, Any]]] = CodecOptions(tz_aware=True)
_DOCUMENT: Final = "d"
_MARK: Final = "m"


@dataclass(slots=True)
class Overlay:
    """Documents as they are stored, encrypted attributes encrypted; the file has no name and goes with the process."""

    _file: sqlite3.Connection = field(init=False)
    _customers: dict[Key, Alias] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._file = sqlite3.connect("")
        self._file.execute("create table kept (ref blob primary key, content blob)")

    def close(self) -> None:
        """Forget everything."""
        self._file.close()

    def keep(self, folded: Folded) -> None:
        """These changes and marks would have been written."""
        for change in folded.changes:
            body = {} if change.kind == "deleted" else change.body
            self._put(_DOCUMENT, (change.project.id, change.collection, change.id), body)
        for ref, mark in folded.marks.items():
            self._put(_MARK, ref, row_of(mark))

    def keep_customers(self, aliases: Mapping[Key, Alias]) -> None:
        """These customers' keys would have been written."""
        self._customers |= aliases

    def fill_customers(self, known: Known) -> None:
        """What is known of customers' keys."""
        for key, alias in self._customers.items():
            known.customers[key] = alias.customer
            if alias.account:
                known.accounts[key] = alias.account

    def fill_documents(self, observations: Iterable[Observation], known: Known) -> None:
        """What would be stored now of the observations' documents and of those that they own; {} where one would be deleted."""
        refs = {observation.ref for observation in observations}
        found = self._get(_DOCUMENT, refs)
        owned = {
            (project, collection, child)
            for (project, _, _), row in found.items()
            for collection, ids in ((row.get("source") or {}).get("owns") or {}).items()
            for child in ids
        }
        known.documents |= found | self._get(_DOCUMENT, owned)

    def fill_marks(self, known: Known) -> None:
        """The marks of the documents that are known."""
        for ref, row in self._get(_MARK, known.documents.keys() | known.marks.keys()).items():
            known.marks[ref] = mark_of(row)

    def _put(self, kind: str, ref: Ref, content: Mapping[str, Any]) -> None:
        self._file.execute("insert or replace into kept values (?, ?)", (_key(kind, ref), bson.encode(content)))

    def _get(self, kind: str, refs: Iterable[Ref]) -> dict[Ref, dict[str, Any]]:
        found: dict[Ref, dict[str, Any]] = {}
        for ref in refs:
            row = self._file.execute("select content from kept where ref = ?", (_key(kind, ref),)).fetchone()
            if row:
                found[ref] = bson.decode(row[0], codec_options=_OPTIONS)
        return found


def _key(kind: str, ref: Ref) -> bytes:
    project, collection, _id = ref
    return kind.encode() + project.binary + _id.binary + collection.encode()
