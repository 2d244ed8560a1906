"""What gave a document its present value: its webshop's raw records, read again and folded one by one. Writes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from aiokafka.structs import ConsumerRecord
from bson import ObjectId

from services.normalizer import customers, sweeps
from services.normalizer.history import STAMPS, History, Step
from services.normalizer.load import load_customers
from services.normalizer.marks import mark_of
from services.normalizer.observations import Mark, Observation
from services.normalizer.observe import observe
from shoprelay_cli import unheard
from shoprelay_cli.relevant import Relevant
from shoprelay_cli.unheard import REJECTED, Rejected, Unheard, named
from shoprelay_relays.spec import Relay
from shoprelay_runtime import bus, deadletters, rawlog
from shoprelay_runtime.codec import unseal
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.projects import Project, Projects, Webshop
from shoprelay_runtime.rawreading import RawLog, Reading, Span
from shoprelay_runtime.store import Bson, Control, Store, row_id
from shoprelay_schema.raw import RawKind, RawRecord

_PART: Final = 500
_SCAN: Final = 5_000


@dataclass(slots=True)
class Found:
    """What is known of a document. `stored`: sealed; `waiting`: records that the normalizer has not come to.

    `unreadable`: (record, reason) of the same thing that the present mapping cannot read. `leads_to`: the customer that this id
    is another key of. `reaches_back`: from when on the log is whole; None: nothing was cut off. `letters`: the dead letters of
    its rejected records, by the records' positions; `retries`: of which letter a record is the retry, by its position.
    """

    stored: Bson | None
    mark: Mark | None
    webshops: list[ObjectId]
    leads_to: ObjectId | None
    steps: list[Step] = field(default_factory=list)
    waiting: list[RawRecord] = field(default_factory=list)
    unreadable: list[tuple[RawRecord, str]] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    reaches_back: datetime | None = None
    letters: dict[str, str] = field(default_factory=dict)
    retries: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Explanation:
    """Explains one document of one project. `moved` hears how many offsets of how many are read."""

    project: Project
    collection: str
    id: ObjectId
    store: Store
    projects: Projects
    log: RawLog
    relays: dict[str, Relay]
    moved: Callable[[int, int], None]
    _things: set[tuple[str, str]] = field(init=False, default_factory=set)
    _rejected: dict[str, Rejected] = field(init=False, default_factory=dict)
    _unheard: list[Unheard] = field(init=False, default_factory=list)

    async def find(self) -> Found:
        """Everything that is known of it."""
        found = await self._known()
        history = History((self.project.id, self.collection, self.id))
        shops = await self.projects.webshops(self.project, found.webshops)
        spans = await self.log.spans(await self.log.partitions(shops))
        cut = [await self.log.first_at(span) for span in spans if span.start > 0]
        found.reaches_back = max((at for at in cut if at), default=None)
        done = {(span.lane, span.partition): await self.log.committed(span.lane, span.partition) for span in spans}
        # After what is done: whatever was rejected until then has its dead letter by now.
        self._rejected = await unheard.rejected_records(self.log.settings, self.store, self.project.id)
        for partition in sorted({span.partition for span in spans}):
            await self._read([span for span in spans if span.partition == partition], shops, history, found, done)
        self._tell_unheard(history, found)
        found.steps = history.steps
        if found.stored and history.steps:
            found.differs = self._different(found.stored, history.end())
        return found

    async def _known(self) -> Found:
        stored = await self.store.database(self.project.database)[self.collection].find_one({"_id": self.id})
        key = row_id(self.project.id, self.id)
        row = await self.store.collection(Control.MARKS).find_one({"_id": key})
        mark = mark_of(row) if row else None
        alias = await self.store.collection(Control.ALIASES).find_one({"_id": key}) if self.collection == "customers" else None
        other = alias["customer"] if alias and alias["customer"] != self.id else None
        webshop = (stored or {}).get("webshop_id") or (mark.webshop if mark else None)
        everyone = self.store.database(self.project.database)["webshops"]
        return Found(stored, mark, [webshop] if webshop else await everyone.distinct("_id"), other)

    async def _read(
        self,
        spans: Sequence[Span],
        shops: dict[ObjectId, Webshop],
        history: History,
        found: Found,
        done: dict[tuple[str, int], int],
    ) -> None:
        relevant = Relevant(self.project.id, shops, self.collection, self.relays)
        reading = Reading(self.log, spans)
        total = sum(span.end - span.begin for span in spans)
        while (messages := await reading.take(_PART, relevant, _SCAN)) is not None:
            records = [record for message in messages if (record := self._decoded(message, found)) is not None]
            await self._add(records, shops, history, found, done)
            positions = await reading.positions()
            self.moved(sum(positions[span.lane] - span.begin for span in spans), total)

    def _decoded(self, message: ConsumerRecord, found: Found) -> RawRecord | None:
        position = f"{message.topic.removeprefix(self.log.settings.prefix)}-{message.partition}-{message.offset}"
        if letter := bus.header(message.headers, deadletters.RETRY_OF, "replace"):
            found.retries[position] = letter
        try:
            return rawlog.decode(self.project.cipher, message.headers, message.value, position)
        except (DecryptionFailed, ValueError):
            return None

    async def _add(
        self,
        records: Sequence[RawRecord],
        shops: dict[ObjectId, Webshop],
        history: History,
        found: Found,
        done: dict[tuple[str, int], int],
    ) -> None:
        said = [(record, self._heard(record, shops[ObjectId(record.webshop)])) for record in records]
        everything = [each for _, heard in said if isinstance(heard, list) for each in heard]
        await load_customers(self.store, customers.keys_of(everything), history.known)
        customers.resolve(everything, history.known)
        for record, heard in said:
            if isinstance(heard, Unheard):
                self._unheard.append(replace(heard, record=replace(record, body=b""), at=len(history.steps)))
                continue
            lane, partition, offset = record.position.rsplit("-", 2)
            if int(offset) >= done[lane, int(partition)]:
                found.waiting += [record] if any(each.ref == history.ref for each in heard) else []
            elif history.add(record, heard):
                self._things.add((record.resource, record.remote_id))

    def _heard(self, record: RawRecord, shop: Webshop) -> list[Observation] | Unheard:
        """What a record says; or that nothing was made of it."""
        relay = self.relays[record.relay]
        if record.kind is RawKind.STATUS_LISTS_CHANGED:
            return [sweeps.told_of(observe(record, shop, relay), "orders", self.id, reevaluated=True)]
        try:
            said, error = observe(record, shop, relay).observations, None
        except Exception as raised:  # noqa: BLE001 - as in prepare.py: whatever a mapping trips over
            said, error = [], raised
        if letter := self._rejected.get(record.position):
            return unheard.dead(letter, record, named(record, shop, relay) | {each.ref for each in said})
        return unheard.unreadable(error, record, named(record, shop, relay)) if error else said

    def _tell_unheard(self, history: History, found: Found) -> None:
        """Those of this document: a rejected record is a step where it stood, another one is told of by itself."""
        for each in reversed(self._unheard):
            record = each.record
            if history.ref not in each.named and (record.resource, record.remote_id) not in self._things:
                continue
            if each.letter:
                found.letters[record.position] = each.letter
                history.steps.insert(each.at, Step(record, record.via, "", REJECTED, each.why, None, {}))
            else:
                found.unreadable.insert(0, (record, each.why))

    def _different(self, stored: Bson, end: dict[str, Any]) -> list[str]:
        """The attributes of which the present mapping makes something else than what is stored."""
        here, there = (self.opened(row) for row in (stored, end))
        return sorted(name for name in end.keys() - STAMPS if here.get(name) != there.get(name))

    def opened(self, row: Bson) -> dict[str, Any]:
        """A stored document in plain, as far as it can be decrypted: the operator may have written over it."""
        try:
            return unseal(self.project.cipher, self.collection, row)
        except (DecryptionFailed, AttributeError, TypeError):
            return dict(row)
