"""Switches that make a shop misbehave the way hosts, proxies and networks do."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, cast

from shoprelay_simulators.messages import Response

FaultKind = Literal["status", "malformed", "html", "warning", "slow", "drop"]
WebhookMode = Literal["normal", "duplicate", "late", "never"]

HTML_PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
PHP_WARNING = b"<br />\n<b>Warning</b>:  Undefined array key 0 in <b>plugin.php</b> on line <b>12</b><br />\n"


@dataclass(frozen=True)
class Fault:
    kind: FaultKind
    status: int = 503
    retry_after: int | None = None
    seconds: float = 0.0


@dataclass
class Faults:
    """`planned` faults hit the next requests, one each, in order. The other switches stay until reset."""

    planned: deque[Fault] = field(default_factory=deque)
    unauthorized: bool = False
    webhooks: WebhookMode = "normal"
    webhook_late_seconds: float = 60.0
    recurring: Iterator[Fault] = field(default_factory=lambda: iter(()))
    every: int = 0
    asked: int = 0

    def fail(self, times: int = 1, *, status: int = 503, retry_after: int | None = None) -> None:
        """The next requests are answered with `status` (and Retry-After in seconds) and change nothing."""
        self.planned.extend([Fault("status", status, retry_after)] * times)

    def garble(self, kind: Literal["malformed", "html", "warning"], times: int = 1) -> None:
        """Cuts the JSON short, replaces it by an HTML page (both 200), or puts a PHP warning before it."""
        self.planned.extend([Fault(kind)] * times)

    def slow(self, seconds: float, times: int = 1) -> None:
        self.planned.extend([Fault("slow", seconds=seconds)] * times)

    def drop(self, times: int = 1) -> None:
        """Closes the connection in mid-body; the request itself was carried out."""
        self.planned.extend([Fault("drop")] * times)

    def recur(self, faults: Iterator[Fault], every: int) -> None:
        """From now on one in `every` requests has the next of these faults."""
        self.recurring, self.every = faults, every

    def next(self) -> Fault | None:
        if self.planned:
            return self.planned.popleft()
        self.asked += 1
        return next(self.recurring, None) if self.every and self.asked % self.every == 0 else None


def parse(text: str) -> list[Fault]:
    """Faults as people write them, such as `429:30*5, 503*2, slow:2, html, drop`; ValueError says what is expected.

    A number is a status, after a colon stands Retry-After (of `slow`: how many seconds), after a star how many times.
    """
    return [fault for word in text.split(",") if word.strip() for fault in _parsed(word.strip())]


_WORD = re.compile(
    r"(?:(?P<status>[45]\d\d)|(?P<kind>malformed|html|warning|slow|drop))(?::(?P<value>\d+(?:\.\d+)?))?(?:\*(?P<times>\d{1,4}))?"
)


def _parsed(word: str) -> list[Fault]:
    found = _WORD.fullmatch(word)
    if found is None:
        raise ValueError(f"expected 4xx or 5xx (503, 429:30), malformed, html, warning, drop or slow:SECONDS, got {word!r}")
    value = float(found["value"] or 0)
    if found["status"]:
        fault = Fault("status", int(found["status"]), int(value) if found["value"] else None)
    else:
        fault = Fault(cast("FaultKind", found["kind"]), seconds=value or 1.0)
    return [fault] * int(found["times"] or 1)


def refusal(fault: Fault) -> Response:
    """The host's own answer, before the shop saw the request."""
    headers = [("Content-Type", "text/html")]
    if fault.retry_after is not None:
        headers.append(("Retry-After", str(fault.retry_after)))
    return Response(fault.status, HTML_PAGE, headers)


def garbled(fault: Fault, response: Response) -> Response:
    if fault.kind == "html":
        return Response(response.status, HTML_PAGE, [("Content-Type", "text/html; charset=UTF-8")])
    if fault.kind == "malformed":
        return Response(response.status, response.body[: len(response.body) * 2 // 3], response.headers)
    if fault.kind == "warning":
        return Response(response.status, PHP_WARNING + response.body, response.headers)
    return response
