"""What moves a date in the simulated WooCommerce shop, and what it sends then."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.watched import Watched, watched


@pytest.fixture
async def side() -> AsyncIterator[Watched]:
    async with watched() as made:
        yield made


EDITS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "status": {"status": "completed"},
    "the same status": {"status": "processing"},
    "meta": {"meta_data": [{"key": "_color", "value": "blue"}]},
    "address": {"billing": {"city": "Ribe"}},
    "payment": {"set_paid": True},
}


@pytest.mark.parametrize("edit", EDITS)
async def test_an_edit_of_an_order_moves_its_date_and_is_sent(side: Watched, edit: str) -> None:
    row = side.order("pending" if edit == "payment" else "processing")
    await side.ask("PUT", f"orders/{row.id}", EDITS[edit])
    assert await side.moved(f"orders/{row.id}")
    assert await side.told("order") == [("order.updated", row.id)]


async def test_a_refund_moves_the_order_when_it_is_made_and_not_when_it_is_deleted(side: Watched) -> None:
    row = side.order()
    made = await side.ask("POST", f"orders/{row.id}/refunds", {"amount": "1.00", "api_refund": False})
    assert await side.moved(f"orders/{row.id}")
    assert await side.told() == [("order.updated", row.id)]
    await side.ask("DELETE", f"orders/{row.id}/refunds/{made['id']}", force="true")
    assert not await side.moved(f"orders/{row.id}")
    assert await side.told() == []
    left = await side.read(f"orders/{row.id}")
    assert made["id"] not in [each["id"] for each in left["refunds"]]


@pytest.mark.parametrize("to_customer", [True, False])
async def test_a_note_is_neither_dated_nor_sent_nor_is_its_end(side: Watched, to_customer: bool) -> None:
    row = side.order()
    note = await side.ask("POST", f"orders/{row.id}/notes", {"note": "Kommer i morgen", "customer_note": to_customer})
    assert not await side.moved(f"orders/{row.id}")
    await side.ask("DELETE", f"orders/{row.id}/notes/{note['id']}", force="true")
    assert not await side.moved(f"orders/{row.id}")
    assert await side.told() == []


async def test_the_trash_and_the_way_out_of_it_are_dated_and_a_way_out_by_status_is_not_sent(
    side: Watched,
) -> None:
    row = side.order()
    await side.ask("DELETE", f"orders/{row.id}")
    assert await side.moved(f"orders/{row.id}")
    assert await side.told() == [("order.deleted", row.id)]
    await side.ask("PUT", f"orders/{row.id}", {"status": "processing"})
    assert await side.moved(f"orders/{row.id}")
    assert await side.told() == []
    await side.ask("DELETE", f"orders/{row.id}")
    await side.told()
    side.clock.advance(60)
    changes.restore_order(side.shop, row)  # by a button of the admin pages
    assert await side.moved(f"orders/{row.id}")
    assert await side.told() == [("order.restored", row.id)]


@pytest.mark.parametrize("trashed_first", [True, False])
@pytest.mark.parametrize("in_a_batch", [True, False])
async def test_what_is_deleted_for_good_is_not_sent(side: Watched, trashed_first: bool, in_a_batch: bool) -> None:
    parent = side.variable()
    child = side.shop.variations_of(parent.id)[0]
    for path, key in (
        ("orders", side.order().id),
        ("products", side.simple().id),
        (f"products/{parent.id}/variations", child.id),
    ):
        if trashed_first:
            await side.ask("DELETE", f"{path}/{key}")
            await side.told()
        if in_a_batch:
            await side.ask("POST", f"{path}/batch", {"delete": [key]})
        else:
            await side.ask("DELETE", f"{path}/{key}", force="true")
        assert (await side.api.get(f"{path}/{key}")).status_code == 404
        assert await side.told() == []


async def test_a_batch_deletes_for_good_whatever_it_is_asked(side: Watched) -> None:
    row = side.order()
    side.clock.advance(60)
    await side.api.post("orders/batch", params={"force": "false"}, json={"delete": [row.id]})
    assert (await side.api.get(f"orders/{row.id}")).status_code == 404


async def test_a_customer_s_edit_is_dated_and_sent_and_the_customer_s_order_is_neither(side: Watched) -> None:
    customer = next(iter(side.shop.customers))
    await side.ask("PUT", f"customers/{customer}", {})
    assert await side.moved(f"customers/{customer}")
    assert await side.told() == [("customer.updated", customer)]
    made = await side.ask("POST", "orders", {"customer_id": customer, "status": "processing"})
    assert made["customer_id"] == customer
    assert not await side.moved(f"customers/{customer}")
    assert await side.told() == [("order.created", made["id"]), ("order.updated", made["id"])]
    await side.ask("PUT", f"orders/{made['id']}", {"status": "completed"})
    assert not await side.moved(f"customers/{customer}")


async def test_a_category_s_new_name_moves_no_product(side: Watched) -> None:
    row = next(row for row in side.shop.products.values() if row.categories and row.status == "publish")
    term = row.categories[0]
    await side.ask("PUT", f"products/categories/{term}", {"name": "Nyt navn"})
    shown = await side.read(f"products/{row.id}")
    assert "Nyt navn" in [each["name"] for each in shown["categories"]]
    assert not await side.moved(f"products/{row.id}")
    assert await side.told() == []


async def test_the_older_storage_dates_no_edit_of_lines_or_meta_and_sends_it() -> None:
    async with watched(order_tables=False) as side:
        row = side.order()
        path, line = f"orders/{row.id}", row.lines[0].id
        edits: list[dict[str, Any]] = [
            {"line_items": [{"id": line, "quantity": 9}]},
            {"line_items": [{"id": line, "subtotal": "70.00", "total": "70.00"}]},
            {"meta_data": [{"key": "_color", "value": "blue"}]},
        ]
        for edit in edits:
            await side.ask("PUT", path, edit)
            assert not await side.moved(path)
            assert await side.told("order") == [("order.updated", row.id)]
        shown = (await side.read(path))["line_items"][0]
        assert (shown["quantity"], shown["total"]) == (9, "70.00")


async def test_the_older_storage_dates_a_status_and_a_refund() -> None:
    async with watched(order_tables=False) as side:
        path = f"orders/{side.order().id}"
        await side.ask("PUT", path, {"status": "completed"})
        assert await side.moved(path)
        await side.ask("POST", f"{path}/refunds", {"amount": "1.00", "api_refund": False})
        assert await side.moved(path)
