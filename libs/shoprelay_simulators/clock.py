"""The shop's clock. A test sets it; a running shop reads the machine's."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


def started(at: datetime) -> Clock:
    """A clock that is at `at` now, and runs as fast as the machine's."""
    behind = utc_now() - at
    return lambda: utc_now() - behind


def summer_time_ends(now: datetime) -> datetime:
    """Half a minute before the last time at which Europe's clocks went back: one o'clock UTC, October's last Sunday."""
    ends = [datetime(year, 10, 31, 1, tzinfo=UTC) for year in (now.year - 1, now.year)]
    sundays = [day - timedelta(days=(day.weekday() + 1) % 7) for day in ends]
    return max(day for day in sundays if day <= now) - timedelta(seconds=30)


class ManualClock:
    """Stands still until told otherwise; `clock()` is the time."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
