"""Sends what is due: claims it with a lease, calls, and writes down what came of it."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from bson import ObjectId
from pymongo import ReplaceOne, UpdateOne

from services.notifier.calling import Endpoint, Result, call
from services.notifier.claiming import Claimer, Claims, Unusable
from services.notifier.deciding import Jitter, decide, outcome
from services.notifier.lanes import Lane
from services.notifier.settings import NotifierSettings
from shoprelay_runtime import logs, metrics
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.documents.base import Encryption

_LEASE_MARGIN: Final = 10.0  # seconds that a claim lasts longer than the longest call: a crash repeats a call only after it
_LOOK_SECONDS: Final = 1.0
_GATHER_SECONDS: Final = 0.02
_BUSY_SECONDS: Final = 0.1  # between two looks while what is claimed keeps the calls going: each look asks the database
_LONGEST_WAIT: Final = 2.0  # seconds that a claimed delivery waits for its call before others may have it
_log: Final = logs.logger(__name__)


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Sender:
    """Sends deliveries; several processes may do so at once.

    A delivery that is claimed is due again when its lease ends, so that a crash repeats it and loses nothing. `claims`: those of
    an earlier sender of this process; a call whose outcome is known must not be repeated, and one that was not made not wait.
    """

    def __init__(
        self,
        store: Store,
        projects: Projects,
        transport: httpx.AsyncBaseTransport,
        settings: NotifierSettings,
        clock: Callable[[], datetime] = utc_now,
        jitter: Jitter = random.uniform,
        claims: Claims | None = None,
    ) -> None:
        self._store = store
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._jitter = jitter
        self._deliveries = store.collection(Control.DELIVERIES)
        self._lanes: dict[ObjectId, Lane] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._claims = claims or Claims()
        self._settled = self._claims.settled
        lease = timedelta(seconds=settings.call_seconds + _LEASE_MARGIN)
        self._claimer = Claimer(store, projects, self._claims.name, lease, clock)
        self._trouble: BaseException | None = None
        self._stopped = False
        self._short = asyncio.Event()
        self.wake = asyncio.Event()
        """Set when there may be something to do before the next look."""

    async def run(self) -> None:
        """Send until `stop`."""
        await self.flush()
        await self._claimer.resume()
        while not self._stopped:
            self.wake.clear()
            await self.look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), _LOOK_SECONDS)
            await asyncio.sleep(_GATHER_SECONDS)
            await self._while_busy()

    async def _while_busy(self) -> None:
        """Until what is claimed for an endpoint runs out, so that calls need not wait for the database."""
        self._short.clear()
        if any(lane.waiting for lane in self._lanes.values()):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._short.wait(), _BUSY_SECONDS)

    async def look(self) -> None:
        """Write what came of calls, then claim what is due and call. Errors of the database come through."""
        if self._trouble:
            raise self._trouble
        await self.flush()
        endpoints = await self._claimer.endpoints()
        random.shuffle(endpoints)
        for endpoint in endpoints:
            await self._send_due(endpoint)
        for gone in self._lanes.keys() - set(endpoints):
            if not self._lanes[gone].in_flight:
                del self._lanes[gone]

    async def _send_due(self, endpoint: ObjectId) -> None:
        lane, now = self._lanes.setdefault(endpoint, Lane()), self._clock()
        if lane.waiting and (lane.failures or lane.endpoint is None or self._claimer.age(lane.waiting[0]) > _LONGEST_WAIT):
            await self._claimer.release(lane.emptied())
        wanted = lane.wanted(self._settings.per_endpoint, now) if self._room > 0 else 0
        lane.ended = 0
        rows = await self._claimer.claim(endpoint, wanted) if wanted > 0 else []
        if not rows:
            self._begin(lane)  # what found no room before
            return
        try:
            lane.endpoint = await self._claimer.open(endpoint)
        except Unusable as error:
            await self._claimer.put_aside(endpoint, rows[0]["owner"], str(error))
            return
        lane.waiting.extend(rows)
        self._begin(lane)
        lane.low = len(lane.waiting) // 3

    @property
    def _room(self) -> int:
        return self._settings.in_flight - self._in_flight

    def _begin(self, lane: Lane) -> None:
        """Begin the calls that may begin. What was claimed too long ago is another's soon, and is left alone."""
        if self._stopped:
            return
        most, now = self._settings.per_endpoint, self._clock()
        while lane.waiting and lane.endpoint and self._room > 0 and lane.free(most, now) > 0:
            row = lane.waiting.popleft()
            if self._claimer.age(row) < _LEASE_MARGIN / 2:
                self._start(lane.endpoint, lane, row)
        if len(lane.waiting) <= lane.low:
            self._short.set()

    def _start(self, endpoint: Endpoint, lane: Lane, row: Bson) -> None:
        lane.in_flight += 1
        self._in_flight += 1
        task = asyncio.ensure_future(self._call(endpoint, lane, row))
        self._calls.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._calls.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._trouble = error

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
            self._in_flight -= 1
            lane.ended += 1
            self._begin(lane)
            self.wake.set()

    async def _result(self, endpoint: Endpoint, row: Bson, at: datetime) -> Result:
        try:
            body = endpoint.cipher.open("deliveries", "body", row["body"])
        except DecryptionFailed as error:
            return Result(None, str(error), 0.0)
        return await call(self._transport, endpoint, row["_id"], body, at, self._settings.call_seconds)

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
        self._short.set()

    async def drain(self, seconds: float) -> None:
        """Let calls in flight end, cut the others off (their lease ends by itself), and write everything down."""
        self._stopped = True
        if self._calls:
            await asyncio.wait(self._calls, timeout=seconds)
        await _cancelled(self._calls)
        await self.flush()
        for lane in self._lanes.values():
            await self._claimer.release(lane.emptied())


def _sealed(endpoint: Endpoint, excerpt: str) -> str | None:
    """An answer may repeat what it was told."""
    return endpoint.cipher.seal("attempts", "excerpt", excerpt.encode(), Encryption.RANDOMIZED) if excerpt else None


async def _cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    left = list(tasks)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
