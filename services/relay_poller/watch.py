"""Follow the webshops' documents, which operators edit, and keep the schedule as they say.

One process at a time follows a change stream over every project, from where the last one stopped; at its start it compares
everything once, so that a change is found even when the stream's history is gone. What is done for a change is the same as for
that comparison, and may be repeated. Our own writes (stamps, statistics, errors) ask for nothing.
"""

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from bson import ObjectId
from pymongo.errors import DuplicateKeyError, OperationFailure

from services.relay_poller import schedule
from services.relay_poller.clock import now
from services.relay_poller.schedule import Lost
from shoprelay_relays.registry import by_id
from shoprelay_runtime import metrics
from shoprelay_runtime.admin.jobs import PAUSED, lists_fingerprint, reconcile
from shoprelay_runtime.health import Health
from shoprelay_runtime.logs import logger
from shoprelay_runtime.projects import STATUS_LISTS, Project, Projects, Unknown
from shoprelay_runtime.sending import Sender
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.raw import RawKind, RawRecord, Via
from shoprelay_schema.topics import RAW_LIVE

_ID: Final = "webshops"
_HISTORY_LOST: Final = frozenset({136, 280, 286})  # CappedPositionLost, ChangeStreamFatalError, ChangeStreamHistoryLost
_LISTS: Final = frozenset(f"{name}_status_ids" for name in STATUS_LISTS)
_log = logger(__name__)


def asked_again(changed: dict[str, Any]) -> frozenset[str]:
    """The stamps that an update set to null: an operator asks for these imports again."""
    return frozenset(
        name for name, value in changed.items() if value is None and name.startswith("got_") and name.endswith("_at")
    )


def concerns(changed: Iterable[str]) -> bool:
    """Whether an update of these attributes means anything to the schedule; our own stamps do not."""
    return any(name == "active" or name.startswith(("get_", PAUSED)) or name in _LISTS or _credentials(name) for name in changed)


def _credentials(name: str) -> bool:
    return name == "config" or name.startswith("config.")


@dataclass(slots=True)
class Watcher:
    """Follows webshops while it holds the lease."""

    store: Store
    projects: Projects
    sender: Sender
    health: Health
    database: str
    lease: timedelta
    owner: str = field(default_factory=lambda: secrets.token_hex(8))
    _kept: float = 0.0

    async def lead(self) -> bool:
        """Take or keep the lease; False when another process has it."""
        free = {"_id": _ID, "$or": [{"owner": self.owner}, {"lease_until": {"$lte": now()}}, {"lease_until": None}]}
        mine = {"$set": {"owner": self.owner, "lease_until": now() + self.lease}}
        try:
            await self.store.collection(Control.WATCHES).update_one(free, mine, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def leave(self) -> None:
        """Let another process follow at once."""
        mine = {"_id": _ID, "owner": self.owner}
        await self.store.collection(Control.WATCHES).update_one(mine, {"$set": {"owner": None, "lease_until": None}})

    async def follow(self) -> None:
        """Compare everything, then follow changes until cancelled; Lost when another process leads."""
        row = await self.store.collection(Control.WATCHES).find_one({"_id": _ID}) or {}
        try:
            await self._follow(row.get("token"))
        except OperationFailure as error:
            if error.code not in _HISTORY_LOST:
                raise
            _log.warning("the change stream's history is gone: everything is compared instead")
            await self._follow(None)

    async def _follow(self, token: Any) -> None:
        watched = [{"$match": {"ns.coll": "webshops", "ns.db": {"$regex": f"^{self.database}_"}}}]
        options: dict[str, Any] = {"max_await_time_ms": 500, **({"resume_after": token} if token else {})}
        async with self.store.watch(watched, **options) as stream:
            # Opened before the comparison: no change falls between the two.
            first = await stream.try_next() if token is None else None
            await self.rebuild()
            if first is not None:
                await self.changed(first)
            self.health.present("watch")
            while True:
                change = await stream.try_next()
                if change is not None:
                    await self.changed(change)
                await self._keep(token=stream.resume_token)

    async def _keep(self, **place: Any) -> None:
        """Keep the lease, and the place in the stream; Lost when another process has it.

        Once a second: after a crash, what happened since is done again, which changes nothing more.
        """
        if time.monotonic() < self._kept + 1:
            return
        mine = {"_id": _ID, "owner": self.owner}
        kept = {"$set": {**place, "lease_until": now() + self.lease}}
        if not (await self.store.collection(Control.WATCHES).update_one(mine, kept)).matched_count:
            raise Lost(_ID)
        self._kept = time.monotonic()

    async def rebuild(self) -> None:
        """Compare every webshop with its rows. Rows of shops that are gone go."""
        planned = set(await self.store.collection(Control.JOBS).distinct("webshop"))
        seen = set()
        for project in await self.projects.all():
            async for document in self.store.database(project.database)["webshops"].find({}, {"_id": 1}):
                seen.add(document["_id"])
                await self._compare(project, document["_id"], frozenset())
                await self._keep()
        for webshop in planned - seen:
            await schedule.drop_jobs(self.store, webshop)

    async def changed(self, change: Bson) -> None:
        """Act on one change of the stream."""
        if change["operationType"] not in {"insert", "update", "replace", "delete"}:
            return
        webshop = change["documentKey"]["_id"]
        if change["operationType"] == "delete":
            await schedule.drop_jobs(self.store, webshop)
            return
        described = change.get("updateDescription")
        names = {**described["updatedFields"], **dict.fromkeys(described["removedFields"])} if described else {}
        again = asked_again(names)
        if described and not again and not concerns(names):
            return
        await self._changed(change["ns"]["db"], webshop, again, renewed=any(n == "active" or _credentials(n) for n in names))

    async def _changed(self, database: str, webshop: ObjectId, again: frozenset[str], *, renewed: bool) -> None:
        row = await self.store.collection(Control.PROJECTS).find_one({"database": database, "destroyed_at": None}, {"_id": 1})
        if row is None:
            return
        try:
            project = await self.projects.get(row["_id"])
        except Unknown:
            return
        await self._compare(project, webshop, again)
        if renewed:
            await schedule.wake(self.store, webshop)

    async def _compare(self, project: Project, webshop: ObjectId, again: frozenset[str]) -> None:
        try:
            document = await reconcile(self.store, project, webshop, now(), again)
        except KeyError:
            # A relay that this version does not have: the shop waits for one that has it.
            metrics.ERRORS.labels("relay-poller", "UnknownRelay").inc()
            return
        except (TypeError, ValueError, AttributeError) as error:
            # What an operator wrote there: it costs this shop its schedule, and the others nothing.
            metrics.ERRORS.labels("relay-poller", "UnreadableWebshop").inc()
            _log.warning("a webshop's document cannot be read", webshop=str(webshop), error=f"{type(error).__name__}: {error}")
            return
        if document is not None:
            await self._compare_lists(project, document)

    async def _compare_lists(self, project: Project, document: Bson) -> None:
        """Other status lists than were announced last: announce them, then remember. A crash in between announces twice."""
        shops = self.store.collection(Control.SHOPS)
        lists = lists_fingerprint(document)
        row = await shops.find_one({"_id": document["_id"]}, {"lists": 1}) or {}
        if row.get("lists") == lists:
            return
        await self.sender.append(project, RAW_LIVE, [_lists_changed(project, document, lists)])
        kept = {"$set": {"lists": lists}, "$setOnInsert": {"project": project.id, "owner": None, "lease_until": None}}
        await shops.update_one({"_id": document["_id"]}, kept, upsert=True)


def _lists_changed(project: Project, document: Bson, lists: str) -> RawRecord:
    return RawRecord(
        kind=RawKind.STATUS_LISTS_CHANGED,
        id=f"status_lists/{document['_id']}/{lists[:16]}/{now().isoformat()}",
        project=str(project.id),
        webshop=str(document["_id"]),
        relay=by_id(document["relay_id"]).name,
        resource="webshops",
        remote_id=str(document["_id"]),
        observed_at=now(),
        via=Via.DERIVED,
        request="status lists",
        body=b"{}",
    )
