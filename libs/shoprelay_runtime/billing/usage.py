"""Records of usage.v1: read, and refused when they cannot be billed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bson import ObjectId
from pydantic import ValidationError

from shoprelay_runtime.billing.prices import PRICES
from shoprelay_runtime.billing.statements import Counts, counts_of, day_of
from shoprelay_runtime.bus import header
from shoprelay_schema.events import UsageRecordedV1

_MOST: Final = 2**40  # far beyond any quarter of an hour, and sums of it fit BSON's 64 bits

Key = tuple[ObjectId, date, ObjectId]
"""Project, day, company: what is counted by."""


class Malformed(Exception):
    """A record that cannot be billed; `field` is at fault, the text says what was expected of it."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text}")
        self.field = field


class Usage(NamedTuple):
    """One event and its id."""

    id: str
    event: UsageRecordedV1


def decode(headers: Iterable[tuple[str, bytes]], value: bytes | None) -> Usage:
    """The usage in a record; Malformed when it is of another kind, has no id, is not valid, or is older than the first prices."""
    named = list(headers)
    kind, event_id = _text(named, "ce_type"), _text(named, "ce_id")
    if kind != UsageRecordedV1.type:
        raise Malformed("ce_type", f"expected {UsageRecordedV1.type}, got {kind or 'none'}")
    if not event_id:
        raise Malformed("ce_id", "expected the event's id, got none")
    event = _event(value or b"")
    if event.at.date() <= PRICES[0].since:  # a day's margin: the project's calendar may still be on the day before
        raise Malformed("at", f"expected a time after {PRICES[0].since}, before which there are no prices")
    for name, count in counts_of(event)._asdict().items():
        if count > _MOST:
            raise Malformed(name, f"expected at most {_MOST}, got {count}")
    return Usage(event_id, event)


def _event(value: bytes) -> UsageRecordedV1:
    try:
        return UsageRecordedV1.model_validate_json(value)
    except ValidationError as error:
        first = error.errors()[0]
        raise Malformed(".".join(map(str, first["loc"])) or "value", first["msg"]) from None


def _text(headers: list[tuple[str, bytes]], name: str) -> str:
    try:
        return header(headers, name)
    except UnicodeDecodeError:
        raise Malformed(name, "expected UTF-8") from None


def tally(zones: Mapping[ObjectId, ZoneInfo], usages: Iterable[Usage]) -> dict[Key, Counts]:
    """The sums by project, day in the project's time zone, and company."""
    sums: dict[Key, Counts] = defaultdict(Counts)
    for _, event in usages:
        key = (event.project, day_of(event.at, zones[event.project]), event.company_id)
        sums[key] = sums[key].plus(counts_of(event))
    return dict(sums)
