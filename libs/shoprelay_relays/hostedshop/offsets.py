"""Walking all products by their places in the list, without losing one of them.

A product that is deleted moves all that follow one place up. So each answer begins before the last product that was seen, and
only what comes after it is new; where none of the last ones is in the answer, it is looked for further ahead.
"""

from dataclasses import dataclass, field
from datetime import datetime

import httpx

from shoprelay_relays.hostedshop.client import listed
from shoprelay_relays.http.asking import Overloaded
from shoprelay_relays.spec import Json

LARGEST, SMALLEST = 100, 5
_REMEMBERED = 20


@dataclass(slots=True)
class Place:
    """How many places of the list were passed, the ids of the last products there, and how many the shop can bear to give."""

    passed: int = 0
    last: list[str] = field(default_factory=list)
    size: int = LARGEST


@dataclass(frozen=True, slots=True)
class Step:
    rows: list[Json]
    asked_at: datetime
    requests: int
    ended: bool


async def step(shop: httpx.AsyncClient, place: Place) -> Step:
    """The products after `place`, which moves on. Only an answer with nothing new ends the list: it may be shorter than asked."""
    back, requests = 1 if place.last else 0, 0
    while True:
        start = max(0, place.passed - back)
        try:
            answer = await listed(shop, "Product_GetAllWithLimit", Start=start, Length=place.size + place.passed - start)
        except Overloaded:
            if place.size <= SMALLEST:
                raise
            place.size = max(SMALLEST, place.size // 2)
            requests += 1
            continue
        requests += answer.requests
        ids = [str(row["Id"]) for row in answer.rows]
        known = next((at for at in reversed(range(len(ids))) if ids[at] in place.last), None)
        if known is not None or not place.last:
            fresh = answer.rows[0 if known is None else known + 1 :]
            place.passed, place.last = start + len(ids), [*place.last, *ids][-_REMEMBERED:]
            return Step(fresh, answer.asked_at, requests, ended=not fresh)
        if start == 0:
            # None of them is left: whatever is there is told again rather than passed over.
            place.passed, place.last = 0, []
        back = min(back * 10, place.passed)
