"""The relay at the shop's door: keys, rights, and what small answers want to be remembered by."""

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected, Refused, RelayError, ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.prestashop import RELAY
from shoprelay_relays.prestashop.actions import asking
from shoprelay_relays.prestashop.client import Missing
from shoprelay_relays.spec import Connection
from shoprelay_simulators import ManualClock
from tests.contract.relays.prestashop.side import LEARNT, Side, connected


class Wire(httpx.AsyncHTTPTransport):
    """Notes the headers of what is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[httpx.Headers] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.headers)
        return await super().handle_async_request(request)


async def test_the_session_that_small_answers_begin_is_not_gone_on_with(side: Side):
    wire = Wire()
    async with RELAY.client(side.config, Connection(wire)) as client:
        side.client = client
        answer = await client.get("order_histories/1")
        assert "Set-Cookie" in answer.headers
        await side.ids("orders")
    assert len(wire.asked) > 2
    assert not any("cookie" in headers for headers in wire.asked)


@pytest.mark.parametrize(("key", "code"), [("", 17), ("short", 18), ("W" * 32, 20)])
async def test_a_key_that_is_none_is_refused_with_what_the_shop_says_of_it(side: Side, key: str, code: int):
    config = {**side.config, "key": key}
    async with RELAY.client(config, Connection()) as client:
        with pytest.raises(CredentialsRejected, match=rf"{code} .*Make a new key"):
            await RELAY.settings(client, config)


async def test_a_key_may_be_written_in_small_letters(side: Side):
    config = {**side.config, "key": side.shop.key.lower()}
    async with RELAY.client(config, Connection()) as client:
        side.client = client
        assert len(await side.ids("orders")) == 12


@pytest.mark.parametrize(("version", "method"), [("8.2.1", "PATCH"), ("1.7.8.11", "PUT")])
async def test_a_right_to_change_that_is_missing_is_named(side: Side, version: str, method: str):
    side.shop.forbidden = {f"{method} orders"}
    config = {**side.config, "version": version}
    with pytest.raises(Missing, match=f"the right to {method} on orders"):
        await asking.edit(side.client, config, "orders", "1", {"note": "Haster"})
    assert side.shop.tables["orders"][1]["note"] == ""


async def test_a_record_that_is_not_there_cannot_be_changed(side: Side):
    config = {**side.config, "version": "8.2.1"}
    with pytest.raises(NotThere):
        await asking.edit(side.client, config, "orders", "999", {"note": "Haster"})
    with pytest.raises(NotThere):
        await asking.delete(side.client, config, "orders/999")


async def test_a_product_whose_category_is_gone_is_edited_by_patch_and_older_versions_say_why_not(side: Side):
    category = side.shop.tables["products"][1]["id_category_default"]
    await asking.delete(side.client, side.config, f"categories/{category}")
    await asking.edit(side.client, {**side.config, "version": "8.2.1"}, "products", "1", {"reference": "NY"})
    assert side.shop.tables["products"][1]["reference"] == "NY"
    with pytest.raises(ShopTrouble, match="134 "):
        await asking.edit(side.client, {**side.config, "version": "1.7.8.11"}, "products", "1", {"reference": "NYERE"})
    assert side.shop.tables["products"][1]["reference"] == "NY"


@pytest.mark.parametrize("resource", ["orders", "customers", "addresses", "order_carriers", "stock_availables", "combinations"])
async def test_an_older_version_gets_a_record_back_as_it_was_but_for_what_is_changed(side: Side, resource: str):
    field, value = {
        "orders": ("note", "Haster"),
        "customers": ("note", "Haster"),
        "addresses": ("city", "Ribe"),
        "order_carriers": ("tracking_number", "SPOR1"),
        "stock_availables": ("quantity", "7"),
        "combinations": ("reference", "NY"),
    }[resource]
    before = dict(side.shop.tables[resource][1])
    await asking.edit(side.client, {**side.config, "version": "1.7.8.11"}, resource, "1", {field: value})
    after = dict(side.shop.tables[resource][1])
    changed = {name for name in before if after[name] != before[name]} - {"date_upd"}
    assert changed == {field} | ({"low_stock_threshold"} if resource == "combinations" else set())
    assert after[field] == value


async def test_maintenance_of_the_shops_pages_does_not_stop_the_polls(side: Side):
    side.shop.maintenance = True
    assert (await side.client.get(f"{side.config['shop_url']}/")).status_code == 503
    assert len(await side.ids("orders")) == 12


async def test_the_time_zone_is_read_from_the_shop(side: Side):
    learnt = await RELAY.settings(side.client, {**side.config, "time_zone": ""})
    assert LEARNT.items() <= learnt.items()
    assert (learnt["version"], learnt["state_cancelled"]) == ("8.2.1", "6")


async def test_without_the_right_on_configurations_the_time_zone_must_be_given(clock: ManualClock):
    async with connected(clock) as side:
        side.shop.refused = {"configurations"}
        with pytest.raises(CredentialsRejected, match="enter the time zone"):
            await RELAY.settings(side.client, {**side.config, "time_zone": ""})
        assert "time_zone" not in await RELAY.settings(side.client, side.config)


async def test_all_rights_that_are_missing_are_named_at_once(clock: ManualClock):
    async with connected(clock) as side:
        side.shop.refused = {"orders", "customers"}
        with pytest.raises(CredentialsRejected, match="may not read orders, customers"):
            await RELAY.settings(side.client, side.config)


async def test_a_right_that_is_missing_is_not_a_dead_key(side: Side):
    side.shop.refused = {"customers"}
    with pytest.raises(RelayError, match=r"26 .*View .GET. on customers") as error:
        await side.ids("customers")
    assert not isinstance(error.value, CredentialsRejected)


async def test_a_dead_key_is_refused(side: Side):
    side.shop.faults.unauthorized = True
    with pytest.raises(CredentialsRejected, match=r"20 .*Make a new key"):
        await side.ids("orders")


async def test_a_host_that_drops_the_authorization_header_gets_the_key_in_the_address(clock: ManualClock):
    async with connected(clock, drops_authorization=True) as side:
        assert len(await side.ids("orders")) == 12


async def test_a_basic_key_alone_is_refused_where_the_header_is_dropped(clock: ManualClock):
    async with connected(clock, drops_authorization=True) as side:
        basic = {**side.config, "auth": "basic"}
        async with RELAY.client(basic, Connection()) as client:
            with pytest.raises(CredentialsRejected):
                await RELAY.settings(client, basic)


async def test_another_host_name_is_not_followed(side: Side):
    side.shop.host = "www.kystlageret.example"
    with pytest.raises(RelayError, match=r"302.*redirects to http://www.kystlageret.example.*enter its address"):
        await side.ids("orders")


async def test_a_webservice_that_is_switched_off_is_asked_again_later(side: Side):
    side.shop.enabled = False
    with pytest.raises(ShopTrouble, match=r"22 .*Switch it on"):
        await side.ids("orders")


async def test_hashes_and_keys_of_buyers_are_not_kept(side: Side):
    assert side.shop.tables["customers"][1]["passwd"]
    for record in [*await side.listed("customers"), *await side.listed("orders")]:
        assert b"passwd" not in record.body
        assert b"secure_key" not in record.body


async def test_what_a_shop_refuses_is_told_in_letters_where_it_wrote_entities(side: Side):
    """Answers to changes are XML, in which messages are escaped although they stand in CDATA."""
    with pytest.raises(Refused, match="Customer->email is not valid"):
        await asking.edit(side.client, {**side.config, "version": "8.2.1"}, "customers", "1", {"email": "nobody"})
