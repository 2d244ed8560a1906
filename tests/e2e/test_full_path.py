"""The whole path, one platform at a time: a living shop, all five services, and everything compared at the end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from services.billing_meter.main import main as billing_meter
from services.billing_meter.settings import MeterSettings
from services.normalizer.main import main as normalizer
from services.normalizer.settings import NormalizerSettings
from services.notifier.main import main as notifier
from services.notifier.settings import NotifierSettings
from services.relay_poller.main import main as relay_poller
from services.relay_poller.settings import PollerSettings
from services.webhook_ingest.main import main as webhook_ingest
from services.webhook_ingest.settings import IngestSettings
from shoprelay_cli.demo.auditing import audit
from shoprelay_cli.demo.comparing import differences, documents
from shoprelay_cli.demo.endpoint import Endpoint
from shoprelay_cli.demo.processes import free_port
from shoprelay_runtime import admin
from shoprelay_runtime.admin.modes import CHANGES
from shoprelay_runtime.billing import ledger
from shoprelay_runtime.billing.ledger import Wanted
from shoprelay_runtime.billing.recount import compare, recount
from shoprelay_runtime.health import Health
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_simulators.listening import listen
from shoprelay_simulators.serving import serve
from shoprelay_simulators.shopgo.shop import ShopGoShop
from shoprelay_simulators.woocommerce.shop import WooShop
from tests.support.world import drained

pytestmark = pytest.mark.integration

SERVICES = {
    "webhook-ingest": (webhook_ingest, IngestSettings, {}),
    "relay-poller": (relay_poller, PollerSettings, {"every_seconds": 1.0}),
    "normalizer": (normalizer, NormalizerSettings, {}),
    "billing-meter": (billing_meter, MeterSettings, {}),
    "notifier": (notifier, NotifierSettings, {}),
}
SHOPS = {
    "woocommerce": lambda: WooShop(3, orders=25, products=10, customers=6),
    "shopgo": lambda: ShopGoShop(3, orders=25),
}


@asynccontextmanager
async def services(settings: Settings) -> AsyncIterator[str]:
    """All five in this process; gives the address of webhook-ingest."""
    port = free_port(0)
    running = {}
    for name, (main, kind, options) in SERVICES.items():
        health = Health(name, port if name == "webhook-ingest" else 0)
        running[name] = (health, asyncio.create_task(main(kind(**settings.model_dump(), **options), health)))
    try:
        await until(lambda: all_ready(running))
        yield f"http://127.0.0.1:{port}"
    finally:
        for health, _ in running.values():
            health.stopping.set()
        await asyncio.gather(*(task for _, task in running.values()))


async def all_ready(running: dict[str, Any]) -> bool:
    for health, task in running.values():
        if task.done():
            task.result()
        if health.lacks:
            return False
    return True


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - what is awaited happens in servers
            await asyncio.sleep(0.1)


def credentials(shop: Any, url: str) -> dict[str, str]:
    if shop.platform == "shopgo":
        return {"base_url": f"{url}/v1/management/", "api_key": shop.credentials()["api_key"]}
    return {"shop_url": url, "auth": "basic", **shop.credentials()}


async def polled(store: Store, since: datetime) -> None:
    """Every poll of changes has begun after `since` and ended, and no direct read is left."""

    async def holds() -> bool:
        jobs = await store.collection(Control.JOBS).find().to_list(None)
        reads = [job for job in jobs if job["mode"] == "read"]
        changes = [job for job in jobs if job["mode"] in CHANGES]
        return not reads and all(job["watermark"] and job["watermark"] >= since for job in changes)

    await until(holds)


async def told(store: Store) -> bool:
    return await store.collection(Control.DELIVERIES).count_documents({"state": {"$ne": "done"}}) == 0


@pytest.mark.parametrize("platform", SHOPS)
@pytest.mark.timeout(180)
async def test_a_living_shop_arrives_whole(platform: str, settings: Settings, store: Store) -> None:
    shop, endpoint = SHOPS[platform](), Endpoint()
    async with services(settings) as ingest, serve(shop, deliver_every=0.05) as url, listen(endpoint) as endpoint_url:
        created = await admin.create_project(store, settings, "growth", webhook_url=f"{endpoint_url}/events")
        assert created.endpoint is not None
        endpoint.token, endpoint.secret = created.endpoint.token or "", created.endpoint.secret or ""
        projects = Projects(store, settings.master())
        project = await projects.get(created.id)
        company = await admin.create_company(store, settings, project, website="shop.example", remote_id="42")
        added = await admin.add_webshop(
            store, settings, projects, project, company["_id"], platform, credentials(shop, url), webhook_base_url=ingest
        )
        for _ in range(30):
            shop.step()
            await asyncio.sleep(0.05)
        await until(lambda: calls_left(shop))
        await admin.resync_webshop(store, project, added.id)
        # Twice: what the first round brought may have asked for direct reads.
        for _ in range(2):
            await polled(store, datetime.now(UTC))
            await drained(settings, 60, polls_go_on=True)
        await until(lambda: told(store))
        assert differences(platform, shop.final_state(), await documents(store, project, added.id)) == []
        await check_events(settings, store, project)
        await check_bill(settings, store)
    assert endpoint.refused == 0
    assert {"created_company", "fetched_data", "received_data"} <= endpoint.events.keys()


async def calls_left(shop: Any) -> bool:
    """Whether every webhook of the shop was taken."""
    return await shop.deliver_due() == 0


async def check_events(settings: Settings, store: Store, project: Project) -> None:
    found = await audit(settings, store, project)
    assert found.events > 100
    assert found.violations == []


async def check_bill(settings: Settings, store: Store) -> None:
    zones = {account.id: account.time_zone for account in await ledger.accounts(store)}
    recounted, counted = await recount(settings, store, zones, Wanted())
    assert counted
    assert list(compare(recounted, counted, zones, Wanted())) == []
