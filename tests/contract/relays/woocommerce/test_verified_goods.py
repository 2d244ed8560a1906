"""The relay through what real shops were seen to do with products, variations, stock and sales."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shoprelay_relays.spec import Gone, Mapped, Record
from shoprelay_relays.trial import DemoShop
from shoprelay_relays.woocommerce import RELAY
from shoprelay_schema.documents import Order, Product, Variant
from shoprelay_schema.raw import Evidence
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.woocommerce import changes, rows
from tests.contract.relays.woocommerce.side import Side, connected, documents, ids


def simple(side: Side) -> rows.Product:
    """A product of which there are twenty."""
    row = next(row for row in side.shop.products.values() if row.type == "simple" and row.status == "publish")
    row.manage_stock, row.stock = True, 20
    return row


def variable(side: Side) -> rows.Product:
    return next(row for row in side.shop.products.values() if row.type == "variable" and row.status == "publish")


def mapped(record: Record) -> Mapped:
    return RELAY.resource(record.resource).map(json.loads(record.body), DemoShop())


def owned(records: list[Record], product: int) -> list[Any]:
    """The variants that the record of a product says are all it has."""
    (record,) = (one for one in records if (one.resource, one.remote_id) == ("products", str(product)))
    return next(children for _, collection, children in mapped(record).owns if collection == "variants")


async def ordered(side: Side, line: dict[str, object]) -> Any:
    body = {"status": "processing", "line_items": [line]}
    return (await side.client.post("orders", json=body)).json()


async def test_a_product_that_changes_in_the_second_of_the_watermark_is_listed() -> None:
    async with connected() as side:
        product = simple(side)
        changes.change_product(side.shop, product)
        for fraction in (0, 999):
            since = side.clock.now + timedelta(milliseconds=fraction)
            assert ids(await side.listed("products", since=since), "products") == [product.id]
        assert await side.listed("products", since=side.clock.now + timedelta(seconds=2)) == []


@pytest.mark.parametrize("together", [True, False])
async def test_products_and_variations_of_one_second_are_all_listed_across_pages(together: bool) -> None:
    async with connected(orders=0, lists_variations=together) as side:
        parent, model = variable(side), simple(side)
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


async def test_an_edit_of_a_line_is_seen_in_the_order_and_in_the_stock() -> None:
    async with connected() as side, receiver() as inbox:
        product = simple(side)
        order = await ordered(side, {"product_id": product.id, "quantity": 3})
        await side.hear(inbox)
        side.clock.advance(600)
        line = {"id": order["line_items"][0]["id"], "quantity": 5, "subtotal": "50.00", "total": "50.00"}
        await side.client.put(f"orders/{order['id']}", json={"line_items": [line]})
        assert sorted(await side.told(inbox)) == [("orders", str(order["id"])), ("products", str(product.id))]
        since = side.clock.now
        assert documents(await side.listed("orders", since=since), Order)[str(order["id"])].price == pytest.approx(50.0)
        assert documents(await side.listed("products", since=since), Variant)[str(product.id)].stock == 15


async def test_a_new_variation_is_told_and_is_listed_with_its_product() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        parent = variable(side)
        made = (await side.client.post(f"products/{parent.id}/variations", json={"regular_price": "30"})).json()
        assert await side.told(inbox) == [("variations", f"{parent.id}/{made['id']}")]
        found = await side.listed("products")
        assert ids(found, "products") == [parent.id]
        assert documents(found, Variant)[str(made["id"])].price == 30.0
        assert DemoShop().id("variants", str(made["id"])) in owned(found, parent.id)


async def test_stock_that_the_product_keeps_is_read_of_its_variations_whose_versions_stay() -> None:
    async with connected() as side, receiver() as inbox:
        parent = variable(side)
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


async def test_a_variation_deleted_by_a_batch_is_told_by_nobody_and_found_by_the_sweep() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        parent = variable(side)
        child = side.shop.variations_of(parent.id)[0].id
        both = f"{parent.id}/{child}"
        variant = DemoShop().id("variants", str(child))
        assert variant in owned(await side.swept("products"), parent.id)
        await side.client.post(f"products/{parent.id}/variations/batch", json={"delete": [child]})
        assert await side.told(inbox) == []
        assert variant not in owned(await side.swept("products"), parent.id)
        assert await side.read("variations", both) == Gone("variations", both, Evidence.NOT_FOUND)


@pytest.mark.parametrize("together", [True, False])
async def test_a_variation_in_the_trash_is_told_and_no_longer_its_product_s(together: bool) -> None:
    async with connected(lists_variations=together) as side, receiver() as inbox:
        await side.hear(inbox)
        parent = variable(side)
        child = side.shop.variations_of(parent.id)[0].id
        await side.client.delete(f"products/{parent.id}/variations/{child}")
        ((resource, key),) = await side.told(inbox)
        assert await side.read(resource, key) == Gone("variations", f"{parent.id}/{child}", Evidence.TRASHED)
        found = await side.read_records("products", parent.id)
        assert child not in ids(found, "variations")
        assert DemoShop().id("variants", str(child)) not in owned(found, parent.id)


@pytest.mark.parametrize("resource", ["orders", "products"])
async def test_what_a_batch_deletes_is_told_by_nobody_and_gone_when_it_is_read(resource: str) -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        key = simple(side).id if resource == "products" else min(side.shop.orders)
        answer = await side.client.post(f"{resource}/batch", json={"delete": [key]})
        assert [row["id"] for row in answer.json()["delete"]] == [key]
        assert await side.told(inbox) == []
        assert key not in ids([*await side.listed(resource), *await side.swept(resource)], resource)
        assert await side.read(resource, key) == Gone(resource, str(key), Evidence.NOT_FOUND)


async def test_the_trash_takes_a_variable_product_and_each_of_its_variations() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        parent = variable(side)
        children = [row.id for row in side.shop.variations_of(parent.id)]
        await side.client.delete(f"products/{parent.id}")
        found = [await side.read(resource, key) for resource, key in await side.told(inbox)]
        expected = [Gone("variations", f"{parent.id}/{child}", Evidence.TRASHED) for child in children]
        assert sorted(found, key=str) == sorted([Gone("products", str(parent.id), Evidence.TRASHED), *expected], key=str)
        (record,) = await side.listed("products")
        assert mapped(record).gone == [("products", str(parent.id), Evidence.TRASHED)]


async def test_an_update_that_comes_with_the_trash_says_that_the_product_is_gone() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        product = simple(side)
        await side.client.put(f"products/{product.id}", json={"regular_price": "7"})
        await side.client.delete(f"products/{product.id}")
        (record,) = await side.heard(inbox)
        assert mapped(record).gone == [("products", str(product.id), Evidence.TRASHED)]
        assert not mapped(record).drafts


async def test_what_comes_back_from_the_trash_is_told_and_listed() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        product = simple(side)
        await side.client.delete(f"products/{product.id}")
        await side.told(inbox)
        side.clock.advance(600)
        changes.restore_product(side.shop, product)
        assert await side.told(inbox) == [("products", str(product.id))]
        assert list(documents(await side.listed("products", since=side.clock.now), Product)) == [str(product.id)]


async def test_two_products_whose_deliveries_share_an_id_are_both_told() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        first, second = [row for row in side.shop.products.values() if row.type == "simple"][:2]
        for row in (first, second):
            changes.change_product(side.shop, row)
        assert sorted(await side.told(inbox)) == sorted([("products", str(first.id)), ("products", str(second.id))])
        assert len({call.header("X-WC-Webhook-Delivery-ID") for call in inbox.calls}) == 1


async def test_a_sale_is_in_the_price_as_soon_as_the_shop_has_it_there() -> None:
    async with connected() as side:
        product = simple(side)
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


async def test_entities_in_names_are_letters_in_the_documents() -> None:
    async with connected() as side:
        tag = (await side.client.post("products/tags", json={"name": "Hør & bomuld"})).json()
        assert tag["name"] == "Hør &amp; bomuld"
        brand = (await side.client.post("products/brands", json={"name": "Havn & Hus"})).json()
        product = simple(side)
        body = {"name": "Kop &amp; fad", "tags": [{"id": tag["id"]}], "brands": [{"id": brand["id"]}]}
        await side.client.put(f"products/{product.id}", json=body)
        document = documents(await side.listed("products"), Product)[str(product.id)]
        assert (document.name, document.tags, document.manufacturer) == ("Kop & fad", ["Hør & bomuld"], "Havn & Hus")


async def test_a_brand_s_new_name_moves_nothing_and_is_found_by_the_sweep() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        brand = (await side.client.post("products/brands", json={"name": "Havn"})).json()
        product = simple(side)
        product.brands = [brand["id"]]
        await side.client.put(f"products/brands/{brand['id']}", json={"name": "Hus"})
        assert await side.told(inbox) == []
        assert await side.listed("products") == []
        assert documents(await side.swept("products"), Product)[str(product.id)].manufacturer == "Hus"
