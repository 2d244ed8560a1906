"""The relay through where real shops were seen to answer, and to whom."""

from datetime import UTC, datetime

import httpx
import pytest

from services.shop_api.careful import Careful
from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.spec import Connection, Gone, Mode, Window
from shoprelay_relays.woocommerce import RELAY
from shoprelay_relays.woocommerce.client import ask
from shoprelay_schema.raw import Evidence
from shoprelay_simulators import ManualClock, WooShop, serve
from tests.contract.relays.woocommerce.side import NOON, connected, ids
from tests.support.loopback import loopback


@pytest.mark.parametrize("permalinks", [True, False])
async def test_a_shop_without_https_is_read(permalinks: bool) -> None:
    shop = WooShop(7, clock=ManualClock(datetime.now(UTC)), orders=120, products=3, tls_terminated=False, permalinks=permalinks)
    async with serve(shop) as url:
        config = {"shop_url": url, **shop.credentials()}
        async with RELAY.client(config, loopback()) as client:
            assert (await RELAY.settings(client, config))["currency"] == "DKK"
            listing = RELAY.resource("orders").pages
            assert listing is not None
            window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, datetime.now(UTC))
            found = [record async for page in listing(client, window, None, config) for record in page.records]
        wrong = {**config, "auth": "basic"}
        async with RELAY.client(wrong, loopback()) as client:
            with pytest.raises(CredentialsRejected, match="woocommerce_rest_cannot_view"):
                await RELAY.settings(client, wrong)
    assert ids(found, "orders") == sorted(row.id for row in shop.orders.values() if row.status not in {"checkout-draft", "trash"})


@pytest.mark.parametrize("auth", ["basic", "query", "oauth1"])
async def test_a_shop_with_plain_permalinks_is_found_and_read(auth: str) -> None:
    shop = WooShop(7, clock=ManualClock(datetime.now(UTC)), orders=120, products=3, permalinks=False)
    async with serve(shop) as url:
        config = {"shop_url": f"{url}/", **shop.credentials(), "auth": auth}
        async with RELAY.client(config, loopback()) as client:
            learnt = await RELAY.settings(client, config)
        assert learnt["permalinks"] == "plain"
        assert (learnt["time_zone"], learnt["order_storage"]) == ("Europe/Copenhagen", "hpos")
        moved = shop.ledger.answers["GET", "/wp-json/wc/v3/orders", 301]
        config |= learnt
        async with RELAY.client(config, loopback()) as client:
            listing, read = RELAY.resource("orders").pages, RELAY.resource("orders").read
            assert listing is not None
            assert read is not None
            window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, datetime.now(UTC))
            found = [record async for page in listing(client, window, None, config) for record in page.records]
            assert await read(client, found[0].remote_id, config) == [found[0]]
            assert await read(client, "999999", config) == Gone("orders", "999999", Evidence.NOT_FOUND)
    assert ids(found, "orders") == sorted(row.id for row in shop.orders.values() if row.status not in {"checkout-draft", "trash"})
    assert shop.ledger.answers["GET", "/wp-json/wc/v3/orders", 301] == moved == 1


async def test_a_shop_whose_permalinks_became_plain_is_changed_once_and_nothing_else_is_said_of_it() -> None:
    shop = WooShop(7, orders=2, products=2, clock=ManualClock(NOON))
    async with serve(shop) as url:
        config = {"shop_url": url, **shop.credentials(), "auth": "basic"}
        shop.permalinks = False

        async def before() -> None:
            return None

        async with httpx.AsyncHTTPTransport() as way, RELAY.client(config, Connection(careful := Careful(way, before))) as client:
            made = (await ask(client, "POST", "products/categories", json={"name": "Huer"})).body
            assert [row.name for row in shop.categories.values()].count("Huer") == 1
            assert careful.trail.changed == ["POST /"]
            await ask(client, "DELETE", f"products/categories/{made['id']}", params={"force": "true"})
        assert "Huer" not in [row.name for row in shop.categories.values()]


@pytest.mark.parametrize("permalinks", [True, False])
async def test_the_simulated_shop_looks_at_keys_only_where_the_address_names_the_api(permalinks: bool) -> None:
    shop = WooShop(7, orders=2, products=2, clock=ManualClock(NOON), permalinks=permalinks)
    auth = (shop.key.key, shop.key.secret)
    async with serve(shop) as url, httpx.AsyncClient(base_url=url, auth=auth) as client:
        pretty = await client.get("/wp-json/wc/v3/orders")
        assert pretty.status_code == (200 if permalinks else 301)
        assert (await client.get("/?rest_route=/wc/v3/orders")).status_code == 401
        assert (await client.get("/?rest_route=/wc/v3/orders&_x=wp-json%2Fwc%2F")).status_code == 401
        assert (await client.get("/?rest_route=/wc/v3/orders&_x=wp-json/wc/")).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "code"),
    [("consumer_key", "woocommerce_rest_cannot_view"), ("consumer_secret", "woocommerce_rest_authentication_error")],
)
async def test_wrong_keys_say_what_to_do(wrong: str, code: str) -> None:
    async with connected() as side:
        config = {**side.config, wrong: "xx_1"}
        async with RELAY.client(config, loopback()) as client:
            with pytest.raises(CredentialsRejected, match=f"{code}.*Make a new REST API key"):
                await RELAY.settings(client, config)
