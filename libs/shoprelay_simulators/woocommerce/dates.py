"""Times: shown twice (shop-local and GMT, both without zone), filtered with the platform's surprises."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHAPE = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|z|[+-]\d\d(?::?\d\d)?)?")


def gmt(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


def parse_filter(text: str, zone: ZoneInfo, *, are_gmt: bool) -> datetime | None:
    """The instant a date filter means to the shop, or None when it refuses the text.

    A bare time is shop-local, or UTC with `dates_are_gmt`. A time with Z or an offset is understood alone,
    but together with `dates_are_gmt` it is turned into local time and that is read as UTC: the filter
    moves by the shop's offset.
    """
    match = SHAPE.fullmatch(text)
    if match is None:
        return None
    day, time, offset = match.groups()
    try:
        naive = datetime.fromisoformat(f"{day}T{time}")
        if offset is None:
            return naive.replace(tzinfo=UTC) if are_gmt else from_local(naive, zone)
        moment = datetime.fromisoformat(f"{day}T{time}{'+00:00' if offset in 'Zz' else offset}")
    except ValueError:
        return None
    return moment.astimezone(zone).replace(tzinfo=UTC) if are_gmt else moment.astimezone(UTC)


def from_local(naive: datetime, zone: ZoneInfo) -> datetime:
    """A local time that occurs twice is the second one (winter time); one that never occurs moves on."""
    second = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if second.astimezone(zone).replace(tzinfo=None) == naive:
        return second
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
