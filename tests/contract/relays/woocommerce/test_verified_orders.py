"""The relay through what real shops were seen to do with orders, carts, refunds and customers."""

import json
from typing import Any

import pytest

from shoprelay_relays.spec import Gone, Mapped, Record
from shoprelay_relays.trial import DemoShop
from shoprelay_relays.woocommerce import RELAY
from shoprelay_schema.documents import CreditNote, Order
from shoprelay_schema.raw import Evidence
from shoprelay_simulators.listening import Message, Receive, Send, listen, read_body
from shoprelay_simulators.receiver import Received, receiver
from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.side import Side, connected, documents, ids, one_of


def mapped(record: Record) -> Mapped:
    return RELAY.resource(record.resource).map(json.loads(record.body), DemoShop())


def plainly(side: Side) -> int:
    """An order whose goods nobody counts, so that nothing but the order moves."""
    order = one_of(side.shop)
    for product in side.shop.products.values():
        product.manage_stock = False
    return order


EDITS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "status": {"status": "completed"},
    "the same status": {"status": "processing"},
    "meta": {"meta_data": [{"key": "_billing_vat", "value": "DK12345678"}]},
    "address": {"billing": {"city": "Ribe"}},
}


@pytest.mark.parametrize("edit", EDITS)
async def test_an_edit_of_an_order_is_told_and_is_in_the_next_poll(edit: str) -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = plainly(side)
        (before,) = await side.read_records("orders", order)
        await side.client.put(f"orders/{order}", json=EDITS[edit])
        (pushed,), (listed,) = await side.heard(inbox), await side.listed("orders")
        assert (pushed.remote_id, json.loads(pushed.body)) == (listed.remote_id, json.loads(listed.body))
        assert mapped(pushed).version == mapped(listed).version > mapped(before).version


async def test_a_refund_is_told_with_its_order_and_read_in_full() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = plainly(side)
        for amount in ("1.50", "0"):  # the shop books an empty one as well
            made = (await side.client.post(f"orders/{order}/refunds", json={"amount": amount, "api_refund": False})).json()
            (pushed,) = await side.heard(inbox)
            assert str(made["id"]) in documents([pushed], CreditNote)
            note = documents(await side.read_records("refunds", f"{order}/{made['id']}"), CreditNote)[str(made["id"])]
            assert (note.amount, note.order_number, note.order_lines) == (float(amount), str(order), [])
            assert ids(await side.listed("orders"), "orders") == [order]


async def test_a_note_is_no_news() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        for to_customer in (True, False):
            note = {"note": "I morgen", "customer_note": to_customer}
            await side.client.post(f"orders/{order}/notes", json=note)
        assert await side.told(inbox) == []
        assert await side.listed("orders") == []


async def test_an_order_that_is_restored_in_the_admin_pages_is_told_and_listed() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        await side.client.delete(f"orders/{order}")
        await side.told(inbox)
        side.clock.advance(600)
        changes.restore_order(side.shop, side.shop.orders[order])
        assert await side.told(inbox) == [("orders", str(order))]
        assert list(documents(await side.listed("orders", since=side.clock.now), Order)) == [str(order)]


async def test_an_order_that_is_purged_from_the_trash_stays_gone() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        await side.client.delete(f"orders/{order}")
        assert await side.told(inbox) == [("orders", str(order))]
        assert await side.read("orders", order) == Gone("orders", str(order), Evidence.TRASHED)
        await side.client.delete(f"orders/{order}", params={"force": "true"})
        assert await side.told(inbox) == []
        assert await side.read("orders", order) == Gone("orders", str(order), Evidence.NOT_FOUND)


async def test_the_trash_of_the_older_storage_takes_no_product_with_it() -> None:
    async with connected(order_tables=False) as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        await side.client.delete(f"orders/{order}")
        told = await side.told(inbox)
        assert sorted(told) == [("orders", str(order)), ("products", str(order))]
        found = [await side.read(*each) for each in sorted(told)]
        assert found[0] == Gone("orders", str(order), Evidence.TRASHED)
        assert found[1] == Gone("products", str(order), Evidence.NOT_FOUND)
        assert order not in ids(await side.swept("products"), "products")


async def test_a_cart_is_no_order_until_it_is_placed() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        cart = next(row for row in side.shop.orders.values() if row.status == "checkout-draft")
        counted = RELAY.resource("orders").count
        assert counted is not None
        before = await counted(side.client, side.config)
        cart.modified = side.clock.now
        changes.start_draft(side.shop, cart)
        (record,) = await side.heard(inbox)
        assert (record.remote_id, mapped(record).drafts, mapped(record).gone) == (str(cart.id), [], [])
        assert cart.id not in ids(await side.listed("orders"), "orders")
        assert await counted(side.client, side.config) == before
        changes.place_draft(side.shop, cart)
        told = [one for one in await side.heard(inbox) if one.resource == "orders"]
        assert [list(documents([one], Order)) for one in told] == [[str(cart.id)], [str(cart.id)]]
        assert await counted(side.client, side.config) == before + 1


async def test_the_draft_that_an_unknown_coupon_leaves_behind_is_no_order() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        answer = await side.client.post("orders", json={"coupon_lines": [{"code": "findes-ikke"}]})
        left = str(answer.json()["data"]["new_draft_order_id"])
        heard = await side.heard(inbox)
        assert {one.remote_id for one in heard} == {left}
        assert [mapped(one).drafts for one in heard] == [[]] * len(heard)
        assert int(left) not in ids([*await side.listed("orders"), *await side.swept("orders")], "orders")


async def test_a_late_word_of_a_creation_is_the_order_of_today() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        made = (await side.client.post("orders", json={"status": "processing"})).json()
        side.clock.advance(60)
        await side.client.put(f"orders/{made['id']}", json={"status": "completed"})
        heard = await side.heard(inbox)
        assert len(heard) == 2
        assert [documents([one], Order)[str(made["id"])].state for one in heard] == ["closed", "closed"]


async def test_word_of_what_is_gone_by_then_is_genuine_and_says_nothing() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = (await side.client.post("orders", json={})).json()
        product = (await side.client.post("products", json={"name": "Kortlivet"})).json()
        for path in (f"orders/{order['id']}", f"products/{product['id']}"):
            await side.client.delete(path, params={"force": "true"})
        assert await side.told(inbox) == []
        assert len(inbox.calls) == 3


async def test_a_customer_s_order_says_nothing_new_of_the_customer() -> None:
    async with connected() as side, receiver() as inbox:
        customer = min(side.shop.customers)
        (before,) = await side.read_records("customers", customer)
        await side.hear(inbox)
        made = (await side.client.post("orders", json={"customer_id": customer})).json()
        assert set(await side.told(inbox)) == {("orders", str(made["id"]))}
        (after,) = await side.read_records("customers", customer)
        assert mapped(after).version == mapped(before).version
        await side.client.put(f"customers/{customer}", json={})
        assert await side.told(inbox) == [("customers", str(customer))]
        (edited,) = await side.read_records("customers", customer)
        assert mapped(edited).version > mapped(after).version


async def test_a_customer_that_is_deleted_is_told_and_gone_when_it_is_read() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        customer = str(min(side.shop.customers))
        await side.client.delete(f"customers/{customer}", params={"force": "true"})
        assert await side.told(inbox) == [("customers", customer)]
        assert await side.read("customers", customer) == Gone("customers", customer, Evidence.NOT_FOUND)


async def test_a_change_during_a_delivery_is_told_after_it() -> None:
    async with connected() as side, receiver() as inbox:
        order = plainly(side)

        async def app(scope: Message, receive: Receive, send: Send) -> None:
            headers = tuple((key.decode(), value.decode()) for key, value in scope["headers"])
            body = await read_body(receive)
            if body.startswith(b"{") and not inbox.calls:
                await side.client.put(f"orders/{order}", json={"customer_note": "anden"})
            inbox.calls.append(Received(scope["path"], headers, body))
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

        async with listen(app) as inbox.url:
            await side.hear(inbox)
            await side.client.put(f"orders/{order}", json={"customer_note": "første"})
            first, second = [documents(await side.heard(inbox), Order) for _ in range(2)]
        assert [each[str(order)].customer_note for each in (first, second)] == ["første", "anden"]


@pytest.mark.parametrize("secret", ["a & <b>", "\"citat\" og 'andet'", "a &amp; b"])
async def test_whatever_the_secret_is_its_signatures_are_genuine(secret: str) -> None:
    async with connected() as side, receiver() as inbox:
        side.config["webhook_secret"] = secret
        await side.hear(inbox)
        order = plainly(side)
        changes.change_order(side.shop, side.shop.orders[order])
        assert await side.told(inbox) == [("orders", str(order))]
        assert inbox.calls[0].header("X-WC-Webhook-Signature")
