"""The way to a shop within its budget: each request takes a turn, keeps it while it lasts, and tells what the answer says."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import httpx
from pymongo.errors import PyMongoError

from shoprelay_relays.http.asking import COST, retry_after
from shoprelay_relays.http.ratelimits import rate_limit
from shoprelay_relays.spec import Limits, Told
from shoprelay_runtime.budgets import Budget

_BEAT_SECONDS: Final = 2.0
_SLOW_SECONDS: Final = 1.0  # an answer of a gentle shop that takes longer is followed by a pause
_LONGEST_PAUSE: Final = 10.0
_LOOK_SECONDS: Final = 0.25
_REFUSED_SECONDS: Final = 5.0  # after a 429 that does not say how long


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
