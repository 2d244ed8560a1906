"""What was learnt of a shop belongs to its address, its credentials and its settings: when those change, it is learnt anew."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_runtime import admin, codec
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_simulators import WooShop, serve
from tests.support.connected import UPDATED, Connected, connected
from tests.support.shop_api import basic, shop_api

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
BASE = "https://in.example"


def woo(seed: int = 7, **more: Any) -> WooShop:
    return WooShop(seed, orders=1, products=1, customers=1, **more)


async def config_of(at: Connected, store: Store) -> dict[str, Any]:
    row = await store.database(at.project.database)["webshops"].find_one({"_id": at.webshop})
    assert row is not None
    return dict(codec.unseal(at.project.cipher, "webshops", {"config": row["config"]})["config"])


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(120):
        while not await holds():  # noqa: ASYNC110 - what is awaited is another task's work
            await asyncio.sleep(0.05)


@asynccontextmanager
async def moved(store: Store, settings: Settings) -> AsyncIterator[tuple[Connected, dict[str, Any]]]:
    """A connected shop with plain permalinks, and the credentials of where it is to move to: it has others there."""
    other = woo(8, currency="SEK")
    async with connected(store, settings, woo(permalinks=False), {"auth": "basic"}) as at, serve(other) as url:
        yield at, {"shop_url": url, **other.credentials()}


async def test_another_address_forgets_what_the_one_before_taught(store: Store, settings: Settings) -> None:
    async with moved(store, settings) as (at, there):
        before = await config_of(at, store)
        assert (before["permalinks"], before["currency"]) == ("plain", "DKK")
        day = datetime(2024, 1, 31, tzinfo=UTC)
        edited = {"$set": {"config.catch_all_date": day}}
        await store.database(at.project.database)["webshops"].update_one({"_id": at.webshop}, edited)
        await admin.change_credentials(store, settings, at.project, at.webshop, there)
        after = await config_of(at, store)
        assert "permalinks" not in after
        assert (after["currency"], after["shop_url"].rstrip("/"), after["auth"]) == ("SEK", there["shop_url"], "basic")
        assert after["catch_all_date"] == day, "what was not learnt stays"
        stored = await store.database(at.project.database)["webshops"].find_one({"_id": at.webshop})
        assert there["consumer_secret"] not in repr(stored)


async def test_another_address_begins_runs_anew_and_another_key_does_not(store: Store, settings: Settings) -> None:
    async with moved(store, settings) as (at, there):
        jobs, budgets = store.collection(Control.JOBS), store.collection(Control.BUDGETS)
        job, read = {"webshop": at.webshop, "resource": "orders", "mode": UPDATED}, datetime(2024, 1, 31, tzinfo=UTC)
        place = {"cursor": "page 7", "until": read, "watermark": read, "owner": "a poller", "seq": 6}
        await jobs.update_one(job, {"$set": place})
        await budgets.update_one({"_id": at.webshop}, {"$set": {"per_second": 0.01}}, upsert=True)

        await admin.change_credentials(store, settings, at.project, at.webshop, {"auth": "query"})
        row = await jobs.find_one(job) or {}
        assert {name: row[name] for name in place} == place, "the same shop: its runs go on"
        assert (await budgets.find_one({"_id": at.webshop}) or {})["per_second"] == 0.01

        await admin.change_credentials(store, settings, at.project, at.webshop, there)
        row = await jobs.find_one(job) or {}
        begun = {"cursor": None, "until": None, "watermark": read, "owner": None, "seq": 7}
        assert {name: row[name] for name in place} == begun
        assert "per_second" not in (await budgets.find_one({"_id": at.webshop}) or {})


async def test_credentials_that_the_shop_refuses_change_nothing(store: Store, settings: Settings) -> None:
    async with connected(store, settings, woo(), {"auth": "basic"}) as at:
        before = await config_of(at, store)
        with pytest.raises(CredentialsRejected):
            await admin.change_credentials(store, settings, at.project, at.webshop, {"consumer_secret": "cs_another"})
        with pytest.raises(admin.AdminError, match="colour: WooCommerce has no such credential"):
            await admin.change_credentials(store, settings, at.project, at.webshop, {"colour": "red"})
        assert await config_of(at, store) == before


async def test_a_webshop_is_changed_and_subscribed_over_http(store: Store, settings: Settings) -> None:
    async with (
        moved(store, settings) as (at, there),
        shop_api(settings, at.made.project_api_token, webhook_base_url=BASE) as api,
    ):
        path = f"/project_api/v1/webshops/{at.webshop}"
        theirs = basic((await admin.create_project(store, settings, "Theirs")).project_api_token)
        for method, hidden, body in (("PATCH", path, {"credentials": there}), ("POST", f"{path}/subscribe", None)):
            assert (await api.request(method, hidden, json=body, headers=theirs)).status_code == 404
        refused = await api.patch(path, json={"credentials": {**there, "consumer_secret": "cs_another"}})
        assert (refused.status_code, refused.json()["type"], "cs_another" in refused.text) == (422, "credentials_rejected", False)
        assert (await api.patch(path, json={"credentials": {"colour": "red"}})).json()["field"] == "credentials.colour"
        subscribed = await api.post(f"{path}/subscribe")
        assert (subscribed.status_code, subscribed.json()) == (200, {"_id": str(at.webshop), "sends_to": BASE})
        urls = {hook.url for hook in at.shop.webhooks.values()}
        assert len(urls) == 1
        assert urls.pop().startswith(f"{BASE}/webhooks/")
        changed = await api.patch(path, json={"credentials": there})
        assert changed.status_code == 200, changed.text
        assert there["consumer_secret"] not in changed.text
        assert (await config_of(at, store))["webhook_url"].startswith(BASE), "the daily look after webhooks has its address"
        row = await store.collection(Control.JOBS).find_one({"webshop": at.webshop, "mode": "subscribe"})
        assert row is not None
        assert row["due_at"] <= datetime.now(UTC), "where it is now, it is told at once"
        imports = await api.get("/project_api/v1/backfill")
        assert {each["webshop"] for each in imports.json()["documents"]} == {str(at.webshop)}
        assert (await api.get("/project_api/v1/backfill", headers=theirs)).json() == {"documents": []}


async def test_without_a_public_address_a_shop_is_not_told_where_to_send(store: Store, settings: Settings) -> None:
    async with (
        connected(store, settings, woo(), {"auth": "basic"}) as at,
        shop_api(settings, at.made.project_api_token) as api,
    ):
        answer = await api.post(f"/project_api/v1/webshops/{at.webshop}/subscribe")
        assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
        assert "public address of webhook-ingest" in answer.json()["error"]
        assert at.shop.webhooks == {}


async def test_a_shop_whose_settings_are_changed_is_asked_for_them_again(store: Store, settings: Settings) -> None:
    async with (
        connected(store, settings, woo(), {"auth": "basic"}) as at,
        shop_api(settings, at.made.shop_api_token) as api,
    ):
        before = await config_of(at, store)
        answer = await api.patch(f"/shop_api/v1/webshops/{at.webshop}", json={"data": {"currency": "EUR"}})
        assert answer.status_code == 200, answer.text

        async def followed() -> bool:
            return bool((await config_of(at, store))["currency"] == "EUR")

        await until(followed)
        assert {**await config_of(at, store), "currency": "DKK"} == before


class Lent(httpx.AsyncBaseTransport):
    """A service's way to all shops, on which other calls are under way."""

    def __init__(self) -> None:
        self.shared = guarded_transport(allow_private=True)
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.shared.handle_async_request(request)

    async def aclose(self) -> None:
        self.closed = True


async def test_whoever_tries_credentials_leaves_the_way_to_shops_open_for_the_others(store: Store, settings: Settings) -> None:
    lent, projects = Lent(), Projects(store, settings.master())
    async with moved(store, settings) as (at, there), lent.shared:
        second = await store.database(at.project.database)["companies"].insert_one({"website": "second.example"})
        given = {"auth": "basic", **there}
        await admin.add_webshop(
            store, settings, projects, at.project, second.inserted_id, "woocommerce", given, webhook_base_url=BASE, transport=lent
        )
        await admin.subscribe_webshop(store, settings, projects, at.project, at.webshop, f"{BASE}/webhooks/x", transport=lent)
        await admin.change_credentials(store, settings, at.project, at.webshop, there, transport=lent)
        assert not lent.closed
        row = await store.collection(Control.BUDGETS).find_one({"_id": at.webshop})
        assert row is None, "another address has a budget of its own"
