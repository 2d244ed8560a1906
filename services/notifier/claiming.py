"""Which deliveries are a process's own for a while: rows of the database with an owner and the end of its lease."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bson import ObjectId
from pymongo import ReplaceOne, UpdateOne

from services.notifier.calling import Endpoint
from shoprelay_runtime.crypto import Cipher, DecryptionFailed
from shoprelay_runtime.projects import Projects, Unknown
from shoprelay_runtime.store import Bson, Control, Store


class Unusable(Exception):
    """The endpoint cannot be called, and will not be by waiting; the text says why."""


@dataclass(slots=True)
class Claims:
    """What a process knows of its deliveries, from one sender to the next. `name`: what the owner of each claim begins with.

    `settled`: what came of calls and is not written down yet: the change of the delivery, and the attempt.
    """

    name: str = field(default_factory=lambda: secrets.token_hex(8))
    settled: list[tuple[UpdateOne, ReplaceOne[Bson]]] = field(default_factory=list)


class Claimer:
    """Claims deliveries for a `lease`; when it ends they are due again, whatever became of their owner."""

    def __init__(self, store: Store, projects: Projects, name: str, lease: timedelta, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._projects = projects
        self._deliveries = store.collection(Control.DELIVERIES)
        self._name = name
        self._lease = lease
        self._clock = clock

    async def resume(self) -> None:
        """Whatever an earlier sender of this process claimed and has no outcome of, as the database went away, is due now."""
        await self._free({"owner": {"$regex": f"^{self._name}-"}})

    async def release(self, rows: Iterable[Bson]) -> None:
        """Let others have claimed rows that were not called."""
        given = list(rows)
        if given:
            ids, owners = [row["_id"] for row in given], list({row["owner"] for row in given})
            await self._free({"_id": {"$in": ids}, "owner": {"$in": owners}})

    async def _free(self, which: Bson) -> None:
        await self._deliveries.update_many({**which, "state": "pending"}, {"$set": {"due_at": self._clock(), "owner": None}})

    async def endpoints(self) -> list[ObjectId]:
        """Those that something waits for."""
        found: list[ObjectId] = await self._deliveries.distinct("endpoint", {"state": "pending"})
        return found

    async def claim(self, endpoint: ObjectId, most: int) -> list[Bson]:
        """Rows that are ours until the lease ends, whoever else claims at the same time."""
        now, owner = self._clock(), f"{self._name}-{secrets.token_hex(4)}"
        due = {"state": "pending", "endpoint": endpoint, "due_at": {"$lte": now}}
        ids = [row["_id"] async for row in self._deliveries.find(due, {"_id": 1}).sort("due_at", 1).limit(most)]
        if not ids:
            return []
        await self._deliveries.update_many({**due, "_id": {"$in": ids}}, {"$set": {"due_at": now + self._lease, "owner": owner}})
        return await self._deliveries.find({"_id": {"$in": ids}, "owner": owner}).to_list(None)

    def age(self, row: Bson) -> float:
        """Seconds since a row was claimed."""
        claimed: datetime = row["due_at"] - self._lease
        return (self._clock() - claimed).total_seconds()

    async def open(self, endpoint: ObjectId) -> Endpoint:
        """The endpoint, decrypted; Unusable says why it cannot be called."""
        row = await self._store.collection(Control.ENDPOINTS).find_one({"_id": endpoint, "active": True})
        if row is None:
            raise Unusable("the endpoint is switched off")
        try:
            cipher = (await self._projects.get(row["project"])).cipher
            return _opened(row, cipher, self._clock())
        except (Unknown, DecryptionFailed) as error:
            raise Unusable(str(error)) from None

    async def put_aside(self, endpoint: ObjectId, owner: str, reason: str) -> None:
        """What waits for an endpoint that is not called; calls in flight write down themselves what comes of them."""
        waiting = {"endpoint": endpoint, "state": "pending", "owner": {"$in": [None, owner]}}
        change = {"state": "disabled", "owner": None, "last_error": reason}
        await self._deliveries.update_many(waiting, {"$set": change})


def _opened(row: Bson, cipher: Cipher, now: datetime) -> Endpoint:
    before = [each for each in row.get("old") or () if each["until"] > now]
    # The oldest token that is good: whoever exchanges it takes both, and ours changes when the time is up.
    token = cipher.open("endpoints", "token", (before or [row])[0]["token"]).decode()
    known = tuple(cipher.open("endpoints", "secret", each["secret"]).decode() for each in (row, *before))
    return Endpoint(row["_id"], row["url"], token, known, cipher)
