"""Whose turn it is: projects with the fewest running turns first, then whoever has waited longest.

One project's flood of due work never starves another's shop, and no project has more turns at once, over all pollers, than its
setting allows. Looking costs the same however many shops there are: a seek per project in an index, a few hundred at a time.
"""

import time
from collections import Counter
from collections.abc import Iterator
from typing import Final

from bson import ObjectId

from services.relay_poller.clock import now
from shoprelay_runtime.admin.project_settings import LIMIT
from shoprelay_runtime.projects import Projects, Unknown
from shoprelay_runtime.store import Bson, Control, Store

_FRESH_SECONDS: Final = 5.0
_SEEKS: Final = 200  # MongoDB merges at most so many ranges of an index before it sorts instead


class Fairness:
    """Ranks projects for one poller."""

    def __init__(self, store: Store, projects: Projects) -> None:
        self._store = store
        self._projects = projects
        self._known: list[ObjectId] = []
        self._until = 0.0

    async def ranks(self) -> list[list[ObjectId]]:
        """Projects that may have another turn: those with the fewest running ones first, in parts that one query can seek."""
        running = await self._running()
        free = [project for project in await self._all() if running[project] < await self.limit(project)]
        by_count: dict[int, list[ObjectId]] = {}
        for project in free:
            by_count.setdefault(running[project], []).append(project)
        return [part for count in sorted(by_count) for part in _parts(by_count[count])]

    async def limit(self, project: ObjectId) -> float:
        """How many turns the project may have at once."""
        try:
            given = (await self._projects.get(project)).settings.get(LIMIT)
        except Unknown:
            return 1  # what is left of it is cleared away in a turn
        return given if isinstance(given, int) and given > 0 else float("inf")

    async def exceeds(self, project: ObjectId, webshop: ObjectId) -> bool:
        """Whether this shop's turn is one too many: two pollers may have taken the last one at the same moment."""
        limit = await self.limit(project)
        if limit == float("inf"):
            return False
        turns = self._store.collection(Control.SHOPS).find(_living({"project": project}), {"taken_at": 1})
        # The same order for all who look, so that exactly the surplus is given back.
        order = [row["_id"] async for row in turns.sort([("taken_at", 1), ("_id", 1)])]
        return webshop in order[int(limit) :]

    async def _running(self) -> Counter[ObjectId]:
        groups = [{"$match": _living({})}, {"$group": {"_id": "$project", "turns": {"$sum": 1}}}]
        found = self._store.collection(Control.SHOPS).aggregate(groups)
        return Counter({row["_id"]: row["turns"] async for row in found})

    async def _all(self) -> list[ObjectId]:
        if time.monotonic() >= self._until:
            self._known = await self._store.collection(Control.JOBS).distinct("project")
            self._until = time.monotonic() + _FRESH_SECONDS
        return self._known


def _living(more: Bson) -> Bson:
    return {"owner": {"$type": "string"}, "lease_until": {"$gt": now()}, **more}


def _parts(projects: list[ObjectId]) -> Iterator[list[ObjectId]]:
    for first in range(0, len(projects), _SEEKS):
        yield projects[first : first + _SEEKS]
