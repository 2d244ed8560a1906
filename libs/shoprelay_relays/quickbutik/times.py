"""The platform's times: Swedish local ones, in whole seconds, without a zone."""

from datetime import datetime
from typing import Final

from shoprelay_relays import localtime

ZONE: Final = localtime.zone("Europe/Stockholm")


def moment(value: object, field: str) -> datetime | None:
    """A date as UTC; empty and 0000-00-00 00:00:00 are None."""
    return localtime.from_local(value, ZONE, field)
