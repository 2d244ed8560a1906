"""One budget per shop, for every process that calls it: how fast, how many at once, and who goes first.

The budget is a row of the control database, changed by one atomic update per turn and by MongoDB's own clock, so that pollers,
direct reads and actions on any number of machines stay within what the shop bears. Lanes share it by reserves: what backfill may
use up leaves room for live work, and that for whoever waits for an answer right now.
"""

import asyncio
import contextlib
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

import httpx
from bson import ObjectId
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import COST, retry_after
from shoprelay_relays.http.ratelimits import rate_limit
from shoprelay_relays.spec import Limits, Told
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_runtime.taking import FULL_SECONDS, Taking, take

_SLOT_SECONDS: Final = 6.0  # a process that dies in mid-request holds its slot for so long
_BEAT_SECONDS: Final = 2.0
_SLOW_SECONDS: Final = 1.0  # an answer of a gentle shop that takes longer is followed by a pause
_LONGEST_PAUSE: Final = 10.0
_LOOK_SECONDS: Final = 0.25
_REFUSED_SECONDS: Final = 5.0  # after a 429 that does not say how long


class Lane(StrEnum):
    """Who asks. Interactive: a person or program waits for the answer."""

    INTERACTIVE = "interactive"
    LIVE = "live"
    BACKFILL = "backfill"


_RESERVED: Final = {Lane.INTERACTIVE: 0.0, Lane.LIVE: 0.25, Lane.BACKFILL: 0.5}
"""The share of the budget that a lane leaves to those before it."""


@dataclass(slots=True)
class Budget:
    """The budget of one shop as one caller sees it. `lane` may change between requests.

    `patience`: seconds that a request may wait for its turn; after that ShopTrouble says when there will be room.
    """

    store: Store
    webshop: ObjectId
    limits: Limits
    lane: Lane = Lane.LIVE
    patience: float = 30.0
    _leaving: set[asyncio.Task[None]] = field(default_factory=set, init=False, repr=False)

    async def enter(self, cost: float = 1.0) -> str:
        """Wait for a turn and take it; the slot's name. Raises ShopTrouble, PyMongoError."""
        await self.left()
        slot, patience = secrets.token_hex(6), time.monotonic() + self.patience
        while True:
            wait = await take(self.store, Taking(self.webshop, slot, self._taking(slot, cost)))
            if wait is None:
                return slot
            if time.monotonic() + wait > patience:
                raise ShopTrouble("the shop's request budget is used up for now", wait)
            # A little apart, so that those who wait do not all come back at once.
            await asyncio.sleep(wait + random.uniform(0, 0.02))  # noqa: S311

    async def leave(self, slot: str, told: Told | None = None) -> None:
        """Give the slot back, with what the answer said of the budget."""
        await self.store.change(Control.BUDGETS, UpdateOne({"_id": self.webshop}, _leaving(slot, told)))

    def give_back(self, slot: str, told: Told | None = None) -> None:
        """`leave`, while the caller goes on with the answer. A slot that cannot be given back ends by itself."""

        async def quietly() -> None:
            with contextlib.suppress(PyMongoError):
                await self.leave(slot, told)

        leaving = asyncio.create_task(quietly())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def left(self) -> None:
        """Wait until every slot that `give_back` was told of is free."""
        if self._leaving:
            await asyncio.wait(self._leaving)

    async def stay(self, slot: str) -> None:
        """Keep the slot of a request that takes long."""
        mine = {"_id": self.webshop, "busy.slot": slot}
        until = [{"$set": {"busy": _each("busy", {"$eq": ["$$this.slot", slot]}, _from_now(_SLOT_SECONDS))}}]
        await self.store.collection(Control.BUDGETS).update_one(mine, until)

    def _taking(self, slot: str, cost: float) -> list[Bson]:
        burst, lane = float(self.limits.burst), self.lane
        cost = min(cost, burst)
        needed = cost + _RESERVED[lane] * (burst - cost)
        parallel = self.limits.parallel if lane is Lane.INTERACTIVE else max(1, self.limits.parallel - 1)
        rate: Any = {"$ifNull": ["$per_second", self.limits.per_second]}
        since: Any = {"$divide": [{"$subtract": ["$$NOW", {"$ifNull": ["$at", "$$NOW"]}]}, 1000]}
        grown = {"$add": [{"$ifNull": ["$points", burst]}, {"$multiply": [since, rate]}]}
        blocked = {"$divide": [{"$max": [0, {"$subtract": [{"$ifNull": ["$blocked_until", "$$NOW"]}, "$$NOW"]}]}, 1000]}
        full = {"$gte": [{"$size": "$busy"}, parallel]}
        lacking = {"$max": [0, {"$divide": [{"$subtract": [needed, "$points"]}, rate]}]}
        wait = {"$max": [blocked, lacking, {"$cond": [full, FULL_SECONDS, 0]}]}
        free = {"$lte": ["$wait", 0]}
        mine = [{"slot": slot, "until": _from_now(_SLOT_SECONDS)}]
        return [
            {"$set": {"points": {"$min": [burst, grown]}, "at": "$$NOW", "busy": _living()}},
            {"$set": {"wait": wait}},
            {
                "$set": {
                    "points": {"$cond": [free, {"$subtract": ["$points", cost]}, "$points"]},
                    "busy": {"$cond": [free, {"$concatArrays": ["$busy", mine]}, "$busy"]},
                }
            },
        ]


def _living() -> Bson:
    return {"$filter": {"input": {"$ifNull": ["$busy", []]}, "cond": {"$gt": ["$$this.until", "$$NOW"]}}}


def _leaving(slot: str, told: Told | None) -> list[Bson]:
    others = {"$filter": {"input": {"$ifNull": ["$busy", []]}, "cond": {"$ne": ["$$this.slot", slot]}}}
    change: Bson = {"busy": others}
    if told and told.wait > 0:
        change["blocked_until"] = {"$max": ["$blocked_until", _from_now(told.wait)]}
    if told and told.left is not None:
        change["points"] = {"$min": ["$points", told.left]}
    if told and told.per_second:
        change["per_second"] = told.per_second
    return [{"$set": change}]


def _each(name: str, which: Bson, until: Any) -> Bson:
    changed = {"$cond": [which, {"$mergeObjects": ["$$this", {"until": until}]}, "$$this"]}
    return {"$map": {"input": f"${name}", "in": changed}}


def _from_now(seconds: float) -> Bson:
    return {"$add": ["$$NOW", int(seconds * 1000)]}


class BudgetedTransport(httpx.AsyncBaseTransport):
    """Every request of one shop's client, within the shop's budget. Closing it leaves the shared transport open."""

    def __init__(self, shared: httpx.AsyncBaseTransport, budget: Budget) -> None:
        self._shared = shared
        self.budget = budget

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        slot = await self.budget.enter(float(request.extensions.get(COST, 1.0)))
        told: Told | None = None
        watch = _Watch()
        try:
            async with _Beating(self.budget, slot):
                response = await self._shared.handle_async_request(request)
                told = await said(response, self.budget.limits, watch.seconds())
                return response
        except httpx.PoolTimeout:
            raise  # it never reached the shop
        except httpx.TimeoutException:
            told = Told(wait=_LONGEST_PAUSE if self.budget.limits.gentle else 0.0)
            raise
        finally:
            watch.end()
            self.budget.give_back(slot, told)

    async def aclose(self) -> None:
        """The client is closed: what it took of the budget is free again."""
        await self.budget.left()


class _Watch:
    """How long the shop takes, without the time in which this process was too busy to look for its answer.

    It looks at the clock every quarter of a second: what it comes late by, the event loop was held up.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began, self._late = self._loop.time(), 0.0
        self._set()

    def _set(self) -> None:
        self._due = self._loop.time() + _LOOK_SECONDS
        self._timer = self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        self._late += self._loop.time() - self._due
        self._set()

    def seconds(self) -> float:
        now = self._loop.time()
        return now - self._began - self._late - max(0.0, now - self._due)

    def end(self) -> None:
        self._timer.cancel()


class _Beating:
    """Keeps the slot while the block lasts. Nearly all requests are done before the first beat: a timer is all they cost."""

    def __init__(self, budget: Budget, slot: str) -> None:
        self._budget, self._slot = budget, slot
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_BEAT_SECONDS, self._begin)

    async def __aexit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            with contextlib.suppress(PyMongoError):
                await self._budget.stay(self._slot)
            await asyncio.sleep(_BEAT_SECONDS)


async def said(response: httpx.Response, limits: Limits, seconds: float) -> Told | None:
    """What an answer means for the budget: its own words, a refusal, or that the host is slow.

    `seconds` is how long the shop took for it.
    """
    if response.status_code in {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE}:
        wish = retry_after(response)
        if wish is not None or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return Told(wait=_REFUSED_SECONDS if wish is None else wish, left=0.0)
    told = await _learnt(response, limits.learn) if limits.learn else rate_limit(response)
    if limits.gentle and seconds > _SLOW_SECONDS:
        told = told or Told()
        return replace(told, wait=max(told.wait, min(seconds, _LONGEST_PAUSE)))
    return told


async def _learnt(response: httpx.Response, learn: Callable[[httpx.Response], Told | None]) -> Told | None:
    """Platforms that count points say so in the JSON: such an answer is read whole before it is passed on.

    Not so application/jsonl, which is a file of any length.
    """
    if response.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        await response.aread()
    return learn(response)
