"""The cap on dead letters: a broken mapping stops its partition before the raw log drains away; a broken shop stops nobody.

What counts is the share of rejected records among the last ones, by mapping (a relay's resource) and partition: a deployment may
break one kind of record and read the others, and it need not break all of a kind. What tells a broken mapping from a broken shop
is who is rejected. So one webshop holds at most half of the places that stop a partition: a shop that sends garbage never stops
a partition that serves other shops. Where it has the partition to itself nobody tells the two apart, nor is anybody held up:
there the cap is ten times as high. It is judged at a batch's end, so that another shop's record behind the garbage counts.
A neighbour counts until it is destroyed, however long it was silent: its next record must not wait behind somebody's garbage.

A batch that reaches the cap is not applied; worker.py halves it, down to the record that reaches it. So what is applied never
reaches it, and after that no dead letter is written.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

_ALONE: Final = 10
_SERVED: Final = 2


class TooManyRejected(Exception):
    """So many of the last records are rejected that it is not the records' fault."""


@dataclass(frozen=True, slots=True)
class Limits:
    """More than `share` of the last `window` records of a mapping, and at least `least`, stop the partition."""

    least: int = 50
    window: int = 200
    share: float = 0.5

    @property
    def most_of_one(self) -> int:
        """How many rejected records of one webshop count."""
        return (self.least + 1) // 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one raw record that a mapping had to read. `mapping`: relay/resource."""

    mapping: str
    webshop: str
    accepted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The last records of a mapping, the oldest first: (webshop, accepted). For a lonely shop: `rejected` of `seen`."""

    last: tuple[tuple[str, bool], ...] = ()
    rejected: int = 0
    seen: int = 0

    def after(self, outcome: Outcome, limits: Limits) -> "Window":
        """A webshop's rejected record takes the place of its oldest when it has all the places that it may hold."""
        entry = (outcome.webshop, outcome.accepted)
        last = self.last
        if not outcome.accepted and last.count(entry) >= limits.most_of_one:
            at = last.index(entry)
            last = (*last[:at], *last[at + 1 :])
        seen, rejected = self.seen + 1, self.rejected + (not outcome.accepted)
        if seen >= 2 * _ALONE * limits.window:
            seen, rejected = seen // 2, rejected // 2
        return Window((*last, entry)[-limits.window :], rejected, seen)

    @property
    def shops(self) -> set[str]:
        """The webshops with rejected records."""
        return {shop for shop, accepted in self.last if not accepted}

    def row(self) -> list[Any]:
        """As the journal keeps it: runs of equal entries."""
        runs = [[shop, accepted, len(list(same))] for (shop, accepted), same in groupby(self.last)]
        return [runs, self.rejected, self.seen]


@dataclass(frozen=True, slots=True)
class Run:
    """`windows`: by mapping. `served`: the webshops accepted last, of any mapping."""

    windows: Mapping[str, Window] = field(default_factory=dict)
    served: tuple[str, ...] = ()

    def after(self, outcomes: Iterable[Outcome], limits: Limits) -> "Run":
        """The run after these records; TooManyRejected when a mapping has reached the cap."""
        run, last = self, None
        for last in outcomes:
            run = run._with(last, limits)
            if not last.accepted:
                _refuse_broken(run, last, limits)
        if last is not None:
            _refuse_alone(run, last, limits)
        return run

    def without(self, webshops: Collection[str]) -> "Run":
        """The run when these webshops are destroyed: they are nobody's neighbours any more."""
        if not webshops:
            return self
        kept = {
            mapping: replace(window, last=tuple(entry for entry in window.last if entry[0] not in webshops))
            for mapping, window in self.windows.items()
        }
        return Run(kept, tuple(shop for shop in self.served if shop not in webshops))

    def _with(self, outcome: Outcome, limits: Limits) -> "Run":
        window = self.windows.get(outcome.mapping, Window()).after(outcome, limits)
        run = replace(self, windows={**self.windows, outcome.mapping: window})
        if not outcome.accepted or self.served[:1] == (outcome.webshop,):
            return run
        others = [shop for shop in self.served if shop != outcome.webshop]
        return replace(run, served=(outcome.webshop, *others)[:_SERVED])

    def row(self) -> dict[str, Any]:
        """As it is kept in the journal, so that a restart does not forget it."""
        windows = [[mapping, *window.row()] for mapping, window in self.windows.items()]
        return {"windows": windows, "served": list(self.served)}


def run_of(row: Mapping[str, Any] | None) -> Run:
    """Undo `row`; None: nothing is known yet."""
    windows = {}
    for mapping, runs, rejected, seen in (row or {}).get("windows", ()):
        last = tuple((shop, accepted) for shop, accepted, count in runs for _ in range(count))
        windows[mapping] = Window(last, rejected, seen)
    return Run(windows, tuple((row or {}).get("served", ())))


def _refuse_broken(run: Run, last: Outcome, limits: Limits) -> None:
    window = run.windows[last.mapping]
    rejected = sum(not accepted for _, accepted in window.last)
    if rejected >= limits.least and rejected > limits.share * len(window.last):
        whose = f"of {len(window.shops)} webshops"
        raise _too_many(last, f"{rejected} of the last {len(window.last)} records that count, {whose}, were rejected")


def _refuse_alone(run: Run, last: Outcome, limits: Limits) -> None:
    for mapping, window in run.windows.items():
        if len(window.shops) != 1 or not set(run.served) <= window.shops:
            continue
        if window.rejected >= _ALONE * limits.least and window.rejected > limits.share * window.seen:
            said = f"{window.rejected} of {window.seen} records, of the only webshop here, were rejected"
            raise _too_many(replace(last, mapping=mapping), said)


def _too_many(last: Outcome, said: str) -> TooManyRejected:
    reason = f"; the last one: {last.reason}" if last.reason else ""
    return TooManyRejected(f"{last.mapping}: {said}{reason}")
