"""The merchant's status lists decide an order's state and its times.

Once a merchant has registered any status as closed, shipped, cancelled or refunded, the lists decide, and every other status is
open; before that the platform's own reading holds. An order in a `pending` status is not paid yet: its created_at is empty.
A new order in an `ignore` status is not stored until it leaves that status; a stored one keeps the state it had.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bson import ObjectId

Lists = Mapping[str, frozenset[ObjectId]]

_STATES: Final = {"closed": "closed", "shipped": "closed", "cancelled": "cancelled", "refunded": "refunded"}
_TIMES: Final = {"closed": "closed_at", "cancelled": "cancelled_at", "refunded": "refunded_at"}
SAID: Final = ("state", "created_at", *_TIMES.values())


def ignored(lists: Lists, status_id: ObjectId | None) -> bool:
    """Whether the merchant wants orders in this status left alone."""
    return status_id in lists.get("ignore", ())


def evaluate(
    lists: Lists, status_id: ObjectId | None, said: Mapping[str, Any], stored: Mapping[str, Any], moment: datetime
) -> dict[str, Any]:
    """The state and times of an order. `said`: the shop's own; `stored`: the document's present ones; `moment`: of the change."""
    state = _state(lists, status_id, said, stored)
    times = {name: said.get(name) for name in _TIMES.values()}
    reached = _TIMES.get(str(state))
    if reached and times[reached] is None:
        kept = stored.get(reached) if stored.get("state") == state else None
        times[reached] = kept or moment
    created_at = None if status_id in lists.get("pending", ()) else said.get("created_at")
    return {"state": state, "created_at": created_at, **times}


def _state(lists: Lists, status_id: ObjectId | None, said: Mapping[str, Any], stored: Mapping[str, Any]) -> Any:
    if ignored(lists, status_id):
        return stored.get("state") or said.get("state")
    if not any(lists.get(name) for name in _STATES):
        return said.get("state")
    return next((state for name, state in _STATES.items() if status_id in lists.get(name, ())), "open")
