"""The relay through what real shops were seen to do with orders, their refunds and their trash."""

import json
from typing import Any

import pytest

from shoprelay_relays.spec import Gone
from shoprelay_schema.documents import CreditNote, Order
from shoprelay_schema.raw import Evidence
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.side import (
    connected,
    documents,
    ids,
    mapped,
    one_of,
    uncounted,
)

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
        order = uncounted(side.shop)
        (before,) = await side.read_records("orders", order)
        await side.client.put(f"orders/{order}", json=EDITS[edit])
        (pushed,), (listed,) = await side.heard(inbox), await side.listed("orders")
        assert (pushed.remote_id, json.loads(pushed.body)) == (listed.remote_id, json.loads(listed.body))
        assert mapped(pushed).version == mapped(listed).version > mapped(before).version


async def test_a_refund_is_told_with_its_order_and_read_in_full() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = uncounted(side.shop)
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
