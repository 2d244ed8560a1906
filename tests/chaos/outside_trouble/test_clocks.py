"""Clocks that step by an hour, ahead and back: leases, watermarks, the notifier's schedule, the end of the meter's day."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId

from services.billing_meter.settings import MeterSettings
from services.billing_meter.stating import due, state
from services.relay_poller import clock
from services.relay_poller.main import main
from services.relay_poller.settings import PollerSettings
from shoprelay_runtime.admin.jobs import job_id, reconcile
from shoprelay_runtime.admin.modes import switch
from shoprelay_runtime.billing.prices import price_list
from shoprelay_runtime.codec import seal
from shoprelay_runtime.deadletters import records
from shoprelay_runtime.health import Health
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.raw import RawKind
from shoprelay_simulators.listening import listen
from tests.chaos.crash_points.relay import Shop
from tests.support.plain_relay import order
from tests.support.world import World

pytestmark = pytest.mark.integration
HOUR = timedelta(hours=1)
MODE = "updated_since_last_request"


class Clock:
    """In place of `datetime` in the poller's clock."""

    def __init__(self) -> None:
        self.step = timedelta()

    def now(self, zone: Any) -> datetime:
        return datetime.now(zone) + self.step


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "datetime", made)
    return made


@asynccontextmanager
async def polling(settings: Settings) -> AsyncIterator[None]:
    health = Health("relay-poller")
    quick = {"idle_seconds": 0.05, "every_seconds": 600, "watch": False}
    task = asyncio.create_task(main(PollerSettings(**{**settings.model_dump(), **quick}), health))
    try:
        yield
    finally:
        health.stopping.set()
        await task


async def until(holds: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(30):
        while not await holds():  # noqa: ASYNC110 - what is waited for is in servers
            await asyncio.sleep(0.1)


async def connect(world: World, address: str) -> str:
    config = seal(world.project.cipher, "webshops", {"config": {"address": address}})["config"]
    await world.set_webshop(config=config, **{switch("orders", MODE): True})
    assert await reconcile(world.store, world.project, world.webshop.webshop_id, datetime.now(UTC))
    return job_id(world.webshop.webshop_id, "orders", MODE)


async def read(world: World) -> set[str]:
    """What was read of the shop, as resource/id."""
    lanes = [world.settings.named(lane) for lane in ("raw.live.v1", "raw.backfill.v1")]
    headers = [dict(record.headers) for lane in lanes for record in await records(world.settings, lane, {})]
    return {h["ce_subject"].decode() for h in headers if h["ce_type"].decode() == RawKind.RECORD_READ}


async def test_what_a_shop_changed_while_our_clock_was_ahead_is_found_when_it_is_set_back(shop: World, wall: Clock) -> None:
    listed = Shop({"1": order("1", datetime.now(UTC))})
    jobs = shop.store.collection(Control.JOBS)
    async with listen(listed) as address:
        job = {"_id": await connect(shop, address)}

        async def watermark() -> datetime:
            row = await jobs.find_one(job)
            return (row and row["watermark"]) or datetime.min.replace(tzinfo=UTC)

        async def ahead() -> bool:
            return await watermark() > datetime.now(UTC) + HOUR / 2

        async def found() -> bool:
            return "orders/2" in await read(shop)

        async with polling(shop.settings):
            await until(lambda: read(shop))
            wall.step = HOUR
            await jobs.update_one(job, {"$set": {"due_at": datetime.now(UTC)}})
            await until(ahead)
            listed.orders["2"] = order("2", datetime.now(UTC))
            wall.step = timedelta()
            await until(found)
        assert not await ahead()
        row = await jobs.find_one(job)
        assert row is not None
        assert row["due_at"] < datetime.now(UTC) + HOUR, "the next poll is not put off by the step"


async def test_the_lease_of_a_poller_that_died_while_its_clock_was_ahead_ends(shop: World, wall: Clock) -> None:
    async with listen(Shop({"1": order("1", datetime.now(UTC))})) as address:
        await connect(shop, address)
        held = {"owner": "dead", "lease_until": datetime.now(UTC) + HOUR, "project": shop.project.id}
        await shop.store.collection(Control.SHOPS).insert_one({"_id": shop.webshop.webshop_id, **held})
        wall.step = timedelta()

        async def shortened() -> bool:
            row = await shop.store.collection(Control.SHOPS).find_one({"_id": shop.webshop.webshop_id})
            return row is not None and (row["lease_until"] is None or row["lease_until"] < datetime.now(UTC) + HOUR / 2)

        async with polling(shop.settings):
            await until(shortened)


async def test_a_clock_that_steps_ahead_reads_again_and_loses_nothing(shop: World, wall: Clock) -> None:
    listed = Shop({"1": order("1", datetime.now(UTC))})
    async with listen(listed) as address:
        await connect(shop, address)
        wall.step = -HOUR  # it was behind, and is set right
        await shop.store.collection(Control.JOBS).update_many({}, {"$set": {"due_at": clock.now()}})

        async def both() -> bool:
            return {"orders/1", "orders/2"} <= await read(shop)

        async with polling(shop.settings):
            await until(lambda: read(shop))
            listed.orders["2"] = order("2", datetime.now(UTC))
            wall.step = timedelta()
            await until(both)


async def test_a_day_that_is_stated_too_early_is_adjusted_and_owes_the_same(store: Store, settings: Settings) -> None:
    project, company, day = ObjectId(), ObjectId(), date(2024, 5, 2)
    over = datetime(2024, 5, 3, tzinfo=UTC)
    await store.collection(Control.PROJECTS).insert_one({"_id": project, "name": "p", "database": "p", "time_zone": "UTC"})
    chosen = MeterSettings(**settings.model_dump(), grace_seconds=0, adjust_seconds=0)

    async def use(pieces: int) -> None:
        about = {"project": project, "day": day.isoformat(), "company": company}
        counts = {"outgoing_requests": 0, "incoming_requests": 0, "incoming_product_requests": 0, "pieces": pieces}
        change = {"$inc": counts, "$set": {"unstated": True}, "$setOnInsert": about}
        await store.collection(Control.COUNTERS).update_one({"_id": f"{project}:{day}:{company}"}, change, upsert=True)

    async def stated(now: datetime) -> list[Any]:
        return [each for what in await due(store, chosen, now, now) for each in await state(store, what, now)]

    await use(1000)
    early = await stated(over)  # the clock is an hour ahead: it is 23:00
    await use(500)
    assert await stated(over - HOUR) == [], "set back, it is not over"
    late = await stated(over + HOUR)
    assert [len(early), len(late)] == [1, 1]
    fee = sum((statement.total for statement in (*early, *late)), Decimal())
    assert sum(line.pieces for each in (*early, *late) for line in each.lines) == 1500
    assert fee == early[0].lines[0].account_fee + 1500 * price_list(day).piece
