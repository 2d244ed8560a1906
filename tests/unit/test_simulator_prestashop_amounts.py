"""The simulated PrestaShop: what an order comes to, and who reckons it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.prestashop import acts, backoffice
from shoprelay_simulators.prestashop.acts import Item
from tests.unit.test_simulator_prestashop import rows
from tests.unit.test_simulator_prestashop_orders import history, lines, payments
from tests.unit.test_simulator_prestashop_whole import full, write

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(3, orders=6, products=6, customers=4, clock=ManualClock(NOON))


def test_lines_that_are_edited_in_the_back_office_come_to_another_total(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 1), Item(3, 0, 1)])
    first, second = lines(shop, order)
    backoffice.change_line(shop, first["id"], quantity=3, net=Decimal(80))
    backoffice.remove_line(shop, second["id"])
    backoffice.discount(shop, order, Decimal(50))
    row = full(shop, "orders", order)
    told = [row[name] for name in ("total_products_wt", "total_discounts", "total_paid")]
    assert told == ["300.000000", "50.000000", "299.000000"]


def test_lines_of_an_order_that_is_shipped_cannot_be_edited(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 1)])
    history(shop, order, 4)
    before = lines(shop, order)
    for edit in (
        lambda: backoffice.add_line(shop, order, Item(3, 0, 1)),
        lambda: backoffice.change_line(shop, before[0]["id"], quantity=2),
        lambda: backoffice.remove_line(shop, before[0]["id"]),
    ):
        with pytest.raises(backoffice.CannotEditDeliveredOrderProductError):
            edit()
    assert lines(shop, order) == before


def test_a_voucher_is_cut_to_the_goods_and_keeps_the_value_that_it_had(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 1)], voucher=Decimal(5000))
    row = full(shop, "orders", order)
    (rule,) = rows(shop, "order_cart_rules", filter__id_order=f"[{order}]", display="full")
    assert (row["total_discounts"], row["total_paid"]) == (row["total_products_wt"], "49.000000")
    assert rule["value"] == "5000.000000"


def test_what_is_on_sale_is_told_at_its_price_then_and_before(shop: PrestaShop):
    inner = "<id_product>1</id_product><reduction>0.2</reduction><reduction_type>percentage</reduction_type>"
    write(shop, "POST", "specific_prices", inner)
    net = Decimal(full(shop, "products", 1)["price"])
    (line,) = lines(shop, acts.place(shop, 1, [Item(1, 0, 1)]))
    assert Decimal(line["product_price"]) == net * Decimal("0.8")
    assert Decimal(line["original_product_price"]) == net


def test_an_order_in_another_currency_keeps_the_rate_that_it_was_placed_at(shop: PrestaShop):
    net = Decimal(full(shop, "products", 1)["price"])
    order = acts.place(shop, 1, [Item(1, 0, 2)], currency=2)
    before, (line,) = full(shop, "orders", order), lines(shop, order)
    assert (before["id_currency"], before["conversion_rate"]) == ("2", "0.134000")
    assert Decimal(line["unit_price_tax_incl"]) == (net * Decimal("0.134") * acts.TAX).quantize(Decimal("0.000001"))
    assert before["total_shipping"] == "6.570000"
    write(shop, "PATCH", "currencies", "<id>2</id><conversion_rate>0.2</conversion_rate>", "2")
    history(shop, order, 2)
    acts.refund(shop, line["id"], 1)
    assert full(shop, "orders", order)["total_paid"] == before["total_paid"]
    (slip,) = rows(shop, "order_slip", filter__id_order=f"[{order}]", display="full")
    (payment,) = rows(shop, "order_payments", filter__order_reference=f"[{before['reference']}]", display="full")
    assert (slip["conversion_rate"], payment["conversion_rate"], payment["id_currency"]) == ("0.134000", "0.134000", "2")


def test_totals_are_the_sums_of_lines_that_are_rounded_one_by_one(shop: PrestaShop):
    shop.change("products", 1, {"price": "33.333333"})
    for pieces in (1, 3, 7):
        order = acts.place(shop, 1, [Item(1, 0, pieces), Item(3, 0, 1)])
        row, found = full(shop, "orders", order), lines(shop, order)
        sums = [acts.rounded(Decimal(line["unit_price_tax_incl"]) * int(line["product_quantity"])) for line in found]
        assert [Decimal(line["total_price_tax_incl"]) for line in found] == sums
        assert Decimal(row["total_products_wt"]) == sum(sums)
        assert row["total_paid"] == row["total_paid_tax_incl"]
        assert (row["round_type"], row["round_mode"]) == ("2", "2")


def test_what_is_paid_may_be_a_cent_less_than_its_parts(shop: PrestaShop):
    for product in (1, 3):
        write(shop, "PATCH", "products", f"<id>{product}</id><price>8.004</price>", str(product))
    row = full(shop, "orders", acts.place(shop, 1, [Item(1, 0, 1), Item(3, 0, 1)]))
    assert [row[name] for name in ("total_products_wt", "total_shipping", "total_paid")] == [
        "20.020000", "49.000000", "69.010000",
    ]  # fmt: skip


def test_a_line_is_named_in_the_orders_language_with_what_it_was_chosen_by(shop: PrestaShop):
    write(shop, "PATCH", "combinations", "<id>1</id><reference></reference>", "1")
    product = int(full(shop, "combinations", 1)["id_product"])
    (line,) = lines(shop, acts.place(shop, 1, [Item(product, 1, 1)]))
    told = full(shop, "products", product)
    assert line["product_name"].startswith(f"{told['name'][1]['value']} (Størrelse: ")
    assert line["product_reference"] == told["reference"]


def test_an_order_tells_of_its_lines_what_was_bought_and_for_how_much(shop: PrestaShop):
    (row, *_) = full(shop, "orders", 1)["associations"]["order_rows"]
    assert row.keys() == {
        "id", "product_id", "product_attribute_id", "product_quantity", "product_name", "product_reference", "product_ean13",
        "product_isbn", "product_upc", "product_price", "id_customization", "unit_price_tax_incl", "unit_price_tax_excl",
    }  # fmt: skip


def test_an_order_does_not_tell_what_its_parts_do(shop: PrestaShop):
    row = full(shop, "orders", 1)
    told = {*row, *row["associations"]["order_rows"][0]}
    elsewhere = {"taxes", "total_price_tax_incl", "product_quantity_refunded", "product_quantity_return", "email", "iso_code"}
    assert told.isdisjoint(elsewhere | {"order_payments", "order_invoices", "order_slip", "order_histories", "order_cart_rules"})
    assert {"taxes"} == lines(shop, 1)[0]["associations"].keys()


def test_an_order_that_is_said_to_be_paid_otherwise_than_its_cart_is_worth_has_a_payment_error(shop: PrestaShop):
    cart = acts.fill_cart(shop, 1, [Item(1, 0, 1)], 2, 1)
    row = full(shop, "carts", cart)
    named = ("id_address_delivery", "id_address_invoice", "id_currency", "id_lang", "id_customer", "id_carrier")
    inner = "".join(f"<{name}>{row[name]}</{name}>" for name in named)
    inner += f"<id_cart>{cart}</id_cart><module>ps_wirepayment</module><payment>Bank</payment><total_paid>400</total_paid>"
    write(shop, "POST", "orders", inner)
    order = max(listed["id"] for listed in rows(shop, "orders"))
    found = full(shop, "orders", order)
    goods = acts.rounded(Decimal(full(shop, "products", 1)["price"]) * acts.TAX)
    assert (found["current_state"], Decimal(found["total_paid"]), payments(shop, order)) == ("8", goods + 49, ["400.000000"])
