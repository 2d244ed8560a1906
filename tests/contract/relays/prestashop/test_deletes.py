"""The relay, and what is deleted in the shop: what outlives it is still told, and nothing else is taken for it."""

import httpx
import pytest

from shoprelay_relays.errors import RelayError
from shoprelay_relays.prestashop import RELAY
from shoprelay_relays.spec import Connection, Gone
from shoprelay_relays.trial import DemoShop
from shoprelay_schema.documents import Category, Customer, DeliveryMethod, Order, OrderLine, Shipment, Variant
from shoprelay_simulators.prestashop import acts
from shoprelay_simulators.prestashop.acts import Item
from tests.contract.relays.prestashop.side import Side, of


async def test_a_category_that_takes_its_children_along_is_gone_with_them_and_products_name_it_still(side: Side):
    before = {record.remote_id: side.mapped(record).drafts[0].document for record in await side.listed("products")}
    children = [document for document in before.values() if DemoShop().id("categories", "5") in document.category_ids]
    assert children
    assert (await side.client.delete("categories/4")).status_code == 200
    for number in (4, 5):
        assert await side.read("categories", number) == Gone("categories", str(number), "404")
    assert [record.remote_id for record in await side.listed("categories")] == ["1", "2", "3"]
    after = {record.remote_id: side.mapped(record).drafts[0].document for record in await side.listed("products")}
    assert {key: one.category_ids for key, one in after.items()} == {key: one.category_ids for key, one in before.items()}


async def test_the_parent_of_a_category_is_the_one_that_it_was_put_under(side: Side):
    (category,) = of(Category, await side.documents("categories", 5))
    assert category.parent_category_id == DemoShop().id("categories", "4")


async def test_an_order_whose_carrier_is_gone_keeps_its_delivery_method_and_gives_it_no_other_name(side: Side):
    order = acts.place(side.shop, 1, [Item(1, 0, 1)], carrier=3)
    acts.set_state(side.shop, order, acts.SHIPPED)
    before = await side.documents("orders", order)
    assert [(method.remote_id, method.name) for method in of(DeliveryMethod, before)] == [("3", "Kystbud")]
    assert (await side.client.delete("carriers/3")).status_code == 200
    side.clock.advance(60)
    side.shop.touch("orders", order)
    after = await side.documents("orders", order)
    assert of(DeliveryMethod, after) == []
    assert of(Order, after)[0].delivery_method_id == of(Order, before)[0].delivery_method_id
    assert len(of(Shipment, after)) == 1
    assert await side.read("delivery_methods", 3) == Gone("delivery_methods", "3", "404")


async def test_lines_and_history_of_a_deleted_order_are_nobodys(side: Side):
    """They stay in the shop's tables: no poll takes them for an order."""
    side.clock.advance(3600)
    order = acts.place(side.shop, 1, [Item(1, 0, 1)])
    acts.delete(side.shop, "orders", order)
    assert [row["id_order"] for row in side.shop.where("order_details", id_order=order)] == [str(order)]
    assert await side.ids("orders", side.clock.now) == []
    assert order not in await side.ids("orders")


async def test_a_customer_who_is_deleted_leaves_addresses_that_are_nobodys(side: Side):
    side.clock.advance(3600)
    (address,) = side.shop.where("addresses", id_customer=2)
    assert (await side.client.delete("customers/2")).status_code == 200
    side.shop.touch("addresses", int(str(address["id"])))
    assert 2 not in await side.ids("customers", side.clock.now)
    named = {number for number, row in side.shop.tables["orders"].items() if row["id_customer"] == "2"}
    assert set(await side.ids("orders", side.clock.now)) == named
    for order in named:
        assert of(Customer, await side.documents("orders", order)) == []


async def test_an_old_order_shows_what_its_address_says_now(side: Side):
    address = int(str(side.shop.tables["orders"][1]["id_address_delivery"]))
    body = f"<prestashop><address><id>{address}</id><city>Ribe</city></address></prestashop>"
    assert (await side.client.patch(f"addresses/{address}", content=body)).status_code == 200
    (order,) = of(Order, await side.documents("orders", 1))
    assert order.shipping_city == "Ribe"


async def test_lines_keep_what_a_deleted_combination_was_called(side: Side):
    product = int(str(side.shop.tables["combinations"][1]["id_product"]))
    order = acts.place(side.shop, 1, [Item(product, 1, 1)])
    (before,) = of(OrderLine, await side.documents("orders", order))
    assert (await side.client.delete("combinations/1")).status_code == 200
    (after,) = of(OrderLine, await side.documents("orders", order))
    assert after == before
    variants = of(Variant, await side.documents("products", product))
    assert len(variants) == len(list(side.shop.where("combinations", id_product=product)))
    assert "1" not in {variant.sku_2 for variant in variants}


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


async def test_several_that_are_deleted_at_once_are_gone_each_for_itself(side: Side):
    assert (await side.client.delete("products", params={"id": "[1,3]"})).status_code == 200
    for number in (1, 3):
        assert await side.read("products", number) == Gone("products", str(number), "404")
    assert await side.ids("products") == sorted(side.shop.tables["products"])
