"""What a storm does and when: drawn from the seed before it begins, so that it can be printed and done again."""

import random
from collections.abc import Iterator, Sequence
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
_KILLER = {
    "kill": 58,
    "volley": 4,
    "gust": 3,
    "stop": 14,
    "shop": 9,
    "webhooks": 8,
    "unheard": 4,
    "cut": 6,
    "shut": 3,
    "stall": 4,
}
_SERVERS = ("kafka", "mongo", "freeze", "stepdown")
_OPERATOR = ("wrong", "lists", "block", "roll", "resync", "join", "pause", "retry")
_WEIGHTS = {"normalizer": 4, "relay-poller": 3, "webhook-ingest": 2, "billing-meter": 2, "notifier": 1}
_SHOP_FAULTS = ("status", "slow", "drop", "malformed", "html")
_SERVER_SECONDS = 25.0  # one death of a server in each: they take some to come back, and services must get to work
_OPERATOR_SECONDS = 6.0


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
    """The whole storm; `every`: seconds between two of the killer's actions, on average."""
    rng = random.Random(seed)
    found = [*_killer(rng, seconds, every, shops), *_servers(rng, seconds), *_operator(rng, seconds, shops)]
    return sorted(found, key=lambda action: action.at)


def _killer(rng: random.Random, seconds: float, every: float, shops: int) -> Iterator[Action]:
    at = 2.0
    while (at := at + rng.expovariate(1 / every)) < seconds:
        what = rng.choices(list(_KILLER), list(_KILLER.values()))[0]
        if what == "gust":
            # Several a second, of whatever is there.
            yield from (Action(at + rng.uniform(0, 3), "kill", _service(rng)) for _ in range(12))
        else:
            yield _action(rng, at, what, shops)


def _servers(rng: random.Random, seconds: float) -> Iterator[Action]:
    """Each kind in turn, in an order of the seed's."""
    kinds = rng.sample(_SERVERS, len(_SERVERS))
    for number in range(max(1, int(seconds // _SERVER_SECONDS))):
        what = kinds[number % len(kinds)]
        at = _SERVER_SECONDS * number + rng.uniform(3, 7)
        lasts = {"freeze": rng.uniform(3, 10), "stepdown": 0.0}.get(what, rng.choice((0.0, 0.0, 4.0, 10.0)))
        yield Action(at, what, rng.choice(("kafka", "mongo")) if what == "freeze" else "", lasts)


def _operator(rng: random.Random, seconds: float, shops: int) -> Iterator[Action]:
    """What people do meanwhile; each kind in turn."""
    kinds = rng.sample(_OPERATOR, len(_OPERATOR))
    lasts = {"block": (3.0, 8.0), "pause": (3.0, 9.0), "join": (6.0, 14.0)}
    for number in range(int((seconds - 3) // _OPERATOR_SECONDS)):
        what = kinds[number % len(kinds)]
        at = 2.0 + _OPERATOR_SECONDS * number + rng.uniform(0, _OPERATOR_SECONDS)
        target = rng.choice(list(_WEIGHTS)) if what == "roll" else str(rng.randrange(shops))
        yield Action(at, what, target if what not in {"join", "retry"} else "", rng.uniform(*lasts.get(what, (0.0, 0.0))))


def _action(rng: random.Random, at: float, what: str, shops: int) -> Action:
    """What an action is done to, and for how long."""
    # Longer than leases and sessions for the most part: who wakes up has been replaced.
    seconds = {"stop": rng.uniform(3, 14), "unheard": rng.uniform(2, 5), "shut": rng.uniform(1, 9), "stall": rng.uniform(1, 9)}
    server = rng.choice(("kafka", "mongo"))
    targets = {
        "kill": _service(rng),
        "stop": _service(rng),
        "volley": rng.choice(list(_WEIGHTS)),
        "shop": f"{rng.randrange(shops)} {rng.choice(_SHOP_FAULTS)} {rng.randint(1, 6)}",
        "webhooks": f"{rng.randrange(shops)} {rng.choice(('duplicate', 'late', 'never', 'normal'))}",
        **dict.fromkeys(("cut", "shut", "stall"), server),
    }
    return Action(at, what, targets.get(what, ""), seconds.get(what, 0.0))


def _service(rng: random.Random, names: Sequence[str] = SERVICES) -> str:
    return rng.choices(names, [_WEIGHTS[name.rpartition("-")[0]] for name in names])[0]
