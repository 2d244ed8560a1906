"""The simulated PrestaShop: what becomes of an order, its amounts, its papers and its goods on the shelf."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.prestashop import acts, backoffice
from shoprelay_simulators.prestashop.acts import Item
from tests.unit.test_simulator_prestashop import ask, rows
from tests.unit.test_simulator_prestashop_whole import full, write

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(3, orders=6, products=6, customers=4, clock=ManualClock(NOON))


def lines(shop: PrestaShop, order: int) -> list[dict[str, Any]]:
    return rows(shop, "order_details", filter__id_order=f"[{order}]", display="full", sort="[id_ASC]")


def payments(shop: PrestaShop, order: int) -> list[str]:
    reference = full(shop, "orders", order)["reference"]
    found = rows(shop, "order_payments", filter__order_reference=f"[{reference}]", display="full", sort="[id_ASC]")
    return [row["amount"] for row in found]


def stock(shop: PrestaShop, product: int, combination: int = 0) -> int:
    params = {"filter__id_product": f"[{product}]", "filter__id_product_attribute": f"[{combination}]"}
    (row,) = rows(shop, "stock_availables", display="full", **params)
    return int(row["quantity"])


def history(shop: PrestaShop, order: int, state: int) -> None:
    write(shop, "POST", "order_histories", f"<id_order>{order}</id_order><id_order_state>{state}</id_order_state>")


# What states do


def test_paid_makes_the_invoice_and_books_the_full_sum_whatever_was_booked_by_hand_before(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 1)])
    backoffice.book(shop, order, Decimal(100))
    history(shop, order, 2)
    row = full(shop, "orders", order)
    assert payments(shop, order) == ["100.000000", row["total_paid"]]
    assert Decimal(row["total_paid_real"]) == 100 + Decimal(row["total_paid"])
    (invoice,) = rows(shop, "order_invoices", filter__id_order=f"[{order}]", display="full")
    assert (invoice["number"], invoice["total_paid_tax_incl"]) == (row["invoice_number"], row["total_paid"])


def test_a_second_paid_state_books_nothing_more(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 1)])
    for state in (2, 3, 11):
        history(shop, order, state)
    assert payments(shop, order) == [full(shop, "orders", order)["total_paid"]]


def test_paid_states_of_one_process_book_the_payment_again(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 1)])
    backoffice.pay_in_bulk(shop, [order], [2, 3, 4, 5])
    row = full(shop, "orders", order)
    assert payments(shop, order) == [row["total_paid"]] * 4
    assert Decimal(row["total_paid_real"]) == 4 * Decimal(row["total_paid"])


def test_a_split_checkout_is_paid_once_and_one_of_its_orders_has_it_all(shop: PrestaShop):
    orders = [acts.place(shop, 1, [item], reference="DELTDELTD") for item in (Item(1, 0, 1), Item(3, 0, 2))]
    for order in orders:
        history(shop, order, 2)
    found = [full(shop, "orders", order) for order in orders]
    together = sum(Decimal(row["total_paid"]) for row in found)
    assert payments(shop, orders[0]) == [acts.six(together)]
    assert [Decimal(row["total_paid_real"]) for row in found] == [together, 0]


def test_a_state_with_a_delivery_slip_dates_the_delivery(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 1)])
    assert full(shop, "orders", order)["delivery_date"] == "0000-00-00 00:00:00"
    history(shop, order, 3)
    assert full(shop, "orders", order)["delivery_date"] == "2026-03-02 13:00:00"


@pytest.mark.parametrize("state", ["77", "0", ""])
def test_a_state_that_is_not_there_is_a_500_with_nothing_to_read(shop: PrestaShop, state: str):
    inner = f"<id_order>1</id_order><id_order_state>{state}</id_order_state>"
    body = f"<prestashop><order_history>{inner}</order_history></prestashop>"
    response = ask(shop, "order_histories", "POST", body)
    assert (response.status, response.body) == (500, b"")
    assert dict(response.headers)["Content-Type"] == "text/html; charset=utf-8"


# What parts of it do


def test_a_tracking_number_is_one_thing_in_the_parcel_and_in_the_order(shop: PrestaShop):
    (parcel,) = rows(shop, "order_carriers", filter__id_order="[2]")
    write(shop, "PATCH", "order_carriers", f"<id>{parcel['id']}</id><tracking_number>SPOR1</tracking_number>", str(parcel["id"]))
    assert full(shop, "orders", 2)["shipping_number"] == "SPOR1"
    write(shop, "PATCH", "orders", "<id>2</id><shipping_number>SPOR2</shipping_number>", "2")
    assert full(shop, "order_carriers", parcel["id"])["tracking_number"] == "SPOR2"


def test_a_payment_over_the_api_is_not_counted_as_received(shop: PrestaShop):
    row = full(shop, "orders", 1)
    inner = f"<order_reference>{row['reference']}</order_reference><id_currency>1</id_currency><amount>25</amount>"
    before = payments(shop, 1)
    write(shop, "POST", "order_payments", inner)
    assert payments(shop, 1) == [*before, "25"]
    assert full(shop, "orders", 1)["total_paid_real"] == row["total_paid_real"]


def test_lines_over_the_api_leave_the_totals_until_the_back_office_adds_them_up(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 1), Item(3, 0, 1)])
    before, (kept, gone) = full(shop, "orders", order), lines(shop, order)
    assert ask(shop, f"order_details/{gone['id']}", "DELETE").body == b""
    assert [row["id"] for row in full(shop, "orders", order)["associations"]["order_rows"]] == [str(kept["id"])]
    assert full(shop, "orders", order)["total_paid"] == before["total_paid"]
    backoffice.recalculate(shop, order)
    assert full(shop, "orders", order)["total_products_wt"] == kept["total_price_tax_incl"]


def test_a_slip_over_the_api_is_a_paper_and_nothing_more(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 2)])
    before = full(shop, "orders", order), lines(shop, order), stock(shop, 1)
    inner = (
        f"<id_customer>1</id_customer><id_order>{order}</id_order><conversion_rate>1</conversion_rate><amount>9</amount>"
        "<total_products_tax_excl>7.2</total_products_tax_excl><total_products_tax_incl>9</total_products_tax_incl>"
    )
    write(shop, "POST", "order_slip", inner)
    assert (full(shop, "orders", order), lines(shop, order), stock(shop, 1)) == before
    assert len(rows(shop, "order_slip", filter__id_order=f"[{order}]")) == 1


def test_a_refund_in_the_back_office_is_counted_on_the_line_and_told_without_its_shipping(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 3)])
    (line,) = lines(shop, order)
    acts.refund(shop, line["id"], 2, Decimal(20))
    (after,) = lines(shop, order)
    (slip,) = rows(shop, "order_slip", filter__id_order=f"[{order}]", display="full")
    back = acts.six(acts.rounded(Decimal(line["unit_price_tax_incl"]) * 2))
    assert (after["product_quantity_refunded"], after["total_refunded_tax_incl"]) == ("2", back)
    assert (slip["amount"], slip["shipping_cost_amount"], slip["partial"]) == (back, "20.000000", "0")


def test_a_return_in_the_back_office_is_counted_for_itself_and_back_on_the_shelf(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 3)])
    before, (line,) = stock(shop, 1), lines(shop, order)
    backoffice.take_back(shop, line["id"], 2)
    (after,) = lines(shop, order)
    assert (after["product_quantity_return"], after["product_quantity_refunded"]) == ("2", "0")
    assert stock(shop, 1) == before + 2
