"""The present as MongoDB keeps it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
