"""Destructions of companies that somebody began and nobody completed: the process was stopped, or the normalizer was."""

from bson import ObjectId

from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.store import Store


async def unfinished(store: Store, projects: Projects) -> list[tuple[Project, ObjectId]]:
    """The companies that are to be destroyed and are there still; some of these destructions may be under way elsewhere."""
    begun = {"destroying_at": {"$ne": None}}
    return [
        (project, row["_id"])
        for project in await projects.all()
        async for row in store.database(project.database)["companies"].find(begun, {"_id": 1})
    ]
