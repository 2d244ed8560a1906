"""The relay, and what a shop's people do on its pages: orders that they edit come with the next poll as they are by then."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from shoprelay_schema.documents import CreditNote, Invoice, Order, OrderLine, Shipment
from shoprelay_simulators import PrestaShop
from shoprelay_simulators.prestashop import acts, backoffice
from shoprelay_simulators.prestashop.acts import Item
from tests.contract.relays.prestashop.side import Side, of

Edit = Callable[[PrestaShop, int, int], object]
"""Of a shop's order and its first line."""
EDITS: dict[str, Edit] = {
    "a line is added": lambda shop, order, _: backoffice.add_line(shop, order, Item(3, 0, 2)),
    "a quantity": lambda shop, _, line: backoffice.change_line(shop, line, quantity=5),
    "a price": lambda shop, _, line: backoffice.change_line(shop, line, net=Decimal(80)),
    "a line is removed": lambda shop, _, line: backoffice.remove_line(shop, line),
    "a piece is cancelled": lambda shop, _, line: backoffice.cancel_product(shop, line, 1),
    "all pieces are cancelled": lambda shop, _, line: backoffice.cancel_product(shop, line, 2),
    "a discount": lambda shop, order, _: backoffice.discount(shop, order, Decimal(30)),
    "another address": lambda shop, order, _: backoffice.deliver_to(shop, order, 2),
    "a payment": lambda shop, order, _: backoffice.book(shop, order, Decimal(10)),
    "a parcel": lambda shop, order, _: backoffice.send_with(shop, order, "SPOR1", carrier=3),
}


def placed(side: Side, **more: Any) -> int:
    """An order of two and one pieces, an hour ago."""
    order = acts.place(side.shop, 1, [Item(1, 0, 2), Item(3, 0, 1)], **more)
    side.clock.advance(3600)
    return order


def details(side: Side, order: int) -> list[dict[str, Any]]:
    return list(side.shop.where("order_details", id_order=order))


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
async def test_an_order_that_is_edited_in_the_back_office_comes_with_the_next_poll_as_it_is(side: Side, edit: Edit):
    order = placed(side, voucher=Decimal(20))
    edit(side.shop, order, details(side, order)[0]["id"])
    (record,) = await side.listed("orders", side.clock.now)
    documents = [draft.document for draft in side.mapped(record).drafts]
    row, (told,) = side.shop.tables["orders"][order], of(Order, documents)
    assert (record.remote_id, told.price) == (str(order), float(str(row["total_paid"])))
    assert told.discount_amount == float(str(row["total_discounts"]))
    lines = {line.remote_id: (line.quantity, round(line.price * line.quantity, 2)) for line in of(OrderLine, documents)}
    assert lines == {
        str(line["id"]): (int(line["product_quantity"]), float(line["total_price_tax_incl"])) for line in details(side, order)
    }
    assert told.shipping_address_1 == side.shop.tables["addresses"][int(str(row["id_address_delivery"]))]["address1"]


async def test_the_parcel_of_the_back_office_is_told_with_its_carrier(side: Side):
    order = placed(side)
    backoffice.send_with(side.shop, order, "SPOR1", carrier=3)
    assert await side.ids("orders", side.clock.now) == [order]
    (parcel,) = of(Shipment, await side.documents("orders", order))
    assert (parcel.tracking_number, parcel.courier) == ("SPOR1", "Kystbud")


async def test_a_return_moves_nothing_and_is_found_by_its_slip(side: Side):
    order = placed(side)
    before = side.shop.tables["orders"][order]["date_upd"]
    line = details(side, order)[0]
    backoffice.take_back(side.shop, line["id"], 1)
    assert side.shop.tables["orders"][order]["date_upd"] == before
    assert await side.ids("orders", side.clock.now) == [order]
    (note,) = of(CreditNote, await side.documents("orders", order))
    assert (note.amount, note.shipping_amount) == (float(line["unit_price_tax_incl"]), 0.0)
    assert [(entry["variant_sku"], entry["quantity"]) for entry in note.order_lines] == [(line["product_reference"], 1)]


async def test_the_sum_that_a_paid_state_books_on_top_of_a_payment_by_hand_is_not_paid_twice(side: Side):
    order = placed(side)
    backoffice.book(side.shop, order, Decimal(100))
    acts.set_state(side.shop, order, acts.PAID)
    documents = await side.documents("orders", order)
    (told,), (invoice,) = of(Order, documents), of(Invoice, documents)
    assert (invoice.paid_amount, invoice.amount) == (told.price, told.price)


async def test_paid_states_of_one_process_are_one_payment(side: Side):
    order = placed(side, module="kortmodul", payment="Betalingskort")
    backoffice.pay_in_bulk(side.shop, [order], [11, 3, 4])
    documents = await side.documents("orders", order)
    (told,), (invoice,) = of(Order, documents), of(Invoice, documents)
    assert (invoice.captured_amount, told.price) == (told.price, float(str(side.shop.tables["orders"][order]["total_paid"])))


async def test_an_order_that_is_only_prepared_has_no_parcel_though_its_delivery_is_dated(side: Side):
    order = placed(side)
    acts.set_state(side.shop, order, 3)
    assert side.shop.tables["orders"][order]["delivery_date"] == "2026-03-02 11:30:05"
    assert of(Shipment, await side.documents("orders", order)) == []


async def test_a_parcel_left_when_the_order_was_shipped_and_stays_when_it_is_refunded(side: Side):
    order = placed(side)
    for state in (3, 4, 7):
        acts.set_state(side.shop, order, state)
        side.clock.advance(3600)
    (parcel,) = of(Shipment, await side.documents("orders", order))
    assert parcel.created_at is not None
    assert parcel.created_at.isoformat() == "2026-03-02T11:30:05+00:00"


async def test_lines_that_programs_change_are_seen_by_the_sweep_and_the_totals_when_they_are_added_up(side: Side):
    order = placed(side)
    kept, gone = details(side, order)
    before = float(str(side.shop.tables["orders"][order]["total_paid"]))
    await side.client.delete(f"order_details/{gone['id']}")
    assert await side.ids("orders", side.clock.now) == []
    documents = await side.documents("orders", order)
    assert [line.remote_id for line in of(OrderLine, documents)] == [str(kept["id"])]
    assert of(Order, documents)[0].price == before
    backoffice.recalculate(side.shop, order)
    assert await side.ids("orders", side.clock.now) == [order]
    (told,) = of(Order, await side.documents("orders", order))
    assert told.price == float(kept["total_price_tax_incl"]) + 49
