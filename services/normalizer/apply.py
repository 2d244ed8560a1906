"""A plan's MongoDB operations, all inside one transaction."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId
from pymongo import DeleteOne, InsertOne, ReplaceOne, UpdateOne

from services.normalizer.marks import row_of
from services.normalizer.observations import Change, Mark, Ref
from services.normalizer.observe import Observed
from services.normalizer.prepare import NOBODY, Plan
from shoprelay_runtime.direct_reads import read_job
from shoprelay_runtime.forgetting import forget_webshop
from shoprelay_runtime.store import Control, Session, Store, row_id

Operation = InsertOne[dict[str, Any]] | ReplaceOne[dict[str, Any]] | UpdateOne | DeleteOne


async def write(store: Store, plan: Plan, session: Session) -> None:
    """Write the plan's changes and control rows."""
    groups: dict[tuple[str, str], dict[ObjectId, Operation]] = defaultdict(dict)
    for change in plan.folded.changes:
        operations = groups[change.project.database, change.collection]
        operations[change.id] = _operation(change, again=change.id in operations)
    for (database, collection), operations in groups.items():
        await store.database(database)[collection].bulk_write(list(operations.values()), ordered=False, session=session)
    for (database, collection), ids in plan.erased.items():
        await store.database(database)[collection].delete_many({"_id": {"$in": ids}}, session=session)
    for one in plan.ended:
        await store.database(one.shop.project.database)["webshops"].delete_one({"_id": one.shop.webshop_id}, session=session)
        await forget_webshop(store, one.shop.webshop_id, session)
    for name, rows in _control_rows(plan).items():
        if rows:
            await store.collection(name).bulk_write(rows, ordered=False, session=session)


def _operation(change: Change, *, again: bool) -> Operation:
    """`again`: the document was deleted in this batch, and nothing of it stays."""
    if again:
        return ReplaceOne({"_id": change.id}, change.body, upsert=True)
    if change.kind == "deleted":
        return DeleteOne({"_id": change.id})
    if change.kind in {"created", "restored"}:
        # An upsert, not an insert: a document of the operator's own with this _id keeps the fields that we do not write.
        return UpdateOne({"_id": change.id}, {"$set": {k: v for k, v in change.set.items() if k != "_id"}}, upsert=True)
    return UpdateOne({"_id": change.id}, {"$set": change.set})


def _control_rows(plan: Plan) -> dict[str, list[Operation]]:
    now = datetime.now(UTC)
    return {
        Control.MARKS: [
            *(_mark(ref, mark) for ref, mark in plan.folded.marks.items()),
            *(_tombstone(one) for one in plan.destroyed),
        ],
        Control.ALIASES: [
            UpdateOne({"_id": row_id(*key)}, {"$set": alias._asdict()}, upsert=True) for key, alias in plan.aliases.items()
        ],
        Control.PAGES: [
            UpdateOne({"_id": job}, {"$set": {"seq": seq, "at": now}}, upsert=True) for job, seq in plan.pages.items()
        ],
        Control.IGNORED: [
            *(DeleteOne({"_id": shop}) for shop in plan.read_again - plan.ignored),
            *(UpdateOne({"_id": shop}, {"$set": {"at": now}}, upsert=True) for shop in plan.ignored),
        ],
        Control.JOBS: [read_job(asked, now) for asked in sorted(plan.folded.reads)],
    }


def _mark(ref: Ref, mark: Mark) -> Operation:
    project, _, _id = ref
    return UpdateOne({"_id": row_id(project, _id)}, {"$set": row_of(mark)}, upsert=True)


def _tombstone(one: Observed) -> Operation:
    """Of a destroyed webshop. It stays: what the log still holds of the webshop is charged to its company, and silenced."""
    company = {"company": one.shop.company_id} if one.shop.company_id != NOBODY else {}
    row = {"deleted": True, "observed_at": one.record.observed_at, **company}
    return UpdateOne({"_id": row_id(one.shop.project.id, one.shop.webshop_id)}, {"$set": row}, upsert=True)
