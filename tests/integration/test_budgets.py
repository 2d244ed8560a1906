"""One budget per shop: four processes that ask as fast as they may never exceed what the shop bears."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from bson import ObjectId

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import COST
from shoprelay_relays.spec import Limits, Told
from shoprelay_runtime import budgeted, budgets
from shoprelay_runtime.budgeted import BudgetedTransport
from shoprelay_runtime.budgets import Budget, Lane
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_simulators.listening import listen

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]


@dataclass
class Banning:
    """A host that bans whoever asks more than its bucket holds, or too much at once."""

    per_second: float
    burst: float
    parallel: int
    points: float = field(init=False)
    at: float = field(init=False, default_factory=time.monotonic)
    busy: int = 0
    most: int = 0
    asked: int = 0
    banned: bool = False

    def __post_init__(self) -> None:
        self.points = self.burst

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        now = time.monotonic()
        self.points, self.at = min(self.burst, self.points + (now - self.at) * self.per_second) - 1, now
        self.busy += 1
        self.asked += 1
        self.most = max(self.most, self.busy)
        self.banned |= self.points < 0 or self.busy > self.parallel
        await asyncio.sleep(0.02)
        await send({"type": "http.response.start", "status": 403 if self.banned else 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        self.busy -= 1


async def hammer(
    settings: Settings, url: str, count: int, seconds: float, *limits: float, lane: str = "interactive"
) -> list[int]:
    environment = {**os.environ, "SHOPRELAY_MONGO": settings.mongo, "SHOPRELAY_DATABASE": settings.database}
    words = [str(ObjectId()), url, str(seconds), *map(str, limits), lane]
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.hammer", *words, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(count)
    ]
    said = await asyncio.gather(*(process.communicate() for process in running))
    return [int(out) for out, _ in said]


async def test_four_processes_that_hammer_are_never_banned(settings: Settings, store: Store) -> None:
    # The shop refills a little faster than it is asked: requests that a network holds up arrive closer together than they left.
    shop = Banning(per_second=24, burst=14, parallel=3)
    began = time.monotonic()
    async with listen(shop) as url:
        made = await hammer(settings, url, 4, 4.0, 20, 10, 3)
    assert not shop.banned
    assert shop.most == 3
    assert sum(made) == shop.asked
    assert all(made)
    # And the budget is used, not only kept.
    assert shop.asked > 0.5 * 20 * 4.0
    assert shop.asked <= 10 + 20 * (time.monotonic() - began)


async def test_a_simulated_host_does_ban_who_asks_too_fast(settings: Settings, store: Store) -> None:
    shop = Banning(per_second=24, burst=14, parallel=3)
    async with listen(shop) as url:
        await hammer(settings, url, 2, 2.0, 200, 100, 16)
    assert shop.banned


async def test_backfill_leaves_room_for_live_and_both_for_whoever_waits(store: Store) -> None:
    webshop, limits = ObjectId(), Limits(per_second=0.001, burst=20, parallel=50)
    taken = {}
    for lane in (Lane.BACKFILL, Lane.LIVE, Lane.INTERACTIVE):
        budget = Budget(store, webshop, limits, lane, patience=0)
        taken[lane] = await _all_it_gets(budget)
    assert taken == {Lane.BACKFILL: 10, Lane.LIVE: 5, Lane.INTERACTIVE: 5}


async def _all_it_gets(budget: Budget) -> int:
    count = 0
    while True:
        try:
            await budget.leave(await budget.enter())
        except ShopTrouble:
            return count
        count += 1


async def test_what_an_answer_says_holds_for_every_process(store: Store) -> None:
    webshop = ObjectId()
    here, there = (Budget(store, webshop, Limits(), Lane.INTERACTIVE, patience=0) for _ in range(2))
    await here.leave(await here.enter(), Told(wait=30))
    with pytest.raises(ShopTrouble) as caught:
        await there.enter()
    assert caught.value.retry_after is not None
    assert 25 < caught.value.retry_after <= 30


async def test_points_are_counted_where_the_platform_counts_them(store: Store) -> None:
    limits = Limits(per_second=0.001, burst=100, parallel=9, learn=lambda _: Told(left=30.0))
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    budget = Budget(store, ObjectId(), limits, Lane.INTERACTIVE, patience=0)
    async with httpx.AsyncClient(transport=BudgetedTransport(answer, budget)) as client:
        assert (await client.get("https://shop.test/", extensions={COST: 10})).json() == {}
        # The shop says that 30 are left, whatever was reckoned.
        with pytest.raises(ShopTrouble):
            await client.get("https://shop.test/", extensions={COST: 40})


async def test_a_slow_host_of_its_own_is_given_a_rest(store: Store) -> None:
    async def slow(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(1.1)
        return httpx.Response(200)

    for gentle in (True, False):
        budget = Budget(store, ObjectId(), Limits(gentle=gentle), Lane.INTERACTIVE, patience=0)
        async with httpx.AsyncClient(transport=BudgetedTransport(httpx.MockTransport(slow), budget)) as client:
            await client.get("https://shop.test/")
        row = await store.collection(Control.BUDGETS).find_one({"_id": budget.webshop})
        assert row is not None
        assert ("blocked_until" in row) is gentle


async def _paused(store: Store, answer: httpx.MockTransport, *, raises: type[Exception] | None = None) -> bool:
    """Whether a gentle shop is left alone for a while after this answer."""
    budget = Budget(store, ObjectId(), Limits(gentle=True), Lane.INTERACTIVE, patience=0)
    async with httpx.AsyncClient(transport=BudgetedTransport(answer, budget)) as client:
        with pytest.raises(raises) if raises else contextlib.nullcontext():
            await client.get("https://shop.test/")
    row = await store.collection(Control.BUDGETS).find_one({"_id": budget.webshop})
    assert row is not None
    assert row["busy"] == []
    return "blocked_until" in row


async def test_who_asks_again_does_not_find_its_own_slot_taken(store: Store) -> None:
    """The slot goes back while the answer is worked on."""
    answer = httpx.MockTransport(lambda _: httpx.Response(200))
    budget = Budget(store, ObjectId(), Limits(per_second=100, burst=50, parallel=1), Lane.INTERACTIVE, patience=0)
    async with httpx.AsyncClient(transport=BudgetedTransport(answer, budget)) as client:
        for _ in range(20):
            await client.get("https://shop.test/")


async def test_what_holds_this_process_up_is_no_slowness_of_the_shops(store: Store) -> None:
    async def answered_while_we_were_busy(_: httpx.Request) -> httpx.Response:
        asyncio.get_running_loop().call_later(0.1, time.sleep, 0.8)
        asyncio.get_running_loop().call_later(0.2, time.sleep, 0.8)
        await asyncio.sleep(0.3)
        return httpx.Response(200)

    assert not await _paused(store, httpx.MockTransport(answered_while_we_were_busy))


async def test_a_shop_that_is_slow_while_this_process_is_busy_is_slow(store: Store) -> None:
    async def slow(_: httpx.Request) -> httpx.Response:
        asyncio.get_running_loop().call_later(0.1, time.sleep, 0.4)
        await asyncio.sleep(1.6)
        return httpx.Response(200)

    assert await _paused(store, httpx.MockTransport(slow))


@pytest.mark.parametrize(("error", "paused"), [(httpx.ReadTimeout, True), (httpx.PoolTimeout, False)])
async def test_what_never_reached_the_shop_says_nothing_of_it(store: Store, error: type[Exception], *, paused: bool) -> None:
    def fails(_: httpx.Request) -> httpx.Response:
        raise error("in time")

    assert await _paused(store, httpx.MockTransport(fails), raises=error) is paused


async def test_a_shop_that_counts_requests_in_its_headers_is_not_asked_beyond_them(store: Store) -> None:
    told = iter(((2, 60), (1, 60), (0, 60)))

    def counts(_: httpx.Request) -> httpx.Response:
        left, reset = next(told)
        return httpx.Response(200, headers={"X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": str(reset)})

    budget = Budget(store, ObjectId(), Limits(per_second=100, burst=50), Lane.INTERACTIVE, patience=0)
    async with httpx.AsyncClient(transport=BudgetedTransport(httpx.MockTransport(counts), budget)) as client:
        for _ in range(3):
            await client.get("https://shop.test/")
        with pytest.raises(ShopTrouble) as caught:
            await client.get("https://shop.test/")
    assert caught.value.retry_after == pytest.approx(60, abs=5)


async def test_a_request_that_takes_long_keeps_its_slot(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "_SLOT_SECONDS", 0.6)
    monkeypatch.setattr(budgeted, "_BEAT_SECONDS", 0.2)
    begun = asyncio.Event()

    async def slow(_: httpx.Request) -> httpx.Response:
        begun.set()
        await asyncio.sleep(2)
        return httpx.Response(200)

    webshop, limits = ObjectId(), Limits(per_second=100, burst=50, parallel=1)
    holds = Budget(store, webshop, limits, Lane.INTERACTIVE)
    waits = Budget(store, webshop, limits, Lane.INTERACTIVE, patience=1.2)
    async with httpx.AsyncClient(transport=BudgetedTransport(httpx.MockTransport(slow), holds)) as client:
        asked = asyncio.create_task(client.get("https://shop.test/"))
        await begun.wait()
        with pytest.raises(ShopTrouble):
            await waits.enter()
        assert (await asked).is_success
    slot = await waits.enter()
    await waits.leave(slot)


async def test_a_process_that_dies_in_mid_request_does_not_hold_its_slot_for_ever(store: Store) -> None:
    webshop, limits = ObjectId(), Limits(parallel=1)
    await Budget(store, webshop, limits).enter()
    dead = await store.collection(Control.BUDGETS).find_one({"_id": webshop})
    assert dead is not None
    with pytest.raises(ShopTrouble):
        await Budget(store, webshop, limits, patience=0).enter()
    # As if its time were over.
    past = dead["busy"][0]["until"].replace(year=2020)
    await store.collection(Control.BUDGETS).update_one({"_id": webshop}, {"$set": {"busy.0.until": past}})
    await Budget(store, webshop, limits, patience=0).enter()
