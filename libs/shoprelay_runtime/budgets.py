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
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from bson import ObjectId
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.spec import Limits, Told
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_runtime.taking import FULL_SECONDS, Taking, take

_SLOT_SECONDS: Final = 6.0  # a process that dies in mid-request holds its slot for so long


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
