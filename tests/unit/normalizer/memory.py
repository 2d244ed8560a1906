"""The normalizer's pure part over a store in memory: what a test says was observed goes in, documents and events come out."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import bson
import orjson
from bson import ObjectId
from bson.codec_options import CodecOptions

from services.normalizer import customers
from services.normalizer.fold import fold
from services.normalizer.guard import Seen
from services.normalizer.observations import PARENTS, Change, Known, Observation, Ref
from services.normalizer.observe import observe
from shoprelay_relays.spec import Relay
from shoprelay_runtime.codec import to_json, unseal
from shoprelay_runtime.crypto import Cipher
from shoprelay_runtime.direct_reads import ReadAsked
from shoprelay_runtime.projects import Project, Webshop
from shoprelay_schema.raw import RawKind, RawRecord, Via
from tests.support.plain_relay import RELAY as PLAIN

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
RELAY = replace(PLAIN, resources=(*PLAIN.resources, replace(PLAIN.resource("orders"), name="refunds", collection="credit_notes")))
_UTC_AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
_numbers = itertools.count(1)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def project(name: str = "operator") -> Project:
    _id = ObjectId()
    cipher = Cipher(str(_id), {"k1": b"d" * 32}, "k1")
    return Project(_id, name, name, ZoneInfo("UTC"), cipher, b"i" * 32, {})


def webshop(of: Project | None = None, **lists: Iterable[ObjectId]) -> Webshop:
    named = {name: frozenset(ids) for name, ids in lists.items()}
    return Webshop(of or project(), ObjectId(), ObjectId(), ObjectId(), active=True, config={}, lists=named)


def record(
    body: Any,
    second: float,
    *,
    via: Via = Via.POLL,
    kind: RawKind = RawKind.RECORD_READ,
    resource: str = "orders",
    remote_id: str | None = None,
) -> RawRecord:
    number = next(_numbers)
    named = str(body.get("id", "")) if remote_id is None else remote_id
    return RawRecord(
        kind,
        f"raw-{number}",
        "",
        "",
        RELAY.name,
        resource,
        named,
        at(second),
        via,
        "",
        orjson.dumps(body),
        {},
        f"raw.live.v1-0-{number}",
    )


def pushed(body: Any, second: float) -> RawRecord:
    return record(body, second, via=Via.WEBHOOK, kind=RawKind.WEBHOOK_RECEIVED)


def gone(remote_id: str, second: float, *, resource: str = "orders", evidence: str = "404") -> RawRecord:
    """A direct read found that the record is not there."""
    body = {"evidence": evidence}
    return record(body, second, via=Via.READ, kind=RawKind.RECORD_GONE, resource=resource, remote_id=remote_id)


def listed_as_deleted(remote_id: str, second: float, *, resource: str = "orders", version: str = "") -> RawRecord:
    """The platform's list of deletions names the record; it was asked at this second."""
    body = {"evidence": "deletion_feed"} | ({"version": version} if version else {})
    return record(body, second, via=Via.FEED, kind=RawKind.RECORD_GONE, resource=resource, remote_id=remote_id)


@dataclass
class Memory:
    shop: Webshop = field(default_factory=webshop)
    known: Known = field(default_factory=Known)
    changes: list[Change] = field(default_factory=list)
    reads: set[ReadAsked] = field(default_factory=set)
    relay: Relay | None = None
    """None: the present RELAY, which a test may exchange."""

    def batch(self, *records: RawRecord) -> None:
        """Normalize these records as one batch."""
        observed = [observe(r, self.shop, self.relay or RELAY) for r in records]
        self._fold([o for one in observed for o in one.observations])
        self.reads |= {read for one in observed for read in one.reads}

    def reevaluate(self, shop: Webshop, second: float) -> None:
        """The merchant's status lists are now those of `shop`: evaluate every order again."""
        self.shop = shop
        seen = Seen("", at(second), Via.DERIVED)
        position = f"raw.live.v1-0-{next(_numbers)}"
        refs = [ref for ref in self.known.documents if ref[1] == "orders"]
        self._fold([Observation(shop, "orders", _id, seen, position, None, reevaluated=True) for _, _, _id in refs])

    def _fold(self, observations: list[Observation]) -> None:
        customers.resolve(observations, self.known)
        for each in observations:
            self.known.orphans[each.ref] = self._orphans(each)
        folded = fold(observations, self.known)
        for change in folded.changes:
            self._store(change)
        self.known.marks |= folded.marks
        self.reads |= folded.reads

    def _orphans(self, of: Observation) -> list[tuple[str, ObjectId]]:
        """What load.py finds: the stored children that name this parent."""
        return [
            (collection, _id)
            for (_, collection, _id), row in self.known.documents.items()
            if (named := PARENTS.get(collection)) and named[0] == of.collection and row.get(named[1]) == of.id
        ]

    def _store(self, change: Change) -> None:
        ref = (change.project.id, change.collection, change.id)
        documents: dict[Ref, Any] = dict(self.known.documents)
        if change.kind == "deleted":
            del documents[ref]
        else:
            assert (change.kind == "updated") == (ref in documents)
            documents[ref] = _through_bson({**documents.get(ref, {}), **change.set})
            assert to_json(documents[ref]) == to_json(change.body), "the event is not the document as stored"
        self.known.documents = documents
        self.changes.append(change)

    def add_field(self, **values: Any) -> None:
        """What an operator writes into every document that is there."""
        self.known.documents = {ref: {**row, **values} for ref, row in self.known.documents.items()}

    def documents(self, collection: str) -> list[dict[str, Any]]:
        """The stored documents, decrypted, by _id."""
        rows = [row for (_, name, _), row in sorted(self.known.documents.items()) if name == collection]
        return [unseal(self.shop.project.cipher, collection, row) for row in rows]

    def one(self, collection: str) -> dict[str, Any]:
        (found,) = self.documents(collection)
        return found

    def kinds(self, collection: str) -> list[str]:
        return [change.kind for change in self.changes if change.collection == collection]

    def asked(self) -> set[tuple[str, str]]:
        """The direct reads that were asked for since this was last called."""
        reads, self.reads = self.reads, set()
        return {(resource, remote_id) for _, _, _, resource, remote_id in reads}

    def audit(self) -> None:
        """What a subscriber relies on: created first, each change later than the last and different, then as stored."""
        by_document: dict[Ref, list[Change]] = {}
        for change in self.changes:
            by_document.setdefault((change.project.id, change.collection, change.id), []).append(change)
        assert self.known.documents.keys() <= by_document.keys()
        for ref, changes in by_document.items():
            _audit(changes)
            assert (changes[-1].kind == "deleted") == (ref not in self.known.documents)


def _through_bson(row: Mapping[str, Any]) -> dict[str, Any]:
    return bson.decode(bson.encode(row), codec_options=_UTC_AWARE)


def _audit(changes: Sequence[Change]) -> None:
    alive = False
    for before, change in itertools.pairwise([None, *changes]):
        assert change is not None
        assert (change.kind == "created") == (before is None), [c.kind for c in changes]
        assert (change.kind in {"created", "restored"}) != alive, [c.kind for c in changes]
        alive = change.kind != "deleted"
        if before is not None:
            assert _stamp(change) > _stamp(before) or (before.kind == "deleted" and _stamp(change)[1] > _stamp(before)[1])
            assert change.kind != "updated" or content(change) != content(before)


def _stamp(change: Change) -> tuple[str, datetime]:
    return change.body["source"]["version"], change.body["source"]["observed_at"]


def content(change: Change) -> bytes:
    """A change's document without the stamps of its observation."""
    source = {name: change.body["source"].get(name) for name in ("owns", "said")}
    body = unseal(change.project.cipher, change.collection, change.body)
    return to_json({**body, "source": source, "updated_at": None})
