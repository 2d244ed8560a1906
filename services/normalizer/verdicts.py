"""Why an observation counts or does not, in words for people. The rules themselves stand in guard.py and fold.py. Pure."""

from collections.abc import Callable, Sequence
from typing import Final

from services.normalizer.observations import Observation
from services.normalizer.state import State
from shoprelay_schema.raw import Via

_Rules = Sequence[tuple[Callable[[State, Observation], bool], str]]


def won(before: State, said: Observation | None) -> str:
    """By which rule an observation counts; None: of its parent, which lists it no more."""
    return "its parent lists it no more" if said is None else _first(_WON, before, said)


def lost(before: State, said: Observation, *, asked: bool) -> str:
    """By which rule an observation does not count. `asked`: a direct read decides."""
    return _first(_LOST, before, said) + ("; the shop was asked" if asked else "")


def _first(rules: _Rules, before: State, said: Observation) -> str:
    return next(text for holds, text in rules if holds(before, said))


def _newer(before: State, said: Observation) -> bool:
    return before.seen is None or said.seen.version > before.seen.version


def _older(before: State, said: Observation) -> bool:
    return before.seen is not None and said.seen.version < before.seen.version


def _later(before: State, said: Observation) -> bool:
    return before.seen is None or said.seen.observed_at > before.seen.observed_at


def _known_in_passing(before: State) -> bool:
    return before.seen is not None and before.seen.via is Via.DERIVED


def _in_passing(said: Observation) -> bool:
    return said.seen.via is Via.DERIVED


_WON: Final[_Rules] = (
    (lambda _, o: o.replayed, "a replay: the newest look, by the present mapping"),
    (lambda _, o: o.reevaluated, "the merchant's status lists changed"),
    (lambda _, o: o.values is None, "evidence that it is gone"),
    (lambda before, _: before.deleted, "the shop was looked at after the deletion"),
    (lambda before, _: before.seen is None, "the first that is known of it"),
    (lambda b, o: _newer(b, o) and _known_in_passing(b) and not _in_passing(o), "said by itself; before, only in passing"),
    (_newer, "a newer version"),
    (_later, "the same version, looked at later"),
    (lambda *_: True, "the same version in the same millisecond: the greater content"),
)
_LOST: Final[_Rules] = (
    (lambda _, o: o.replayed, "a replay of what is not the newest look"),
    (lambda _, o: o.reevaluated, "the lists leave it as it is"),
    (lambda before, _: before.deleted, "it was deleted before"),
    (lambda b, o: b.seen is None and o.values is None, "there was nothing to delete"),
    (lambda b, o: b.seen is None and o.parent is not None, "its parent's newer record does not list it"),
    (lambda before, _: before.seen is None, "the merchant ignores its status"),
    (lambda _, o: o.values is None, "the shop was looked at later than that"),
    (lambda b, o: _older(b, o) and _in_passing(o) and not _known_in_passing(b), "learnt in passing; the shop says it by itself"),
    (_older, "an older version"),
    (lambda b, o: not _newer(b, o) and o.seen.via is Via.WEBHOOK, "the same version, and a push does not decide"),
    (lambda *_: True, "the same version, looked at earlier"),
)
