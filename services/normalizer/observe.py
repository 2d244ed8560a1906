"""Raw records to observations: decrypt, route, map. What cannot be read becomes a dead letter with the field and the reason."""

import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from bson import ObjectId
from pydantic import ValidationError

from services.normalizer.guard import Seen, stored_version
from services.normalizer.observations import Observation, Ref
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Draft, Mapped, Record, Relay, Routed
from shoprelay_runtime import metrics
from shoprelay_runtime.codec import plain
from shoprelay_runtime.direct_reads import ReadAsked
from shoprelay_runtime.projects import Webshop
from shoprelay_schema.events import PageReadV1
from shoprelay_schema.raw import Evidence, RawKind, RawRecord, Via

_BILLED: Final = frozenset({"orders", "products", "customers"})
_PUSHED: Final = frozenset({Via.WEBHOOK, Via.READ})


@dataclass(slots=True)
class Rejected:
    """A record that cannot be processed. `field` is where in the payload, `detail` the stack for people."""

    position: str
    reason: str
    field: str
    detail: str


@dataclass(slots=True)
class Traffic:
    """What one raw record costs."""

    outgoing_requests: int = 0
    incoming_requests: int = 0
    incoming_product_requests: int = 0
    pieces: int = 0


@dataclass(slots=True)
class Observed:
    """What one raw record says, before anything is known of its documents. `ended`: its webshop is destroyed."""

    record: RawRecord
    shop: Webshop
    observations: list[Observation] = field(default_factory=list)
    reads: set[ReadAsked] = field(default_factory=set)
    traffic: Traffic = field(default_factory=Traffic)
    page: PageReadV1 | None = None
    ended: bool = False


def charge(record: RawRecord, shop: Webshop, relay: Relay) -> Observed:
    """What a destroyed webshop's record costs: it was exchanged. Nothing else of it counts any more."""
    observed = Observed(record, shop, ended=True)
    if record.replay_of:
        return observed
    if record.kind is RawKind.WEBHOOK_RECEIVED and relay.webhook is not None:
        _charge_webhook(observed.traffic, relay.webhook.route(record.headers, record.body))
    elif record.kind is RawKind.PAGE_READ:
        observed.page = PageReadV1.model_validate_json(record.body)
    return observed


def observe(record: RawRecord, shop: Webshop, relay: Relay) -> Observed:
    """What a record says; PayloadInvalid when it is at fault."""
    observed = Observed(record, shop)
    if record.kind is RawKind.WEBHOOK_RECEIVED:
        _webhook(observed, relay)
    elif record.kind is RawKind.RECORD_READ:
        _map(observed, relay, record.resource, record.remote_id, record.body)
    elif record.kind is RawKind.RECORD_GONE:
        _gone(observed, relay)
    elif record.kind is RawKind.PAGE_READ:
        observed.page = PageReadV1.model_validate_json(record.body)
    return _said_again(observed) if record.replay_of else observed


def _said_again(observed: Observed) -> Observed:
    """A replay says again what a record says of documents. It costs nothing, asks for nothing, and nobody has pushed it."""
    for observation in observed.observations:
        observation.raw, observation.cause = observed.record.replay_of, observed.record.position
        observation.replayed, observation.pushed = True, False
    return Observed(observed.record, observed.shop, observed.observations)


def rejected(record_position: str, error: Exception) -> Rejected:
    """The dead letter's words for an error. Values of the payload stay out: they may be personal."""
    where = error.field if isinstance(error, PayloadInvalid) else ""
    reason = error.reason if isinstance(error, PayloadInvalid) else type(error).__name__
    if isinstance(error, ValidationError):
        # By the attribute, never by the message: that of a validator of ours may hold the value.
        wrong = error.errors(include_input=False, include_url=False)[0]
        reason = f"{error.title}.{'.'.join(map(str, wrong['loc']))}: {wrong['type']}"
    frames = traceback.extract_tb(error.__traceback__)
    detail = "\n".join(f"{f.filename.rsplit('/', 2)[-1]}:{f.lineno} in {f.name}" for f in frames)
    return Rejected(record_position, reason, where, detail)


def _webhook(observed: Observed, relay: Relay) -> None:
    record = observed.record
    if relay.webhook is None:
        raise PayloadInvalid("", f"{relay.label} has no webhooks")
    routed = relay.webhook.route(record.headers, record.body)
    _charge_webhook(observed.traffic, routed)
    for item in routed.records:
        _map(observed, relay, item.resource, item.remote_id, item.body)
    for resource, remote_id in routed.reads:
        observed.reads.add(_read(observed, relay, resource, remote_id))


def _charge_webhook(traffic: Traffic, routed: Routed) -> None:
    if routed.klass == "products":
        traffic.incoming_product_requests = 1
    else:
        traffic.incoming_requests = 1
    traffic.pieces = sum(is_piece(item) for item in routed.records)


def is_piece(item: Record) -> bool:
    """Whether a record is billed as a piece of data; what belongs to one rides free."""
    return item.resource in _BILLED


def _read(observed: Observed, relay: Relay, resource: str, remote_id: str) -> ReadAsked:
    return (observed.shop.project.id, observed.shop.webshop_id, relay.name, resource, remote_id)


def _reread(observed: Observed, relay: Relay, resource: str, remote_id: str) -> ReadAsked | None:
    """What to ask for where a record does not decide; None where the platform cannot be asked for a single one."""
    return _read(observed, relay, resource, remote_id) if relay.resource(resource).read is not None else None


def _map(observed: Observed, relay: Relay, resource: str, remote_id: str, body: bytes) -> None:
    mapped = relay.resource(resource).map(_parsed(body), observed.shop)
    for code in mapped.unknown:
        metrics.UNKNOWN_CODES.labels(relay.name, code).inc()
    reread = _reread(observed, relay, resource, remote_id)
    for asked, asked_id in mapped.reads:
        observed.reads.add(_read(observed, relay, asked, asked_id))
    observed.observations += _observations(observed, relay, mapped, reread)


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise PayloadInvalid("", f"not JSON: {error.msg} at character {error.pos}") from None


def _observations(observed: Observed, relay: Relay, mapped: Mapped, reread: ReadAsked | None) -> Iterable[Observation]:
    owns, parents = _families(observed, mapped)
    chief = _chief(observed, relay, mapped)
    # Parents first: what is known of them decides whether this record's list of children counts; last, what is named in passing.
    for draft in sorted(mapped.drafts, key=lambda draft: (id(draft) not in owns, draft.derived)):
        made = _observation(observed, draft, mapped.version, owns.get(id(draft)), reread)
        made.chief = chief if draft.derived else None
        made.parent = parents.get((made.collection, made.id))
        if draft.follow_up:
            made.follow_up = _read(observed, relay, *draft.follow_up)
        yield made
    for collection, key, evidence in mapped.gone:
        yield _gone_by_record(observed, mapped.version, collection, key, Evidence(evidence), reread)


def _chief(observed: Observed, relay: Relay, mapped: Mapped) -> Ref | None:
    """The document that the record is about."""
    resource = relay.resource(observed.record.resource) if observed.record.kind is RawKind.RECORD_READ else None
    collection = (resource.collection or resource.name) if resource else ""
    heads = (draft for draft in mapped.drafts if not draft.derived and collection in {"", draft.document.collection})
    head = next(heads, None)
    if head is None:
        return None
    name = head.document.collection
    return (observed.shop.project.id, name, observed.shop.id(name, head.key))


def _families(observed: Observed, mapped: Mapped) -> tuple[dict[int, dict[str, list[ObjectId]]], dict[tuple[str, ObjectId], Ref]]:
    """What each draft owns, and whose child each owned document is."""
    owns: dict[int, dict[str, list[ObjectId]]] = {}
    parents: dict[tuple[str, ObjectId], Ref] = {}
    for parent, collection, ids in mapped.owns:
        owns.setdefault(id(parent), {})[collection] = sorted(ids)
        name = parent.document.collection
        ref = (observed.shop.project.id, name, observed.shop.id(name, parent.key))
        parents.update({(collection, child): ref for child in ids})
    return owns, parents


def _gone_by_record(
    observed: Observed, version: str, collection: str, key: str, evidence: Evidence, reread: ReadAsked | None
) -> Observation:
    record, _id = observed.record, observed.shop.id(collection, key)
    seen = Seen(stored_version(version, derived=False), record.observed_at, record.via)
    made = Observation(observed.shop, collection, _id, seen, record.position, None, gone=evidence, reread=reread)
    made.keys = (_id,) if collection == "customers" else ()
    made.pushed = record.via in _PUSHED
    return made


def _observation(
    observed: Observed, draft: Draft, version: str, owns: dict[str, list[ObjectId]] | None, reread: ReadAsked | None
) -> Observation:
    record = observed.record
    own_version = version if draft.version is None else draft.version
    collection = draft.document.collection
    keys = (draft.key, *draft.aliases) if collection == "customers" else ()
    return Observation(
        shop=observed.shop,
        collection=collection,
        id=observed.shop.id(collection, draft.key),
        seen=Seen(
            stored_version(own_version, derived=draft.derived), record.observed_at, Via.DERIVED if draft.derived else record.via
        ),
        raw=record.position,
        values=plain(draft.document),
        owns=owns,
        reread=reread,
        keys=tuple(observed.shop.id(collection, key) for key in keys),
        pushed=not draft.derived and record.via in _PUSHED,
        told=draft.derived and record.via is Via.WEBHOOK,
    )


def _gone(observed: Observed, relay: Relay) -> None:
    """A direct read found nothing, or the platform lists a deletion: the document is deleted, and what it owns goes with it."""
    record = observed.record
    resource = relay.resource(record.resource)
    collection = resource.collection or resource.name
    _id = observed.shop.id(collection, resource.key(record.remote_id))
    said = orjson.loads(record.body)
    seen = Seen(str(said.get("version", "")), record.observed_at, record.via)
    keys = (_id,) if collection == "customers" else ()
    observed.observations.append(
        Observation(
            observed.shop,
            collection,
            _id,
            seen,
            record.position,
            None,
            gone=Evidence(said["evidence"]),
            reread=_reread(observed, relay, record.resource, record.remote_id),
            keys=keys,
            pushed=record.via in _PUSHED,
        )
    )
