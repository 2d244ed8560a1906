"""What replayed records would change: the normalizer's own steps, without the last one. Reads the database, writes nothing.

A replay appends only the records that would change something, so that the rest costs the live flow nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bson import ObjectId

from services.normalizer import customers, load
from services.normalizer.fold import Folded, fold
from services.normalizer.observations import Change, Known
from services.normalizer.observe import Observed, Rejected, observe, rejected
from services.normalizer.overlay import Overlay
from shoprelay_relays.spec import Relay
from shoprelay_runtime.codec import Values
from shoprelay_runtime.projects import Webshop
from shoprelay_runtime.store import Store
from shoprelay_schema.raw import RawRecord


@dataclass(slots=True)
class Rehearsed:
    """One record: what it would change, each with the document as it was before; or why it cannot be read."""

    record: RawRecord
    changes: list[tuple[Change, Values]] = field(default_factory=list)
    rejected: Rejected | None = None


@dataclass(slots=True)
class Rehearsal:
    """Rehearses replays of one project's records.

    `collection`: only records that change a document of it count; "": every record. `overlay`: what earlier records would have
    changed, where nothing is written in between.
    """

    store: Store
    relays: Mapping[str, Relay]
    collection: str = ""
    overlay: Overlay | None = None

    async def rehearse(self, records: Sequence[RawRecord], shops: Mapping[ObjectId, Webshop]) -> list[Rehearsed]:
        """What each record would change, one after the other. `records` of the raw log, the copies of replays too."""
        done = [Rehearsed(replace(record, replay_of=record.replay_of or record.position)) for record in records]
        observed = [self._observe(one, shops) for one in done]
        observations = [o for one in observed if one for o in one.observations]
        known = Known()
        await load.load_customers(self.store, customers.keys_of(observations), known)
        if self.overlay:
            self.overlay.fill_customers(known)
        aliases = customers.resolve(observations, known)
        if self.overlay:
            self.overlay.fill_documents(observations, known)
        await load.load_documents(self.store, observations, known)
        if self.overlay:
            self.overlay.fill_marks(known)
        for one, said in zip(done, observed, strict=True):
            if said is not None:
                self._fold(one, said, known)
        if self.overlay:
            self.overlay.keep_customers(aliases)
        return done

    def _observe(self, one: Rehearsed, shops: Mapping[ObjectId, Webshop]) -> Observed | None:
        shop = shops.get(ObjectId(one.record.webshop))
        if shop is None:
            return None
        try:
            return observe(one.record, shop, self.relays[one.record.relay])
        except Exception as error:  # noqa: BLE001 - as in prepare.py: whatever a mapping trips over
            one.rejected = rejected(one.record.replay_of, error)
            return None

    def _fold(self, one: Rehearsed, said: Observed, known: Known) -> None:
        folded = fold(said.observations, known)
        if self.collection and all(change.collection != self.collection for change in folded.changes):
            return
        for change in folded.changes:
            ref = (change.project.id, change.collection, change.id)
            one.changes.append((change, dict(known.documents.get(ref) or {})))
        _remember(folded, known)
        if self.overlay:
            self.overlay.keep(folded)


def _remember(folded: Folded, known: Known) -> None:
    """As if it were written."""
    for change in folded.changes:
        body = {} if change.kind == "deleted" else change.body
        known.documents[change.project.id, change.collection, change.id] = body
    known.marks |= folded.marks
