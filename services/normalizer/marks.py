"""A mark as a row of `marks` in the control database, and back."""

from collections.abc import Mapping
from typing import Any

from services.normalizer.guard import Seen
from services.normalizer.observations import Mark
from shoprelay_runtime.store import Bson
from shoprelay_schema.raw import Via


def row_of(mark: Mark) -> Bson:
    """The row, without its key."""
    return {
        "version": mark.seen.version,
        "observed_at": mark.seen.observed_at,
        "via": mark.seen.via.value,
        "deleted": mark.deleted,
        "raw": mark.raw,
        "webshop": mark.webshop,
        "announced": mark.announced,
        "gone_at": mark.gone_at,
    }


def mark_of(row: Mapping[str, Any]) -> Mark:
    """Undo `row_of`."""
    seen = Seen(row["version"], row["observed_at"], Via(row["via"]))
    return Mark(seen, row["deleted"], row["webshop"], row["raw"], row["announced"], row.get("gone_at"))
