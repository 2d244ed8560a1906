"""The relay, and what is deleted in the shop: what outlives it is still told, and nothing else is taken for it."""

from shoprelay_relays.spec import Gone
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
