"""A batch of raw records to a plan: decrypt and map, read what is known, decide. Writes nothing."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from aiokafka.structs import ConsumerRecord
from bson import ObjectId

from services.normalizer import customers, load, outputs, sweeps
from services.normalizer.cap import Outcome
from services.normalizer.fold import Folded, fold
from services.normalizer.observations import Known, Observation
from services.normalizer.observe import Observed, Rejected, charge, observe, rejected
from services.normalizer.outputs import Output
from services.normalizer.status_lists import ignored
from shoprelay_relays.spec import Relay
from shoprelay_runtime import metrics, rawlog
from shoprelay_runtime.bus import header
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.deadletters import RETRY_OF
from shoprelay_runtime.logs import logger
from shoprelay_runtime.projects import Project, Projects, Unknown, Webshop
from shoprelay_runtime.store import Store
from shoprelay_schema.raw import RawKind, RawRecord

_MAPPED = (RawKind.WEBHOOK_RECEIVED, RawKind.RECORD_READ)
_SWEEPS = (RawKind.STATUS_LISTS_CHANGED, RawKind.WEBSHOP_DESTROYED)
_IN_A_ROW: Final = 8  # records that are mapped before others have their turn: live ones of another partition must not wait longer
_log = logger(__name__)


NOBODY: Final = ObjectId(b"\0" * 12)
"""The company of a destroyed webshop whose document is gone: nothing is charged to it."""


class KeysUnreadable(Exception):
    """A project's keys cannot be unwrapped: the master key is not the one that they were wrapped with."""


@dataclass(slots=True)
class Plan:
    """What a batch does: document changes and control rows (one MongoDB transaction), then events (one Kafka transaction)."""

    folded: Folded = field(default_factory=Folded)
    aliases: dict[customers.Key, customers.Alias] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)
    ignored: set[ObjectId] = field(default_factory=set)
    """Webshops of which an order is left alone because of its status."""
    read_again: set[ObjectId] = field(default_factory=set)
    """Webshops whose orders are read again since their lists changed; what is still ignored is noted anew."""
    destroyed: list[Observed] = field(default_factory=list)
    """Records by which webshops are destroyed."""
    erased: dict[tuple[str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    """(database, collection) -> rows to delete that nobody was told of."""
    ended: list[Observed] = field(default_factory=list)
    """Destructions that end with this batch."""
    rejected: list[Rejected] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    """What the cap counts, in order."""


@dataclass(slots=True)
class Preparer:
    """Turns batches into plans. `prefix` is what the deployment puts before topic names."""

    store: Store
    projects: Projects
    relays: Mapping[str, Relay]
    prefix: str

    async def prepare(self, batch: Sequence[ConsumerRecord]) -> Plan:
        """The plan for these records, live ones first; their order within a shop is kept."""
        plan = Plan()
        known = Known()
        observed = await self._observe(batch, plan)
        plan.destroyed = _silence_destroyed(observed)
        observations = await self._observations(observed, known, plan)
        await load.load_customers(self.store, customers.keys_of(observations), known)
        plan.aliases = customers.resolve(observations, known)
        await load.load_documents(self.store, observations, known)
        await load.load_pages(self.store, {o.page.job for o in observed if o.page}, known)
        plan.folded = fold(observations, known)
        plan.ignored = {o.shop.webshop_id for o in observations if _left_alone(o)}
        for one in observed:
            plan.folded.reads |= one.reads
        await self._add_outputs(plan, observed, known)
        return plan

    async def _observe(self, batch: Sequence[ConsumerRecord], plan: Plan) -> list[Observed]:
        records = await self._decrypt(batch, plan)
        shops = await self._shops(records)
        found = []
        for number, (message, project, record) in enumerate(records):
            if number % _IN_A_ROW == _IN_A_ROW - 1:
                await asyncio.sleep(0)
            shop, ended = shops.get((project.id, ObjectId(record.webshop)), (_destroyed_shop(project, record), False))
            if shop is None:
                metrics.RECORDS.labels("normalizer", self._topic(message), "orphan").inc()
                continue
            try:
                found.append(self._look(record, shop, ended=ended))
            except Exception as error:  # noqa: BLE001 - whatever a mapping trips over, the record is kept and the rest flows on
                self.reject(plan, message, error)
            else:
                # The other kinds need no mapping: that they are read says nothing of it; a replay says nothing of now.
                mapped = record.kind in _MAPPED and not record.replay_of and not ended
                plan.outcomes += [_outcome(message, accepted=True)] if mapped else []
        return found

    def _look(self, record: RawRecord, shop: Webshop, *, ended: bool) -> Observed:
        if record.kind in _SWEEPS:
            return Observed(record, shop, ended=ended)
        look = charge if ended else observe
        return look(record, shop, self.relays[record.relay])

    async def _decrypt(self, batch: Sequence[ConsumerRecord], plan: Plan) -> list[tuple[ConsumerRecord, Project, RawRecord]]:
        found = []
        for message in batch:
            try:
                project = await self._project(ObjectId(rawlog.project_of(message.headers)))
                position = f"{self._topic(message)}-{message.partition}-{message.offset}"
                found.append((message, project, rawlog.decode(project.cipher, message.headers, message.value, position)))
            except Unknown:
                # A destroyed project's records cannot be read by anybody any more; they are skipped, not kept.
                metrics.RECORDS.labels("normalizer", self._topic(message), "orphan").inc()
            except (DecryptionFailed, ValueError, TypeError) as error:
                self.reject(plan, message, error)
        return found

    async def _project(self, project_id: ObjectId) -> Project:
        try:
            return await self.projects.get(project_id)
        except DecryptionFailed as error:
            raise KeysUnreadable(str(error)) from error

    async def _shops(
        self, records: Sequence[tuple[ConsumerRecord, Project, RawRecord]]
    ) -> dict[tuple[ObjectId, ObjectId], tuple[Webshop, bool]]:
        """By (project, webshop): the webshop, and whether it is destroyed."""
        wanted: dict[ObjectId, set[ObjectId]] = defaultdict(set)
        projects = {project.id: project for _, project, _ in records}
        for _, project, record in records:
            wanted[project.id].add(ObjectId(record.webshop))
        found: dict[tuple[ObjectId, ObjectId], tuple[Webshop, bool]] = {}
        for project_id, ids in wanted.items():
            # Read anew for each batch: the merchant's status lists in force are those of the document, not of a cache.
            shops = await self.projects.webshops(projects[project_id], list(ids))
            # By project too: one project's record never reaches another's shop.
            gone = await load.load_destroyed(self.store, project_id, ids)
            found |= {(project_id, _id): (shop, False) for _id, shop in shops.items() if _id not in gone}
            found |= {
                (project_id, _id): (_ended(projects[project_id], _id, company), True) for _id, company in gone.items() if company
            }
        return found

    async def _observations(self, observed: list[Observed], known: Known, plan: Plan) -> list[Observation]:
        found: list[Observation] = []
        for one in observed:
            if one.record.kind is RawKind.WEBSHOP_DESTROYED or (one.record.kind in _SWEEPS and not one.ended):
                chunk = await sweeps.sweep(self.store, one, known)
                found += chunk.observations
                for place, ids in chunk.erased.items():
                    plan.erased[place] += ids
                plan.ended += [one] if chunk.ended else []
                if chunk.read_orders:
                    plan.read_again.add(one.shop.webshop_id)
                    one.reads.add((one.shop.project.id, one.shop.webshop_id, one.record.relay, "orders", "*"))
                if chunk.then is not None:
                    lane = one.record.position.rsplit("-", 2)[0]
                    plan.outputs.append(outputs.next_chunk(one, chunk.then, lane, one.record.position))
            found += one.observations
        return found

    async def _add_outputs(self, plan: Plan, observed: list[Observed], known: Known) -> None:
        if not observed:
            return
        batch = observed[-1].record.position
        usage, plan.pages = outputs.usage(observed, known.pages, batch)
        remote_ids = await self._remote_ids(observed)
        plan.outputs += usage
        plan.outputs += outputs.activities(observed, plan.folded.changes, remote_ids, known.pages, batch)

    async def _remote_ids(self, observed: list[Observed]) -> dict[ObjectId, str | None]:
        companies = {(o.shop.project.database, o.shop.company_id) for o in observed}
        found: dict[ObjectId, str | None] = {}
        for database in {d for d, _ in companies}:
            ids = [c for d, c in companies if d == database]
            async for row in self.store.database(database)["companies"].find({"_id": {"$in": ids}}, {"remote_id": 1}):
                found[row["_id"]] = row.get("remote_id")
        return found

    def _topic(self, message: ConsumerRecord) -> str:
        return str(message.topic).removeprefix(self.prefix)

    def reject(self, plan: Plan, message: ConsumerRecord, error: Exception) -> None:
        """Have the plan keep this record in the dead-letter topic."""
        topic = self._topic(message)
        why = rejected(f"{topic}-{message.partition}-{message.offset}", error)
        plan.outputs.append(outputs.dead_letter(topic, message.key, message.value, list(message.headers), why))
        plan.rejected.append(why)
        # What was put back or is replayed is there because a person wanted to see: it does not count.
        if not any(header(message.headers, name, "replace") for name in (RETRY_OF, rawlog.REPLAY_OF)):
            plan.outcomes.append(_outcome(message, accepted=False, reason=": ".join(filter(None, (why.field, why.reason)))))


def _outcome(message: ConsumerRecord, *, accepted: bool, reason: str = "") -> Outcome:
    relay, subject, webshop = (header(message.headers, name, "replace") for name in ("relay", "ce_subject", "webshop"))
    return Outcome(f"{relay}/{subject.partition('/')[0]}", webshop, accepted, reason)


def _silence_destroyed(observed: list[Observed]) -> list[Observed]:
    """Drop what shops said that are destroyed in this batch (its traffic counts); gives the records that destroy them.

    The record of a destruction is on the live lane and may overtake the shop's history.
    """
    ends = [one for one in observed if one.record.kind is RawKind.WEBSHOP_DESTROYED]
    shops = {(one.shop.project.id, one.shop.webshop_id) for one in ends}
    for one in observed:
        if (one.shop.project.id, one.shop.webshop_id) in shops:
            one.observations, one.reads, one.ended = [], set(), True
    return ends


def _left_alone(observation: Observation) -> bool:
    if observation.collection != "orders" or observation.values is None or observation.replayed:
        return False
    return ignored(observation.shop.lists, observation.values.get("status_id"))


def _destroyed_shop(project: Project, record: RawRecord) -> Webshop | None:
    """A destroyed webshop's document may be gone before its sweep; every other record of it is an orphan."""
    if record.kind is not RawKind.WEBSHOP_DESTROYED:
        return None
    company = orjson.loads(record.body or b"{}").get("company_id")
    return _ended(project, ObjectId(record.webshop), ObjectId(company) if company else None)


def _ended(project: Project, webshop: ObjectId, company: ObjectId | None) -> Webshop:
    """What is left of a destroyed webshop: whose it was."""
    return Webshop(project, webshop, company or NOBODY, NOBODY, active=False, config={})
