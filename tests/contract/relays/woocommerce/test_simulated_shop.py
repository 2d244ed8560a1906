"""The relay against a simulated shop over HTTP: everything it lists can be mapped, and nothing is listed twice."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.spec import Connection, Mode, Record, Window
from shoprelay_relays.woocommerce import RELAY
from shoprelay_schema.documents import Order, OrderLine
from shoprelay_simulators import ManualClock, WooShop, serve
from tests.unit.relays.woocommerce.shop import FakeShop

Config = dict[str, str]


@pytest.fixture
def shop() -> WooShop:
    # OAuth signatures carry the real time, which the shop compares with its own.
    return WooShop(7, clock=ManualClock(datetime.now(UTC)))


@pytest.fixture
async def config(shop: WooShop) -> AsyncIterator[Config]:
    async with serve(shop) as url:
        yield {"shop_url": url, "consumer_key": shop.key.key, "consumer_secret": shop.key.secret, "auth": "basic"}


async def listed(config: Config, resource: str, since: datetime | None = None) -> list[Record]:
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, since, datetime.now(UTC))
    pages = RELAY.resource(resource).pages
    assert pages is not None
    async with RELAY.client(config, Connection()) as client:
        return [record async for page in pages(client, window, None, config) for record in page.records]


@pytest.mark.parametrize("auth", ["basic", "oauth1"])
async def test_a_key_is_proven_by_what_is_learnt_with_it(config: Config, auth: str):
    signed = {**config, "auth": auth}
    async with RELAY.client(signed, Connection()) as client:
        learnt = await RELAY.settings(client, signed)
    assert learnt["currency"] == "DKK"
    assert learnt["prices_include_tax"] == "yes"


@pytest.mark.parametrize("auth", ["basic", "oauth1"])
async def test_a_wrong_secret_is_refused(config: Config, auth: str):
    wrong = {**config, "auth": auth, "consumer_secret": "cs_wrong"}
    async with RELAY.client(wrong, Connection()) as client:
        with pytest.raises(CredentialsRejected, match="woocommerce_rest_authentication_error"):
            await RELAY.settings(client, wrong)


@pytest.mark.parametrize("resource", ["orders", "products", "customers", "categories", "statuses"])
async def test_all_that_is_listed_can_be_mapped(config: Config, resource: str):
    records = await listed(config, resource)
    assert len(records) > 5
    assert len({(record.resource, record.remote_id) for record in records}) == len(records)
    for record in records:
        assert RELAY.resource(record.resource).map(json.loads(record.body), FakeShop()).drafts


async def test_the_amounts_of_every_order_add_up(config: Config):
    for record in await listed(config, "orders"):
        documents = [draft.document for draft in RELAY.resource("orders").map(json.loads(record.body), FakeShop()).drafts]
        (order,) = (document for document in documents if isinstance(document, Order))
        lines = sum(
            line.price * line.quantity for line in documents if isinstance(line, OrderLine) and line.price and line.quantity
        )
        added = lines + order.delivery_price + order.payment_price - order.discount_amount
        assert abs(Decimal(added) - Decimal(order.price)) < Decimal("0.005")


async def test_a_poll_gives_what_changed_since(config: Config, shop: WooShop):
    before = datetime.now(UTC) + timedelta(minutes=10)
    assert isinstance(shop.clock, ManualClock)
    shop.clock.advance(1200)
    order = min(shop.orders)
    async with RELAY.client(config, Connection()) as client:
        await client.put(f"orders/{order}", json={"status": "completed"})
    assert [record.remote_id for record in await listed(config, "orders", before)] == [str(order)]


async def test_the_tax_rate_of_the_shop_s_own_country_is_learnt(config: Config):
    async with RELAY.client(config, Connection()) as client:
        learnt = await RELAY.settings(client, config)
    assert json.loads(learnt["tax_rates"]) == {"standard": "0.25"}
