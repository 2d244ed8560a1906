"""A shop that posts to us: from HTTP to documents, with an answer to each item, and nothing for strangers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from services.webhook_ingest.main import main as webhook_ingest
from services.webhook_ingest.settings import IngestSettings
from shoprelay_cli.demo.processes import free_port
from shoprelay_relays.registry import RELAYS
from shoprelay_runtime import admin
from shoprelay_runtime.health import Health
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from tests.support.world import drained, normalizing, read_topics

pytestmark = pytest.mark.integration
ORDER = {
    "order_number": "1001",
    "currency": "DKK",
    "price": "159.90",
    "email": "ida@example.com",
    "lines": [{"id": 1, "sku": "CUP-RED", "quantity": 2, "price": "79.95"}],
}
PRODUCT = {"sku": "CUP-RED", "name": "Cup, red", "price": "79.95", "stock": 7}


@asynccontextmanager
async def ingest(settings: Settings) -> AsyncIterator[str]:
    health = Health("webhook-ingest", free_port(0))
    task = asyncio.create_task(webhook_ingest(IngestSettings(**settings.model_dump()), health))
    try:
        await ready(f"http://127.0.0.1:{health.port}")
        yield f"http://127.0.0.1:{health.port}"
    finally:
        health.stopping.set()
        await task


async def ready(url: str) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient() as client:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(f"{url}/health/ready")).status_code == 200:
                    return
            await asyncio.sleep(0.05)


async def connected(settings: Settings, store: Store) -> tuple[Project, str]:
    projects = Projects(store, settings.master())
    project = await projects.get((await admin.create_project(store, settings, "push")).id)
    company = await admin.create_company(store, settings, project, website="shop.example")
    added = await admin.add_webshop(
        store, settings, projects, project, company["_id"], "webhook_api", {"shop_url": "https://shop.example"}
    )
    return project, added.webhook_token


async def one(store: Store, project: Project, collection: str) -> dict[str, Any]:
    rows = await store.database(project.database)[collection].find().to_list(None)
    assert len(rows) == 1, rows
    return rows[0]


async def test_what_a_shop_posts_becomes_documents_and_events(settings: Settings, store: Store) -> None:
    project, token = await connected(settings, store)
    async with ingest(settings) as url, normalizing(settings, RELAYS), httpx.AsyncClient(base_url=f"{url}/push/v1/") as shop:
        shop.headers["Authorization"] = f"Bearer {token}"
        assert (await shop.post("products", json=PRODUCT)).status_code == 200
        await drained(settings)
        answer = await shop.post(
            "batch", json={"orders": [ORDER, {"order_number": "2"}, {"price": 1}], "stock": {"sku": "CUP-RED", "stock": 3}}
        )
        assert answer.status_code == 207
        assert (answer.json()["accepted"], answer.json()["refused"]) == (3, 1)
        assert answer.json()["results"][2]["errors"] == [{"field": "order_number", "message": "Field required"}]
        assert (await shop.post("stock", json=[{"sku": "CUP-RED", "stock": 3}])).status_code == 200
        await drained(settings)
        # Stock alone changes stock alone.
        variant = await one(store, project, "variants")
        assert (variant["stock"], variant["price"]) == (3, 79.95)
        assert await store.database(project.database)["orders"].count_documents({}) == 2
        changes = [event.type for event in await read_topics(settings, "documents.variants.v1") if event.value]
        assert changes == ["shoprelay.variants.created.v1", "shoprelay.variants.updated.v1"]
        assert (await shop.post("orders", json={"order_number": "1001", "deleted": True})).status_code == 200
        await drained(settings)
    assert (await one(store, project, "orders"))["order_number"] == "2"
    assert await store.database(project.database)["order_lines"].count_documents({}) == 0


async def test_the_token_in_the_address_works_too(settings: Settings, store: Store) -> None:
    _, token = await connected(settings, store)
    async with ingest(settings) as url, httpx.AsyncClient(base_url=url) as shop:
        answer = await shop.post(f"/webhooks/{token}", json={"orders": [ORDER]})
        assert (answer.status_code, answer.json()["accepted"]) == (200, 1)


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer guess", "Basic guess", "guess"])
async def test_strangers_are_told_nothing(settings: Settings, store: Store, header: str | None) -> None:
    await connected(settings, store)
    async with ingest(settings) as url, httpx.AsyncClient() as stranger:
        headers = {"Authorization": header} if header else {}
        answers = [
            await stranger.post(f"{url}/push/v1/{kind}", json=ORDER, headers=headers) for kind in ("orders", "nothing", "")
        ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].headers["www-authenticate"] == "Bearer"
