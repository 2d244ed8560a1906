"""The relay through what real shops were seen to list, by which dates."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shoprelay_relays.spec import Mode, Window
from shoprelay_relays.trial import DemoShop
from shoprelay_relays.woocommerce import RELAY
from shoprelay_schema.documents import Variant
from shoprelay_simulators import ManualClock
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.side import NOON, connected, documents, ids, one_of


async def test_a_change_in_the_second_of_the_watermark_is_listed() -> None:
    async with connected() as side:
        order = one_of(side.shop)
        changes.change_order(side.shop, side.shop.orders[order])
        for fraction in (0, 400, 999):
            since = side.clock.now + timedelta(milliseconds=fraction)
            assert ids(await side.listed("orders", since=since), "orders") == [order]
        assert await side.listed("orders", since=side.clock.now + timedelta(seconds=2)) == []


async def test_both_hours_of_an_autumn_night_are_listed() -> None:
    clock = ManualClock(datetime(2026, 10, 25, 0, 0, tzinfo=UTC))
    async with connected(clock) as side:
        first, second = sorted(side.shop.orders)[:2]
        before = side.clock.now - timedelta(seconds=1)
        changes.set_status(side.shop, side.shop.orders[first], "completed")
        side.clock.advance(3600)
        changes.set_status(side.shop, side.shop.orders[second], "completed")
        # 02:30 by the shop, both.
        assert ids(await side.listed("orders", since=before), "orders") == [first, second]
        assert ids(await side.listed("orders", since=side.clock.now - timedelta(minutes=30)), "orders") == [second]
        versions = [
            RELAY.resource("orders").map(json.loads(one.body), DemoShop()).version
            for one in await side.listed("orders", since=before)
        ]
        assert versions == sorted(set(versions))


async def test_customers_are_all_listed_whatever_the_window() -> None:
    async with connected() as side:
        assert ids(await side.listed("customers", since=side.clock.now), "customers") == sorted(side.shop.customers)


@pytest.mark.parametrize("resource", ["orders", "products", "customers", "categories"])
async def test_what_the_shop_counts_is_what_is_listed(resource: str) -> None:
    async with connected(orders=60) as side:
        changes.trash_order(side.shop, side.shop.orders[one_of(side.shop)])
        listing, count = RELAY.resource(resource).pages, RELAY.resource(resource).count
        assert listing is not None
        assert count is not None
        window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, side.clock.now)
        records = [record async for page in listing(side.client, window, None, side.config) for record in page.records]
        assert await count(side.client, side.config) == len(ids(records, resource)) > 0
        if resource == "orders":
            assert {row.status for row in side.shop.orders.values()} >= {"checkout-draft", "trash"}


async def test_a_renamed_category_is_in_the_next_poll() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        term = next(iter(side.shop.categories.values()))
        await side.client.put(f"products/categories/{term.id}", json={"name": "Uld & silke"})
        found = {one.remote_id: one for one in await side.listed("categories")}
        mapped = RELAY.resource("categories").map(json.loads(found[str(term.id)].body), DemoShop())
        assert mapped.drafts[0].document.name == "Uld & silke"
        assert await side.listed("products") == []
        assert await side.told(inbox) == []


async def test_an_old_cart_that_becomes_an_order_is_found_by_its_change() -> None:
    async with connected() as side:
        cart = replace(side.shop.orders[one_of(side.shop)], id=side.shop.next_id(), status="checkout-draft")
        cart.created = cart.modified = NOON - timedelta(days=2)
        changes.start_draft(side.shop, cart)
        assert cart.id not in ids(await side.listed("orders", since=NOON - timedelta(days=3)), "orders")
        changes.place_draft(side.shop, cart)
        assert cart.id not in ids(await side.listed("orders", Mode.CREATED_SINCE_LAST_REQUEST), "orders")
        assert cart.id in ids(await side.listed("orders"), "orders")


async def test_stock_is_seen_by_the_poll_however_it_moves() -> None:
    async with connected() as side:
        product = next(row for row in side.shop.products.values() if row.manage_stock and row.type == "simple")
        held = product.stock
        assert held is not None

        async def stock() -> int:
            side.clock.advance(60)
            found = await side.listed("products", since=side.clock.now - timedelta(seconds=60))
            return int(documents(found, Variant)[str(product.id)].stock)

        await side.client.put(f"products/{product.id}", json={"stock_quantity": held + 10})
        assert await stock() == held + 10
        bought = {"status": "processing", "line_items": [{"product_id": product.id, "quantity": 3}]}
        order = (await side.client.post("orders", json=bought)).json()
        assert await stock() == held + 7
        line = {"id": order["line_items"][0]["id"], "quantity": 2, "refund_total": 1}
        await side.client.post(
            f"orders/{order['id']}/refunds", json={"amount": "1.00", "line_items": [line], "api_refund": False}
        )
        assert await stock() == held + 9


async def test_a_variation_that_changes_is_listed_with_its_product() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        variation = next(row for row in side.shop.products.values() if row.parent_id and not row.manage_stock)
        await side.client.put(f"products/{variation.parent_id}/variations/{variation.id}", json={"regular_price": "777.00"})
        found = await side.listed("products")
        assert ids(found, "products") == [variation.parent_id]
        assert documents(found, Variant)[str(variation.id)].price == 777.0
        assert await side.told(inbox) == [("variations", f"{variation.parent_id}/{variation.id}")]


async def test_stock_that_the_product_keeps_reaches_its_variations() -> None:
    async with connected() as side:
        child = next(row for row in side.shop.products.values() if row.parent_id and not row.manage_stock)
        await side.client.put(f"products/{child.parent_id}", json={"manage_stock": True, "stock_quantity": 321})
        variants = documents(await side.listed("products"), Variant)
        assert variants[str(child.id)].stock == 321
        assert variants[str(child.id)].manage_stock
