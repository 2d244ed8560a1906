"""Looking after connected webshops: look, pause, resume, import again."""

from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from shoprelay_relays.registry import by_id
from shoprelay_runtime.admin.backfill import show_backfill
from shoprelay_runtime.admin.errors import Missing
from shoprelay_runtime.admin.health import gaps, health
from shoprelay_runtime.admin.jobs import reconcile
from shoprelay_runtime.admin.modes import CHANGES, polls, stamp
from shoprelay_runtime.admin.subscribing import relay_of
from shoprelay_runtime.codec import unseal
from shoprelay_runtime.projects import Project
from shoprelay_runtime.store import Bson, Collection, Control, Store

_SECRET = frozenset({"config", "webhook_token"})


def _webshops(store: Store, project: Project) -> Collection:
    return store.database(project.database)["webshops"]


async def _found(store: Store, project: Project, webshop: ObjectId) -> Bson:
    document = await _webshops(store, project).find_one({"_id": webshop})
    if document is None:
        raise Missing(f"there is no webshop {webshop} in project {project.name}", "webshop")
    return document


async def list_webshops(
    store: Store, project: Project, company: ObjectId | None = None, limit: int = 1000, skip: int = 0
) -> list[Bson]:
    """Webshops in short, oldest first: what is shown of each, without credentials."""
    wanted = {"company_id": company} if company else {}
    rows = _webshops(store, project).find(wanted).sort("_id", 1).skip(skip)
    return [_shown(project, row) for row in await rows.to_list(limit)]


async def show_webshop(store: Store, project: Project, webshop: ObjectId) -> Bson:
    """One webshop without credentials, its errors readable: how it stands (`health`, `gaps`), its imports and its schedule."""
    document = _shown(project, await _found(store, project, webshop))
    names = ("resource", "mode", "due_at", "watermark", "cursor", "failures", "remote_id", "trouble")
    fields = {"_id": 0, **dict.fromkeys(names, 1)}
    schedule = await store.collection(Control.JOBS).find({"webshop": webshop}, fields).sort("_id", 1).to_list(100)
    imports = [{k: v for k, v in entry.items() if k != "webshop"} for entry in await show_backfill(store, project, [webshop])]
    stands = {"health": health(document, schedule), "gaps": gaps(document, schedule, datetime.now(UTC))}
    return {**document, **stands, "backfill": imports, "schedule": schedule}


def _shown(project: Project, row: Bson) -> Bson:
    kept = unseal(project.cipher, "webshops", {name: value for name, value in row.items() if name not in _SECRET})
    return {**kept, "relay": _relay_name(row.get("relay_id"))}


def _relay_name(identity: Any) -> str | None:
    """None when this version has no such relay: the others are shown all the same."""
    try:
        return by_id(identity).name
    except KeyError:
        return None


async def pause_webshop(store: Store, project: Project, webshop: ObjectId) -> None:
    """Stop polling the shop; what it pushes is still taken."""
    await _set(store, project, webshop, {"active": False})


async def resume_webshop(store: Store, project: Project, webshop: ObjectId) -> None:
    """Poll the shop again, at once, from where it was left."""
    await _set(store, project, webshop, {"active": True})
    await store.collection(Control.SHOPS).update_one({"_id": webshop, "owner": None}, {"$set": {"lease_until": None}})


async def resync_webshop(store: Store, project: Project, webshop: ObjectId) -> None:
    """Import everything again: unchanged documents stay as they are and cause no event."""
    document = await _found(store, project, webshop)
    stamps = [stamp(resource.name, mode) for resource, mode in polls(relay_of(document["relay_id"])) if mode in CHANGES]
    await _set(store, project, webshop, dict.fromkeys(stamps), again=stamps)


async def _set(store: Store, project: Project, webshop: ObjectId, values: dict[str, Any], again: list[str] | None = None) -> None:
    """The document is what counts; the schedule follows at once rather than when the change is noticed."""
    await _found(store, project, webshop)
    await _webshops(store, project).update_one({"_id": webshop}, {"$set": values})
    await reconcile(store, project, webshop, datetime.now(UTC), again or ())
