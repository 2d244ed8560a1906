"""The shop's times: local, without an offset, in whole seconds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shoprelay_relays import localtime, values
from shoprelay_relays.fields import Raw

_FORMAT = "%Y-%m-%d %H:%M:%S"
END = "9999-12-31 00:00:00"
"""The end of a range that has none. Only a range includes its bounds: ">=" is not understood, and all rows come back."""


def zone(config: Mapping[str, Any]) -> ZoneInfo:
    return localtime.zone(config.get("time_zone") or None)


def moment(raw: Raw, key: str, where: ZoneInfo) -> datetime | None:
    """A date of a record; the zero date is None."""
    return localtime.from_local(raw.text(key), where, raw.path(key))


def version(raw: Raw, where: ZoneInfo) -> str:
    """A record's version: when it was last changed, else made.

    All times of an hour that a night has twice are one version, its end: which of two such times is the later one cannot be
    told, so the later look decides.
    """
    found = moment(raw, "date_upd", where) or moment(raw, "date_add", where)
    return values.version(_end_of_double_hour(found.astimezone(where)) if found else found) if found else ""


def _end_of_double_hour(local: datetime) -> datetime:
    first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    assert first is not None
    assert second is not None
    return local.replace(minute=59, second=59, fold=1) if first > second else local


def since(asked: datetime, where: ZoneInfo, behind: timedelta = timedelta(0)) -> str:
    """The lower bound of a range so that nothing since `asked` (our clock) is missed by a shop whose clock is `behind`."""
    return localtime.since_local(asked - behind, where).replace(microsecond=0).strftime(_FORMAT)


def until(asked: datetime, where: ZoneInfo) -> str:
    """The upper bound of a range so that nothing before `asked` is missed."""
    return (localtime.until_local(asked, where) + timedelta(seconds=1)).strftime(_FORMAT)


def between(first: str, last: str = END) -> str:
    return f"[{first},{last}]"
