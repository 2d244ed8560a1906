"""VAT that orders do not tell, and prices that are not for everybody."""

import json
from typing import Any

import pytest

from shoprelay_relays.hostedshop import orders, products
from shoprelay_schema.documents import Order, OrderLine, Product
from tests.unit.relays.woocommerce.shop import FakeShop

COUNTRIES = {"1": {"iso": "DK", "tax": "25", "company_tax": "25"}, "3": {"iso": "DE", "tax": "19", "company_tax": "0"}}
CONFIG = {"currency": "DKK", "tax": "25", "countries": json.dumps(COUNTRIES)}
LINE = {"Id": "1", "ProductId": "5", "Amount": "2", "Price": "80"}


def told(body: dict[str, Any], config: dict[str, str] = CONFIG) -> tuple[Order, list[OrderLine]]:
    found = [draft.document for draft in orders.order({"Id": "7", "DateDelivered": "", **body}, FakeShop(config)).drafts]
    (order,) = [one for one in found if isinstance(one, Order)]
    return order, [one for one in found if isinstance(one, OrderLine)]


@pytest.mark.parametrize(
    ("body", "price", "rate"),
    [
        ({"Vat": "25", "Customer": {"CountryCode": "3"}}, 100.0, 0.25),  # the order's own goes first
        ({"Vat": "0", "Customer": {"CountryCode": "1"}}, 100.0, 0.25),
        ({"Vat": "0", "Customer": {"CountryCode": "1", "ShippingCountryCode": "3"}}, 95.2, 0.19),  # where it goes
        ({"Vat": "0", "Customer": {"CountryCode": "3", "B2B": "true"}}, 80.0, 0.0),
        ({"Vat": "0", "Customer": {"CountryCode": "9"}}, 80.0, None),  # not known: as it is
    ],
)
def test_a_line_without_a_rate_has_that_of_the_order_or_of_the_country(body: dict[str, Any], price: float, rate: float | None):
    order, (line,) = told({**body, "OrderLines": [LINE | {"VatRate": "0"}]})
    assert (line.price, line.vat_pct, order.vat_pct) == (price, rate, rate)
    assert order.price == price * 2


def test_zero_is_a_rate_where_another_line_has_one():
    lines = [LINE | {"VatRate": "25"}, LINE | {"Id": "2", "VatRate": "0"}]
    order, found = told({"Vat": "25", "OrderLines": lines})
    assert [line.price for line in found] == [100.0, 80.0]
    assert order.price == 360.0


def test_delivery_and_payment_say_whether_vat_comes_on_top():
    order, _ = told({"Vat": "25", "Delivery": {"Price": "40", "Vat": "true"}, "Payment": {"Price": "40", "Vat": "false"}})
    assert (order.delivery_price, order.payment_price) == (50.0, 40.0)


def test_goods_sold_in_fractions_are_one_piece_at_the_price_of_all():
    _, (line,) = told({"Vat": "25", "OrderLines": [LINE | {"Amount": "2.5"}]})
    assert (line.quantity, line.price) == (1, 250.0)


def test_an_order_made_from_another_is_no_credit_note_unless_it_is_negative():
    order, _ = told({"Origin": "6", "Total": "80", "OrderLines": [LINE]})
    assert order.order_number == "7"
    assert order.created_by is None


def line(price: str, kind: str, **more: str) -> dict[str, str]:
    return {"ProductVariantId": "0", "Amount": "1", "Price": price, "UserType": kind, "UserId": "0", "Currency": "DKK"} | more


@pytest.mark.parametrize(
    ("lines", "price"),
    [
        ([], 100.0),
        ([line("42", "group", UserId="4"), line("41", "all", UserId="4"), line("40", "user", UserId="9")], 100.0),
        ([line("90", "all"), line("95", "")], 90.0),
        ([line("90", "all"), line("95", "guest")], 95.0),  # guests go first, also where it is dearer
        ([line("50", "guest", Amount="10"), line("50", "guest", Currency="EUR")], 100.0),
        ([line("30", "vip")], 100.0),
    ],
)
def test_the_price_is_the_one_that_any_buyer_of_one_piece_has(lines: list[dict[str, str]], price: float):
    body = {"Id": "5", "Title": "Skål", "Price": "100", "Discounts": lines}
    document = products.product(body, FakeShop(CONFIG)).drafts[0].document
    assert isinstance(document, Product)
    assert document.price == price
    assert document.before_price == (100.0 if lines and price != 100 else None)


@pytest.mark.parametrize(("setting", "price"), [("true", 100.0), ("false", 125.0)])
def test_prices_are_entered_with_vat_or_without(setting: str, price: float):
    body = {"Id": "5", "Title": "Skål", "Price": "100", "VatGroup": {"VatPercentage": "25"}}
    document = products.product(body, FakeShop(CONFIG | {"prices_with_vat": setting})).drafts[0].document
    assert isinstance(document, Product)
    assert document.price == price


def test_a_reduction_of_a_kind_that_nobody_knows_is_counted_and_not_applied():
    mapped = products.product(
        {"Id": "5", "Title": "Skål", "Price": "100", "Discount": "9", "DiscountType": "z"}, FakeShop(CONFIG)
    )
    document = mapped.drafts[0].document
    assert isinstance(document, Product)
    assert document.price == 100.0
    assert mapped.unknown == ["discount_type=z"]
