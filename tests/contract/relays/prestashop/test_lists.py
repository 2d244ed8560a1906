"""The relay, and lists that change while they are read, and that are another shop's."""

import json
from datetime import timedelta

import httpx
import pytest

from shoprelay_relays.errors import RelayError, ShopTrouble
from shoprelay_relays.prestashop import RELAY
from shoprelay_relays.spec import Connection, Mode, Window
from shoprelay_simulators import ManualClock
from shoprelay_simulators.prestashop import acts, seed
from tests.contract.relays.prestashop.side import MARCH, Side, connected


@pytest.mark.usefixtures("small_pages")
async def test_ties_lose_nothing(clock: ManualClock):
    async with connected(clock, orders=23) as side:
        for row in side.shop.tables["orders"].values():
            row["date_upd"] = "2026-03-02 10:30:00"
        found = await side.ids("orders", MARCH - timedelta(hours=1))
        assert found == sorted(side.shop.tables["orders"])


@pytest.mark.usefixtures("small_pages")
async def test_an_order_that_changes_between_two_pages_lets_none_slide_past(clock: ManualClock):
    async with connected(clock, orders=23) as side:
        before, found = sorted(side.shop.tables["orders"]), []
        async for page in side.pages("orders", MARCH - timedelta(days=40)):
            found += [int(record.remote_id) for record in page.records]
            clock.advance(60)
            for order in before[:3]:
                side.shop.change("orders", order, {"note": "changed"})
            seed.add_order(side.shop)
        assert found[:23] == before
        assert len(set(found)) == len(found)


@pytest.mark.usefixtures("small_pages")
async def test_a_listing_is_resumed_at_its_cursor(clock: ManualClock):
    async with connected(clock, orders=13) as side:
        found: list[int] = []
        cursor = None
        while True:
            page = await anext(side.pages("orders", MARCH - timedelta(days=40), cursor=cursor))
            found += [int(record.remote_id) for record in page.records]
            cursor = page.cursor
            if cursor is None:
                break
            assert len(cursor.encode()) <= 2048
        assert found == sorted(side.shop.tables["orders"])


async def test_both_ends_of_a_window_are_inclusive(side: Side):
    clock, shop = side.clock, side.shop
    clock.advance(600)
    shop.change("orders", 5, {"note": "at the bound"})
    assert await side.ids("orders", clock.now) == [5]
    assert await side.ids("orders", clock.now + timedelta(seconds=1)) == []


async def test_the_real_shop_drops_an_operator_that_it_does_not_know(side: Side):
    """Why no relay may ask for >=: all rows come back, with 200."""
    asked = {"filter[date_upd]": ">=[2030-01-01 00:00:00]", "date": "1", "output_format": "JSON"}
    assert len((await side.client.get("orders", params=asked)).json()["orders"]) == 12
    asked["filter[date_upd]"] = ">[2030-01-01 00:00:00]"
    assert (await side.client.get("orders", params=asked)).json() == []


@pytest.mark.parametrize("space", ["+", "%20"])
async def test_a_space_may_be_sent_in_either_way(side: Side, space: str):
    """Between the day and the time of a filter."""
    side.clock.advance(600)
    side.shop.touch("orders", 5)
    asked = f"filter[date_upd]=[2026-03-02{space}10:40:05,9999-12-31{space}00:00:00]&date=1&output_format=JSON"
    assert (await side.client.get(f"orders?{asked}")).json() == {"orders": [{"id": 5}]}


async def test_a_shop_that_ignores_the_walk_is_trouble_and_no_endless_loop(side: Side):
    def ignore(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"orders": [{"id": number} for number in range(1, 51)]})

    async with RELAY.client(side.config, Connection(httpx.MockTransport(ignore))) as client:
        side.client = client
        with pytest.raises(ShopTrouble, match="does not keep to the filter"):
            await side.ids("orders")


async def test_open_orders_are_those_whose_state_is_no_end(side: Side):
    for state, order in ((4, 1), (5, 2), (6, 3), (7, 4), (14, 5)):
        acts.set_state(side.shop, order, state)
    found = await side.ids("orders", mode=Mode.OPEN_SINCE_1X)
    assert set(found).isdisjoint({1, 2, 3, 4})
    assert 5 in found


async def test_open_orders_are_asked_for_by_age(side: Side):
    made = {number: str(row["date_add"]) for number, row in side.shop.tables["orders"].items()}
    begin, end = MARCH - timedelta(days=15), MARCH - timedelta(days=8)
    listed = RELAY.resource("orders").pages
    assert listed is not None
    pages = listed(side.client, Window(Mode.OPEN_SINCE_2X, begin, end), None, side.config)
    found = {int(record.remote_id) async for page in pages for record in page.records}
    assert found == {number for number, date in made.items() if "2026-02-15 10:30:05" <= date <= "2026-02-22 10:30:06"}
    assert found


async def test_created_orders_are_asked_for_by_their_creation(side: Side):
    side.clock.advance(600)
    side.shop.change("orders", 2, {"note": "edited"})
    made = seed.add_order(side.shop)
    assert await side.ids("orders", side.clock.now, mode=Mode.CREATED_SINCE_LAST_REQUEST) == [made]


async def test_a_guest_and_an_account_may_share_an_email(side: Side):
    shop = side.shop
    for number in (1, 5):
        shop.change("customers", number, {"email": "faelles@kunde.example"})
    found = {record.remote_id: side.mapped(record).drafts[0] for record in await side.listed("customers")}
    assert shop.tables["customers"][5]["is_guest"] == "1"
    assert (found["1"].key, found["5"].key) == ("id:1", "id:5")
    assert found["1"].aliases == found["5"].aliases == ("email:faelles@kunde.example",)


async def test_a_products_old_date_in_our_shop_does_not_hide_a_change_in_another(side: Side):
    """The filter compares the last change in any shop, the answer shows the queried one's."""
    side.shop.put("shops", 2, {"name": "Engros"})
    side.clock.advance(3600)
    side.shop.tables["products"][3]["_shops"] = {"1": {"date_upd": "2026-01-01 00:00:00"}, "2": {"price": "80.000000"}}
    side.shop.touch("products", 3)
    (record,) = await side.listed("products", side.clock.now)
    assert json.loads(record.body)["date_upd"] == "2026-01-01 00:00:00"
    side.config["shop_id"] = "2"
    (record,) = await side.listed("products", side.clock.now)
    assert json.loads(record.body)["price"] == "80.000000"


async def test_only_the_orders_of_our_shop_are_ours(side: Side):
    side.shop.put("shops", 2, {"name": "Engros"})
    side.shop.change("orders", 4, {"id_shop": "2"})
    side.config["shop_id"] = "2"
    assert await side.ids("orders") == [4]
    assert await side.read("orders", 1) == []


async def test_an_unknown_shop_number_is_said_to_be(side: Side):
    side.config["shop_id"] = "9"
    with pytest.raises(RelayError, match="shop number"):
        await side.ids("orders")
