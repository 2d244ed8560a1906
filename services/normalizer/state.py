"""A document while a batch is folded over it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson import ObjectId

from services.normalizer.guard import Seen
from services.normalizer.observations import Change, Known, Mark, Observation, Ref
from shoprelay_runtime.codec import Values, equal
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.projects import Project
from shoprelay_schema.raw import Evidence, Via


@dataclass(slots=True)
class State:
    """`values` holds what the batch changed, in plain; `written` the observation that changed it last.

    `seen` is the newest observation that counts, `raw` the record that it comes from, `owns` the children that it lists, `said`
    what the shop said where lists decide. `announced`: subscribers know it, though it may be deleted.
    `evidence`: by what it is deleted; `noted`: it was looked at and found the same. `ended`: the deletion of the document that it
    was, when another one begins within the batch. `gone_at`: when a look last found that the record itself is not there.
    """

    project: Project
    webshop_id: ObjectId
    collection: str
    id: ObjectId
    stored: dict[str, Any]
    mark: Mark | None
    seen: Seen | None
    raw: str
    alive: bool
    announced: bool
    values: Values = field(default_factory=dict)
    owns: dict[str, list[ObjectId]] | None = None
    said: Values | None = None
    written: Observation | None = None
    evidence: Evidence | None = None
    noted: bool = False
    ended: Change | None = None
    gone_at: datetime | None = None

    @property
    def ref(self) -> Ref:
        """Its name across projects."""
        return (self.project.id, self.collection, self.id)

    @property
    def deleted(self) -> bool:
        """Whether it is known to be deleted: in this batch, or before."""
        return not self.alive and (self.evidence is not None or (self.mark is not None and self.mark.deleted))

    def current(self, name: str) -> Any:
        """An attribute's present value; only asked for attributes that are not encrypted."""
        return self.values.get(name, self.stored.get(name))

    def says(self, name: str, value: Any) -> bool:
        """Whether an attribute already has this plain value."""
        if name in self.values:
            return bool(self.values[name] == value)
        return self.stored_says(name, value)

    def stored_says(self, name: str, value: Any) -> bool:
        """Whether the stored document has this plain value."""
        try:
            return equal(self.project.cipher, self.collection, name, self.stored.get(name), value)
        except (DecryptionFailed, AttributeError, TypeError):
            return False  # the operator wrote something of their own over an encrypted attribute: ours is written again

    def lists(self, child: Observation) -> bool:
        """Whether it is there and has this child."""
        return self.alive and child.id in (self.owns or {}).get(child.collection, ())


def state_of(observation: Observation, states: dict[Ref, State], known: Known) -> State:
    """The state of the document that an observation is about, begun from what is known of it."""
    ref = observation.ref
    if ref not in states:
        stored = dict(known.documents.get(ref) or {})
        mark = known.marks.get(ref)
        seen = _seen(stored, mark)
        states[ref] = State(
            project=observation.shop.project,
            webshop_id=observation.shop.webshop_id,
            collection=observation.collection,
            id=observation.id,
            stored=stored,
            mark=mark,
            seen=seen,
            raw=mark.raw if mark and seen is mark.seen else str((stored.get("source") or {}).get("raw", "")),
            alive=bool(stored),
            announced=bool(stored) or (mark is not None and mark.deleted and mark.announced),
            owns=(stored.get("source") or {}).get("owns"),
            said=(stored.get("source") or {}).get("said"),
            gone_at=mark.gone_at if mark else None,
        )
    return states[ref]


def _seen(stored: dict[str, Any], mark: Mark | None) -> Seen | None:
    source = stored.get("source")
    own = Seen(source["version"], source["observed_at"], Via(source["via"])) if source else None
    if mark is None or own is None:
        return mark.seen if mark else own
    return max(own, mark.seen, key=lambda s: (s.version, s.observed_at))
