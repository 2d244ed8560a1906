"""Times that a shop writes without an offset, in its own zone.

In the hour that an autumn night has twice a local time stands for two instants and nothing tells which. As an observation it is
read as the second (later) one, so that it is never passed over as older than what is stored; as the bound of a window each bound
is moved outwards, so that nothing between the two instants is left out.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.values import kind_of

_HOUR = timedelta(hours=1)


def zone(name: str | None, default: str = "UTC") -> ZoneInfo:
    """The zone of this IANA name; an unknown or missing one is the default."""
    try:
        return ZoneInfo(name or default)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(default)


def from_local(value: object, where: ZoneInfo, field: str) -> datetime | None:
    """`YYYY-MM-DD HH:MM:SS` (or with a T) as UTC; empty and the zero date (0000-00-00) are None."""
    if value is None or value == "" or str(value).startswith("0000-00-00"):
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise PayloadInvalid(field, f"expected a time such as 2026-01-31 13:45:00, got {kind_of(value)}") from None
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    return moment.replace(tzinfo=where, fold=1).astimezone(UTC)


def since_local(moment: datetime, where: ZoneInfo) -> datetime:
    """The local time to ask from so that nothing since `moment` is missed.

    After the first reading of a double hour come rows of the second one, which begins an hour earlier by the clock.
    """
    local = moment.astimezone(where)
    return (local - _HOUR if _is_double(local) else local).replace(tzinfo=None)


def until_local(moment: datetime, where: ZoneInfo) -> datetime:
    """The local time to ask up to so that nothing before `moment` is missed.

    Before the second reading of a double hour there are rows of the first one, which look up to an hour later.
    """
    local = moment.astimezone(where)
    return (local + _HOUR if _is_double(local) else local).replace(tzinfo=None)


def _is_double(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
