"""A simulated shop that is connected to a project on the real servers: what is found of it, and how its polls are made due."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from services.relay_poller.clock import now
from shoprelay_runtime import admin
from shoprelay_runtime.admin.projects import CreatedProject
from shoprelay_runtime.codec import unseal
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_simulators import serve
from tests.integration.test_poller import until
from tests.support.world import drained

UPDATED = "updated_since_last_request"


@dataclass
class Connected:
    """The shop, and what a test asks of its project."""

    settings: Settings
    store: Store
    project: Project
    webshop: ObjectId
    shop: Any
    made: CreatedProject

    async def documents(self, collection: str) -> list[dict[str, Any]]:
        """What is stored of a collection, decrypted."""
        found = self.store.database(self.project.database)[collection].find().sort("_id", 1)
        return [unseal(self.project.cipher, collection, row) async for row in found]

    async def poll(self, *resources: str, mode: str = UPDATED) -> None:
        """These polls are made now; returns when they, the reads they led to, and the normalizer are done."""
        jobs, begun = self.store.collection(Control.JOBS), now()
        chosen = {"webshop": self.webshop, "mode": mode, "resource": {"$in": list(resources)}}
        found = await jobs.update_many(chosen, {"$set": {"due_at": begun}})
        assert found.matched_count == len(resources), "there is such a poll of each"

        async def polled() -> bool:
            late = {**chosen, "$or": [{"watermark": None}, {"watermark": {"$lt": begun}}]}
            return not await jobs.count_documents(late) and not await jobs.count_documents({"mode": "read"})

        await until(polled, f"the polls of {', '.join(resources)}", seconds=60)
        await drained(self.settings)

    async def ask(self, resource: str, remote_id: str) -> None:
        """As the normalizer does for a webhook that says no more than an id."""
        row = {"project": self.project.id, "webshop": self.webshop, "resource": resource, "mode": "read", "remote_id": remote_id}
        new = {"lease_until": None, "owner": None, "due_at": now(), "asked": 1, "seq": int(datetime.now(UTC).timestamp() * 1000)}
        await self.store.collection(Control.JOBS).insert_one({"_id": f"{self.webshop}:{resource}:read:{remote_id}", **row, **new})


@asynccontextmanager
async def connected(
    store: Store, settings: Settings, shop: Any, more: Mapping[str, str] | None = None
) -> AsyncIterator[Connected]:
    """The shop, served and added to a new project with its own credentials and `more`."""
    async with serve(shop) as url:
        made = await admin.create_project(store, settings, "Growth")
        projects = Projects(store, settings.master())
        project = await projects.get(made.id)
        company = await store.database(project.database)["companies"].insert_one({"website": "acme.example"})
        given = {"shop_url": url, **(more or {}), **shop.credentials()}
        added = await admin.add_webshop(store, settings, projects, project, company.inserted_id, shop.platform, given)
        yield Connected(settings, store, project, added.id, shop, made)
