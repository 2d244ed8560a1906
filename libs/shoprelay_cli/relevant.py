"""Which raw records may say something of a document, by their headers alone: the others are neither decrypted nor mapped."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiokafka.structs import ConsumerRecord
from bson import ObjectId

from services.normalizer.observations import PARENTS
from shoprelay_relays.spec import Relay
from shoprelay_schema.raw import RawKind

_MAPPED: Final = (RawKind.RECORD_READ.value, RawKind.RECORD_GONE.value)


@dataclass(slots=True)
class Relevant:
    """Says of each raw record whether it may be about a document of this collection in one of these webshops."""

    project: ObjectId
    webshops: Collection[ObjectId]
    collection: str
    relays: Mapping[str, Relay]
    _ids: tuple[bytes, frozenset[bytes]] = field(init=False)
    _told: frozenset[str] = field(init=False)
    _known: dict[tuple[str, str], bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = (str(self.project).encode(), frozenset(str(each).encode() for each in self.webshops))
        # A child goes and comes back with its parent; an order names its customer by the _id that the customer's records decide.
        parent = PARENTS[self.collection][0] if self.collection in PARENTS else self.collection
        self._told = frozenset({self.collection, parent, *({"customers"} if self.collection == "orders" else ())})

    def __call__(self, message: ConsumerRecord) -> bool:
        named = dict(message.headers)
        project, webshops = self._ids
        if named.get("project") != project or named.get("webshop") not in webshops:
            return False
        kind = named.get("ce_type", b"").decode(errors="replace")
        if kind in _MAPPED:
            relay, subject = (named.get(name, b"").decode(errors="replace") for name in ("relay", "ce_subject"))
            return self._may_tell(relay, subject.partition("/")[0])
        # What a webhook is about stands in its body.
        return kind == RawKind.WEBHOOK_RECEIVED or (kind == RawKind.STATUS_LISTS_CHANGED and self.collection == "orders")

    def _may_tell(self, relay: str, resource: str) -> bool:
        known = self._known.get((relay, resource))
        if known is None:
            known = self._known[relay, resource] = self._found(relay, resource)
        return known

    def _found(self, relay: str, resource: str) -> bool:
        try:
            found = self.relays[relay].resource(resource)
        except KeyError:
            return True  # it cannot be read: that is told, too
        return not found.becomes or not self._told.isdisjoint(found.becomes)
