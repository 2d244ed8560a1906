"""Destroying webshops and companies: each step may be repeated, and what was interrupted is completed by asking again.

The command stops a webshop, forgets how it is reached and polled, and writes a record to its raw log. The rest is the
normalizer's, which comes to it after what the webshop said before: documents with their events, marks, aliases, at last the
webshop's own document. As long as that is there, the destruction is not complete.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from bson import ObjectId

from shoprelay_runtime import rawlog
from shoprelay_runtime.admin.errors import AdminError, Missing
from shoprelay_runtime.admin.publishing import lent
from shoprelay_runtime.codec import to_json
from shoprelay_runtime.forgetting import forget_webshop
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Collection, Control, Store, row_id
from shoprelay_schema.documents import COLLECTIONS, SHOP_COLLECTIONS
from shoprelay_schema.raw import RawKind, RawRecord, Via
from shoprelay_schema.topics import RAW_LIVE

DESTROYING: Final = "destroying"
"""The webshop's `status` until it is gone."""
Told = Callable[[int], None]
"""Hears how much is left."""
_LOOK_SECONDS: Final = 1.0


def _silent(_left: int) -> None:
    return


async def destroy_webshop(store: Store, settings: Settings, project: Project, webshop: ObjectId, *, producer: Any = None) -> None:
    """Disconnect a webshop, and ask the normalizer to delete everything that belongs to it; `wait_destroyed` waits for that.

    Also one whose document was removed by hand. Asking again for one that is destroyed does nothing. AdminError when there is
    none.
    """
    document = await _webshops(store, project).find_one({"_id": webshop})
    if document is None and not await left_of(store, project, [webshop]):
        await _refuse_unknown(store, project, webshop)
        return
    await _stop(store, project, webshop)
    await forget_webshop(store, webshop)
    await _ask(settings, project, webshop, await _company_of(store, project, webshop, document), producer)


def _webshops(store: Store, project: Project) -> Collection:
    return store.database(project.database)["webshops"]


async def _refuse_unknown(store: Store, project: Project, webshop: ObjectId) -> None:
    destroyed = {"_id": row_id(project.id, webshop), "deleted": True}
    if await store.collection(Control.MARKS).find_one(destroyed) is None:
        raise Missing(f"there is no webshop {webshop} in project {project.name}", "webshop")


async def _stop(store: Store, project: Project, webshop: ObjectId) -> None:
    await _webshops(store, project).update_one({"_id": webshop}, {"$set": {"active": False, "status": DESTROYING}})


async def _company_of(store: Store, project: Project, webshop: ObjectId, document: Bson | None) -> ObjectId | None:
    """Whose it is; of one without a document, its documents know."""
    for name in SHOP_COLLECTIONS:
        if document is not None:
            break
        document = await store.database(project.database)[name].find_one({"webshop_id": webshop}, {"company_id": 1})
    return (document or {}).get("company_id")


async def _ask(settings: Settings, project: Project, webshop: ObjectId, company: ObjectId | None, producer: Any) -> None:
    key, value, headers = rawlog.encode(project.cipher, _destroyed(project, webshop, company))
    async with lent(settings, producer) as sender:
        await sender.send_and_wait(settings.named(RAW_LIVE.name), value, key=key, headers=headers)


def _destroyed(project: Project, webshop: ObjectId, company: ObjectId | None) -> RawRecord:
    """Carries the company: when it is processed, the webshop's document may be gone."""
    return RawRecord(
        kind=RawKind.WEBSHOP_DESTROYED,
        id=f"webshop_destroyed/{webshop}",
        project=str(project.id),
        webshop=str(webshop),
        relay="",
        resource="webshops",
        remote_id=str(webshop),
        observed_at=datetime.now(UTC),
        via=Via.DERIVED,
        request="webshop destroy",
        body=to_json({"company_id": company} if company else {}),
    )


async def left_of(store: Store, project: Project, webshops: Sequence[ObjectId]) -> int:
    """How many documents and rows of these webshops are still there, the webshops themselves among them."""
    database, these = store.database(project.database), {"$in": list(webshops)}
    left = await database["webshops"].count_documents({"_id": these})
    for name in COLLECTIONS.keys() - {"companies", "webshops"}:
        left += await database[name].count_documents({"webshop_id": these})
    for name in (Control.MARKS, Control.ALIASES):
        left += await store.collection(name).count_documents({"webshop": these})
    return left


async def wait_destroyed(
    store: Store, project: Project, webshops: Sequence[ObjectId], told: Told = _silent, patience: float = 30.0
) -> None:
    """Wait until nothing of these webshops is left. AdminError when for `patience` seconds it does not get less."""
    least, since = await left_of(store, project, webshops), time.monotonic()
    left = least
    while left:
        told(left)
        if time.monotonic() - since > patience:
            raise AdminError(
                f"{left} documents and rows are left, and for {patience:.0f} s they were not getting fewer. It is the normalizer "
                "that deletes them: is it running? Then ask for the same again, which does no harm, to see it end"
            )
        await asyncio.sleep(_LOOK_SECONDS)
        left = await left_of(store, project, webshops)
        if left < least:
            least, since = left, time.monotonic()


async def company_contents(store: Store, project: Project, company: ObjectId) -> dict[str, int]:
    """How many documents of each collection belong to a company; those that have none are left out."""
    database = store.database(project.database)
    found = {"webshops": len(await _webshops_of(store, project, company))}
    for name in COLLECTIONS.keys() - {"companies", "webshops", "auths"}:
        found[name] = await database[name].count_documents({"company_id": company})
    found["auths"] = len(await database["tickets"].distinct("auth_id", {"company_id": company, "auth_id": {"$ne": None}}))
    return {name: count for name, count in sorted(found.items()) if count}


async def _webshops_of(store: Store, project: Project, company: ObjectId) -> list[ObjectId]:
    """Its webshops, and those whose documents are still there though their own is not."""
    database, its = store.database(project.database), {"company_id": company}
    found = {row["_id"] async for row in database["webshops"].find(its, {"_id": 1})}
    for name in SHOP_COLLECTIONS:
        found |= set(await database[name].distinct("webshop_id", {**its, "webshop_id": {"$ne": None}}))
    return sorted(found)


async def begin_destroying_company(store: Store, project: Project, company: ObjectId) -> None:
    """Nobody connects a webshop to it from now on. Missing when there is no such company."""
    mark = {"$set": {"destroying_at": datetime.now(UTC)}}
    found = await store.database(project.database)["companies"].update_one({"_id": company}, mark)
    if not found.matched_count:
        raise Missing(f"there is no company {company} in project {project.name}", "company")


async def destroy_company(
    store: Store,
    settings: Settings,
    project: Project,
    company: ObjectId,
    *,
    producer: Any = None,
    told: Told = _silent,
    patience: float = 30.0,
) -> None:
    """Destroy a company and all that belongs to it: webshops with their documents, tickets, tests of credentials.

    Its document goes last, so that a destruction that was interrupted can be asked for again. AdminError when there is no such
    company, or when the normalizer does not come to its webshops.
    """
    await begin_destroying_company(store, project, company)
    while webshops := await _webshops_of(store, project, company):
        async with lent(settings, producer) as sender:
            for webshop in webshops:
                await destroy_webshop(store, settings, project, webshop, producer=sender)
        await wait_destroyed(store, project, webshops, told, patience)
    await _erase(store, project, company)
    await store.database(project.database)["companies"].delete_one({"_id": company})


async def _erase(store: Store, project: Project, company: ObjectId) -> None:
    """What belongs to a company and to no webshop. The tests first: its tickets name them."""
    database = store.database(project.database)
    tests = await database["tickets"].distinct("auth_id", {"company_id": company})
    await database["auths"].delete_many({"_id": {"$in": tests}})
    for name in COLLECTIONS.keys() - {"companies"}:
        await database[name].delete_many({"company_id": company})
