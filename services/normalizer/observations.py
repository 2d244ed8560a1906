"""What raw records say, document by document, and what is known of those documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bson import ObjectId

from services.normalizer.guard import Seen
from shoprelay_runtime.codec import Values
from shoprelay_runtime.direct_reads import ReadAsked
from shoprelay_runtime.projects import Project, Webshop
from shoprelay_schema.events import DocumentChange
from shoprelay_schema.raw import Evidence

Ref = tuple[ObjectId, str, ObjectId]
"""(project, collection, _id): names a document across projects."""


PARENTS: Final = {
    "order_lines": ("orders", "order_id"),
    "shipments": ("orders", "order_id"),
    "invoices": ("orders", "order_id"),
    "credit_notes": ("orders", "order_id"),
    "variants": ("products", "product_id"),
}
"""Children by collection: where their parent is, and the attribute that names it."""


@dataclass(slots=True)
class Observation:
    """One document's part of one raw record.

    `values`: plain attributes; None: the record is evidence (`gone`) that the document exists no more.
    `owns`: the complete sets of children. `reread`: what to ask where a push does not decide.
    `keys`: the ids that a customer's keys compute to, its own first. `parent`: which document the record lists this one for, or,
    of a child that is gone, whose record lacks it.
    `chief`: the document that the record is about, of one that it names in passing.
    `told`: a webhook names it in passing.
    `pushed`: the shop told us, by a webhook or by a direct read that followed one.
    `reevaluated`: nothing was observed; the merchant's status lists changed.
    `raw`: the record that says it. `replayed`: it says so again; `cause` is then the copy by which it does.
    """

    shop: Webshop
    collection: str
    id: ObjectId
    seen: Seen
    raw: str
    values: Values | None
    gone: Evidence | None = None
    owns: dict[str, list[ObjectId]] | None = None
    reread: ReadAsked | None = None
    follow_up: ReadAsked | None = None
    reevaluated: bool = False
    keys: tuple[ObjectId, ...] = ()
    parent: Ref | None = None
    chief: Ref | None = None
    told: bool = False
    pushed: bool = False
    replayed: bool = False
    cause: str = ""

    @property
    def ref(self) -> Ref:
        return (self.shop.project.id, self.collection, self.id)

    @property
    def kin(self) -> Ref | None:
        """The parent that a child names which comes by itself, in a record of its own."""
        collection, attribute = PARENTS.get(self.collection, ("", ""))
        named = (self.values or {}).get(attribute) if self.parent is None else None
        return (self.shop.project.id, collection, named) if named else None

    @property
    def own(self) -> Ref:
        """The document that its own key names; a customer may be found by another key."""
        return (self.shop.project.id, self.collection, self.keys[0] if self.keys else self.id)


@dataclass(slots=True)
class Mark:
    """A row of `marks`: the newest observation that the document itself does not show. `deleted`: it is a tombstone.

    `raw`: the record that it comes from. `announced`: subscribers were told of the document that is deleted; when it comes back,
    it is restored.
    """

    seen: Seen
    deleted: bool
    webshop: ObjectId
    raw: str = ""
    announced: bool = True
    gone_at: datetime | None = None
    """When a look last found that the record itself is not there. The document may live on all the same: others tell of it."""


@dataclass(slots=True)
class Known:
    """What the database holds before a batch: stored documents, marks, and customers by key."""

    documents: dict[Ref, Mapping[str, Any]] = field(default_factory=dict)
    marks: dict[Ref, Mark] = field(default_factory=dict)
    customers: dict[tuple[ObjectId, ObjectId], ObjectId] = field(default_factory=dict)
    """(project, id computed from a key) -> the customer's _id."""
    accounts: dict[tuple[ObjectId, ObjectId], ObjectId] = field(default_factory=dict)
    """(project, id computed from an e-mail) -> the id computed from the account that has claimed it."""
    orphans: dict[Ref, list[tuple[str, ObjectId]]] = field(default_factory=dict)
    """Stored children of parents that are not stored: those came by themselves, before anything was heard of the parent."""
    pages: dict[str, int] = field(default_factory=dict)
    """Job -> the last page that was charged."""


@dataclass(slots=True)
class Change:
    """One document's stored change: `kind` is created, updated, deleted or restored; `set` the sealed attributes to write."""

    project: Project
    webshop_id: ObjectId
    collection: str
    id: ObjectId
    kind: DocumentChange
    set: dict[str, Any]
    body: dict[str, Any]
    """The document as it is stored afterwards, or the value of the `deleted` event."""
    observed_at: datetime
    raw: str
    """The record that caused it, a replay's copy too: no record causes two changes of a document."""
    pushed: bool
    """The shop told us: a webhook, or a direct read that followed one."""
