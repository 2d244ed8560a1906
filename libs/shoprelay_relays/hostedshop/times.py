"""The platform's times: its own local ones, in whole seconds, wherever the shop is."""

from datetime import datetime
from typing import Final

from shoprelay_relays import localtime, values
from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Json

ZONE: Final = localtime.zone("Europe/Copenhagen")
FORMAT: Final = "%Y-%m-%d %H:%M:%S"


def moment(raw: Raw, key: str) -> datetime | None:
    """A date of a record as UTC; 0000-00-00 00:00:00 is None."""
    return localtime.from_local(raw.text(key), ZONE, raw.path(key))


def version(raw: Raw, updated: str, created: str) -> str:
    """When a record was last changed, else made.

    All times of an hour that a night has twice are one version, its end: which of two such times is the later one cannot be
    told, so the later look decides.
    """
    found = moment(raw, updated) or moment(raw, created)
    return values.version(_end_of_double_hour(found.astimezone(ZONE))) if found else ""


def local(row: Json, key: str) -> datetime | None:
    """A date of a row as it is written, for comparing it with a window's; None for none and for what is no date."""
    try:
        return datetime.strptime(str(row.get(key)), FORMAT)  # noqa: DTZ007 - a window is local as well
    except ValueError:
        return None


def _end_of_double_hour(moment: datetime) -> datetime:
    first, second = (moment.replace(fold=fold).utcoffset() for fold in (0, 1))
    assert first is not None
    assert second is not None
    return moment.replace(minute=59, second=59, fold=1) if first > second else moment
