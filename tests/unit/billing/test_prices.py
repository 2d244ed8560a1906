from calendar import monthrange
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoprelay_runtime.billing.prices import PRICES, UNIT, PriceList, daily_fee, price_list

MONTH = Decimal("2.99")


@pytest.mark.parametrize(
    ("day", "fee"),
    [
        # 2,990,000 millionths: 28 x 106,785 + 20; 29 x 103,103 + 13; 30 x 99,666 + 20; 31 x 96,451 + 19
        (date(2023, 2, 20), "0.106786"),
        (date(2023, 2, 21), "0.106785"),
        (date(2024, 2, 13), "0.103104"),
        (date(2024, 2, 29), "0.103103"),
        (date(2023, 4, 20), "0.099667"),
        (date(2023, 4, 21), "0.099666"),
        (date(2023, 1, 19), "0.096452"),
        (date(2023, 1, 20), "0.096451"),
        (date(2100, 2, 28), "0.106785"),  # no leap year
    ],
)
def test_the_daily_fee_by_hand(day, fee):
    assert str(daily_fee(day, MONTH)) == fee


@given(
    st.integers(2022, 2200),
    st.integers(1, 12),
    st.integers(0, 10**9).map(lambda units: units * UNIT),
)
def test_the_days_of_every_month_sum_to_the_monthly_fee(year, month, fee):
    days = monthrange(year, month)[1]
    fees = [daily_fee(date(year, month, day), fee) for day in range(1, days + 1)]
    assert sum(fees) == fee
    assert max(fees) - min(fees) <= UNIT


def test_the_prices_of_the_contract():
    prices = price_list(date(2024, 6, 1))
    assert prices.since == date(2022, 3, 8)
    assert [str(p) for p in (prices.month, prices.outgoing_request, prices.incoming_request)] == ["2.99", "0.0001", "0.00002"]
    assert [f"{p:f}" for p in (prices.incoming_product_request, prices.piece)] == ["0.000004", "0.000002"]


def test_a_day_uses_the_entry_in_force():
    dearer = PriceList(date(2024, 3, 15), *[Decimal(1)] * 5)
    table = (*PRICES, dearer)
    assert price_list(date(2024, 3, 14), table) is PRICES[0]
    assert price_list(date(2024, 3, 15), table) is dearer
    assert price_list(date(2030, 1, 1), table) is dearer


def test_a_day_before_all_prices_is_refused():
    with pytest.raises(ValueError, match="no prices for 2022-03-07: the first ones apply from 2022-03-08"):
        price_list(date(2022, 3, 7))


def test_every_price_is_a_whole_number_of_units_and_the_table_is_in_order():
    for entry in PRICES:
        for price in (entry.month, entry.outgoing_request, entry.incoming_request, entry.incoming_product_request, entry.piece):
            assert price % UNIT == 0
    assert [e.since for e in PRICES] == sorted({e.since for e in PRICES})
