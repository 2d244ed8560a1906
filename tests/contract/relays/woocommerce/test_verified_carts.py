"""The relay through what real shops were seen to do with carts and customers."""

from shoprelay_relays.spec import Gone
from shoprelay_relays.woocommerce import RELAY
from shoprelay_schema.documents import Order
from shoprelay_schema.raw import Evidence
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.side import connected, documents, ids, mapped


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
