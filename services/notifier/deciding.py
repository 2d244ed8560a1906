"""What a result means for a delivery: done, again at some time, or given up."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from services.notifier.calling import Result
from shoprelay_runtime.store import Bson

SCHEDULE: Final = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0, 43200.0)
"""The longest pause, in seconds, before each repeat; the last one stays in force."""
GIVE_UP_AFTER: Final = timedelta(hours=24)
Jitter = Callable[[float, float], float]


def decide(
    row: Bson, result: Result, now: datetime, jitter: Jitter = random.uniform, schedule: Sequence[float] = SCHEDULE
) -> Bson:
    """The attributes of a delivery after a call.

    Full jitter makes pauses shorter than planned: so it is given up only when the plan is used up and a day has passed.
    """
    tries = int(row["tries"]) + 1
    settled: Bson = {"owner": None, "tries": tries, "last_status": result.status, "last_error": result.error}
    if result.delivered:
        return {**settled, "state": "done", "done_at": now}
    if result.gone:
        return {**settled, "state": "disabled"}
    if tries > len(schedule) and now - row["since"] >= GIVE_UP_AFTER:
        return {**settled, "state": "failed"}
    pause = max(jitter(0.0, schedule[min(tries, len(schedule)) - 1]), result.wait)
    return {**settled, "due_at": now + timedelta(seconds=pause)}


def outcome(settled: Bson, result: Result) -> str:
    """The metric's label."""
    if settled.get("state"):
        return str(settled["state"])
    return "refused" if result.refused else "again"
