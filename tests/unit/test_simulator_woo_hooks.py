"""Webhooks of the simulated WooCommerce shop."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from shoprelay_simulators import ManualClock, WooShop, serve
from shoprelay_simulators.receiver import Received, Receiver, receiver
from shoprelay_simulators.woocommerce import changes, coupons

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


async def test_the_body_is_the_rest_body_and_signed(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    (webhook_id,) = await subscribe(api, shop, inbox, "order.updated")
    order_id = any_order(shop)
    await api.put(f"orders/{order_id}", json={"customer_note": "Æblegrød / hylde"})
    (call,) = await deliver(shop, inbox)
    assert call.body == (await api.get(f"orders/{order_id}")).content
    digest = hmac.new(SECRET.encode(), call.body, hashlib.sha256).digest()
    assert call.header("X-WC-Webhook-Signature") == base64.b64encode(digest).decode()
    expected = {
        "User-Agent": "WooCommerce/10.0.2 Hookshot (WordPress/6.8.8)",
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": f"{shop.site_url}/",
        "X-WC-Webhook-Topic": "order.updated",
        "X-WC-Webhook-Resource": "order",
        "X-WC-Webhook-Event": "updated",
        "X-WC-Webhook-ID": str(webhook_id),
    }
    assert {name: call.header(name) for name in expected} == expected
    assert shop.ledger.deliveries[-1].status == 200


async def test_entities_in_a_secret_are_decoded(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    body = {"topic": "order.updated", "delivery_url": inbox.url, "secret": "a &amp; b"}
    await api.post("webhooks", json=body)
    await shop.deliver_due()
    await api.put(f"orders/{any_order(shop)}", json={})
    (call,) = await deliver(shop, inbox)
    digest = hmac.new(b"a & b", call.body, hashlib.sha256).digest()
    assert call.header("X-WC-Webhook-Signature") == base64.b64encode(digest).decode()


async def test_the_body_is_built_at_delivery(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver, clock: ManualClock) -> None:
    await subscribe(api, shop, inbox, "order.updated")
    shop.hooks.delay = 10
    order_id = any_order(shop)
    for note in ("en", "to", "tre"):
        await api.put(f"orders/{order_id}", json={"customer_note": note})
    assert await deliver(shop, inbox) == []
    clock.advance(10)
    (call,) = await deliver(shop, inbox)
    assert json.loads(call.body)["customer_note"] == "tre"


async def test_created_and_updated_are_twins(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    await subscribe(api, shop, inbox, "order.created", "order.updated", "customer.created", "customer.updated")
    await api.post("orders", json={"customer_note": "ny"})
    first, second = await deliver(shop, inbox)
    assert first.body == second.body
    assert {first.path, second.path} == {"/order.created", "/order.updated"}
    await api.post("customers", json={"email": "ny@kunde.example"})
    assert len({call.body for call in await deliver(shop, inbox)}) == 1
    await subscribe(api, shop, inbox, "product.created", "product.updated")
    await api.post("products", json={"name": "Ny"})
    assert [call.path for call in await deliver(shop, inbox)] == ["/product.created"]


async def test_a_row_that_is_gone_gives_a_signed_error(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    await subscribe(api, shop, inbox, "order.updated", "order.deleted")
    order_id = any_order(shop)
    await api.put(f"orders/{order_id}", json={})
    await api.delete(f"orders/{order_id}", params={"force": "true"})
    (call,) = await deliver(shop, inbox)
    assert call.path == "/order.updated"
    assert json.loads(call.body)["code"] == "woocommerce_rest_shop_order_invalid_id"
    assert call.header("X-WC-Webhook-Signature")


async def test_trash_is_told_by_id_alone(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    await subscribe(api, shop, inbox, "order.deleted", "order.updated", "order.restored")
    order_id = any_order(shop)
    await api.delete(f"orders/{order_id}")
    (call,) = await deliver(shop, inbox)
    assert (call.path, call.body) == ("/order.deleted", f'{{"id":{order_id}}}'.encode())
    await api.put(f"orders/{order_id}", json={"status": "processing"})
    assert await deliver(shop, inbox) == []  # restored over REST: nobody is told
    await api.delete(f"orders/{order_id}")
    changes.restore_order(shop, shop.orders[order_id])
    assert {call.path for call in await deliver(shop, inbox)} == {"/order.deleted", "/order.restored"}


async def test_deletes_cross_their_types(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    await subscribe(api, shop, inbox, "product.deleted", "coupon.deleted", "coupon.restored")
    product_id, coupon_id = any_product(shop), next(iter(shop.coupons))
    await api.delete(f"products/{product_id}")
    calls = await deliver(shop, inbox)
    assert {(call.path, call.body) for call in calls} == {
        ("/product.deleted", f'{{"id":{product_id}}}'.encode()),
        ("/coupon.deleted", f'{{"id":{product_id}}}'.encode()),
    }
    coupons.trash(shop, shop.coupons[coupon_id])
    paths = {call.path for call in await deliver(shop, inbox) if json.loads(call.body) == {"id": coupon_id}}
    assert paths == {"/product.deleted", "/coupon.deleted"}
    changes.restore_product(shop, shop.products[product_id])
    (call,) = await deliver(shop, inbox)
    assert (call.path, json.loads(call.body)["code"]) == ("/coupon.restored", "woocommerce_rest_shop_coupon_invalid_id")


async def test_a_trashed_variable_product_tells_of_each_variation(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    await subscribe(api, shop, inbox, "product.deleted")
    parent = next(row for row in shop.products.values() if row.type == "variable")
    children = [row.id for row in shop.variations_of(parent.id)]
    await api.delete(f"products/{parent.id}")
    told = [json.loads(call.body)["id"] for call in await deliver(shop, inbox)]
    assert sorted(told) == sorted([parent.id, *children])


async def test_a_variation_travels_as_a_product(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    await subscribe(api, shop, inbox, "product.updated")
    row = next(row for row in shop.products.values() if row.parent_id)
    await api.put(f"products/{row.parent_id}/variations/{row.id}", json={"regular_price": "12"})
    (call,) = await deliver(shop, inbox)
    body = json.loads(call.body)
    assert (body["id"], body["type"], body["parent_id"]) == (row.id, "variation", row.parent_id)


async def test_one_second_has_one_delivery_id(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver, clock: ManualClock) -> None:
    await subscribe(api, shop, inbox, "product.updated")
    first, second = [row.id for row in shop.products.values() if row.type == "simple"][:2]
    for product_id in (first, second):
        await api.put(f"products/{product_id}", json={})
    calls = await deliver(shop, inbox)
    assert len({call.header("X-WC-Webhook-Delivery-ID") for call in calls}) == 1
    clock.advance(1)
    await api.put(f"products/{first}", json={})
    (later,) = await deliver(shop, inbox)
    assert later.header("X-WC-Webhook-Delivery-ID") != calls[0].header("X-WC-Webhook-Delivery-ID")


async def test_a_checkout_sends_updated_before_created(api: httpx.AsyncClient, shop: WooShop, inbox: Receiver) -> None:
    await subscribe(api, shop, inbox, "order.created", "order.updated")
    draft = next(row for row in shop.orders.values() if row.status == "checkout-draft")
    begun = draft.created
    changes.place_draft(shop, draft)
    assert [call.path for call in await deliver(shop, inbox)] == ["/order.updated", "/order.created"]
    assert draft.created == begun


async def test_older_order_storage(inbox: Receiver, clock: ManualClock) -> None:
    shop = WooShop(7, clock=clock, order_tables=False)
    auth = (shop.key.key, shop.key.secret)
    async with serve(shop) as url, httpx.AsyncClient(base_url=f"{url}/wp-json/wc/v3/", auth=auth) as api:
        await subscribe(api, shop, inbox, "order.updated", "order.deleted", "product.deleted", "coupon.deleted")
        order_id = any_order(shop)
        before = (await api.get(f"orders/{order_id}")).json()
        edit_of_line = {"line_items": [{"id": before["line_items"][0]["id"], "quantity": 9}]}
        after = (await api.put(f"orders/{order_id}", json=edit_of_line)).json()
        assert after["line_items"][0]["quantity"] == 9
        assert after["date_modified_gmt"] == before["date_modified_gmt"]
        assert [call.path for call in await deliver(shop, inbox)] == ["/order.updated"]
        await api.delete(f"orders/{order_id}")
        calls = await deliver(shop, inbox)
        assert {call.path for call in calls} == {"/order.deleted", "/product.deleted", "/coupon.deleted"}
        assert {call.body for call in calls} == {f'{{"id":{order_id}}}'.encode()}
        await api.put(f"orders/{order_id}", json={"status": "processing"})
        assert "/order.updated" in [call.path for call in await deliver(shop, inbox)]
        assert (await api.get("orders", params={"page": 99})).headers["X-WP-Total"] != "0"
        assert (await api.get("system_status")).json()["settings"]["HPOS_enabled"] is False
