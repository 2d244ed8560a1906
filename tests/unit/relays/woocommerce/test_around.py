"""The small lists around orders, as callers ask the shop for them."""

from datetime import UTC, datetime

import httpx
import orjson
import pytest

from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Connection, Mode, Window
from shoprelay_simulators import WooShop, serve
from tests.unit.relays.woocommerce.shop import FakeShop

RELAY = RELAYS["woocommerce"]


@pytest.mark.parametrize(
    ("resource", "some"),
    [
        ("countries", {("DK", "Denmark"), ("JO", "Jordan")}),
        ("payment_methods", {("testcard", "Dankort / Visa"), ("cod", "Betal i butikken")}),
        ("delivery_methods", {("flat_rate:1", "Pakkeshop"), ("local_pickup:2", "Afhent på Ærø")}),
    ],
)
async def test_they_are_listed_in_the_words_of_orders(resource: str, some: set[tuple[str, str]]) -> None:
    rule = RELAY.resource(resource)
    assert rule.pages is not None
    window = Window(Mode.CREATED_SINCE_LAST_REQUEST, None, datetime.now(UTC))
    found, bodies = set(), b""
    async with serve(shop := WooShop(7, orders=1)) as url:
        config = {"shop_url": url, **shop.credentials(), "auth": "basic"}
        async with RELAY.client(config, Connection(httpx.AsyncHTTPTransport())) as client:
            async for page in rule.pages(client, window, None, config):
                for record in page.records:
                    bodies += record.body
                    head = rule.map(orjson.loads(record.body), FakeShop()).drafts[0].document
                    assert record.remote_id == head.remote_id
                    found.add((head.remote_id, head.name))
    assert some <= found
    assert b"sk_live" not in bodies, "a gateway's secrets are not asked for"
