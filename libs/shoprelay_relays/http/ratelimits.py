"""What gateways and hosts say of a budget in headers of no platform's own: RateLimit-* and X-RateLimit-*.

https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-07 for the first; the second is a custom, in which the
reset is told in seconds from now or as a time.
"""

import time
from typing import Final

import httpx

from shoprelay_relays.spec import Told

_SPELLINGS: Final = ("ratelimit", "x-ratelimit", "x-rate-limit")
_A_TIME: Final = 1e9  # seconds since 1970; no window is that long
_LONGEST: Final = 3600.0  # a clock that is wrong must not stop a shop for longer


def rate_limit(response: httpx.Response) -> Told | None:
    """How much is left of the window, and how long until the next one when nothing is. None when the answer does not say."""
    left = _number(response, "remaining")
    if left is None:
        return None
    return Told(wait=_until_reset(response) if left < 1 else 0.0, left=left)


def _until_reset(response: httpx.Response) -> float:
    reset = _number(response, "reset") or 0.0
    return min(_LONGEST, max(0.0, reset - time.time() if reset > _A_TIME else reset))


def _number(response: httpx.Response, what: str) -> float | None:
    """A plain number that is not negative; some say -1 for "no limit", and newer drafts write lists."""
    for spelling in _SPELLINGS:
        value = response.headers.get(f"{spelling}-{what}", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
    return None
