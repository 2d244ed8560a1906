"""Idempotency-Key: a call that is repeated with its key gets the answer of the first one, and nothing is done twice.

A key is a row: `begun` until the shop is about to be changed, `changing` from then on, `done` with the answer, which is
encrypted with the project's key. A process that dies leaves a row whose time runs out: one that was only begun is free again; of
one that was changing nobody knows what came of it, and that is the answer.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import orjson
from bson import ObjectId
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from services.shop_api.problems import Problem
from shoprelay_runtime.codec import to_json
from shoprelay_runtime.projects import Project
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.documents.base import Encryption

KEPT: Final = timedelta(hours=24)
_LEASE: Final = timedelta(seconds=120)  # longer than a call may take
_PLACE: Final = ("answers", "answer")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that may be given again."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Key:
    """One key of one project. `print`: of the request that it came with first."""

    store: Store
    project: Project
    id: str
    print: str
    owner: ObjectId

    async def begin(self) -> Said | None:
        """None: go on. Else the answer of the call that had the key before. Problem 409 for another request, or one under way."""
        rows, now = self.store.collection(Control.ANSWERS), datetime.now(UTC)
        row = {"_id": self.id, "print": self.print, "state": "begun", "owner": self.owner, "until": now + _LEASE, "at": now}
        while True:
            try:
                await rows.insert_one(row)
            except DuplicateKeyError:
                held = await rows.find_one({"_id": self.id})
                if held is None:
                    continue
                return await self._held(held, now)
            return None

    async def _held(self, held: Bson, now: datetime) -> Said | None:
        if held["print"] != self.print:
            raise Problem(409, "key_reused", "Idempotency-Key: this key came with another request before; take a new one")
        if held["state"] == "done":
            return self._opened(held)
        if held["until"] > now:
            busy = "Idempotency-Key: the first call with this key is still under way"
            raise Problem(409, "key_in_use", busy, headers={"retry-after": "1"})
        if held["state"] == "changing":
            said = Said(504, unknown("the process that did this call ended in the middle of it"))
            await self._settle({"until": held["until"]}, said)
            return said
        mine = {"$set": {"owner": self.owner, "until": now + _LEASE}}
        free = {"_id": self.id, "until": held["until"], "state": "begun"}
        taken = await self.store.collection(Control.ANSWERS).update_one(free, mine)
        return None if taken.modified_count else await self.begin()

    async def changing(self) -> None:
        """The next request changes the shop. Problem 409: this process stood still for so long that another call has the key."""
        change = {"$set": {"state": "changing"}}
        mine = await self.store.collection(Control.ANSWERS).update_one({"_id": self.id, "owner": self.owner}, change)
        if not mine.matched_count:
            raise Problem(
                409, "key_in_use", "Idempotency-Key: another call with this key took over", headers={"retry-after": "1"}
            )

    async def keep(self, said: Said) -> None:
        """Give this answer from now on."""
        await self._settle({"owner": self.owner}, said)

    async def forget(self) -> None:
        """Nothing was done: the key may be used again."""
        await self.store.collection(Control.ANSWERS).delete_one({"_id": self.id, "owner": self.owner})

    async def _settle(self, which: Bson, said: Said) -> None:
        plain = to_json({"status": said.status, "body": said.body})
        sealed = self.project.cipher.seal(*_PLACE, plain, Encryption.RANDOMIZED)
        done = UpdateOne({"_id": self.id, **which}, {"$set": {"state": "done", "answer": sealed}})
        await self.store.change(Control.ANSWERS, done)

    def _opened(self, held: Bson) -> Said:
        said = orjson.loads(self.project.cipher.open(*_PLACE, held["answer"]))
        return Said(said["status"], said["body"])


def key_of(store: Store, project: Project, given: str, method: str, path: str, query: str, body: bytes) -> Key:
    """The key of a request. It is the project's own: two projects may use the same text."""
    request = f"{method}\0{path}\0{query}\0".encode() + body
    name = sha256(f"{project.id}\0{given}".encode()).hexdigest()
    return Key(store, project, name, sha256(request).hexdigest(), ObjectId())


def unknown(why: str) -> dict[str, Any]:
    """The body that says that nobody knows."""
    text = f"{why}: it is not known whether the shop was changed; it is not done again"
    return Problem(504, "unknown", text, result="unknown").body
