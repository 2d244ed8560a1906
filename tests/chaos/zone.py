"""A time zone in which the day ends in the middle of the storm, so that statements are issued while processes die.

The services are told nothing of it but the zone's name: they find it where Python looks for zones (PYTHONTZPATH).
Format: RFC 9636.
"""

import os
import struct
import zoneinfo
from datetime import datetime, timedelta
from pathlib import Path

NAME = "Storm/Midnight"


def offset(midnight: datetime) -> timedelta:
    """How far from UTC a place is at which this moment (aware, UTC) is midnight; within half a day."""
    since = timedelta(hours=midnight.hour, minutes=midnight.minute, seconds=midnight.second)
    return timedelta(days=1) - since if since > timedelta(hours=12) else -since


def path(folder: Path) -> str:
    """PYTHONTZPATH for processes that look under `folder` first. They look when a project is opened, not when they start."""
    return os.pathsep.join((str(folder), *zoneinfo.TZPATH))


def write(folder: Path, away: timedelta) -> None:
    """Make the zone known under `folder`, and to this process."""
    file = folder / NAME
    file.parent.mkdir(parents=True, exist_ok=True)
    seconds, name = int(away.total_seconds()), b"STORM\0"
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, len(name))
    one = b"TZif1" + bytes(15) + counts + struct.pack(">lbb", seconds, 0, 0) + name
    file.write_bytes(one)
    zoneinfo.reset_tzpath(path(folder).split(os.pathsep))
