"""What a storm does and when: drawn from the seed before it begins, so that it can be printed and done again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

SERVICES = (
    "webhook-ingest-1",
    "webhook-ingest-2",
    "relay-poller-1",
    "relay-poller-2",
    "normalizer-1",
    "normalizer-2",
    "billing-meter-1",
    "notifier-1",
    "notifier-2",
)
_ACTIONS = {
    "kill": 56,
    "volley": 4,
    "stop": 14,
    "mongo": 3,
    "kafka": 4,
    "freeze": 4,
    "stepdown": 2,
    "shop": 9,
    "webhooks": 8,
    "cut": 4,
}
_SERVERS = ("mongo", "kafka")
_WEIGHTS = {"normalizer": 4, "relay-poller": 3, "webhook-ingest": 2, "billing-meter": 2, "notifier": 1}
_SHOP_FAULTS = ("status", "slow", "drop", "malformed", "html")
_SERVER_GAP = 20.0  # seconds between two deaths of servers: they take some to come back, and services must get to work


@dataclass(frozen=True)
class Action:
    """`what` is done to `target` at `at` seconds after the beginning, for `seconds` where it lasts."""

    at: float
    what: str
    target: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.at:6.1f} s  {self.what:<8} {self.target}" + (f" for {self.seconds:.1f} s" if self.seconds else "")


def draw(seed: int, seconds: float, every: float, shops: int) -> list[Action]:
    """The whole storm; `every`: seconds between two actions, on average."""
    rng, at, server_at, found = random.Random(seed), 2.0, 0.0, []
    while (at := at + rng.expovariate(1 / every)) < seconds:
        what = rng.choices(list(_ACTIONS), list(_ACTIONS.values()))[0]
        if what in {*_SERVERS, "freeze", "stepdown"}:
            if at - server_at < _SERVER_GAP:
                what = "kill"
            else:
                server_at = at
        found.append(_action(rng, at, what, shops))
    return found


def _action(rng: random.Random, at: float, what: str, shops: int) -> Action:
    """What an action is done to, and for how long."""
    if what == "stop":
        # Longer than leases and sessions for the most part: who wakes up has been replaced.
        return Action(at, what, _service(rng, SERVICES), rng.uniform(3, 14))
    if what in _SERVERS:
        return Action(at, what, seconds=rng.choice((0.0, 0.0, 4.0, 12.0)))
    seconds = {"freeze": rng.uniform(3, 12), "cut": rng.uniform(2, 5)}
    targets = {
        "kill": _service(rng, SERVICES),
        "volley": rng.choice(list(_WEIGHTS)),
        "freeze": rng.choice(_SERVERS),
        "shop": f"{rng.randrange(shops)} {rng.choice(_SHOP_FAULTS)} {rng.randint(1, 6)}",
        "webhooks": f"{rng.randrange(shops)} {rng.choice(('duplicate', 'late', 'never', 'normal'))}",
    }
    return Action(at, what, targets.get(what, ""), seconds.get(what, 0.0))


def _service(rng: random.Random, names: Sequence[str]) -> str:
    return rng.choices(names, [_WEIGHTS[name.rpartition("-")[0]] for name in names])[0]
