"""One run of a poll: what it lists, and how far it has come."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from services.relay_poller.clock import now
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Mode, Pages, Resource, Window
from shoprelay_runtime.admin.modes import CHANGES, DATE, HISTORY, MEANWHILE, OPEN, SWEEP, catch_all_date, imports
from shoprelay_runtime.projects import Webshop
from shoprelay_runtime.store import Bson
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE, Topic

_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any order: a window without a lower bound would be the whole list."""
_TOLD_SECONDS: Final = 3.0


@dataclass(slots=True)
class Run:
    """How far a poll has come; the job's row has the same, so that another process can go on from there.

    `mark`: the moment up to which the shop is read when the run has ended. `history`: it lists what there was, on the backfill
    lane. `whole`: it lists everything that the shop has of the resource.
    """

    window: Window
    mark: datetime
    started_at: datetime
    cursor: str | None
    seq: int
    history: bool
    whole: bool
    total: int = 0
    requests: int = 0
    pages: int = 0
    progress: Bson = field(default_factory=dict)
    _told: float = float("-inf")

    @classmethod
    def of(cls, job: Bson, resource: Resource, open_days: float = 7, date: datetime | None = None) -> "Run":
        """The run that the row is in the middle of, else a new one. `date`: where history begins."""
        begun = job["cursor"] is not None
        mark = job["until"] if begun else now()
        window = window_of(job, resource, mark, timedelta(days=open_days), date)
        history = imports(job["mode"], job["watermark"])
        whole = history and window.since is None and not (job["mode"] == SWEEP and resource.sweep_pages)
        if not begun:
            return cls(window, mark, mark, None, job["seq"], history, whole)
        done = job["total"], job["requests"], job.get("pages") or 0, job.get("backfill") or {}
        return cls(window, mark, job["started_at"], job["cursor"], job["seq"], history, whole, *done)

    @property
    def lane(self) -> Topic:
        """History never delays what happens now."""
        return RAW_BACKFILL if self.history else RAW_LIVE

    def named(self, job: Bson) -> str:
        """The job as pages name it. Live records overtake history, so that each lane numbers its pages for itself."""
        return f"{job['_id']}:backfill" if self.history else str(job["_id"])

    def tells(self) -> bool:
        """Whether it is time to tell how far the run is: every few seconds."""
        if time.monotonic() < self._told + _TOLD_SECONDS:
            return False
        self._told = time.monotonic()
        return True


def window_of(job: Bson, resource: Resource, mark: datetime, days: timedelta, date: datetime | None) -> Window:
    """What a run lists. Open orders: by age, in rounds of so many days, and last all that are older."""
    if job["mode"] == SWEEP:
        return everything(resource, mark)
    mode = changes_of(resource) if job["mode"] == MEANWHILE else Mode(job["mode"])
    if mode in OPEN:
        number = list(OPEN).index(mode)
        oldest = mode == Mode.OPEN_SINCE_4X
        return Window(mode, _BEGINNING if oldest else mark - (number + 1) * days, mark - number * days)
    if mode in HISTORY:
        return Window(mode, date, mark)
    read = job["watermark"]
    return Window(mode, None if read is None else read - resource.overlap, mark)


def everything(resource: Resource, until: datetime) -> Window:
    """All that there is, deletions that a list of changes tells of included."""
    return Window(changes_of(resource), None, until)


def changes_of(resource: Resource) -> Mode:
    """The mode that lists the most of a resource's changes."""
    modes = [mode for mode in (*reversed(CHANGES), *resource.modes) if mode in resource.modes]
    return modes[0] if modes else Mode.UPDATED_SINCE_LAST_REQUEST


def pages_of(resource: Resource, mode: str) -> Pages | None:
    """What lists the resource in this mode."""
    return resource.sweep_pages if mode == SWEEP and resource.sweep_pages else resource.pages


def history_from(job: Bson, webshop: Webshop) -> datetime | None:
    """Where a run of history begins; one that is under way keeps its beginning."""
    if job["mode"] not in HISTORY or job["cursor"] is not None:
        kept = job.get(DATE)
        return kept if isinstance(kept, datetime) else None
    try:
        return catch_all_date(webshop.config, webshop.project.settings)
    except ValueError as error:
        raise PayloadInvalid(DATE, str(error).removeprefix(f"{DATE}: ")) from None
