"""How one endpoint is doing, and what is claimed for it."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from services.notifier.calling import Endpoint, Result
from services.notifier.deciding import Jitter
from shoprelay_runtime.store import Bson

_LONGEST_PAUSE: Final = 300.0
_AHEAD: Final = 256
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Lane:
    """A failing endpoint gets one call at a time, ever less often, until it answers again.

    `waiting`: deliveries that are claimed and not called yet. `ended`: calls that ended since the last claim: where they end
    quickly, the next ones are claimed in advance, so that the database is asked seldom. `low`: with so few waiting it is
    time to claim more.
    """

    in_flight: int = 0
    failures: int = 0
    until: datetime = _LONG_AGO
    ended: int = 0
    low: int = 0
    endpoint: Endpoint | None = None
    waiting: deque[Bson] = field(default_factory=deque)

    def free(self, most: int, now: datetime) -> int:
        """How many more calls it may get."""
        return 0 if now < self.until else (1 if self.failures else most) - self.in_flight

    def wanted(self, most: int, now: datetime) -> int:
        """How many more deliveries to claim; none where what is claimed has to wait."""
        if now < self.until or self.failures:
            return self.free(most, now) - len(self.waiting)
        return max(self.free(most, now), 0) + min(2 * self.ended, _AHEAD) - len(self.waiting)

    def heard(self, result: Result, now: datetime, jitter: Jitter) -> None:
        """Learn from an answer."""
        self.failures = 0 if result.status is not None and result.status < 500 else self.failures + 1  # noqa: PLR2004
        pause = jitter(0.0, min(_LONGEST_PAUSE, 2.0 ** min(self.failures, 10))) if self.failures > 1 else 0.0
        self.until = max(self.until, now + timedelta(seconds=max(pause, result.wait)))
        if result.gone:
            self.endpoint = None

    def emptied(self) -> list[Bson]:
        """What waited, which waits no more."""
        rows = list(self.waiting)
        self.waiting.clear()
        return rows
