"""The cap on dead letters: a broken mapping stops its partition before the raw log drains away; a broken shop stops nobody.

What tells the two apart is who is rejected. A mapping (a relay's resource) that is broken fails for every shop; so rejections are
counted by mapping since its last accepted record, and one webshop counts for at most half of the cap. A shop that sends garbage
therefore never stops a partition that serves other shops. Where it has the partition to itself nobody tells the two apart, nor
is anybody held up: there the cap is ten times as high.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_ALONE: Final = 10
_SERVED: Final = 2


class TooManyRejected(Exception):
    """So many records in a row are rejected that it is not the records' fault."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one raw record that a mapping had to read. `mapping`: relay/resource."""

    mapping: str
    webshop: str
    accepted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """`rejected`: records since the last accepted one, by mapping and webshop. `served`: the webshops accepted last."""

    rejected: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    served: tuple[str, ...] = ()

    def after(self, outcomes: Iterable[Outcome], most: int) -> "Run":
        """The run after these records; TooManyRejected when a mapping has reached the cap of `most` records."""
        run, last = self, Outcome("", "", accepted=True)
        for last in outcomes:
            run = run._with(last)
            _refuse_broken(run, last, most)
        _refuse_alone(run, last, most)
        return run

    def _with(self, outcome: Outcome) -> "Run":
        if outcome.accepted:
            if outcome.mapping not in self.rejected and self.served[:1] == (outcome.webshop,):
                return self
            others = [shop for shop in self.served if shop != outcome.webshop]
            rejected = {name: shops for name, shops in self.rejected.items() if name != outcome.mapping}
            return Run(rejected, (outcome.webshop, *others)[:_SERVED])
        shops = self.rejected.get(outcome.mapping, {})
        grown = {**shops, outcome.webshop: shops.get(outcome.webshop, 0) + 1}
        return Run({**self.rejected, outcome.mapping: grown}, self.served)

    def row(self) -> dict[str, Any]:
        """As it is kept in the journal, so that a restart does not forget it."""
        counts = [[mapping, shop, n] for mapping, shops in self.rejected.items() for shop, n in shops.items()]
        return {"rejected": counts, "served": list(self.served)}


def run_of(row: Mapping[str, Any] | None) -> Run:
    """Undo `row`; None: nothing is known yet."""
    rejected: dict[str, dict[str, int]] = {}
    for mapping, shop, count in (row or {}).get("rejected", ()):
        rejected.setdefault(mapping, {})[shop] = count
    return Run(rejected, tuple((row or {}).get("served", ())))


def _refuse_broken(run: Run, last: Outcome, most: int) -> None:
    shops = run.rejected.get(last.mapping, {})
    if sum(min(count, (most + 1) // 2) for count in shops.values()) >= most:
        raise _too_many(last.mapping, shops, last)


def _refuse_alone(run: Run, last: Outcome, most: int) -> None:
    for mapping, shops in run.rejected.items():
        if len(shops) == 1 and set(run.served) <= shops.keys() and sum(shops.values()) >= _ALONE * most:
            raise _too_many(mapping, shops, last)


def _too_many(mapping: str, shops: Mapping[str, int], last: Outcome) -> TooManyRejected:
    whose = f"{len(shops)} webshops" if len(shops) > 1 else "the only webshop here"
    reason = f"; the last one: {last.reason}" if last.reason else ""
    return TooManyRejected(f"{mapping}: the last {sum(shops.values())} records, of {whose}, were all rejected{reason}")
