"""Projects: an operator's account with its database, its keys and its tokens."""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bson import Binary, ObjectId
from pymongo.errors import DuplicateKeyError

from shoprelay_runtime.access import TokenKind, token_row
from shoprelay_runtime.admin.errors import AdminError, Missing
from shoprelay_runtime.admin.operator_webhook import Endpoint, made_endpoint
from shoprelay_runtime.crypto import Cipher, new_key, new_token, wrap
from shoprelay_runtime.forgetting import forget_webshop
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store

_FIRST_KEY: Final = "k1"
_BY_PROJECT: Final = (Control.JOBS, Control.SHOPS, Control.HOOKS, Control.TOKENS, Control.ENDPOINTS)
_BY_DOCUMENT: Final = (Control.ALIASES, Control.MARKS)
_LONGEST_NAME: Final = 60
_LONGEST_SLUG: Final = 30
SETTLE: Final = 20.0
"""Seconds after which every service has forgotten a destroyed project."""


@dataclass(frozen=True, slots=True)
class CreatedProject:
    """A new project and its tokens: only their hashes are stored, so this is the one time they can be read."""

    id: ObjectId
    name: str
    database: str
    project_api_token: str
    shop_api_token: str
    session_forwarding_token: str
    endpoint: Endpoint | None


async def create_project(
    store: Store, settings: Settings, name: str, time_zone: str = "UTC", webhook_url: str | None = None
) -> CreatedProject:
    """Create a project with keys and tokens of its own, and its database with the contract's collections.

    `time_zone` (IANA) is where the bill's days begin. AdminError for a name that is taken and for wrong values.
    """
    project_id, key = ObjectId(), new_key()
    database = _checked(settings, name, time_zone)
    row, tokens = _project_row(settings, project_id, name, database, time_zone, key)
    endpoint = (
        made_endpoint(project_id, Cipher(str(project_id), {_FIRST_KEY: key}, _FIRST_KEY), webhook_url) if webhook_url else None
    )
    await store.prepare_control()
    try:
        # The row first: it takes the name. Its tokens are known to nobody when a crash follows: then destroy it first.
        await store.collection(Control.PROJECTS).insert_one(row)
    except DuplicateKeyError:
        raise _taken(name, database) from None
    await store.prepare_project(database)
    if endpoint:
        await store.collection(Control.ENDPOINTS).insert_one(endpoint[1])
    return CreatedProject(project_id, name, database, *tokens, endpoint[0] if endpoint else None)


def _checked(settings: Settings, name: str, time_zone: str) -> str:
    """The name of the project's database."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST_SLUG].strip("-")
    if not slug or len(name) > _LONGEST_NAME or name != name.strip():
        raise AdminError(f"name: expected 1 to {_LONGEST_NAME} characters with a letter or a digit among them, got {name!r}")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise AdminError(f"time_zone: expected an IANA name such as Europe/Copenhagen, got {time_zone!r}") from None
    return f"{settings.database}_{slug}"


def _project_row(
    settings: Settings, project_id: ObjectId, name: str, database: str, time_zone: str, key: bytes
) -> tuple[Bson, tuple[str, str, str]]:
    master = settings.master()
    tokens = (new_token(), new_token(), new_token())
    row = {
        "_id": project_id,
        "name": name,
        "database": database,
        "time_zone": time_zone,
        "data_keys": [{"id": _FIRST_KEY, "wrapped": wrap(master, key, f"{project_id}/{_FIRST_KEY}")}],
        "current_key": _FIRST_KEY,
        "identity_key": wrap(master, new_key(), f"{project_id}/identity"),
        "tokens": [token_row(kind, token) for kind, token in zip(TokenKind, tokens, strict=True)],
        "settings": {},
        "created_at": datetime.now(UTC),
        "destroyed_at": None,
    }
    return row, tokens


def _taken(name: str, database: str) -> AdminError:
    return AdminError(f"name: a project {name!r}, or one with the database {database!r}, exists already; choose another name")


async def find_project(store: Store, settings: Settings, name: str) -> Project:
    """A project by its name or its _id; AdminError says which ones exist."""
    rows = store.collection(Control.PROJECTS).find({"destroyed_at": None}, {"name": 1}).sort("name", 1)
    known = {row["name"]: row["_id"] async for row in rows}
    project_id = known.get(name) or next((i for i in known.values() if str(i) == name), None)
    if project_id is None:
        raise Missing(f"there is no project {name!r}; there are: {', '.join(known) or 'none yet'}", "project")
    return await Projects(store, settings.master()).get(project_id)


async def show_project(store: Store, project: Project) -> dict[str, Any]:
    """What may be shown of a project: no key, no token, no secret."""
    row = await store.collection(Control.PROJECTS).find_one({"_id": project.id}) or {}
    endpoint = await store.collection(Control.ENDPOINTS).find_one({"project": project.id}) or {}
    database = store.database(project.database)
    return {
        "_id": project.id,
        "name": project.name,
        "database": project.database,
        "time_zone": str(project.time_zone),
        "created_at": row.get("created_at"),
        "settings": row.get("settings") or {},
        "current_key": row.get("current_key"),
        "data_keys": [key["id"] for key in row.get("data_keys", [])],
        "webhook_url": endpoint.get("url"),
        "webhook_active": bool(endpoint.get("active")),
        "webhook_disabled_reason": endpoint.get("disabled_reason"),
        "companies": await database["companies"].count_documents({}),
        "webshops": await database["webshops"].count_documents({}),
    }


async def destroy_project(store: Store, name: str, *, settle: float | None = None) -> None:
    """Destroy a project and everything of it. Its keys go first: from then on nothing encrypted of it can be read, the raw log
    included. Attributes that are not encrypted stay on the documents' topics, unless its companies were destroyed before.

    `settle` seconds (SETTLE) pass in between: services look at their projects every 15 s, and one that knows it still would
    write again what was just deleted. Bills and deliveries stay in the control database. A destruction that was interrupted goes
    on when it is asked again.
    """
    rows = store.collection(Control.PROJECTS)
    now = datetime.now(UTC)
    gone = {"$set": {"destroyed_at": now, "data_keys": [], "tokens": []}, "$unset": {"identity_key": ""}}
    row = await rows.find_one_and_update({"name": name}, gone)
    if row is None:
        raise Missing(f"there is no project {name!r}", "project")
    await asyncio.sleep(SETTLE if settle is None else settle)
    await _forget(store, row)
    await store.drop_database(row["database"])
    # Frees the name and the database's name for a project to come.
    suffix = f"~{row['_id']}"
    await rows.update_one({"_id": row["_id"]}, {"$set": {"name": row["name"] + suffix, "database": row["database"] + suffix}})


async def _forget(store: Store, row: Bson) -> None:
    """Delete the control rows of a project."""
    webshops = await _webshops(store, row)
    for collection in _BY_PROJECT:
        await store.collection(collection).delete_many({"project": row["_id"]})
    # The keys of these rows begin with the project's _id.
    first, last = (Binary(row["_id"].binary + edge * 12) for edge in (b"\0", b"\xff"))
    for collection in _BY_DOCUMENT:
        await store.collection(collection).delete_many({"_id": {"$gte": first, "$lte": last}})
    for shop in webshops:
        await forget_webshop(store, shop)
        await store.collection(Control.PAGES).delete_many({"_id": {"$gte": f"{shop}:", "$lt": f"{shop};"}})


async def _webshops(store: Store, row: Bson) -> set[ObjectId]:
    """Its webshops, those whose documents were removed by hand among them: some of their rows do not name the project."""
    found = set(await store.database(row["database"])["webshops"].distinct("_id"))
    found |= set(await store.collection(Control.SHOPS).distinct("_id", {"project": row["_id"]}))
    for name in (Control.JOBS, Control.HOOKS):
        found |= set(await store.collection(name).distinct("webshop", {"project": row["_id"]}))
    return found
