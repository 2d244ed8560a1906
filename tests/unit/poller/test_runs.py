"""Windows, lanes and numbers of a run; which edits mean something; how long to wait."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.relay_poller.run import Run
from services.relay_poller.settings import PollerSettings
from services.relay_poller.shop import pieces
from services.relay_poller.stamps import told
from services.relay_poller.turns import _delay
from services.relay_poller.watch import asked_again, concerns
from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.spec import Record
from shoprelay_runtime.admin.modes import catch_all_date, klass
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE
from tests.unit.poller.fakes import EVERYTHING, RELAY

ORDERS = RELAY.resource("orders")
T0 = datetime(2026, 1, 1, tzinfo=UTC)


def row(**more: Any) -> dict[str, Any]:
    fresh = {
        "_id": "w:orders:m",
        "mode": "updated_since_last_request",
        "cursor": None,
        "until": None,
        "watermark": None,
        "seq": 7,
    }
    return fresh | more


def test_a_first_run_asks_for_everything_on_the_backfill_lane() -> None:
    run = Run.of(row(), ORDERS)
    assert (run.window.since, run.lane, run.named(row()), run.seq) == (None, RAW_BACKFILL, "w:orders:m:backfill", 7)


def test_a_later_run_begins_the_overlap_before_the_watermark_on_the_live_lane() -> None:
    run = Run.of(row(watermark=T0), ORDERS)
    assert (run.window.since, run.lane, run.named(row())) == (T0 - ORDERS.overlap, RAW_LIVE, "w:orders:m")


def test_a_run_that_was_broken_off_keeps_its_window() -> None:
    begun = row(watermark=T0, cursor="5", until=T0 + timedelta(hours=1), started_at=T0, total=3, requests=2)
    run = Run.of(begun, ORDERS)
    assert (run.window.until, run.cursor, run.total, run.requests) == (T0 + timedelta(hours=1), "5", 3, 2)


@pytest.mark.parametrize(
    ("mode", "since", "until"),
    [("open_since_1x", 7, 0), ("open_since_2x", 14, 7), ("open_since_3x", 21, 14), ("open_since_4x", None, 21)],
)
def test_rounds_of_open_orders_leave_no_age_out_and_take_none_twice(mode: str, since: int | None, until: int) -> None:
    begun = row(mode=mode, watermark=T0, cursor="5", until=T0, started_at=T0, total=3, requests=2)
    run = Run.of(begun, ORDERS, open_days=7)
    assert run.window.until == T0 - timedelta(days=until)
    oldest = datetime(2000, 1, 1, tzinfo=UTC)
    assert run.window.since == (oldest if since is None else T0 - timedelta(days=since))
    assert (run.mark, run.lane, run.whole) == (T0, RAW_LIVE, False)


def test_history_begins_at_its_date_each_time_on_the_backfill_lane() -> None:
    history = row(mode="created_since_catch_all_date", watermark=T0)
    run = Run.of(history, ORDERS, date=T0 - timedelta(days=400))
    assert (run.window.since, run.lane, run.whole) == (T0 - timedelta(days=400), RAW_BACKFILL, False)
    assert Run.of(history, ORDERS).whole


def test_a_sweep_of_what_may_be_touched_is_not_the_whole() -> None:
    orders, products = EVERYTHING.resource("orders"), EVERYTHING.resource("products")
    assert [Run.of(row(mode="sweep", watermark=T0), each).whole for each in (orders, products)] == [True, False]


@pytest.mark.parametrize(
    ("config", "settings", "found"),
    [
        ({}, {}, None),
        ({"catch_all_date": "2024-01-31"}, {"catch_all_date": "2020-01-01"}, datetime(2024, 1, 31, tzinfo=UTC)),
        ({}, {"catch_all_date": "2020-01-01T12:00:00+01:00"}, datetime(2020, 1, 1, 11, tzinfo=UTC)),
        ({"catch_all_date": datetime(2024, 1, 31, 0, 0, 0, 123456, UTC)}, {}, datetime(2024, 1, 31, 0, 0, 0, 123000, UTC)),
    ],
)
def test_where_history_begins(config: dict[str, Any], settings: dict[str, Any], found: datetime | None) -> None:
    assert catch_all_date(config, settings) == found


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ShopTrouble("HTTP 503"), "could not be read just now. It is asked again by itself"),
        (ShopTrouble("HTTP 503"), "HTTP 503"),
        (NotThere("404"), "nothing at this address (it answers 404): check its address"),
        (httpx.ReadTimeout("https://shop.example/?key=sesame"), "took too long to answer (ReadTimeout)"),
        (httpx.ConnectError("https://shop.example/?key=sesame"), "could not be reached (ConnectError)"),
        (KeyError("sesame"), "a mistake on our side, not the shop's (KeyError)"),
    ],
)
def test_an_error_is_told_in_words_and_without_a_secret(error: Exception, said: str) -> None:
    assert said in told(error)
    assert "sesame" not in told(error)


SECONDS = st.integers(0, 3600)


@given(st.lists(SECONDS, min_size=1), st.lists(SECONDS, min_size=1), st.integers(-60, 60), st.integers(0, 60))
def test_no_change_falls_between_two_windows(changes: list[int], polls: list[int], skew: int, delay: int) -> None:
    """Also when the shop dates a change by a clock that is a minute off, and shows it a minute later."""
    watermark, seen = None, set()
    for asked in sorted(polls):
        since = Run.of(row(watermark=watermark), ORDERS).window.since
        shown = [change for change in changes if change + delay <= asked]
        seen |= {change for change in shown if since is None or T0 + timedelta(seconds=change + skew) >= since}
        assert seen == set(shown)
        watermark = T0 + timedelta(seconds=asked)


@pytest.mark.parametrize(
    ("changed", "meant"),
    [
        ({"active": False}, True),
        ({"get_orders_updated_since_last_request": True}, True),
        ({"closed_status_ids": []}, True),
        ({"config.consumer_key": "sr1:..."}, True),
        (
            {"got_orders_updated_since_last_request_at": T0, "got_finished_at": T0, "orders_stats": {}, "status": "connected"},
            False,
        ),
        ({"got_error_at": None, "orders_error": []}, False),
        ({"their_own_field": 1}, False),
    ],
)
def test_which_edits_concern_the_schedule(changed: dict[str, Any], meant: bool) -> None:
    assert concerns(changed) is meant


def test_a_stamp_set_to_null_asks_again_and_one_that_is_written_does_not() -> None:
    changed = {"got_orders_updated_since_last_request_at": None, "got_products_updated_since_last_request_at": T0, "note": None}
    assert asked_again(changed) == {"got_orders_updated_since_last_request_at"}


@given(st.integers(0, 500))
def test_waits_double_up_to_the_longest(failures: int) -> None:
    settings = PollerSettings(first_delay_seconds=10, longest_delay_seconds=1000)
    wait = _delay(settings, {"failures": failures}).total_seconds()
    expected = min(10 * 2**failures, 1000)
    assert 0.8 * expected <= wait <= 1.2 * expected


def test_lines_and_refunds_ride_free_and_belong_to_their_orders() -> None:
    records = [Record(name, "1", b"") for name in ("orders", "products", "customers", "variations", "refunds", "categories")]
    assert pieces(records) == 3
    assert [klass(name) for name in ("refunds", "variations", "categories")] == ["orders", "products", "categories"]
