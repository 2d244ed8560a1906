"""Stock of the simulated WooCommerce shop: whose date it moves, and what is sent, however it moves."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shoprelay_simulators.woocommerce.rows import Product
from tests.contract.relays.woocommerce.watched import Watched, watched


@pytest.fixture
async def side() -> AsyncIterator[Watched]:
    async with watched() as made:
        yield made


def counted(side: Watched) -> Product:
    """A product of which there are twenty."""
    row = side.simple()
    row.manage_stock, row.stock = True, 20
    return row


async def bought(side: Watched, product: Product, quantity: int = 3) -> Any:
    """The order of it; what was sent so far is over."""
    line = {"product_id": product.parent_id or product.id, "variation_id": product.id if product.parent_id else 0}
    body = {"status": "processing", "line_items": [{**line, "quantity": quantity}], "payment_method": "testcard"}
    return await side.ask("POST", "orders", body)


async def stock(side: Watched, product: Product) -> Any:
    return (await side.read(f"products/{product.id}"))["stock_quantity"]


@pytest.mark.parametrize("body", [{}, {"stock_quantity": 20}, {"stock_quantity": 4}])
async def test_a_product_that_is_written_is_dated_and_sent_even_when_nothing_of_it_changes(
    side: Watched, body: dict[str, int]
) -> None:
    row = counted(side)
    await side.ask("PUT", f"products/{row.id}", body)
    assert await side.moved(f"products/{row.id}")
    assert await side.told() == [("product.updated", row.id)]


async def test_an_order_that_takes_stock_and_a_refund_that_brings_it_back_date_and_send_the_product(side: Watched) -> None:
    row = counted(side)
    made = await bought(side, row)
    assert await stock(side, row) == 17
    assert await side.moved(f"products/{row.id}")
    assert ("product.updated", row.id) in await side.told()
    items = [{"id": made["line_items"][0]["id"], "quantity": 2, "refund_total": "1.00"}]
    await side.ask("POST", f"orders/{made['id']}/refunds", {"amount": "1.00", "line_items": items})
    assert await stock(side, row) == 19
    assert await side.moved(f"products/{row.id}")
    assert await side.told() == [("order.updated", made["id"]), ("product.updated", row.id)]


async def test_a_line_that_is_edited_dates_and_sends_the_order_and_its_product(side: Watched) -> None:
    row = counted(side)
    made = await bought(side, row)
    await side.told()
    path, first = f"orders/{made['id']}", made["line_items"][0]
    edits = [
        ({"id": first["id"], "quantity": 5}, 15),
        ({"product_id": row.id, "quantity": 4}, 11),
        ({"id": first["id"], "quantity": 0}, 16),
    ]
    for line, left in edits:
        await side.ask("PUT", path, {"line_items": [line]})
        assert await stock(side, row) == left
        assert await side.moved(path)
        assert await side.moved(f"products/{row.id}")
        assert await side.told() == [("order.updated", made["id"]), ("product.updated", row.id)]


async def test_a_line_of_goods_that_nobody_counts_sends_the_order_alone(side: Watched) -> None:
    row = counted(side)
    row.manage_stock, row.stock = False, None
    made = await bought(side, row)
    await side.told()
    await side.ask("PUT", f"orders/{made['id']}", {"line_items": [{"id": made["line_items"][0]["id"], "quantity": 9}]})
    assert not await side.moved(f"products/{row.id}")
    assert await side.told() == [("order.updated", made["id"])]


@pytest.mark.parametrize("amounts", [{"total": "1.00"}, {"subtotal": "2.00", "total": "1.00"}])
async def test_amounts_alone_send_the_order_and_leave_the_product(side: Watched, amounts: dict[str, str]) -> None:
    """WooCommerce 11.0.1 adjusts the stock by what the quantity differs from what was taken already, and leaves it at none."""
    row = counted(side)
    made = await bought(side, row)
    await side.told()
    path = f"orders/{made['id']}"
    changed = await side.ask("PUT", path, {"line_items": [{"id": made["line_items"][0]["id"], **amounts}]})
    assert changed["line_items"][0]["total"] == "1.00" != made["line_items"][0]["total"]
    assert await side.moved(path)
    assert await stock(side, row) == 17
    assert await side.told() == [("order.updated", made["id"])]


async def test_a_line_is_removed_by_no_pieces_or_by_no_product_and_its_goods_come_back(side: Watched) -> None:
    row = counted(side)
    for nothing in ({"quantity": 0}, {"product_id": None}):
        made = await bought(side, row)
        line = {"id": made["line_items"][0]["id"], **nothing}
        assert (await side.ask("PUT", f"orders/{made['id']}", {"line_items": [line]}))["line_items"] == []
        assert await stock(side, row) == 20


async def test_a_quantity_moves_the_stock_and_the_amounts_only_when_they_are_sent_too(side: Watched) -> None:
    row = counted(side)
    made = await bought(side, row)
    before = made["line_items"][0]
    line: dict[str, object] = {"id": before["id"], "quantity": 6}
    alone = (await side.ask("PUT", f"orders/{made['id']}", {"line_items": [line]}))["line_items"][0]
    assert (alone["quantity"], alone["total"], await stock(side, row)) == (6, before["total"], 14)
    line |= {"subtotal": "120.00", "total": "90.00"}
    after = (await side.ask("PUT", f"orders/{made['id']}", {"line_items": [line]}))["line_items"][0]
    assert (after["quantity"], after["subtotal"], after["total"]) == (6, "120.00", "90.00")


@pytest.mark.parametrize("how", ["an edit", "nothing new", "a count", "an order"])
async def test_a_variation_moves_its_product_and_no_sibling_and_is_sent_alone(side: Watched, how: str) -> None:
    parent = side.variable()
    own, sibling, *_ = (row for row in side.shop.variations_of(parent.id) if row.manage_stock)
    path = f"products/{parent.id}/variations"
    if how == "an order":
        await bought(side, own)
    else:
        body = {"an edit": {"regular_price": "12"}, "nothing new": {}, "a count": {"stock_quantity": 8}}[how]
        await side.ask("PUT", f"{path}/{own.id}", body)
    assert await side.moved(f"{path}/{own.id}")
    assert await side.moved(f"products/{parent.id}")
    assert not await side.moved(f"{path}/{sibling.id}")
    assert await side.told("product") == [("product.updated", own.id)]


@pytest.mark.parametrize("how", ["a count", "an order"])
async def test_stock_that_the_product_keeps_is_shown_by_its_variations_and_moves_none_of_their_dates(
    side: Watched, how: str
) -> None:
    parent = side.variable()
    child = next(row for row in side.shop.variations_of(parent.id) if not row.manage_stock)
    parent.manage_stock, parent.stock = True, 20
    if how == "an order":
        await bought(side, child)
    else:
        await side.ask("PUT", f"products/{parent.id}", {"stock_quantity": 17})
    shown = await side.read(f"products/{parent.id}/variations/{child.id}")
    assert (shown["manage_stock"], shown["stock_quantity"]) == ("parent", 17)
    assert not await side.moved(f"products/{child.id}")
    assert await side.moved(f"products/{parent.id}")
    assert await side.told("product") == [("product.updated", parent.id)]


async def test_a_new_variation_moves_its_product_and_is_sent_as_a_created_product(side: Watched) -> None:
    parent = side.variable()
    made = await side.ask("POST", f"products/{parent.id}/variations", {"regular_price": "30"})
    assert await side.moved(f"products/{parent.id}")
    assert made["id"] in (await side.read(f"products/{parent.id}"))["variations"]
    assert await side.told() == [("product.created", made["id"])]
