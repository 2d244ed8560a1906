"""Webhooks that a shop dropped are there again after a day, and meanwhile polls find what changed."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId

from services.relay_poller.main import main
from services.relay_poller.settings import PollerSettings
from shoprelay_relays.registry import by_name
from shoprelay_runtime import admin
from shoprelay_runtime.health import Health
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_simulators import WooShop, serve

pytestmark = pytest.mark.integration
URL = "https://in.example"


@dataclass
class World:
    settings: Settings
    store: Store
    project: Project
    webshop: ObjectId
    shop: WooShop
    url: str

    async def row(self) -> Bson:
        found = await self.store.collection(Control.JOBS).find_one({"webshop": self.webshop, "mode": "subscribe"})
        assert found is not None
        return found

    async def due(self) -> None:
        self.shop.ledger.answers.clear()
        await self.store.collection(Control.JOBS).update_many({}, {"$set": {"due_at": None}})
        only = {"webshop": self.webshop, "mode": "subscribe"}
        await self.store.collection(Control.JOBS).update_one(only, {"$set": {"due_at": datetime.now(UTC)}})

    async def status(self) -> str:
        return str((await admin.show_webshop(self.store, self.project, self.webshop))["status"])

    @asynccontextmanager
    async def poller(self, **more: Any) -> AsyncIterator[None]:
        health = Health("relay-poller")
        settings = {**self.settings.model_dump(), "idle_seconds": 0.05, "watch": False, **more}
        task = asyncio.ensure_future(main(PollerSettings(**settings), health))
        try:
            yield
        finally:
            health.stopping.set()
            await task


@pytest.fixture
async def world(store: Store, settings: Settings) -> AsyncIterator[World]:
    shop = WooShop(seed=3, orders=12, products=4, customers=3)
    async with serve(shop) as url:
        made = await admin.create_project(store, settings, "Growth")
        projects = Projects(store, settings.master())
        project = await projects.get(made.id)
        company = await store.database(project.database)["companies"].insert_one({"website": "acme.example"})
        given = {"shop_url": url, "auth": "basic", **shop.credentials()}
        added = await admin.add_webshop(
            store, settings, projects, project, company.inserted_id, "woocommerce", given, webhook_base_url=URL
        )
        assert added.webhook_trouble == ""
        yield World(settings, store, project, added.id, shop, added.webhook_url or "")


async def until(holds: Callable[[], Awaitable[Any]], what: str) -> None:
    deadline = time.monotonic() + 40
    while not await holds():
        assert time.monotonic() < deadline, f"never seen: {what}"
        await asyncio.sleep(0.05)


def active(shop: WooShop) -> dict[str, str]:
    return {row.topic: row.url for row in shop.webhooks.values() if row.status == "active"}


async def test_webhooks_that_were_deleted_or_disabled_are_there_again(world: World) -> None:
    before = active(world.shop)
    assert len(before) > 3
    assert set(before.values()) == {world.url}
    assert timedelta(hours=23) < (await world.row())["due_at"] - datetime.now(UTC) <= timedelta(hours=24)
    kept, *_ = world.shop.webhooks.values()
    kept.status = "disabled"
    for number in [number for number in world.shop.webhooks if number != kept.id]:
        world.shop.webhooks.pop(number)
    assert active(world.shop) == {}
    await world.due()
    async with world.poller():

        async def again() -> bool:
            return active(world.shop) == before and (await world.row())["due_at"] > datetime.now(UTC)

        await until(again, "the webhooks")
    assert world.shop.webhooks[kept.id].status == "active", "what is there is taken over"
    assert len(world.shop.webhooks) == len(before)
    assert await world.status() == "connected"
    stored = await world.store.database(world.project.database)["webshops"].find_one({"_id": world.webshop})
    assert world.url not in repr(stored), "the address is a secret"


async def test_a_command_asks_within_the_shops_budget_too(world: World) -> None:
    """The poller may be at work in the shop at that moment."""
    answers = len(world.shop.ledger.answers)
    projects = Projects(world.store, world.settings.master())
    before = await world.store.collection(Control.BUDGETS).find_one({"_id": world.webshop})
    assert before is not None, "so did the one that connected it"
    await world.store.collection(Control.BUDGETS).delete_one({"_id": world.webshop})
    await admin.subscribe_webshop(world.store, world.settings, projects, world.project, world.webshop, world.url)
    row = await world.store.collection(Control.BUDGETS).find_one({"_id": world.webshop})
    assert row is not None
    assert len(world.shop.ledger.answers) > answers
    assert (row["busy"], row["points"] < by_name("woocommerce").limits.burst) == ([], True)


async def test_a_shop_that_refuses_webhooks_is_polled_all_the_same(world: World) -> None:
    world.shop.webhooks.clear()
    world.shop.faults.fail(50)
    await world.due()
    async with world.poller():

        async def refused() -> bool:
            return bool((await world.row()).get("trouble"))

        await until(refused, "the refusal")
        assert await world.status() == "connected, without webhooks"
        row = await world.row()
        assert timedelta(minutes=50) < row["due_at"] - datetime.now(UTC) <= timedelta(hours=1)
        world.shop.faults.planned.clear()
        polls = {"mode": "updated_since_last_request", "resource": "orders"}
        await world.store.collection(Control.JOBS).update_one(polls, {"$set": {"due_at": datetime.now(UTC)}})

        async def polled() -> bool:
            return bool((await admin.show_webshop(world.store, world.project, world.webshop)).get("orders_stats"))

        await until(polled, "the poll of what was missed")
        assert await world.status() == "connected, without webhooks", "a poll that went well does not bring them back"
        await world.due()

        async def well() -> bool:
            return await world.status() == "connected"

        await until(well, "the webhooks")
    row = await world.row()
    assert (row["trouble"], row["failures"], len(active(world.shop)) > 3) == (None, 0, True)
    shown = await admin.show_webshop(world.store, world.project, world.webshop)
    assert "got_error_since" not in shown
