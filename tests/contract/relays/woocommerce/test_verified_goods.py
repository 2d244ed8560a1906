"""The relay through what real shops were seen to do with products that go and come back, and with their names."""

import pytest

from shoprelay_relays.spec import Gone
from shoprelay_relays.trial import DemoShop
from shoprelay_schema.documents import Product
from shoprelay_schema.raw import Evidence
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.side import connected, documents, ids, mapped, owned, simple, variable


async def test_a_variation_deleted_by_a_batch_is_told_by_nobody_and_found_by_the_sweep() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        parent = variable(side.shop)
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
        parent = variable(side.shop)
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
        key = simple(side.shop).id if resource == "products" else min(side.shop.orders)
        answer = await side.client.post(f"{resource}/batch", json={"delete": [key]})
        assert [row["id"] for row in answer.json()["delete"]] == [key]
        assert await side.told(inbox) == []
        assert key not in ids([*await side.listed(resource), *await side.swept(resource)], resource)
        assert await side.read(resource, key) == Gone(resource, str(key), Evidence.NOT_FOUND)


async def test_the_trash_takes_a_variable_product_and_each_of_its_variations() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        parent = variable(side.shop)
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
        product = simple(side.shop)
        await side.client.put(f"products/{product.id}", json={"regular_price": "7"})
        await side.client.delete(f"products/{product.id}")
        (record,) = await side.heard(inbox)
        assert mapped(record).gone == [("products", str(product.id), Evidence.TRASHED)]
        assert not mapped(record).drafts


async def test_what_comes_back_from_the_trash_is_told_and_listed() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        product = simple(side.shop)
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


async def test_entities_in_names_are_letters_in_the_documents() -> None:
    async with connected() as side:
        tag = (await side.client.post("products/tags", json={"name": "Hør & bomuld"})).json()
        assert tag["name"] == "Hør &amp; bomuld"
        brand = (await side.client.post("products/brands", json={"name": "Havn & Hus"})).json()
        product = simple(side.shop)
        body = {"name": "Kop &amp; fad", "tags": [{"id": tag["id"]}], "brands": [{"id": brand["id"]}]}
        await side.client.put(f"products/{product.id}", json=body)
        document = documents(await side.listed("products"), Product)[str(product.id)]
        assert (document.name, document.tags, document.manufacturer) == ("Kop & fad", ["Hør & bomuld"], "Havn & Hus")


async def test_a_brand_s_new_name_moves_nothing_and_is_found_by_the_sweep() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        brand = (await side.client.post("products/brands", json={"name": "Havn"})).json()
        product = simple(side.shop)
        product.brands = [brand["id"]]
        await side.client.put(f"products/brands/{brand['id']}", json={"name": "Hus"})
        assert await side.told(inbox) == []
        assert await side.listed("products") == []
        assert documents(await side.swept("products"), Product)[str(product.id)].manufacturer == "Hus"
