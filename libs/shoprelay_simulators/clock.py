"""The shop's clock. A test sets it; a running shop reads the machine's."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


class ManualClock:
    """Stands still until told otherwise; `clock()` is the time."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
