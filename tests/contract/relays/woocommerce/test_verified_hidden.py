"""The relay through what real shops were seen to do without a date or without a word."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from shoprelay_relays.spec import Gone, Mode
from shoprelay_relays.trial import DemoShop
from shoprelay_relays.woocommerce import RELAY
from shoprelay_schema.documents import CreditNote, Order, OrderLine
from shoprelay_schema.raw import Evidence
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.woocommerce import changes, coupons
from tests.contract.relays.woocommerce.side import connected, documents, ids, one_of


async def test_a_line_edit_without_hpos_is_seen_by_polls_of_open_orders_the_sweep_and_the_webhook() -> None:
    async with connected(order_tables=False) as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        line = side.shop.orders[order].lines[0].id
        amounts = {"subtotal": "700.00", "total": "700.00"}
        await side.client.put(f"orders/{order}", json={"line_items": [{"id": line, "quantity": 7, **amounts}]})
        assert order not in ids(await side.listed("orders"), "orders")
        month_ago = side.clock.now - timedelta(days=60)
        for found in (await side.listed("orders", Mode.OPEN_SINCE_1X, month_ago), await side.swept("orders")):
            assert documents(found, OrderLine)[str(line)].quantity == 7
        assert ("orders", str(order)) in await side.told(inbox)


async def test_a_deleted_refund_is_seen_by_the_sweep_alone() -> None:
    async with connected() as side, receiver() as inbox:
        order = one_of(side.shop)
        made = (await side.client.post(f"orders/{order}/refunds", json={"amount": "1.00", "api_refund": False})).json()
        assert str(made["id"]) in documents(await side.swept("orders"), CreditNote)
        await side.hear(inbox)
        side.clock.advance(600)
        await side.client.delete(f"orders/{order}/refunds/{made['id']}", params={"force": "true"})
        assert await side.listed("orders", since=side.clock.now - timedelta(minutes=5)) == []
        assert await side.told(inbox) == []
        (record,) = (one for one in await side.swept("orders") if one.remote_id == str(order))
        mapped = RELAY.resource("orders").map(json.loads(record.body), DemoShop())
        owned = {collection: children for _, collection, children in mapped.owns}
        assert DemoShop().id("credit_notes", str(made["id"])) not in owned["credit_notes"]
        assert await side.read("refunds", f"{order}/{made['id']}") == Gone("refunds", f"{order}/{made['id']}", Evidence.NOT_FOUND)


async def test_the_trash_and_the_way_back_are_seen_by_polls() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        await side.client.delete(f"orders/{order}")
        (record,) = await side.listed("orders")
        gone = RELAY.resource("orders").map(json.loads(record.body), DemoShop()).gone
        assert gone == [("orders", str(order), Evidence.TRASHED)]
        assert ("orders", str(order)) in await side.told(inbox)
        side.clock.advance(600)
        await side.client.put(f"orders/{order}", json={"status": "processing"})
        assert await side.told(inbox) == []
        assert list(documents(await side.listed("orders", since=side.clock.now), Order)) == [str(order)]


async def test_a_forced_delete_is_found_by_a_read_alone() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        await side.client.delete(f"orders/{order}", params={"force": "true"})
        assert await side.told(inbox) == []
        assert order not in ids([*await side.listed("orders"), *await side.swept("orders")], "orders")
        assert await side.read("orders", order) == Gone("orders", str(order), Evidence.NOT_FOUND)


async def test_a_coupon_in_the_trash_deletes_no_product() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        product = next(row.id for row in side.shop.products.values() if row.type == "simple" and row.status == "publish")
        # The ids of both are drawn from one sequence; here they are made to meet.
        coupon = replace(next(iter(side.shop.coupons.values())), id=product)
        side.shop.coupons[product] = coupon
        coupons.trash(side.shop, coupon)
        assert await side.told(inbox) == [("products", str(product))]
        assert isinstance(await side.read("products", product), list)


async def test_a_coupon_out_of_the_trash_says_nothing_of_products() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        coupon = next(iter(side.shop.coupons.values()))
        coupons.trash(side.shop, coupon)
        assert await side.read(*(await side.told(inbox))[0]) == Gone("products", str(coupon.id), Evidence.NOT_FOUND)
        coupons.restore(side.shop, coupon)
        assert await side.told(inbox) == []
        assert len(inbox.calls) == 1


async def test_what_a_disabled_webhook_missed_is_polled_and_it_is_switched_on_again() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order, inbox.status = one_of(side.shop), 500
        for _ in range(7):
            changes.change_order(side.shop, side.shop.orders[order])
            await side.shop.deliver_due()
        (hook,) = (row for row in side.shop.webhooks.values() if row.topic == "order.updated")
        assert hook.status == "disabled"
        assert ids(await side.listed("orders"), "orders") == [order]
        inbox.status = 200
        await side.hear(inbox)
        assert hook.status == "active"
        assert len(side.shop.webhooks) == len({row.topic for row in side.shop.webhooks.values()})
        changes.change_order(side.shop, side.shop.orders[order])
        assert await side.told(inbox) == [("orders", str(order))]


async def test_lines_of_what_was_deleted_or_never_was_are_lines() -> None:
    async with connected() as side:
        product = next(row for row in side.shop.products.values() if row.type == "simple" and row.sku)
        order = (await side.client.post("orders", json={"line_items": [{"product_id": product.id, "quantity": 2}]})).json()
        await side.client.delete(f"products/{product.id}", params={"force": "true"})
        never = (await side.client.post("orders", json={"line_items": [{"product_id": 999999, "quantity": 2}]})).json()
        records = [one for key in (order["id"], never["id"]) for one in await side.read("orders", key)]
        deleted, empty = documents(records, OrderLine).values()
        assert (deleted.product_name, deleted.quantity, deleted.variant_id, deleted.variant_sku) == (product.name, 2, None, None)
        assert (empty.quantity, empty.variant_id, empty.price) == (2, None, 0.0)


@pytest.mark.parametrize("fate", ["never", "late"])
async def test_an_order_whose_delivery_is_lost_or_late_is_in_the_next_poll(fate: str) -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        side.shop.faults.webhooks, side.shop.faults.webhook_late_seconds = fate, 300
        order = one_of(side.shop)
        await side.client.put(f"orders/{order}", json={"customer_note": "Haster"})
        assert await side.told(inbox) == []
        assert documents(await side.listed("orders"), Order)[str(order)].customer_note == "Haster"
        side.clock.advance(300)
        assert await side.told(inbox) == ([("orders", str(order))] if fate == "late" else [])


async def test_a_shop_without_visitors_is_polled_and_its_queue_is_woken_by_the_poll() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        side.shop.cron.by_visits, side.shop.cron.visited = True, False
        order = one_of(side.shop)
        side.clock.advance(600)
        changes.change_order(side.shop, side.shop.orders[order])
        assert await side.told(inbox) == []
        assert ids(await side.listed("orders"), "orders") == [order]
        assert await side.told(inbox) == [("orders", str(order))]


async def test_what_a_killed_delivery_was_about_is_in_the_next_poll() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        changes.change_order(side.shop, side.shop.orders[order])
        side.shop.cron.kill()
        side.clock.advance(300)
        assert await side.told(inbox) == []
        assert ids(await side.listed("orders"), "orders") == [order]


async def test_a_webhook_that_was_switched_on_again_falls_at_its_next_failure_and_polls_go_on() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order, inbox.status = one_of(side.shop), 500
        for attempts in (7, 1):
            for _ in range(attempts):
                side.clock.advance(60)
                changes.change_order(side.shop, side.shop.orders[order])
                await side.shop.deliver_due()
            disabled = (await side.client.get("webhooks", params={"status": "disabled"})).json()
            assert [row["topic"] for row in disabled] == ["order.updated"]
            assert ids(await side.listed("orders", since=side.clock.now), "orders") == [order]
            await side.hear(inbox)
            assert (await side.client.get("webhooks", params={"status": "disabled"})).json() == []
