"""The relay through what real shops were seen to do with stock, prices and variations."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shoprelay_relays.trial import DemoShop
from shoprelay_schema.documents import Order, OrderLine, Variant
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.side import Side, connected, documents, ids, mapped, owned, simple, variable


async def ordered(side: Side, line: dict[str, object]) -> Any:
    body = {"status": "processing", "line_items": [line]}
    return (await side.client.post("orders", json=body)).json()


async def test_an_edit_of_a_line_is_seen_in_the_order_and_in_the_stock() -> None:
    async with connected() as side, receiver() as inbox:
        product = simple(side.shop)
        order = await ordered(side, {"product_id": product.id, "quantity": 3})
        await side.hear(inbox)
        side.clock.advance(600)
        line = {"id": order["line_items"][0]["id"], "quantity": 5, "subtotal": "50.00", "total": "50.00"}
        await side.client.put(f"orders/{order['id']}", json={"line_items": [line]})
        assert sorted(await side.told(inbox)) == [("orders", str(order["id"])), ("products", str(product.id))]
        since = side.clock.now
        assert documents(await side.listed("orders", since=since), Order)[str(order["id"])].price == pytest.approx(50.0)
        assert documents(await side.listed("products", since=since), Variant)[str(product.id)].stock == 15


async def test_an_edit_of_amounts_alone_is_told_of_the_order_alone() -> None:
    async with connected() as side, receiver() as inbox:
        product = simple(side.shop)
        order = await ordered(side, {"product_id": product.id, "quantity": 3})
        await side.hear(inbox)
        side.clock.advance(600)
        line = {"id": order["line_items"][0]["id"], "subtotal": "31.00", "total": "31.00"}
        await side.client.put(f"orders/{order['id']}", json={"line_items": [line]})
        assert await side.told(inbox) == [("orders", str(order["id"]))]
        (listed,) = (one for one in await side.listed("orders", since=side.clock.now) if one.resource == "orders")
        assert documents([listed], Order)[str(order["id"])].price == pytest.approx(31.0)


async def test_compound_rates_are_in_the_order_and_its_lines() -> None:
    async with connected() as side:
        body = {"billing": {"country": "CA"}, "line_items": [{"product_id": simple(side.shop).id, "quantity": 1, "total": "100"}]}
        made = (await side.client.post("orders", json=body)).json()
        found = await side.read_records("orders", made["id"])
        assert documents(found, Order)[str(made["id"])].vat_pct == 0.155
        assert documents(found, Order)[str(made["id"])].price == pytest.approx(115.5)
        (line,) = documents(found, OrderLine).values()
        assert line.vat_pct == pytest.approx(0.155, abs=0.001)


async def test_stock_that_the_product_keeps_is_read_of_its_variations_whose_versions_stay() -> None:
    async with connected() as side, receiver() as inbox:
        parent = variable(side.shop)
        child = next(row for row in side.shop.variations_of(parent.id) if not row.manage_stock)
        parent.manage_stock, parent.stock = True, 20
        (before,) = await side.read_records("variations", f"{parent.id}/{child.id}")
        await side.hear(inbox)
        await ordered(side, {"product_id": parent.id, "variation_id": child.id, "quantity": 3})
        told = [one for one in await side.told(inbox) if one[0] != "orders"]
        assert told == [("products", str(parent.id)), ("products", str(parent.id))]  # the record, and the reading of it
        for found in (await side.read_records("products", parent.id), await side.listed("products")):
            assert documents(found, Variant)[str(child.id)].stock == 17
            (after,) = (one for one in found if one.remote_id == f"{parent.id}/{child.id}")
            assert mapped(after).version == mapped(before).version


async def test_a_sale_is_in_the_price_as_soon_as_the_shop_has_it_there() -> None:
    async with connected() as side:
        product = simple(side.shop)
        begins = (side.clock.now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
        body = {"regular_price": "50", "sale_price": "40", "date_on_sale_from_gmt": begins}
        await side.client.put(f"products/{product.id}", json=body)
        side.clock.advance(2 * 3600)
        begun = documents(await side.listed("products"), Variant)[str(product.id)]
        assert (begun.price, begun.before_price, begun.offer_price) == (50.0, 50.0, 40.0)
        since = side.clock.now
        side.clock.advance(12 * 3600)
        await side.shop.deliver_due()
        assert documents(await side.listed("products", since=since), Variant)[str(product.id)].price == 40.0


async def test_a_product_that_changes_in_the_second_of_the_watermark_is_listed() -> None:
    async with connected() as side:
        product = simple(side.shop)
        changes.change_product(side.shop, product)
        for fraction in (0, 999):
            since = side.clock.now + timedelta(milliseconds=fraction)
            assert ids(await side.listed("products", since=since), "products") == [product.id]
        assert await side.listed("products", since=side.clock.now + timedelta(seconds=2)) == []


@pytest.mark.parametrize("together", [True, False])
async def test_products_and_variations_of_one_second_are_all_listed_across_pages(together: bool) -> None:
    async with connected(orders=0, lists_variations=together) as side:
        parent, model = variable(side.shop), simple(side.shop)
        child = side.shop.variations_of(parent.id)[0]
        for _ in range(130):
            changes.add_product(side.shop, replace(model, id=side.shop.next_id(), sku="", gtin=""))
            changes.add_product(side.shop, replace(child, id=side.shop.next_id(), sku="", gtin=""))
        for row in side.shop.products.values():
            row.created = row.modified = side.clock.now
        found = await side.listed("products", since=side.clock.now)
        listed = [row for row in side.shop.products.values() if row.status != "trash"]
        assert sorted(ids(found, "products")) == sorted(row.id for row in listed if not row.parent_id)
        assert sorted(ids(found, "variations")) == sorted(row.id for row in listed if row.parent_id)
        assert len({(one.resource, one.remote_id) for one in found}) == len(found)


async def test_a_new_variation_is_told_and_is_listed_with_its_product() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        parent = variable(side.shop)
        made = (await side.client.post(f"products/{parent.id}/variations", json={"regular_price": "30"})).json()
        assert await side.told(inbox) == [("variations", f"{parent.id}/{made['id']}")]
        found = await side.listed("products")
        assert ids(found, "products") == [parent.id]
        assert documents(found, Variant)[str(made["id"])].price == 30.0
        assert DemoShop().id("variants", str(made["id"])) in owned(found, parent.id)
