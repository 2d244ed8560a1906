"""Switches that make a shop misbehave the way hosts, proxies and networks do."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, cast

from shoprelay_simulators.messages import Response

FaultKind = Literal["status", "malformed", "html", "warning", "slow", "drop", "change", "ties", "deleted", "expire"]
HAPPENINGS: Final = frozenset({"change", "ties", "deleted", "expire"})
"""Kinds that leave the answer whole: something happens in the shop before it."""
WebhookMode = Literal["normal", "duplicate", "late", "reorder", "never"]

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
    webhooks_told: int = 0
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

    def lateness(self) -> float:
        """How many seconds later than usual the next webhook leaves. Reordered: every other one, which the next overtakes."""
        self.webhooks_told += 1
        late = self.webhooks == "late" or (self.webhooks == "reorder" and self.webhooks_told % 2 == 1)
        return self.webhook_late_seconds if late else 0.0

    def next(self) -> Fault | None:
        if self.planned:
            return self.planned.popleft()
        self.asked += 1
        return next(self.recurring, None) if self.every and self.asked % self.every == 0 else None


@dataclass
class Plan:
    """What is to go wrong: `requests` are hit one each, the rest holds from the beginning.

    `webhook_seconds`: how late they are, of late and reordered ones. `fold`: the shop's clock stands shortly before the end of
    summer time.
    """

    requests: list[Fault] = field(default_factory=list)
    webhooks: WebhookMode = "normal"
    webhook_seconds: float = 60.0
    fold: bool = False

    @property
    def happenings(self) -> set[str]:
        return {fault.kind for fault in self.requests if fault.kind in HAPPENINGS}


def parse(text: str) -> Plan:
    """Faults as people write them, such as `429:30*5, slow:2, drop, late:20, fold`; ValueError says what is expected.

    A number is a status, after a colon stands Retry-After (of `slow`, `late`, `reorder`: seconds), after a star how many times.
    """
    plan = Plan()
    for word in text.split(","):
        if word.strip():
            _add(plan, word.strip())
    return plan


_WEBHOOKS: Final[dict[str, WebhookMode]] = {"duplicate": "duplicate", "late": "late", "reorder": "reorder", "lost": "never"}
_EXPECTED = (
    "4xx or 5xx (503, 429:30), malformed, html, warning, drop, slow:SECONDS, change, ties, deleted, expire, "
    "duplicate, late:SECONDS, reorder:SECONDS, lost or fold"
)
_WORD = re.compile(
    r"(?:(?P<status>[45]\d\d)|(?P<kind>malformed|html|warning|slow|drop|change|ties|deleted|expire)"
    r"|(?P<webhooks>duplicate|late|reorder|lost)|(?P<fold>fold))(?::(?P<value>\d+(?:\.\d+)?))?(?:\*(?P<times>\d{1,4}))?"
)


def _add(plan: Plan, word: str) -> None:
    found = _WORD.fullmatch(word)
    if found is None:
        raise ValueError(f"expected {_EXPECTED}, got {word!r}")
    value, times = float(found["value"] or 0), int(found["times"] or 1)
    if found["fold"]:
        plan.fold = True
    elif found["webhooks"]:
        plan.webhooks, plan.webhook_seconds = _WEBHOOKS[found["webhooks"]], value or plan.webhook_seconds
    elif found["status"]:
        plan.requests += [Fault("status", int(found["status"]), int(value) if found["value"] else None)] * times
    else:
        plan.requests += [Fault(cast("FaultKind", found["kind"]), seconds=value or 1.0)] * times


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
