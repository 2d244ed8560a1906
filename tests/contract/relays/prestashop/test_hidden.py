"""The relay, and changes that move no date of the record that they belong to."""

from decimal import Decimal

import pytest

from shoprelay_relays.prestashop import RELAY
from shoprelay_relays.spec import Mode, Window
from shoprelay_relays.trial import DemoShop
from shoprelay_schema.documents import CreditNote, Customer, Order, Shipment, Variant
from shoprelay_simulators.prestashop import acts
from shoprelay_simulators.prestashop.acts import Item
from tests.contract.relays.prestashop.side import Side, of


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


@pytest.mark.parametrize("how", ["added", "deleted"])
async def test_an_address_that_is_added_or_deleted_is_found_for_its_customer(side: Side, how: str):
    address = int(str(side.shop.tables["orders"][4]["id_address_invoice"]))
    row = side.shop.tables["addresses"][address]
    side.clock.advance(3600)
    if how == "added":
        side.shop.add("addresses", {name: row[name] for name in row.keys() - {"id", "date_add", "date_upd"}})
    else:
        acts.delete(side.shop, "addresses", address)
    customer = int(str(row["id_customer"]))
    assert await side.ids("customers", side.clock.now) == [customer]
    (told,) = of(Customer, await side.documents("customers", customer))
    assert len(told.addresses) == (2 if how == "added" else 0)


async def test_an_order_says_nothing_new_of_its_customer(side: Side):
    side.clock.advance(3600)
    order = acts.place(side.shop, 1, [Item(1, 0, 1)])
    assert await side.ids("customers", side.clock.now) == []
    assert await side.ids("orders", side.clock.now) == [order]


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
