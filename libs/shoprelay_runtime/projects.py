"""Projects and webshops as the services see them: decrypted, cached for a moment."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from bson import ObjectId

from shoprelay_runtime.codec import unseal
from shoprelay_runtime.crypto import Cipher, unwrap
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.identity import document_id

_FRESH_SECONDS: Final = 15.0
_REMEMBERED: Final = 10_000  # ids of a webshop: a record names each of its own several times


class Unknown(Exception):
    """No such project, company or webshop; the text names it."""


@dataclass(frozen=True, slots=True)
class Project:
    """One operator's account."""

    id: ObjectId
    name: str
    database: str
    time_zone: ZoneInfo
    cipher: Cipher = field(repr=False)
    identity_key: bytes = field(repr=False)
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Webshop:
    """One connected shop; satisfies the relays' `Shop`. `lists`: the merchant's status lists by name, as status `_id`s."""

    project: Project = field(repr=False)
    webshop_id: ObjectId
    company_id: ObjectId
    relay_id: ObjectId
    active: bool
    config: Mapping[str, Any] = field(repr=False)
    lists: Mapping[str, frozenset[ObjectId]] = field(default_factory=dict)
    _ids: dict[tuple[str, str], ObjectId] = field(default_factory=dict, init=False, repr=False, compare=False)

    def id(self, collection: str, key: str) -> ObjectId:
        """The `_id` of this shop's document with this natural key; computed once for as long as the webshop is held."""
        found = self._ids.get((collection, key))
        if found is None:
            if len(self._ids) >= _REMEMBERED:
                self._ids.clear()
            found = self._ids[collection, key] = document_id(self.project.identity_key, collection, self.webshop_id, key)
        return found


STATUS_LISTS: Final = ("closed", "cancelled", "refunded", "pending", "shipped", "ignore")


class Projects:
    """Reads projects and webshops. Projects are kept for some seconds; webshops are read anew each time."""

    def __init__(self, store: Store, master_key: bytes) -> None:
        self._store = store
        self._master_key = master_key
        self._projects: dict[ObjectId, tuple[float, Project]] = {}

    async def get(self, project_id: ObjectId) -> Project:
        """The project; Unknown when it does not exist or is destroyed."""
        kept = self._projects.get(project_id)
        if kept and time.monotonic() - kept[0] < _FRESH_SECONDS:
            return kept[1]
        row = await self._store.collection(Control.PROJECTS).find_one({"_id": project_id, "destroyed_at": None})
        if row is None:
            self._projects.pop(project_id, None)
            raise Unknown(f"project {project_id} does not exist")
        project = self._open(row)
        self._projects[project_id] = (time.monotonic(), project)
        return project

    def forget(self, project_id: ObjectId) -> None:
        """Read the project anew next time: it was changed in this process."""
        self._projects.pop(project_id, None)

    async def all(self) -> list[Project]:
        """Every project that is not destroyed."""
        return [self._open(row) async for row in self._store.collection(Control.PROJECTS).find({"destroyed_at": None})]

    async def webshops(self, project: Project, ids: list[ObjectId]) -> dict[ObjectId, Webshop]:
        """The webshops with these ids that exist."""
        found = self._store.database(project.database)["webshops"].find({"_id": {"$in": ids}})
        return {row["_id"]: webshop_of(project, row) async for row in found}

    async def webshop(self, project: Project, webshop_id: ObjectId) -> Webshop:
        """One webshop; Unknown when it does not exist."""
        found = await self.webshops(project, [webshop_id])
        if webshop_id not in found:
            raise Unknown(f"webshop {webshop_id} does not exist in project {project.name}")
        return found[webshop_id]

    def _open(self, row: Bson) -> Project:
        name = str(row["_id"])
        keys = {k["id"]: unwrap(self._master_key, k["wrapped"], f"{name}/{k['id']}") for k in row["data_keys"]}
        return Project(
            id=row["_id"],
            name=row["name"],
            database=row["database"],
            time_zone=ZoneInfo(row["time_zone"]),
            cipher=Cipher(name, keys, row["current_key"]),
            identity_key=unwrap(self._master_key, row["identity_key"], f"{name}/identity"),
            settings=row.get("settings", {}),
        )


def webshop_of(project: Project, row: Bson) -> Webshop:
    """A webshop from its stored document."""
    opened = unseal(project.cipher, "webshops", {"config": row.get("config") or {}})
    return Webshop(
        project=project,
        webshop_id=row["_id"],
        company_id=row["company_id"],
        relay_id=row["relay_id"],
        active=bool(row.get("active")),
        config=opened["config"],
        lists={name: frozenset(row.get(f"{name}_status_ids") or ()) for name in STATUS_LISTS},
    )
