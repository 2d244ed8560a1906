"""How a webshop stands: what is wrong with it, and what of the shop was not read although it should have been."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from shoprelay_runtime.admin.destroying import DESTROYING
from shoprelay_runtime.admin.modes import POLLED
from shoprelay_runtime.admin.shops import CONNECTED
from shoprelay_runtime.store import Bson

_LATE: Final = timedelta(minutes=5)
"""A poll that is due waits for its turn; longer than this, it is late."""


def health(document: Bson, schedule: Iterable[Bson]) -> Bson:
    """{state, status, since, errors}: `state` is ok, trouble, paused or destroying; `errors`: what the latest polls said.

    `document`: the webshop's, decrypted.
    """
    errors = [*_errors(document), *_troubles(schedule)]
    state = "trouble" if errors or document.get("got_error_since") or document.get("status") not in {CONNECTED, None} else "ok"
    if not document.get("active"):
        state = "paused"
    if document.get("status") == DESTROYING:
        state = DESTROYING
    return {"state": state, "status": document.get("status"), "since": document.get("got_error_since"), "errors": errors}


def _errors(document: Bson) -> Iterator[Bson]:
    for resource in POLLED:
        for error in document.get(f"{resource}_error") or ():
            yield {"resource": resource, "kind": error.get("name"), "error": error.get("value")}


def _troubles(schedule: Iterable[Bson]) -> Iterator[Bson]:
    for row in schedule:
        if row.get("trouble"):
            yield {"resource": row["resource"], "kind": str(row["mode"]), "error": row["trouble"]}


def gaps(document: Bson, schedule: Sequence[Bson], now: datetime) -> list[Bson]:
    """What was not read: {resource, mode, why, since, missing}.

    `why`: `late` or `failing` is a poll that should have run, `since` when it last had read everything; `counted` is a list that
    the shop itself said has `missing` more records than it gave, at `since`.
    """
    return [*_unread(schedule, now), *_uncounted(document)]


def _unread(schedule: Iterable[Bson], now: datetime) -> Iterator[Bson]:
    for row in schedule:
        due = row.get("due_at")
        why = (
            "failing"
            if row.get("failures")
            else "late"
            if due is not None and due < now - _LATE and not row.get("cursor")
            else ""
        )
        if why:
            yield _gap(row["resource"], str(row["mode"]), why, row.get("watermark"))


def _uncounted(document: Bson) -> Iterator[Bson]:
    for resource in POLLED:
        stats = document.get(f"{resource}_stats") or {}
        missing = (stats.get("counted") or 0) - (stats.get("listed") or 0)
        if stats.get("counted") is not None and missing > 0:
            yield _gap(resource, None, "counted", stats.get("at"), missing)


def _gap(resource: str, mode: str | None, why: str, since: Any, missing: int | None = None) -> Bson:
    return {"resource": resource, "mode": mode, "why": why, "since": since, "missing": missing}
