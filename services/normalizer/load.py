"""Reads what a batch needs to know, in as few questions as there are collections."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from bson import Binary, ObjectId

from services.normalizer.customers import Key
from services.normalizer.marks import mark_of
from services.normalizer.observations import PARENTS, Known, Observation, Ref
from shoprelay_runtime.store import Control, Store, row_id


async def load_customers(store: Store, keys: Iterable[Key], known: Known) -> None:
    """Fill in the customers that these keys lead to."""
    by_row = {bytes(row_id(*key)): key for key in keys}
    if by_row:
        async for row in store.collection(Control.ALIASES).find({"_id": {"$in": [Binary(b) for b in by_row]}}):
            key = by_row[bytes(row["_id"])]
            known.customers[key] = row["customer"]
            if row.get("account"):
                known.accounts[key] = row["account"]


async def load_documents(store: Store, observations: list[Observation], known: Known) -> None:
    """Fill in the documents that the observations are about, the children that those list, and all their marks."""
    databases = {o.shop.project.id: o.shop.project.database for o in observations}
    refs = {o.ref for o in observations} | {o.own for o in observations}
    parents = {observation.kin for observation in observations if observation.kin} - refs
    await asyncio.gather(_load(store, databases, refs, known), _load_marks(store, parents, known))
    children = {
        (project, collection, child)
        for project, parent_collection, _id in refs
        for collection, ids in _owned(known.documents.get((project, parent_collection, _id))).items()
        for child in ids
    }
    orphans = await _load_orphans(store, databases, observations, known)
    await _load(store, databases, (children | orphans) - refs, known)


async def _load_orphans(store: Store, databases: dict[ObjectId, str], observations: list[Observation], known: Known) -> set[Ref]:
    """Children of what is gone and was never stored, by the attribute that names it: nothing else leads to them."""
    gone = {o.ref: o for o in observations if o.values is None and not o.reevaluated and o.ref not in known.documents}
    found: set[Ref] = set()
    for (project, collection, _id), observation in gone.items():
        for child, (parent, attribute) in PARENTS.items():
            if parent == collection:
                mine = {"webshop_id": observation.shop.webshop_id, attribute: _id}
                rows = await store.database(databases[project])[child].find(mine, {"_id": 1}).to_list(None)
                known.orphans.setdefault(observation.ref, []).extend((child, row["_id"]) for row in rows)
                found |= {(project, child, row["_id"]) for row in rows}
    return found


def _owned(stored: Any) -> dict[str, list[ObjectId]]:
    return ((stored or {}).get("source") or {}).get("owns") or {}


async def _load(store: Store, databases: dict[ObjectId, str], refs: set[Ref], known: Known) -> None:
    groups: dict[tuple[ObjectId, str], list[ObjectId]] = defaultdict(list)
    for ref in refs - known.documents.keys():  # a sweep has read some already
        groups[ref[0], ref[1]].append(ref[2])
    await asyncio.gather(
        _load_marks(store, refs, known),
        *(_load_group(store, databases[project], project, name, ids, known) for (project, name), ids in groups.items()),
    )


async def _load_group(store: Store, database: str, project: ObjectId, collection: str, ids: list[ObjectId], known: Known) -> None:
    for row in await store.database(database)[collection].find({"_id": {"$in": ids}}).to_list(None):
        # A document without a source is the operator's own: ours takes it over as if it were new.
        if row.get("source"):
            known.documents[project, collection, row["_id"]] = row


async def _load_marks(store: Store, refs: set[Ref], known: Known) -> None:
    by_row = {bytes(row_id(project, _id)): (project, collection, _id) for project, collection, _id in refs}
    for row in await store.collection(Control.MARKS).find({"_id": {"$in": [Binary(b) for b in by_row]}}).to_list(None):
        known.marks[by_row[bytes(row["_id"])]] = mark_of(row)


async def load_destroyed(store: Store, project: ObjectId, webshops: Iterable[ObjectId]) -> dict[ObjectId, ObjectId | None]:
    """Those of the webshops that are destroyed, though their document may still be there, with the company that they had."""
    rows = {bytes(row_id(project, webshop)): webshop for webshop in webshops}
    wanted = {"_id": {"$in": [Binary(b) for b in rows]}, "deleted": True}
    found = store.collection(Control.MARKS).find(wanted, {"company": 1})
    return {rows[bytes(row["_id"])]: row.get("company") async for row in found}


async def load_pages(store: Store, jobs: set[str], known: Known) -> None:
    """Fill in the last charged page of each job."""
    if jobs:
        async for row in store.collection(Control.PAGES).find({"_id": {"$in": list(jobs)}}):
            known.pages[row["_id"]] = row["seq"]
