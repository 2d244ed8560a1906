"""Sessions: a cookie that Solution_Connect gives, and the field sets that belong to it."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shoprelay_simulators.hostedshop.rows import FIELDS
from shoprelay_simulators.hostedshop.soap import Fault

COOKIE = "PHPSESSID"
LIFETIME = timedelta(minutes=30)


@dataclass
class Session:
    """`fields`: operation -> names; without it a record is its Id."""

    used_at: datetime
    fields: dict[str, list[str]] = field(default_factory=dict)

    def set_fields(self, operation: str, names: str, lacking: set[str]) -> None:
        """One unknown name refuses all, and what was set stays."""
        wanted = [name.strip() for name in names.split(",") if name.strip()]
        for name in wanted:
            if name not in FIELDS[operation] or name in lacking:
                raise Fault("NOSUCHPARAM", "One of the fields does not exist")
        self.fields[operation] = wanted


class Sessions:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._live: dict[str, Session] = {}
        self.opened = 0

    def open(self, now: datetime) -> str:
        key = f"{self._rng.getrandbits(128):032x}"
        self._live[key] = Session(now)
        self.opened += 1
        return key

    def of(self, cookies: str, now: datetime) -> Session:
        """Raises AUTH for none, and for one that was not used for too long."""
        pairs = dict(part.strip().partition("=")[::2] for part in cookies.split(";"))
        found = self._live.get(pairs.get(COOKIE, ""))
        if found is None or found.used_at + LIFETIME < now:
            raise Fault("AUTH", "You are not logged in")
        found.used_at = now
        return found

    def end_all(self) -> None:
        self._live.clear()
