"""The brand against the simulated shop. All else is tested beside dandomain."""

from datetime import UTC, datetime

import httpx

from shoprelay_relays.hostedshop import SCANNET
from shoprelay_relays.spec import Connection, Mode, Window
from shoprelay_simulators.hostedshop.shop import HostedShop
from shoprelay_simulators.serving import serve


async def test_all_customers_are_listed():
    shop = HostedShop(3, orders=2, products=3, customers=5)
    pages = SCANNET.resource("customers").pages
    assert pages is not None
    async with serve(shop):
        config = shop.credentials()
        window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC))
        async with SCANNET.client(config, Connection(httpx.AsyncHTTPTransport(verify=False))) as client:
            found = [record async for page in pages(client, window, None, config) for record in page.records]
    assert sorted(int(record.remote_id) for record in found) == sorted(shop.tables["User"])
