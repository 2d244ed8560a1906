"""The simulated ShopGo shop: envelope, keys, rules, calls."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from shoprelay_simulators import ManualClock, ShopGoShop, serve
from shoprelay_simulators.receiver import Receiver, receiver
from shoprelay_simulators.shopgo.rows import Order

NOON = datetime(2026, 11, 22, 12, 0, 0, 64734, tzinfo=UTC)
DONE = {"result": "success", "payload": {}}


@pytest.fixture
def shop() -> ShopGoShop:
    return ShopGoShop(5, clock=ManualClock(NOON))


@pytest.fixture
async def api(shop: ShopGoShop) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"X-API-KEY": shop.access.user_key}
    async with serve(shop) as url, httpx.AsyncClient(base_url=f"{url}/v1/management/", headers=headers) as client:
        yield client


@pytest.fixture
async def inbox() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


def unpaid(shop: ShopGoShop, *, authorized: bool = True) -> Order:
    return next(row for row in shop.orders.values() if row.balance > 0 and row.authorized is authorized)


def refusal(response: httpx.Response) -> tuple[int, str]:
    assert response.json()["result"] == "error"
    return response.status_code, response.json()["description"]


async def test_the_same_seed_gives_the_same_bytes() -> None:
    answers = []
    for _ in range(2):
        made = ShopGoShop(5, clock=ManualClock(NOON))
        async with serve(made) as url:
            for _ in range(40):
                made.step()
            async with httpx.AsyncClient(headers={"X-API-KEY": made.access.user_key}) as client:
                answers.append((await client.get(f"{url}/v1/management/order/")).content)
    assert answers[0] == answers[1]
    assert len(answers[0]) > 10_000


async def test_orders_come_as_a_list_and_one_as_an_object(api: httpx.AsyncClient, shop: ShopGoShop) -> None:
    listed = (await api.get("order/")).json()
    assert list(listed) == ["payload"]
    assert len(listed["payload"]["orders"]) == len(shop.orders)
    one = listed["payload"]["orders"][0]
    alone = (await api.get(f"order/{one['number']}")).json()
    assert alone == {"payload": {"orders": one}}
    assert one["total"]["currency"] == "JOD"
    assert one["created"].endswith("+00:00")
    assert "." in one["created"]
    assert refusal(await api.get("order/R0")) == (404, "order not found")


async def test_totals_are_made_of_their_parts(shop: ShopGoShop) -> None:
    for body in shop.final_state()["orders"].values():
        row = shop.orders[str(body["number"])]
        parts = sum(item.price * item.quantity for item in row.purchases) + row.shipping_price - row.discount
        assert body["total"] == {"amount": f"{parts:.2f}", "currency": "JOD"}


async def test_the_world_is_bilingual_and_has_gaps(shop: ShopGoShop) -> None:
    text = json.dumps(list(shop.final_state()["orders"].values()), ensure_ascii=False)
    assert "شال مطرز" in text
    assert '"sku": ""' in text
    assert '"email": ""' in text


async def test_a_key_for_an_email_and_a_password(api: httpx.AsyncClient, shop: ShopGoShop) -> None:
    good = {"email": shop.access.email, "password": shop.access.password}
    payload = (await api.post("auth/key", json=good)).json()["payload"]
    assert (payload["api_key"], payload["tenant_id"]) == (shop.access.user_key, int(shop.access.tenant_id))
    assert payload["tenant"]["store_host"] == "matjar.myshopgo.me"
    bad = await api.post("auth/key", json={**good, "password": "guess"})
    assert refusal(bad) == (401, "incorrect credentials")


async def test_both_kinds_of_key(api: httpx.AsyncClient, shop: ShopGoShop) -> None:
    assert (await api.get("auth/test")).json() == DONE
    assert refusal(await api.get("auth/test", headers={"X-API-KEY": "nope"}))[0] == 401
    platform = {"X-API-KEY": shop.access.platform_key}
    assert refusal(await api.get("order/", headers=platform))[0] == 401
    for tenant in ({"X-TENANT-ID": shop.access.tenant_id}, {"X-TENANT-NAME": shop.access.tenant_name}):
        assert (await api.get("order/", headers={**platform, **tenant})).status_code == 200
    assert refusal(await api.get("order/", headers={**platform, "X-TENANT-ID": "1"}))[0] == 401
    own = f"{shop.site_url}/v1/platform/auth/test"
    assert (await api.get(own, headers=platform)).json() == DONE
    assert refusal(await api.get(own))[0] == 401


async def test_permission_and_subscription(api: httpx.AsyncClient, shop: ShopGoShop) -> None:
    shop.access.permissions.discard("orders")
    assert refusal(await api.get("order/"))[0] == 403
    assert (await api.get("tenant")).status_code == 200
    shop.subscribed = False
    assert refusal(await api.get("tenant"))[0] == 402


async def test_an_empty_payment_settles_the_balance(api: httpx.AsyncClient, shop: ShopGoShop) -> None:
    row = unpaid(shop)
    balance = f"{row.balance:.2f}"
    assert (await api.post(f"order/{row.number}/payment/", json={})).json() == DONE
    made = (await api.get(f"order/{row.number}")).json()["payload"]["orders"]["payments"][-1]
    assert made == {
        "total": {"amount": balance, "currency": "JOD"},
        "method": "cash_on_delivery",
        "created": "2026-11-22T12:00:00.064734+00:00",
        "transaction_data": {},
    }
    assert row.balance == 0


async def test_refunds_are_negative_payments(api: httpx.AsyncClient, shop: ShopGoShop) -> None:
    row = unpaid(shop)
    path = f"order/{row.number}/payment/"
    refund = {"method": "refund", "total": {"amount": "-1.50", "currency": "JOD"}}
    before = row.balance
    assert (await api.post(path, json=refund)).json() == DONE
    assert float(row.balance) == pytest.approx(float(before) + 1.5)
    positive = {"method": "refund", "total": {"amount": "1.50", "currency": "JOD"}}
    assert refusal(await api.post(path, json=positive))[0] == 400
    assert refusal(await api.post(path, json={"total": {"amount": "-2", "currency": "JOD"}}))[0] == 400
    assert refusal(await api.post(path, json={"total": {"amount": "2", "currency": "USD"}}))[0] == 400
    assert refusal(await api.post(path, content=b"{"))[0] == 400


async def test_a_shipment_needs_an_authorized_order(api: httpx.AsyncClient, shop: ShopGoShop) -> None:
    row = unpaid(shop, authorized=False)
    path = f"order/{row.number}/shipment/{row.shipments[0].id}"
    assert refusal(await api.patch(path, json={"state": "shipped"})) == (400, "order must be authorized first")
    assert (await api.patch(f"order/{row.number}", json={"authorized": True})).json() == DONE
    update = {"state": "shipped", "target_delivery": "2026-12-01T10:00:00+00:00"}
    assert (await api.patch(path, json=update)).json() == DONE
    shown = (await api.get(f"order/{row.number}")).json()["payload"]["orders"]["shipments"][0]
    assert (shown["state"], shown["target_delivery"]) == ("shipped", "2026-12-01T10:00:00.000000+00:00")
    assert refusal(await api.patch(path, json={"state": "lost"}))[0] == 400
    assert refusal(await api.patch(f"order/{row.number}/shipment/x", json={"state": "ready"}))[0] == 404


async def test_cancel_hide_and_show(api: httpx.AsyncClient, shop: ShopGoShop) -> None:
    row = unpaid(shop)
    assert (await api.patch(f"order/{row.number}", json={"cancelled": True, "restock": True})).json() == DONE
    for visible in (False, True):
        assert (await api.patch(f"order/{row.number}", json={"visible": visible})).json() == DONE
        shown = (await api.get(f"order/{row.number}")).json()["payload"]["orders"]
        assert (shown["cancelled"], shown["visible"]) == (True, visible)
    assert refusal(await api.patch(f"order/{row.number}", json={"visible": "no"}))[0] == 400
    assert [version.body["visible"] for version in shop.ledger.history("orders", row.number)[-2:] if version.body] == [
        False,
        True,
    ]


async def test_settings(api: httpx.AsyncClient, shop: ShopGoShop) -> None:
    assert (await api.get("order/available")).json() == {"result": "success", "payload": {"available": True}}
    assert (await api.patch("order/available", json={"available": False})).json() == DONE
    assert (await api.get("order/available")).json()["payload"] == {"available": False}
    assert (await api.get(f"user/{shop.user_id}")).json()["payload"]["user"]["email"] == shop.access.email
    assert refusal(await api.get("user/other"))[0] == 404
    assert (await api.get("tenant")).json()["payload"]["tenant"]["timezone"] == "Asia/Amman"
    assert (await api.get("settings/legal")).json()["payload"]["legal"]["country"] == "Jordan"
    path = "settings/webhook/confirm-order"
    assert (await api.patch(path, json={"url": "https://hooks.example/x"})).json() == DONE
    assert (await api.get(path)).json()["payload"] == {"url": "https://hooks.example/x"}
    assert refusal(await api.get("settings/webhook/other"))[0] == 404
    assert refusal(await api.get("product/"))[0] == 404


async def test_confirming_calls_the_webhook(api: httpx.AsyncClient, shop: ShopGoShop, inbox: Receiver) -> None:
    await api.patch("settings/webhook/confirm-order", json={"url": f"{inbox.url}/secret-token"})
    row = next(order for order in shop.orders.values() if not order.confirmed)
    shop.confirm(row)
    assert await shop.deliver_due() == 1
    (call,) = inbox.calls
    assert (call.path, json.loads(call.body)) == ("/secret-token", {"order": {"number": row.number}})
    assert [(sent.resource_id, sent.status) for sent in shop.ledger.deliveries] == [(row.number, 200)]
    assert await shop.deliver_due() == 0


async def test_a_checkout_asks_for_rates(shop: ShopGoShop, inbox: Receiver) -> None:
    own = await shop.shipping_rates(shop.address)
    assert own[0]["price"] == {"amount": "2.00", "currency": "JOD"}
    shop.webhooks["calculate-shipping-rates"] = f"{inbox.url}/rates"
    assert await shop.shipping_rates(shop.address) == own  # the receiver's empty answer is no list of rates
    asked = json.loads(inbox.calls[0].body)
    assert asked["rates"] == own
    assert asked["checkout"]["destination"]["country"] == "JO"
