"""What the contract wants beside what a shop says: the history of a variant's stock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

_MOVEMENTS_KEPT: Final = 500


def stock_movements(stored: Mapping[str, Any], new: Mapping[str, Any], moment: datetime) -> list[dict[str, Any]] | None:
    """The history with the new stock appended; None when neither stock nor message changed."""
    names = ("stock", "stock_message_id")
    after = {name: new.get(name, stored.get(name)) for name in names}
    if not any(name in new for name in names) or (stored and all(after[n] == stored.get(n) for n in names)):
        return None
    if not stored and after["stock"] is None and after["stock_message_id"] is None:
        return None
    return [*(stored.get("stock_movements") or ()), {"updated_at": moment, **after}][-_MOVEMENTS_KEPT:]
