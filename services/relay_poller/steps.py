"""A clock that was ahead and is set back: what it dated into the future is put right, so that no change is passed over.

While it was ahead, watermarks were written that are later than what was read, and leases that no dead process would ever let go.
How long it was wrong nobody knows: polls begin a day back, which reads some records again and changes nothing else.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.relay_poller.clock import now
from shoprelay_runtime.logs import logger
from shoprelay_runtime.store import Bson, Control, Store

_TOLERANCE: Final = timedelta(seconds=60)  # what the clocks of several pollers may differ by, and more
_LOOK_BACK: Final = timedelta(days=1)
_FREE: Final = {"owner": None, "lease_until": None}
_log = logger(__name__)


@dataclass(slots=True)
class Steps:
    """Notices that this machine's clock was set back; at the first look it may have been before the process began."""

    store: Store
    lease: timedelta
    _seen: float = float("inf")

    async def heal(self) -> None:
        """Put right what a clock that was ahead has dated, if it was set back since the last time."""
        ahead = now().timestamp() - time.monotonic()
        if ahead < self._seen - _TOLERANCE.total_seconds() / 2:
            await heal(self.store, self.lease)
        self._seen = ahead


async def heal(store: Store, lease: timedelta) -> None:
    """Polls that read up to the future read from a day ago, at once; leases end when a present one would."""
    present = now()
    future, past = {"$gt": present + _TOLERANCE}, present - _LOOK_BACK
    jobs = store.collection(Control.JOBS)
    # As when an import is asked for again: the page that a run under way may just be sending has the next number.
    anew: Bson = {"$set": {**_FREE, "cursor": None, "until": None, "watermark": past}, "$inc": {"seq": 1}}
    found = (await jobs.update_many({"watermark": future}, anew)).modified_count
    await jobs.update_many({"watermark": past, "due_at": {"$ne": None}}, {"$set": {"due_at": present}})
    found += (await jobs.update_many({"until": future}, {"$set": {**_FREE, "until": past}})).modified_count
    await _shorten(store, present, lease)
    if found:
        _log.warning("the clock was ahead: polls begin a day back", polls=found)


async def _shorten(store: Store, present: datetime, lease: timedelta) -> None:
    held = {"owner": {"$ne": None}, "lease_until": {"$gt": present + 2 * lease + _TOLERANCE}}
    for name in (Control.SHOPS, Control.WATCHES, Control.JOBS):
        await store.collection(name).update_many(held, {"$set": {"lease_until": present + lease}})
