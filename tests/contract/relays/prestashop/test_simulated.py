"""The relay against a simulated shop over HTTP: nothing is lost, whatever changes and whatever the shop does meanwhile."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected, PayloadInvalid, RelayError, ShopTrouble
from shoprelay_relays.prestashop import RELAY
from shoprelay_relays.spec import Connection, Gone, Mode, Window
from shoprelay_relays.trial import DemoShop
from shoprelay_schema.documents import CreditNote, Customer, Invoice, Order, OrderLine, Product, Shipment, Variant
from shoprelay_simulators import ManualClock
from shoprelay_simulators.faults import Fault
from shoprelay_simulators.prestashop import acts, seed
from shoprelay_simulators.prestashop.acts import Item
from tests.contract.relays.prestashop.side import LEARNT, MARCH, Side, connected, of

# What is learnt with the key


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


# Lists


@pytest.mark.parametrize("resource", ["orders", "products", "customers", "categories"])
async def test_all_is_listed_once_and_can_be_mapped(side: Side, resource: str):
    records = await side.listed(resource)
    assert [int(record.remote_id) for record in records] == sorted(side.shop.tables[resource])
    assert all(side.mapped(record).drafts for record in records)


async def test_statuses_are_listed(side: Side):
    assert len(await side.listed("statuses")) == 14


@pytest.mark.parametrize("resource", ["orders", "products", "customers", "categories"])
async def test_the_shop_is_asked_how_many_there_are(side: Side, resource: str):
    count = RELAY.resource(resource).count
    assert count is not None
    assert await count(side.client, side.config) == len(side.shop.tables[resource])


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


# Times


async def test_nothing_of_a_double_hour_is_lost():
    """The second 02 hour of an autumn night is dated before the end of the first."""
    clock = ManualClock(datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC))
    async with connected(clock) as side:
        watermark = clock.now
        clock.advance(302)
        side.shop.change("orders", 3, {"note": "in the second hour"})
        assert side.shop.tables["orders"][3]["date_upd"] == "2026-10-25 02:05:01"
        assert await side.ids("orders", watermark) == [3]


async def test_a_change_in_the_second_hour_is_not_older_than_one_in_the_first():
    clock = ManualClock(datetime(2026, 10, 25, 0, 50, tzinfo=UTC))
    async with connected(clock) as side:
        versions = []
        for _ in range(3):
            side.shop.touch("orders", 3)
            found = await side.read("orders", 3)
            assert isinstance(found, list)
            versions.append(side.mapped(found[0]).version)
            clock.advance(1800)
        # 02:50, 02:20 and 02:50 by the shop: the later look decides.
        assert versions == ["2026-10-25T01:59:59.000000Z"] * 3
        side.shop.touch("orders", 3)
        (record,) = await side.listed("orders", clock.now)
        assert side.mapped(record).version > versions[0]


async def test_spring_has_no_surprise():
    clock = ManualClock(datetime(2026, 3, 29, 0, 59, 58, tzinfo=UTC))
    async with connected(clock) as side:
        watermark = clock.now
        clock.advance(4)
        side.shop.touch("orders", 4)
        assert side.shop.tables["orders"][4]["date_upd"] == "2026-03-29 03:00:02"
        assert await side.ids("orders", watermark) == [4]


async def test_a_shop_whose_clock_is_behind_is_asked_for_more():
    """The watermark is our clock's; the header Access-Time tells what the shop's own says."""
    async with connected(ManualClock(datetime.now(UTC)), behind=timedelta(minutes=20)) as side:
        watermark = side.clock.now
        side.clock.advance(5)
        side.shop.touch("orders", 6)
        assert 6 in await side.ids("orders", watermark)


# What moves no date


async def test_a_refund_is_found_by_its_own_date(side: Side):
    side.clock.advance(3600)
    before = side.shop.tables["orders"][1]["date_upd"]
    (detail, *_) = side.shop.where("order_details", id_order=1)
    acts.refund(side.shop, int(str(detail["id"])), 1, Decimal(20))
    assert side.shop.tables["orders"][1]["date_upd"] == before
    assert await side.ids("orders", side.clock.now) == [1]
    (note,) = of(CreditNote, await side.documents("orders", 1))
    assert Decimal(str(note.amount)) == Decimal(str(detail["unit_price_tax_incl"])) + 20
    assert note.order_lines[0]["variant_sku"] == detail["product_reference"]


async def test_a_payment_is_found_by_the_reference_that_it_names(side: Side):
    side.clock.advance(3600)
    acts.pay(side.shop, 2, Decimal(25), "Bankoverførsel")
    assert await side.ids("orders", side.clock.now) == [2]


async def test_a_second_parcel_is_found_by_its_own_date(side: Side):
    side.clock.advance(3600)
    (row, *_) = side.shop.where("order_carriers", id_order=6)
    copied = {name: value for name, value in row.items() if name not in {"id", "date_add"}}
    side.shop.add("order_carriers", copied | {"tracking_number": "SPOR6B"})
    assert await side.ids("orders", side.clock.now) == [6]
    assert "SPOR6B" in [shipment.tracking_number for shipment in of(Shipment, await side.documents("orders", 6))]


async def test_a_line_that_is_removed_over_the_api_is_gone_with_the_next_look(side: Side):
    """Its order does not move and its totals stay."""
    side.clock.advance(3600)
    lines = [row["id"] for row in side.shop.where("order_details", id_order=2)]
    await side.client.delete(f"order_details/{lines[0]}")
    assert await side.ids("orders", side.clock.now) == []
    (record,) = [record for record in await side.listed("orders") if record.remote_id == "2"]
    owned = {collection: ids for _, collection, ids in side.mapped(record).owns}
    assert owned["order_lines"] == [DemoShop().id("order_lines", str(line)) for line in lines[1:]]


async def test_a_message_is_found(side: Side):
    side.clock.advance(3600)
    acts.write_message(side.shop, 3, "Ring først")
    assert await side.ids("orders", side.clock.now) == [3]
    (order,) = of(Order, await side.documents("orders", 3))
    assert order.customer_note.endswith("Ring først")


async def test_a_corrected_address_is_found_for_its_orders_and_its_customer(side: Side):
    side.clock.advance(3600)
    address = int(str(side.shop.tables["orders"][4]["id_address_invoice"]))
    side.shop.change("addresses", address, {"address1": "Nyvej 1"})
    orders = [row["id"] for row in side.shop.where("orders", id_address_invoice=address)]
    assert await side.ids("orders", side.clock.now) == sorted(orders)
    assert await side.ids("customers", side.clock.now) == [int(str(side.shop.tables["addresses"][address]["id_customer"]))]


async def test_what_is_found_beside_the_window_is_listed_once(side: Side):
    side.clock.advance(3600)
    acts.pay(side.shop, 2, Decimal(25), "Bankoverførsel")
    acts.write_message(side.shop, 2, "Ring først")
    acts.set_state(side.shop, 7, 3)
    acts.write_message(side.shop, 7, "Ring først")
    assert sorted(await side.ids("orders", side.clock.now)) == [2, 7]


async def test_a_tracking_number_over_the_api_moves_nothing_and_the_sweep_sees_it(side: Side):
    side.clock.advance(3600)
    body = "<prestashop><order_carrier><id>5</id><tracking_number>SPOR5</tracking_number></order_carrier></prestashop>"
    await side.client.patch("order_carriers/5", content=body)
    assert await side.ids("orders", side.clock.now) == []
    sweep = RELAY.resource("orders")
    assert sweep.sweep
    assert sweep.sweep_pages is not None
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, side.clock.now)
    records = [record async for page in sweep.sweep_pages(side.client, window, None, side.config) for record in page.records]
    (record,) = (record for record in records if record.remote_id == "5")
    (shipment,) = of(Shipment, [draft.document for draft in side.mapped(record).drafts])
    assert (shipment.tracking_number, shipment.courier) == ("SPOR5", shipment.courier)


async def test_stock_combinations_and_sale_prices_move_nothing_and_the_sweep_sees_them(side: Side):
    side.clock.advance(3600)
    combination = next(iter(side.shop.tables["combinations"].values()))
    product = int(str(combination["id_product"]))
    side.shop.change("combinations", int(str(combination["id"])), {"price": "100.000000"})
    (stock,) = side.shop.where("stock_availables", id_product_attribute=combination["id"])
    side.shop.change("stock_availables", int(str(stock["id"])), {"quantity": "-3"})
    side.shop.add("specific_prices", {**acts.blank("specific_prices"), "id_product": str(product), "reduction": "0.500000"})
    assert await side.ids("products", side.clock.now) == []
    assert RELAY.resource("products").sweep
    found = {record.remote_id: record for record in await side.listed("products")}
    variants = of(Variant, [draft.document for draft in side.mapped(found[str(product)]).drafts])
    (variant,) = (variant for variant in variants if variant.sku_2 == str(combination["id"]))
    net = Decimal(str(side.shop.tables["products"][product]["price"])) + 100
    assert variant.stock == -3
    assert Decimal(str(variant.before_price)) == acts.rounded(net * acts.TAX)
    assert Decimal(str(variant.price)) == acts.rounded(net * acts.TAX / 2)


async def test_a_stock_of_zero_is_zero(side: Side):
    """A single JSON answer drops zeros unless it is asked for display=full."""
    (stock, *_) = side.shop.where("stock_availables", id_product=1)
    side.shop.change("stock_availables", int(str(stock["id"])), {"quantity": "0"})
    bare = (await side.client.get(f"stock_availables/{stock['id']}", params={"output_format": "JSON"})).json()
    assert "quantity" not in bare["stock_available"]
    (variant, *_) = of(Variant, await side.documents("products", 1))
    assert variant.stock == 0


async def test_what_is_switched_off_is_off_by_a_direct_read_as_well(side: Side):
    """`active` is 0, which a single answer leaves out unless it is asked for display=full."""
    side.shop.change("products", 1, {"active": "0"})
    bare = (await side.client.get("products/1", params={"output_format": "JSON"})).json()
    assert "active" not in bare["product"]
    (product,) = of(Product, await side.documents("products", 1))
    assert (product.status, product.published) == ("inactive", False)


# Deletes


@pytest.mark.parametrize("resource", ["orders", "products", "customers", "categories"])
async def test_a_deleted_record_is_gone_by_a_direct_read(side: Side, resource: str):
    number = max(side.shop.tables[resource])
    acts.delete(side.shop, resource, number)
    assert await side.read(resource, number) == Gone(resource, str(number), "404")


async def test_a_404_that_is_not_the_webservices_proves_nothing(side: Side):
    transport = httpx.MockTransport(lambda _: httpx.Response(404))
    async with RELAY.client(side.config, Connection(transport)) as client:
        side.client = client
        with pytest.raises(RelayError, match="Is the webservice there"):
            await side.read("orders", 1)


async def test_an_order_outlives_its_product_and_its_customer(side: Side):
    row = side.shop.tables["orders"][1]
    (detail, *_) = side.shop.where("order_details", id_order=1)
    acts.delete(side.shop, "products", int(str(detail["product_id"])))
    acts.delete(side.shop, "customers", int(str(row["id_customer"])))
    documents = await side.documents("orders", 1)
    (order,) = of(Order, documents)
    assert order.customer_id == DemoShop().id("customers", f"id:{row['id_customer']}")
    assert of(Customer, documents) == []
    assert of(OrderLine, documents)[0].variant_sku == detail["product_reference"]


async def test_an_order_keeps_an_address_that_its_customer_deleted(side: Side):
    address = int(str(side.shop.tables["orders"][1]["id_address_delivery"]))
    acts.delete(side.shop, "addresses", address)
    (order,) = of(Order, await side.documents("orders", 1))
    assert order.shipping_city == side.shop.tables["addresses"][address]["city"]
    customer = int(str(side.shop.tables["orders"][1]["id_customer"]))
    (document,) = of(Customer, await side.documents("customers", customer))
    assert document.addresses == []


async def test_an_order_keeps_the_carrier_whose_row_an_edit_replaced(side: Side):
    side.shop.change("orders", 2, {"id_carrier": "5"})
    (order,) = of(Order, await side.documents("orders", 2))
    assert order.delivery_method_id == DemoShop().id("delivery_methods", "5")
    side.shop.change("orders", 2, {"id_carrier": "6"})
    (order,) = of(Order, await side.documents("orders", 2))
    assert order.delivery_method_id == DemoShop().id("delivery_methods", "5")


async def test_a_combination_is_read_with_its_product(side: Side):
    (combination, *_) = side.shop.tables["combinations"].values()
    remote_id = f"{combination['id_product']}/{combination['id']}"
    found = await side.read("combinations", remote_id)
    assert isinstance(found, list)
    assert (found[0].resource, found[0].remote_id) == ("products", str(combination["id_product"]))
    acts.delete(side.shop, "products", int(str(combination["id_product"])))
    assert await side.read("combinations", remote_id) == Gone("combinations", remote_id, "404")


# Amounts


async def test_the_amounts_of_every_order_add_up(side: Side):
    for record in await side.listed("orders"):
        documents = [draft.document for draft in side.mapped(record).drafts]
        (order,) = of(Order, documents)
        lines = sum(line.price * line.quantity for line in of(OrderLine, documents))
        added = lines + order.delivery_price + order.payment_price - order.discount_amount
        assert abs(Decimal(added) - Decimal(order.price)) < Decimal("0.005")


async def test_a_payment_that_is_booked_four_times_is_paid_once(side: Side):
    acts.set_state(side.shop, 1, 2)
    total = Decimal(str(side.shop.tables["orders"][1]["total_paid_tax_incl"]))
    for _ in range(3):
        acts.pay(side.shop, 1, total, "Bankoverførsel")
    side.shop.change("orders", 1, {"total_paid_real": acts.six(total * 4)})
    documents = await side.documents("orders", 1)
    assert Decimal(str(of(Order, documents)[0].price)) == total
    (invoice,) = of(Invoice, documents)
    assert Decimal(str((invoice.paid_amount or 0) + (invoice.captured_amount or 0))) == total


async def test_the_orders_of_a_split_checkout_share_their_number_and_their_payment(side: Side):
    shop, items = side.shop, [[Item(1, 0, 1)], [Item(2, 0, 2)]]
    orders = [acts.place(shop, 1, item, reference="SPLITSPLI") for item in items]
    totals = [Decimal(str(shop.tables["orders"][order]["total_paid_tax_incl"])) for order in orders]
    acts.set_state(shop, orders[0], 2)
    (payment,) = shop.where("order_payments", order_reference="SPLITSPLI")
    payment["amount"] = acts.six(sum(totals))
    shop.tables["orders"][orders[1]]["total_paid_real"] = "0.000001"
    acts.set_state(shop, orders[1], 2)
    for order, total in zip(orders, totals, strict=True):
        documents = await side.documents("orders", order)
        assert of(Order, documents)[0].order_number == "SPLITSPLI"
        assert [Decimal(str(invoice.paid_amount)) for invoice in of(Invoice, documents)] == [total]


async def test_a_guest_and_an_account_may_share_an_email(side: Side):
    shop = side.shop
    for number in (1, 5):
        shop.change("customers", number, {"email": "faelles@kunde.example"})
    found = {record.remote_id: side.mapped(record).drafts[0] for record in await side.listed("customers")}
    assert shop.tables["customers"][5]["is_guest"] == "1"
    assert (found["1"].key, found["5"].key) == ("id:1", "id:5")
    assert found["1"].aliases == found["5"].aliases == ("email:faelles@kunde.example",)


async def test_hashes_and_keys_of_buyers_are_not_kept(side: Side):
    assert side.shop.tables["customers"][1]["passwd"]
    for record in [*await side.listed("customers"), *await side.listed("orders")]:
        assert b"passwd" not in record.body
        assert b"secure_key" not in record.body


# Several shops


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


# What hosts do


@pytest.mark.parametrize(("kind", "after"), [("malformed", 0), ("html", 1), ("drop", 6), ("status", 3)])
async def test_a_fault_in_mid_page_is_trouble_and_loses_nothing(side: Side, kind: str, after: int):

    plain = Fault("slow")
    side.shop.faults.planned.extend([*[plain] * after, Fault(kind)])
    with pytest.raises(ShopTrouble):
        await side.ids("orders")
    assert await side.ids("orders") == sorted(side.shop.tables["orders"])


async def test_how_long_to_wait_is_told(side: Side):
    side.shop.faults.fail(status=429, retry_after=17)
    with pytest.raises(ShopTrouble) as error:
        await side.ids("orders")
    assert error.value.retry_after == 17


@pytest.mark.parametrize("form", [True, False], ids=["json", "xml"])
async def test_warnings_before_the_body_are_cut_off(clock: ManualClock, form: bool):
    async with connected(clock, json=form) as side:
        side.shop.faults.garble("warning", 20)
        assert await side.ids("orders") == sorted(side.shop.tables["orders"])


async def test_a_500_with_an_empty_body_is_trouble(side: Side):
    """As a date filter on a list without dates is answered."""
    asked = {"filter[date_upd]": "[2026-01-01,2027-01-01]", "date": "1"}
    answer = await side.client.get("order_details", params=asked)
    assert (answer.status_code, answer.content) == (500, b"")
    side.shop.faults.fail(status=500)
    with pytest.raises(ShopTrouble, match="500"):
        await side.ids("orders")


async def test_a_shop_that_runs_out_of_time_is_asked_for_less(side: Side):
    side.shop.faults.fail(2, status=504)
    assert await side.ids("orders") == sorted(side.shop.tables["orders"])


async def test_parts_that_take_too_long_are_asked_for_fewer_orders(side: Side):
    side.shop.faults.planned.extend([Fault("slow"), Fault("slow"), Fault("status", 504)])
    assert await side.ids("orders") == sorted(side.shop.tables["orders"])
    assert side.shop.ledger.requests()["GET /api/order_details"] == 3


# XML


@pytest.mark.parametrize("resource", ["orders", "products", "customers", "categories", "statuses"])
async def test_xml_becomes_the_same_documents_as_json(clock: ManualClock, resource: str):
    found = []
    for form in (True, False):
        async with connected(ManualClock(MARCH), json=form) as side:
            side.config["shop_url"] = "https://shop.test"
            found.append([repr(side.mapped(record)) for record in await side.listed(resource)])
    assert found[0] == found[1]


@pytest.mark.parametrize("text", ["slut ]]> her", "bip\x0bbip", "a <![CDATA[ b ]]> c"])
async def test_text_that_spoils_a_page_of_xml_is_mended(clock: ManualClock, text: str):
    async with connected(clock, json=False) as side:
        side.shop.change("orders", 3, {"note": text})
        assert await side.ids("orders") == sorted(side.shop.tables["orders"])
        (order,) = of(Order, await side.documents("orders", 3))
        assert order.company_note == text.replace("\x0b", "")


async def test_one_order_that_cannot_be_read_does_not_keep_the_others_back(clock: ManualClock):
    async with connected(clock, json=False) as side:
        side.shop.broken = {4}
        records = await side.listed("orders")
        assert sorted(int(record.remote_id) for record in records) == sorted(side.shop.tables["orders"])
        (bad,) = (record for record in records if record.remote_id == "4")
        assert bad.body == b"<unreadable/>"


async def test_an_empty_list_is_empty_in_both_forms(clock: ManualClock):
    for form in (True, False):
        async with connected(ManualClock(MARCH), json=form) as side:
            assert await side.ids("orders", MARCH + timedelta(days=1)) == []


# Life


@pytest.mark.usefixtures("small_pages")
async def test_after_a_long_time_of_polls_and_a_sweep_all_is_as_in_the_shop():
    clock = ManualClock(MARCH)
    async with connected(clock, orders=8) as side:
        held: dict[str, dict[str, bytes]] = {"orders": {}, "customers": {}, "products": {}}
        watermark = clock.now - timedelta(days=60)
        for _ in range(4):
            since, watermark = watermark, clock.now
            for resource, rows in held.items():
                async for page in side.pages(resource, since - timedelta(minutes=2)):
                    rows.update({record.remote_id: record.body for record in page.records})
                    clock.advance(1)
                    side.shop.step()
            for _ in range(5):
                clock.advance(20)
                side.shop.step()
        for resource in ("products", "orders"):
            held[resource] |= {record.remote_id: record.body for record in await side.listed(resource)}
        held["customers"] |= {r.remote_id: r.body for r in await side.listed("customers", watermark - timedelta(minutes=2))}
        for resource, rows in held.items():
            living = {str(number) for number in side.shop.tables[resource]}
            assert living <= rows.keys()
            fresh = {record.remote_id: record.body for record in await side.listed(resource)}
            assert {number: rows[number] for number in living} == fresh
            for number in rows.keys() - living:
                assert isinstance(await side.read(resource, number), Gone)


async def test_a_payload_that_is_unreadable_is_a_dead_letter():
    with pytest.raises(PayloadInvalid):
        RELAY.resource("orders").map({"id": None}, DemoShop())
