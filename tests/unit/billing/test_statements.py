from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from shoprelay_runtime.billing.prices import PRICES, PriceList
from shoprelay_runtime.billing.statements import (
    Counts,
    counts_of,
    day_end,
    day_of,
    day_start,
    difference,
    line,
    statement,
    sum_lines,
    total,
)
from shoprelay_schema.events import StatementIssuedV1

COMPANY, OTHER, PROJECT = (ObjectId(c * 24) for c in "abc")
DAY = date(2024, 2, 29)
NOW = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)
AMMAN, ST_JOHNS, COPENHAGEN = ZoneInfo("Asia/Amman"), ZoneInfo("America/St_Johns"), ZoneInfo("Europe/Copenhagen")
some_counts = st.builds(Counts, *[st.integers(0, 10**9)] * 4)


@pytest.mark.parametrize(
    ("counts", "day", "account", "traffic", "both"),
    [
        # 12 x 0.0001 + 30 x 0.00002 + 7 x 0.000004 + 1234 x 0.000002 = 0.0012 + 0.0006 + 0.000028 + 0.002468
        (Counts(12, 30, 7, 1234), date(2024, 2, 29), "0.103103", "0.004296", "0.107399"),
        (Counts(12, 30, 7, 1234), date(2023, 2, 28), "0.106785", "0.004296", "0.111081"),
        (Counts(0, 0, 1, 1), date(2023, 12, 1), "0.096452", "0.000006", "0.096458"),
        (Counts(96, 0, 0, 0), date(2024, 4, 30), "0.099666", "0.009600", "0.109266"),
        (Counts(), date(2024, 4, 30), "0.099666", "0.000000", "0.099666"),  # only what is free: the account was active
        (Counts(10**7, 10**7, 10**7, 10**9), date(2024, 4, 1), "0.099667", "3240.000000", "3240.099667"),
    ],
)
def test_a_line_by_hand(counts, day, account, traffic, both):
    made = line(COMPANY, counts, day)
    assert (str(made.account_fee), str(made.traffic_fee), str(made.total)) == (account, traffic, both)
    assert counts_of(made) == counts


def test_several_shops_of_a_company_share_one_fee():
    shops = [Counts(1, 0, 0, 5), Counts(2, 3, 0, 0)]
    made = line(COMPANY, shops[0].plus(shops[1]), DAY)
    assert str(made.account_fee) == "0.103103"
    assert str(made.traffic_fee) == "0.000370"


def test_a_new_price_applies_from_its_day_on():
    table = (*PRICES, PriceList(date(2024, 3, 15), Decimal("5.80"), *[Decimal("0.001")] * 4))
    before, after = (line(COMPANY, Counts(1, 1, 1, 1), date(2024, 3, day), table) for day in (14, 15))
    assert (str(before.account_fee), str(before.traffic_fee)) == ("0.096452", "0.000126")
    assert (str(after.account_fee), str(after.traffic_fee)) == ("0.187097", "0.004000")
    assert statement(PROJECT, date(2024, 3, 15), AMMAN, 0, [after], NOW, table).prices_since == date(2024, 3, 15)


@given(st.lists(st.tuples(st.binary(min_size=12, max_size=12).map(ObjectId), some_counts), max_size=20))
def test_the_total_is_the_sum_of_the_lines_in_every_form(companies):
    made = statement(PROJECT, DAY, AMMAN, 0, [line(c, counts, DAY) for c, counts in companies], NOW)
    assert made.total == sum((each.account_fee + each.traffic_fee for each in made.lines), Decimal(0))
    read = StatementIssuedV1.model_validate_json(made.model_dump_json())
    assert read == made
    assert sum((each.total for each in read.lines), Decimal(0)) == read.total
    assert all(isinstance(each["total"], str) for each in made.model_dump(mode="json")["lines"])


@given(some_counts, st.lists(some_counts, min_size=1, max_size=5))
def test_a_statement_and_its_adjustments_say_what_one_would_have_said(first, late):
    stated, counted = [line(COMPANY, first, DAY)], first
    for more in late:
        counted = counted.plus(more)
        if adjustment := difference(line(COMPANY, counted, DAY), stated):
            assert adjustment.account_fee == 0
            stated.append(adjustment)
    assert sum_lines(COMPANY, stated) == line(COMPANY, counted, DAY)


def test_an_adjustment_says_only_what_is_new():
    stated = line(COMPANY, Counts(1, 0, 0, 10), DAY)
    adjustment = difference(line(COMPANY, Counts(1, 2, 0, 10), DAY), [stated])
    assert (counts_of(adjustment), str(adjustment.total)) == (Counts(0, 2, 0, 0), "0.000040")
    assert difference(stated, [stated]) is None
    assert str(difference(line(OTHER, Counts(), DAY), []).total) == "0.103103"


def test_the_lines_stand_in_the_order_of_the_companies():
    made = statement(PROJECT, DAY, AMMAN, 1, [line(OTHER, Counts(), DAY), line(COMPANY, Counts(), DAY)], NOW)
    assert [each.company_id for each in made.lines] == [COMPANY, OTHER]
    assert (made.time_zone, made.number, str(made.total)) == ("Asia/Amman", 1, "0.206206")
    assert str(total([])) == "0.000000"


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2024-05-01T20:45:00Z", AMMAN, "2024-05-01"),  # UTC+3 all year since October 2022
        ("2024-05-01T21:00:00Z", AMMAN, "2024-05-02"),
        ("2022-05-01T21:00:00Z", AMMAN, "2022-05-02"),
        ("2024-01-02T03:15:00Z", ST_JOHNS, "2024-01-01"),  # UTC-3:30
        ("2024-01-02T03:30:00Z", ST_JOHNS, "2024-01-02"),
        ("2024-07-02T02:15:00Z", ST_JOHNS, "2024-07-01"),  # UTC-2:30 in summer
        ("2024-07-02T02:30:00Z", ST_JOHNS, "2024-07-02"),
        ("2024-02-29T23:45:00Z", UTC, "2024-02-29"),
    ],
)
def test_the_day_is_the_one_in_the_projects_time_zone(at, zone, day):
    assert day_of(datetime.fromisoformat(at), zone).isoformat() == day


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2024, 3, 31), COPENHAGEN, 23),
        (date(2024, 10, 27), COPENHAGEN, 25),
        (date(2024, 3, 10), ST_JOHNS, 23),
        (date(2024, 11, 3), ST_JOHNS, 25),
        (date(2024, 4, 7), ZoneInfo("Australia/Lord_Howe"), 24.5),
        (date(2022, 2, 25), AMMAN, 23),  # the day began at 01:00: its midnight was skipped
        (date(2024, 6, 1), AMMAN, 24),
    ],
)
def test_a_day_lasts_as_long_as_it_does_there_and_is_charged_once(day, zone, hours):
    start, end = day_start(day, zone), day_end(day, zone)
    assert end - start == timedelta(hours=hours)
    quarters = [start + n * timedelta(minutes=15) for n in range(int(hours * 4))]
    assert {day_of(at, zone) for at in quarters} == {day}
    assert day_of(start - timedelta(minutes=15), zone) == day - timedelta(days=1)
    assert day_of(end, zone) == day + timedelta(days=1)
