"""The relay against a simulated ShopGo shop, over HTTP."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.shopgo import RELAY
from shoprelay_relays.shopgo.api import Management
from shoprelay_relays.shopgo.http import Refused
from shoprelay_relays.shopgo.objects import Money, Payment
from shoprelay_relays.spec import Connection, Gone, Mapped, Mode, Window
from shoprelay_relays.trial import DemoShop
from shoprelay_simulators import ManualClock, ShopGoShop, serve
from shoprelay_simulators.shopgo.rows import Order

NOON = datetime(2026, 11, 22, 12, 0, 0, 64734, tzinfo=UTC)
ORDERS = RELAY.resource("orders")


@pytest.fixture
def shop() -> ShopGoShop:
    return ShopGoShop(7, orders=30, clock=ManualClock(NOON))


@pytest.fixture
async def client(shop: ShopGoShop) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(shop) as url,
        RELAY.client({"api_key": shop.access.user_key, "base_url": f"{url}/v1/management/"}, Connection()) as made,
    ):
        yield made


def open_order(shop: ShopGoShop) -> Order:
    return next(row for row in shop.orders.values() if row.balance > 0 and row.authorized and not row.cancelled)


async def mapped(client: httpx.AsyncClient, number: str) -> Mapped:
    records = await ORDERS.read(client, number, {})
    assert not isinstance(records, Gone)
    return ORDERS.map(json.loads(records[0].body), DemoShop())


async def test_every_way_to_sign_in(shop: ShopGoShop) -> None:
    given = shop.credentials()
    ways = [
        {"api_key": given["api_key"]},
        {"api_key": given["platform_key"], "tenant_id": given["tenant_id"]},
        {"api_key": given["platform_key"], "tenant_name": given["tenant_name"]},
        {"email": given["email"], "password": given["password"]},
    ]
    async with serve(shop) as url:
        for way in ways:
            config = {**way, "base_url": f"{url}/v1/management/"}
            async with RELAY.client(config, Connection()) as client:
                learnt = await RELAY.settings(client, config)
                await Management(client).test_key()
            assert (learnt["store_id"], learnt["time_zone"]) == (given["tenant_id"], "Asia/Amman")
    assert learnt["api_key"] == given["api_key"]


async def test_the_whole_list_becomes_orders(shop: ShopGoShop, client: httpx.AsyncClient) -> None:
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, NOON)
    (page,) = [page async for page in ORDERS.pages(client, window, None, {})]
    found = [ORDERS.map(json.loads(record.body), DemoShop()) for record in page.records]
    assert {drafts.drafts[0].key for drafts in found} == set(shop.orders)
    assert {code for drafts in found for code in drafts.unknown} == set()
    for drafts in found:
        row = shop.orders[drafts.drafts[0].key]
        assert drafts.drafts[0].document.price == float(row.total)


async def test_an_order_from_payment_to_refund(shop: ShopGoShop, client: httpx.AsyncClient) -> None:
    api, row = Management(client), open_order(shop)
    states = []

    async def note() -> None:
        states.append((await mapped(client, row.number)).drafts[0].document.state)

    await note()
    await api.create_payment(row.number, Payment(total=Money(amount="1.00", currency="JOD"), method="credit_card"))
    await api.create_payment(row.number)
    for shipment in row.shipments:
        await api.update_shipment(row.number, shipment.id, "delivered")
    await note()
    await api.create_refund(row.number, Money(amount=str(row.total), currency="JOD"))
    await note()
    await api.cancel(row.number)
    await api.set_visibility(row.number, visible=False)
    await note()
    assert states == ["open", "closed", "refunded", "cancelled"]
    final = await mapped(client, row.number)
    amounts = [d.document.amount for d in final.drafts if d.document.collection == "invoices"]
    assert sum(amounts) == float(row.total)
    assert final.drafts[0].document.tags == ["hidden"]


async def test_a_shipment_waits_for_the_order_to_be_authorized(shop: ShopGoShop, client: httpx.AsyncClient) -> None:
    api, row = Management(client), next(row for row in shop.orders.values() if not row.authorized)
    with pytest.raises(Refused, match="authorized first"):
        await api.update_shipment(row.number, row.shipments[0].id, "shipped")
    await api.authorize(row.number)
    await api.update_shipment(row.number, row.shipments[0].id, "shipped", NOON)
    assert [d.key for d in (await mapped(client, row.number)).drafts if d.document.collection == "shipments"] == [
        f"{row.number}/{row.shipments[0].id}"
    ]


async def test_the_store_itself(shop: ShopGoShop, client: httpx.AsyncClient) -> None:
    api = Management(client)
    assert (await api.user(shop.user_id)).email == shop.access.email
    assert (await api.legal()).country == "Jordan"
    await api.set_available(available=False)
    assert await api.available() is False
    assert len(await api.orders()) == len(shop.orders)


async def test_subscribing_leaves_the_shipping_rates_alone(shop: ShopGoShop, client: httpx.AsyncClient) -> None:
    webhook = RELAY.webhook
    assert webhook is not None
    assert webhook.subscribe is not None
    await webhook.subscribe(client, {}, "https://hooks.test/secret")
    assert shop.webhooks == {"confirm-order": "https://hooks.test/secret", "calculate-shipping-rates": ""}


async def test_what_the_shop_refuses(shop: ShopGoShop, client: httpx.AsyncClient) -> None:
    assert await ORDERS.read(client, "R0", {}) == Gone("orders", "R0", "404")
    shop.access.permissions.discard("orders")
    with pytest.raises(CredentialsRejected, match="permission"):
        await Management(client).orders()
    shop.subscribed = False
    with pytest.raises(CredentialsRejected, match="subscription has ended"):
        await RELAY.settings(client, {"api_key": "any"})
