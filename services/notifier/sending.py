"""Sends what is due: claims it with a lease, calls, and writes down what came of it."""

import asyncio
import contextlib
import random
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from bson import ObjectId
from pymongo import ReplaceOne, UpdateOne

from services.notifier.calling import Endpoint, Result, call
from services.notifier.deciding import Jitter, decide, outcome
from services.notifier.settings import NotifierSettings
from shoprelay_runtime import logs, metrics
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.projects import Projects, Unknown
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.documents.base import Encryption

_LEASE_MARGIN: Final = 10.0  # seconds that a claim lasts longer than the longest call: a crash repeats a call only after it
_LOOK_SECONDS: Final = 1.0
_GATHER_SECONDS: Final = 0.02
_LONGEST_PAUSE: Final = 300.0
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_log: Final = logs.logger(__name__)


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Unusable(Exception):
    """The endpoint cannot be called, and will not be by waiting; the text says why."""


@dataclass(slots=True)
class Lane:
    """How one endpoint is doing. A failing one gets one call at a time, ever less often, until it answers again."""

    in_flight: int = 0
    failures: int = 0
    until: datetime = _LONG_AGO

    def free(self, most: int, now: datetime) -> int:
        """How many more calls it may get."""
        return 0 if now < self.until else (1 if self.failures else most) - self.in_flight

    def heard(self, result: Result, now: datetime, jitter: Jitter) -> None:
        """Learn from an answer."""
        self.failures = 0 if result.status is not None and result.status < 500 else self.failures + 1  # noqa: PLR2004
        pause = jitter(0.0, min(_LONGEST_PAUSE, 2.0 ** min(self.failures, 10))) if self.failures > 1 else 0.0
        self.until = max(self.until, now + timedelta(seconds=max(pause, result.wait)))


@dataclass(slots=True)
class Claims:
    """What a process knows of its deliveries, from one sender to the next. `name`: what the owner of each claim begins with.

    `settled`: what came of calls and is not written down yet: the change of the delivery, and the attempt.
    """

    name: str = field(default_factory=lambda: secrets.token_hex(8))
    settled: list[tuple[UpdateOne, ReplaceOne[Bson]]] = field(default_factory=list)


class Sender:
    """Sends deliveries; several processes may do so at once.

    A delivery that is claimed is due again when its lease ends, so that a crash repeats it and loses nothing. `claims`: those of
    an earlier sender of this process; a call whose outcome is known must not be repeated, and one that was not made not wait.
    """

    def __init__(
        self,
        store: Store,
        projects: Projects,
        client: httpx.AsyncClient,
        settings: NotifierSettings,
        clock: Callable[[], datetime] = utc_now,
        jitter: Jitter = random.uniform,
        claims: Claims | None = None,
    ) -> None:
        self._store = store
        self._projects = projects
        self._client = client
        self._settings = settings
        self._clock = clock
        self._jitter = jitter
        self._deliveries = store.collection(Control.DELIVERIES)
        self._lanes: dict[ObjectId, Lane] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._claims = claims or Claims()
        self._settled = self._claims.settled
        self._lease = timedelta(seconds=settings.call_seconds + _LEASE_MARGIN)
        self._trouble: BaseException | None = None
        self._stopped = False
        self.wake = asyncio.Event()
        """Set when there may be something to do before the next look."""

    async def run(self) -> None:
        """Send until `stop`."""
        await self._resume()
        while not self._stopped:
            self.wake.clear()
            await self.look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), _LOOK_SECONDS)
            await asyncio.sleep(_GATHER_SECONDS)

    async def _resume(self) -> None:
        """Whatever an earlier sender claimed and has no outcome of, because the database went away, is due now."""
        await self.flush()
        mine = {"state": "pending", "owner": {"$regex": f"^{self._claims.name}-"}}
        await self._deliveries.update_many(mine, {"$set": {"due_at": self._clock(), "owner": None}})

    async def look(self) -> None:
        """Write what came of calls, then claim what is due and call. Errors of the database come through."""
        if self._trouble:
            raise self._trouble
        await self.flush()
        endpoints: list[ObjectId] = await self._deliveries.distinct("endpoint", {"state": "pending"})
        random.shuffle(endpoints)
        for endpoint in endpoints:
            await self._send_due(endpoint)
        for gone in self._lanes.keys() - set(endpoints):
            if not self._lanes[gone].in_flight:
                del self._lanes[gone]

    async def _send_due(self, endpoint: ObjectId) -> None:
        lane = self._lanes.setdefault(endpoint, Lane())
        free = min(lane.free(self._settings.per_endpoint, self._clock()), self._settings.in_flight - len(self._calls))
        if free <= 0:
            return
        rows = await self._claim(endpoint, free)
        if not rows:
            return
        try:
            opened = await self._endpoint(endpoint)
        except Unusable as error:
            await self._put_aside(endpoint, rows[0]["owner"], str(error))
            return
        for row in rows:
            self._start(opened, lane, row)

    def _start(self, endpoint: Endpoint, lane: Lane, row: Bson) -> None:
        lane.in_flight += 1
        task = asyncio.ensure_future(self._call(endpoint, lane, row))
        self._calls.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._calls.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._trouble = error

    async def _claim(self, endpoint: ObjectId, most: int) -> list[Bson]:
        """Rows that are ours until the lease ends, whoever else claims at the same time."""
        now, owner = self._clock(), f"{self._claims.name}-{secrets.token_hex(4)}"
        due = {"state": "pending", "endpoint": endpoint, "due_at": {"$lte": now}}
        ids = [row["_id"] async for row in self._deliveries.find(due, {"_id": 1}).sort("due_at", 1).limit(most)]
        if not ids:
            return []
        await self._deliveries.update_many({**due, "_id": {"$in": ids}}, {"$set": {"due_at": now + self._lease, "owner": owner}})
        return await self._deliveries.find({"_id": {"$in": ids}, "owner": owner}).to_list(None)

    async def _endpoint(self, endpoint: ObjectId) -> Endpoint:
        """The endpoint, decrypted."""
        row = await self._store.collection(Control.ENDPOINTS).find_one({"_id": endpoint, "active": True})
        if row is None:
            raise Unusable("the endpoint is switched off")
        try:
            cipher = (await self._projects.get(row["project"])).cipher
            token, secret = (cipher.open("endpoints", name, row[name]).decode() for name in ("token", "secret"))
        except (Unknown, DecryptionFailed) as error:
            raise Unusable(str(error)) from None
        return Endpoint(endpoint, row["url"], token, secret, cipher)

    async def _put_aside(self, endpoint: ObjectId, owner: str, reason: str) -> None:
        """What waits for an endpoint that is not called; calls in flight write down themselves what comes of them."""
        waiting = {"endpoint": endpoint, "state": "pending", "owner": {"$in": [None, owner]}}
        change = {"state": "disabled", "owner": None, "last_error": reason}
        await self._deliveries.update_many(waiting, {"$set": change})

    async def _call(self, endpoint: Endpoint, lane: Lane, row: Bson) -> None:
        at = self._clock()
        try:
            result = await self._result(endpoint, row, at)
            lane.heard(result, self._clock(), self._jitter)
            if result.gone:
                await self._switch_off(endpoint)
            self._settle(row, result, {"at": at, "excerpt": _sealed(endpoint, result.excerpt)})
        finally:
            lane.in_flight -= 1
            self.wake.set()

    async def _result(self, endpoint: Endpoint, row: Bson, at: datetime) -> Result:
        try:
            body = endpoint.cipher.open("deliveries", "body", row["body"])
        except DecryptionFailed as error:
            return Result(None, str(error), 0.0)
        return await call(self._client, endpoint, row["_id"], body, at, self._settings.call_seconds)

    def _settle(self, row: Bson, result: Result, attempt: Bson) -> None:
        settled = decide(row, result, self._clock(), self._jitter)
        metrics.DELIVERIES.labels(outcome(settled, result)).inc()
        metrics.SECONDS.labels("notifier", "call").observe(result.seconds)
        known = {
            "_id": ObjectId(),
            "delivery": row["_id"],
            "status": result.status,
            "error": result.error,
            "seconds": result.seconds,
        }
        mine = {"_id": row["_id"], "owner": row["owner"]}
        noted = ReplaceOne({"_id": known["_id"]}, {**known, **attempt}, upsert=True)
        self._settled.append((UpdateOne(mine, {"$set": settled}), noted))

    async def _switch_off(self, endpoint: Endpoint) -> None:
        reason = "it answered 410 Gone: it wants no calls any more"
        change = {"$set": {"active": False, "disabled_reason": reason, "disabled_at": self._clock()}}
        await self._store.collection(Control.ENDPOINTS).update_one({"_id": endpoint.id}, change)
        _log.warning("an endpoint is switched off", endpoint=str(endpoint.id), reason=reason)

    async def flush(self) -> None:
        """Write down what came of the calls that ended."""
        settled = list(self._settled)
        # Both may be written twice and change nothing. What a crash leaves undone here is called again when its lease ends.
        if settled:
            await self._store.collection(Control.ATTEMPTS).bulk_write([noted for _, noted in settled], ordered=False)
            await self._deliveries.bulk_write([change for change, _ in settled], ordered=False)
            del self._settled[: len(settled)]

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopped = True
        self.wake.set()

    async def drain(self, seconds: float) -> None:
        """Let calls in flight end, cut the others off (their lease ends by itself), and write everything down."""
        if self._calls:
            await asyncio.wait(self._calls, timeout=seconds)
        await _cancelled(self._calls)
        await self.flush()


def _sealed(endpoint: Endpoint, excerpt: str) -> str | None:
    """An answer may repeat what it was told."""
    return endpoint.cipher.seal("attempts", "excerpt", excerpt.encode(), Encryption.RANDOMIZED) if excerpt else None


async def _cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    left = list(tasks)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
