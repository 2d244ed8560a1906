"""A shop's local times, around the night that has one hour twice (Copenhagen, 2026-10-25: 02:00-03:00)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.localtime import from_local, since_local, until_local, zone

COPENHAGEN = zone("Europe/Copenhagen")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, 25, hour, minute, tzinfo=UTC)


def test_a_time_is_read_in_the_shops_zone() -> None:
    assert from_local("2026-07-01 12:00:00", COPENHAGEN, "d") == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert from_local("2026-01-01T12:00:00", COPENHAGEN, "d") == datetime(2026, 1, 1, 11, tzinfo=UTC)
    assert from_local("2026-01-01T12:00:00+05:00", COPENHAGEN, "d") == datetime(2026, 1, 1, 7, tzinfo=UTC)
    assert from_local("0000-00-00 00:00:00", COPENHAGEN, "d") is None
    with pytest.raises(PayloadInvalid, match="d: expected a time"):
        from_local("yesterday", COPENHAGEN, "d")


def test_a_time_of_the_double_hour_is_never_read_as_older_than_it_is() -> None:
    assert from_local("2026-10-25 02:30:00", COPENHAGEN, "d") == at(1, 30)


def test_an_unknown_zone_is_the_default() -> None:
    assert zone("Mars/Base", "Europe/Copenhagen").key == COPENHAGEN.key
    assert str(zone(None)) == "UTC"


minutes = st.integers(0, 5 * 60 - 1).map(lambda n: datetime.fromtimestamp(at(22).timestamp() - 86400 + n * 60, UTC))


@given(minutes, minutes, minutes)
def test_a_window_in_local_time_holds_all_that_happened_in_it(a: datetime, b: datetime, c: datetime) -> None:
    since, happened, until = sorted((a, b, c))
    written = happened.astimezone(COPENHAGEN).replace(tzinfo=None)
    assert since_local(since, COPENHAGEN) <= written <= until_local(until, COPENHAGEN)
