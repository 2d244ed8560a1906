"""Webhooks of the simulated WooCommerce shop that fail, are late, or are asked after."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from shoprelay_simulators import ManualClock, WooShop, serve
from shoprelay_simulators.receiver import Received, Receiver, receiver

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
SECRET = "hemmelig & <kode>"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def shop(clock: ManualClock) -> WooShop:
    return WooShop(7, clock=clock)


@pytest.fixture
async def api(shop: WooShop) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(shop) as url,
        httpx.AsyncClient(base_url=f"{url}/wp-json/wc/v3/", auth=(shop.key.key, shop.key.secret)) as client,
    ):
        yield client


@pytest.fixture
async def inbox() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


async def subscribe(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver, *topics: str) -> list[int]:
    """The topics, each to its own path; the pings are over."""
    ids = []
    for topic in topics:
        body = {"name": topic, "topic": topic, "delivery_url": f"{inbox.url}/{topic}", "secret": SECRET}
        made = await api.post("webhooks", json=body)
        assert (made.status_code, made.json()["status"]) == (201, "active")
        assert "secret" not in made.json()
        ids.append(made.json()["id"])
    await shop.deliver_due()
    inbox.calls.clear()
    return ids


async def deliver(shop: WooShop, inbox: Receiver) -> list[Received]:
    inbox.calls.clear()
    await shop.deliver_due()
    return list(inbox.calls)


def any_order(shop: WooShop, status: str = "processing") -> int:
    return next(row.id for row in shop.orders.values() if row.status == status)


def any_product(shop: WooShop) -> int:
    return next(row.id for row in shop.products.values() if row.type == "simple" and row.status == "publish")


async def edit(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    await api.put(f"orders/{any_order(shop)}", json={})
    await deliver(shop, inbox)


async def status_of(api: httpx.AsyncClient, webhook_id: int) -> str:
    return str((await api.get(f"webhooks/{webhook_id}")).json()["status"])


async def test_the_seventh_failure_in_a_row_disables(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    (webhook_id,) = await subscribe(api, shop, inbox, "order.updated")
    inbox.status = 500
    for _ in range(6):
        await edit(api, shop, inbox)
    assert await status_of(api, webhook_id) == "active"
    await edit(api, shop, inbox)
    assert await status_of(api, webhook_id) == "disabled"
    await edit(api, shop, inbox)
    assert inbox.calls == []
    await api.put(f"webhooks/{webhook_id}", json={"status": "active"})
    await edit(api, shop, inbox)
    assert await status_of(api, webhook_id) == "disabled"  # the count was not reset


@pytest.mark.parametrize(
    ("answered", "status"),
    [(201, "active"), (202, "active"), (302, "active"), (303, "disabled"), (401, "disabled"), (410, "disabled")],
)
async def test_what_counts_as_success(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver, answered: int, status: str) -> None:
    (webhook_id,) = await subscribe(api, shop, inbox, "order.updated")
    inbox.status = answered
    for _ in range(7):
        await edit(api, shop, inbox)
    assert await status_of(api, webhook_id) == status


async def test_a_success_forgives(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    (webhook_id,) = await subscribe(api, shop, inbox, "order.updated")
    for status in (500,) * 6 + (200,) + (500,) * 6:
        inbox.status = status
        await edit(api, shop, inbox)
    assert await status_of(api, webhook_id) == "active"


async def test_private_addresses_fail_without_a_call(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    (webhook_id,) = await subscribe(api, shop, inbox, "order.updated")
    shop.hooks.refuse_private = True
    for _ in range(7):
        await edit(api, shop, inbox)
        assert inbox.calls == []
    assert await status_of(api, webhook_id) == "disabled"


async def test_faulty_deliveries(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver, clock: ManualClock) -> None:
    await subscribe(api, shop, inbox, "order.updated")
    order_id = any_order(shop)
    shop.faults.webhooks = "duplicate"
    await api.put(f"orders/{order_id}", json={})
    assert len(await deliver(shop, inbox)) == 2
    shop.faults.webhooks = "never"
    await api.put(f"orders/{order_id}", json={})
    assert await deliver(shop, inbox) == []
    shop.faults.webhooks, shop.faults.webhook_late_seconds = "late", 30
    await api.put(f"orders/{order_id}", json={})
    assert await deliver(shop, inbox) == []
    clock.advance(30)
    assert len(await deliver(shop, inbox)) == 1


async def test_the_ping_is_a_form_without_signature(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    made = await api.post("webhooks", json={"topic": "order.updated", "delivery_url": f"{inbox.url}/x"})
    calls = await deliver(shop, inbox)
    assert [call.body for call in calls] == [f"webhook_id={made.json()['id']}".encode()]
    assert calls[0].header("Content-Type") == "application/x-www-form-urlencoded"
    assert not [name for name, _ in calls[0].headers if name.lower().startswith("x-wc-")]


async def test_a_ping_not_answered_200_follows_every_delivery(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    inbox.status = 202
    await subscribe(api, shop, inbox, "order.updated")
    for _ in range(2):
        await api.put(f"orders/{any_order(shop)}", json={})
        assert [call.body[:11] == b"webhook_id=" for call in await deliver(shop, inbox)] == [False, True]
    inbox.status = 200
    await api.put(f"orders/{any_order(shop)}", json={})
    assert len(await deliver(shop, inbox)) == 2
    await api.put(f"orders/{any_order(shop)}", json={})
    assert len(await deliver(shop, inbox)) == 1


async def test_webhooks_are_managed(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    (webhook_id,) = await subscribe(api, shop, inbox, "order.updated")
    bad = await api.post("webhooks", json={"topic": "order.created", "delivery_url": "ftp://x"})
    assert bad.json()["code"] == "woocommerce_rest_shop_webhook_invalid_delivery_url"
    assert (await api.delete(f"webhooks/{webhook_id}")).status_code == 501
    await api.put(f"webhooks/{webhook_id}", json={"status": "paused"})
    assert [row["id"] for row in (await api.get("webhooks", params={"status": "paused"})).json()] == [webhook_id]
    await api.delete(f"webhooks/{webhook_id}", params={"force": "true"})
    assert (await api.get("webhooks")).json() == []
