"""Records that concern all documents of a shop are done in chunks; each chunk that is not the last asks for the next one.

The next chunk is a raw record of its own, written in the same Kafka transaction, so that a shop of any size neither makes
a batch large nor holds up the other shops of the partition.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from bson import ObjectId

from services.normalizer.guard import Seen
from services.normalizer.observations import Known, Observation
from services.normalizer.observe import Observed
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.documents import COLLECTIONS, SHOP_COLLECTIONS
from shoprelay_schema.raw import Evidence, RawKind, Via

CHUNK: Final = 500
_REST: Final = 2000
_OWNERS: Final = frozenset({"companies", "webshops"})


@dataclass(slots=True)
class Sweep:
    """One chunk. `then`: the body of the raw record that asks for the next; None: the sweep is done.

    `read_orders`: orders were left alone under the former lists, and only the shop can tell them now.
    `erased`: rows to delete that nobody was told of, by (database, collection). `ended`: only the webshop itself is left.
    """

    observations: list[Observation] = field(default_factory=list)
    then: bytes | None = None
    read_orders: bool = False
    erased: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    ended: bool = False


async def sweep(store: Store, observed: Observed, known: Known) -> Sweep:
    """The chunk that a STATUS_LISTS_CHANGED or WEBSHOP_DESTROYED record asks for."""
    if observed.record.kind is RawKind.WEBSHOP_DESTROYED:
        return await _destroy(store, observed, known)
    return await _reevaluate(store, observed, known)


async def _reevaluate(store: Store, observed: Observed, known: Known) -> Sweep:
    request = orjson.loads(observed.record.body or b"{}")
    after = ObjectId(request["after"]) if "after" in request else ObjectId(b"\0" * 12)
    rows = await _rows(store, observed, "orders", after)
    _remember(observed, known, "orders", rows)
    done = Sweep([told_of(observed, "orders", row["_id"], reevaluated=True) for row in rows])
    if "after" not in request:
        done.read_orders = await store.collection(Control.IGNORED).find_one({"_id": observed.shop.webshop_id}) is not None
    if len(rows) == CHUNK:
        done.then = orjson.dumps({**request, "after": str(rows[-1]["_id"])})
    return done


async def _destroy(store: Store, observed: Observed, known: Known) -> Sweep:
    """Delete a chunk; what is deleted is not found by the next one, so that no position is needed.

    First documents, with their events; when none is left, what no subscriber was told of; then the webshop itself.
    """
    done = Sweep(then=observed.record.body or b"{}")
    for collection in SHOP_COLLECTIONS:
        rows = await _rows(store, observed, collection, ObjectId(b"\0" * 12))
        _remember(observed, known, collection, rows)
        done.observations += [told_of(observed, collection, row["_id"]) for row in rows]
        if len(done.observations) >= CHUNK:
            return done
    if not done.observations:
        done.erased = await _rest(store, observed)
    if not done.observations and not done.erased:
        done.then, done.ended = None, True
    return done


async def _rest(store: Store, observed: Observed) -> dict[tuple[str, str], list[Any]]:
    """What belongs to the webshop and was never announced: the operator's own documents, its tests, marks, aliases."""
    webshop, own = observed.shop.webshop_id, observed.shop.project.database
    places = [(store.database(own)[name], {"webshop_id": webshop}) for name in COLLECTIONS if name not in _OWNERS]
    places += [(store.collection(name), {"webshop": webshop}) for name in (Control.MARKS, Control.ALIASES)]
    found: dict[tuple[str, str], list[Any]] = {}
    for collection, wanted in places:
        if rows := await collection.find(wanted, {"_id": 1}).limit(_REST).to_list(_REST):
            found[collection.database.name, collection.name] = [row["_id"] for row in rows]
    return found


async def _rows(store: Store, observed: Observed, collection: str, after: ObjectId) -> list[dict[str, Any]]:
    shop = observed.shop
    # Documents without a source are the operator's own and none of our business.
    wanted = {"webshop_id": shop.webshop_id, "_id": {"$gt": after}, "source": {"$exists": True}}
    return await store.database(shop.project.database)[collection].find(wanted).sort("_id", 1).limit(CHUNK).to_list(CHUNK)


def _remember(observed: Observed, known: Known, collection: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        known.documents[observed.shop.project.id, collection, row["_id"]] = row


def told_of(observed: Observed, collection: str, _id: ObjectId, *, reevaluated: bool = False) -> Observation:
    """What a sweep's record says of one document."""
    record = observed.record
    seen = Seen("", record.observed_at, Via.DERIVED)
    return Observation(
        observed.shop,
        collection,
        _id,
        seen,
        record.position,
        None,
        gone=None if reevaluated else Evidence.DESTROYED,
        reevaluated=reevaluated,
    )
