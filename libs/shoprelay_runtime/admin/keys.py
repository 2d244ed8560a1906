"""Rotation of a project's data key."""

import asyncio

from bson import ObjectId

from shoprelay_runtime.admin.errors import AdminError, Missing
from shoprelay_runtime.crypto import new_key, wrap
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store


async def rotate_keys(store: Store, settings: Settings, project_id: ObjectId, *, settle: float = 20.0) -> str:
    """Add a data key, and make it the one for what is new; older ones stay readable. Returns the new key's id.

    `settle` seconds pass in between: services look at their projects every 15 s, and each of them must be able to read
    with the new key before the first of them writes with it.
    """
    rows = store.collection(Control.PROJECTS)
    row = await rows.find_one({"_id": project_id, "destroyed_at": None})
    if row is None:
        raise Missing(f"project {project_id} does not exist")
    name = f"k{len(row['data_keys']) + 1}"
    added = {"id": name, "wrapped": wrap(settings.master(), new_key(), f"{project_id}/{name}")}
    known = {"_id": project_id, "data_keys": {"$size": len(row["data_keys"])}}
    if (await rows.update_one(known, {"$push": {"data_keys": added}})).modified_count != 1:
        raise AdminError("another rotation of this project's keys is under way; ask again when it has ended")
    await asyncio.sleep(settle)
    await rows.update_one({"_id": project_id, "data_keys.id": name}, {"$set": {"current_key": name}})
    return name
