"""relay-poller against simulated shops: what is imported, what it costs, and what survives being killed."""

import asyncio
import itertools
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from bson import ObjectId

from services.relay_poller.main import main
from services.relay_poller.settings import PollerSettings
from shoprelay_relays.woocommerce.orders import STATES
from shoprelay_runtime import admin, bus, rawlog
from shoprelay_runtime.admin.modes import CHANGES, OPEN
from shoprelay_runtime.health import Health
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.raw import RawKind, RawRecord
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE
from shoprelay_simulators import ShopGoShop, WooShop, serve

pytestmark = pytest.mark.integration


async def connect(store: Store, settings: Settings, url: str, shop: Any) -> tuple[Project, ObjectId]:
    """A project with this shop, connected."""
    made = await admin.create_project(store, settings, "Growth")
    projects = Projects(store, settings.master())
    project = await projects.get(made.id)
    company = await store.database(project.database)["companies"].insert_one({"website": "acme.example"})
    credentials = shop.credentials()
    given = (
        {"shop_url": url, "auth": "basic", **credentials}
        if shop.platform == "woocommerce"
        else {"base_url": f"{url}/v1/management/", "api_key": credentials["api_key"]}
    )
    added = await admin.add_webshop(store, settings, projects, project, company.inserted_id, shop.platform, given)
    return project, added.id


async def raw(settings: Settings, project: Project) -> list[RawRecord]:
    consumer = await bus.consumer(settings, "test", settings.named(RAW_BACKFILL.name), settings.named(RAW_LIVE.name), group=None)
    found = []
    try:
        for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
            while await consumer.position(partition) < end:
                message = await consumer.getone(partition)
                found.append(rawlog.decode(project.cipher, message.headers, message.value, ""))
    finally:
        await consumer.stop()
    return found


async def imported(store: Store, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while await store.collection(Control.JOBS).count_documents({"watermark": None, "mode": {"$in": CHANGES}}):
        assert time.monotonic() < deadline, "the import never ended"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def polling(settings: Settings, **options: Any) -> AsyncIterator[None]:
    health = Health("relay-poller")
    more = {"idle_seconds": 0.05, "quiet_seconds": 0.05, "first_delay_seconds": 0.05, **options}
    task = asyncio.ensure_future(main(PollerSettings(**settings.model_dump(), **more), health))
    try:
        yield
    finally:
        health.stopping.set()
        await task


def read(records: list[RawRecord], resource: str) -> set[str]:
    return {r.remote_id for r in records if r.kind is RawKind.RECORD_READ and r.resource == resource}


def listed(shop: Any) -> set[str]:
    """The orders that a shop lists: WooCommerce keeps what is in the trash, and carts, out of its lists."""
    hidden = {"trash", "checkout-draft", "auto-draft"}
    return {number for number, order in shop.final_state()["orders"].items() if order.get("status") not in hidden}


def charged(records: list[RawRecord]) -> dict[tuple[str, int], dict[str, Any]]:
    """Pages as they are charged: a page that comes again has the same number."""
    pages = [orjson.loads(r.body) for r in records if r.kind is RawKind.PAGE_READ]
    return {(page["job"], page["seq"]): page for page in pages}


@pytest.mark.parametrize("platform", ["woocommerce", "shopgo"])
async def test_everything_a_shop_has_is_imported_and_every_request_is_in_the_bill(
    store: Store, settings: Settings, platform: str
) -> None:
    shop = WooShop(seed=3, orders=130) if platform == "woocommerce" else ShopGoShop(seed=3, orders=30)
    async with serve(shop) as url:
        project, webshop = await connect(store, settings, url, shop)
        before = sum(shop.ledger.answers.values())
        async with polling(settings):
            await imported(store)
        asked = sum(shop.ledger.answers.values()) - before
    records = await raw(settings, project)
    assert read(records, "orders") == listed(shop)
    assert sum(page["requests"] for page in charged(records).values()) == asked
    document = await admin.show_webshop(store, project, webshop)
    assert document["orders_stats"]["records"] == sum(r.kind is RawKind.RECORD_READ and r.resource == "orders" for r in records)
    assert "got_error_at" not in document


async def test_a_shop_with_troubles_is_imported_all_the_same(store: Store, settings: Settings) -> None:
    shop = WooShop(seed=4, orders=130)
    async with serve(shop) as url:
        project, webshop = await connect(store, settings, url, shop)
        shop.faults.fail(2)
        shop.faults.drop()
        shop.faults.garble("html")
        async with polling(settings):
            await imported(store)
    assert read(await raw(settings, project), "orders") == listed(shop)
    assert (await admin.show_webshop(store, project, webshop))["status"] == "connected"


async def test_the_rounds_by_age_find_every_open_order_and_no_other(store: Store, settings: Settings) -> None:
    shop = WooShop(seed=6, orders=80)
    async with serve(shop) as url:
        project, _ = await connect(store, settings, url, shop)
        jobs = store.collection(Control.JOBS)
        rounds = {"mode": {"$in": list(OPEN)}}
        assert await jobs.count_documents(rounds) == len(OPEN)
        await jobs.update_many(rounds, {"$set": {"due_at": datetime.now(UTC)}})
        async with polling(settings):
            deadline = time.monotonic() + 60
            while await jobs.count_documents({**rounds, "watermark": None}):
                assert time.monotonic() < deadline, "the rounds never ended"
                await asyncio.sleep(0.05)
    found = read([r for r in await raw(settings, project) if "open_since" in r.request], "orders")
    orders = shop.final_state()["orders"]
    wanted = {number for number in listed(shop) if STATES.get(str(orders[number]["status"]), "open") == "open"}
    assert 0 < len(wanted) < len(orders)
    assert found == wanted


async def killed(settings: Settings, shop: WooShop, requests: int) -> None:
    """A poller of its own process, ended by SIGKILL once the shop has answered so many requests of it."""
    assert settings.master_key is not None
    environment = {
        **os.environ,
        "SHOPRELAY_KAFKA": settings.kafka,
        "SHOPRELAY_MONGO": settings.mongo,
        "SHOPRELAY_DATABASE": settings.database,
        "SHOPRELAY_PREFIX": settings.prefix,
        "SHOPRELAY_PARTITIONS": str(settings.partitions),
        "SHOPRELAY_MASTER_KEY": settings.master_key.get_secret_value(),
        "SHOPRELAY_ALLOW_PRIVATE_ADDRESSES": "true",
        "SHOPRELAY_POLLER_LEASE_SECONDS": "1",
        "SHOPRELAY_POLLER_IDLE_SECONDS": "0.05",
        "SHOPRELAY_LOG_LEVEL": "error",
    }
    code = "from services.relay_poller.main import run; run(['--port', '0'])"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, env=environment)
    enough = sum(shop.ledger.answers.values()) + requests
    deadline = time.monotonic() + 30
    while sum(shop.ledger.answers.values()) < enough:
        assert time.monotonic() < deadline, "the poller never asked"
        await asyncio.sleep(0.005)
    await asyncio.sleep(random.uniform(0, 0.1))  # anywhere between the answer and the saved position
    process.send_signal(signal.SIGKILL)
    assert await process.wait() == -signal.SIGKILL


async def test_killed_pollers_lose_nothing_and_charge_nothing_twice(store: Store, settings: Settings) -> None:
    shop = WooShop(seed=5, orders=700, products=20, customers=40)
    async with serve(shop) as url:
        project, _ = await connect(store, settings, url, shop)
        for requests in (1, 2, 3, 2):
            shop.faults.planned.clear()
            shop.faults.slow(0.1, times=100)
            await killed(settings, shop, requests)
        shop.faults.planned.clear()
        async with polling(settings):
            await imported(store)
    records = await raw(settings, project)
    assert read(records, "orders") == listed(shop)
    pages = charged(records)
    by_job = {job: [p for p in pages.values() if p["job"] == job] for job, _ in pages}
    for job, own in by_job.items():
        assert sorted(p["seq"] for p in own) == list(range(1, len(own) + 1)), f"{job} left a page out"
    orders = list(itertools.chain.from_iterable(own for job, own in by_job.items() if ":orders:" in job and "backfill" in job))
    assert sum(page["pieces"] for page in orders) == len(listed(shop))
