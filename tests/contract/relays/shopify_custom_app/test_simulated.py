"""A custom app against the simulated shop, by both of its keys. All else is tested beside shopify."""

from datetime import UTC, datetime

import pytest

from shoprelay_relays.shopify import CUSTOM_APP
from shoprelay_relays.spec import Mode, Window
from shoprelay_simulators import ShopifyShop, serve
from tests.support.loopback import loopback


@pytest.mark.parametrize("app", ["admin", "dev"])
async def test_all_customers_are_listed(app: str):
    shop = ShopifyShop(3, orders=2, products=3, customers=5, app=app)
    pages = CUSTOM_APP.resource("customers").pages
    assert pages is not None
    async with serve(shop) as url:
        config = {"shop_url": url, **shop.credentials()}
        window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC))
        async with CUSTOM_APP.client(config, loopback()) as client:
            found = [record async for page in pages(client, window, None, config) for record in page.records]
    assert len({record.remote_id for record in found}) == len(shop.rows["Customer"]) == 5
