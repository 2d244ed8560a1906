"""One run of a poll: page after page, each safe in the raw log before the position moves past it.

The watermark is this machine's time, taken before the first request; the next window begins the relay's overlap before it, both
ends inclusive. The overlap (minutes) is what makes up for a shop's clock that is not ours, and for a shop that shows a change
some moments after it dated it. A record that two windows list is written once: it is the same document with the same content.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from services.relay_poller import schedule, stamps
from services.relay_poller.clock import now
from services.relay_poller.shop import Shop, klass, listing, page_end, page_records, pieces
from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.spec import Mode, Page, Resource, Window
from shoprelay_runtime import metrics
from shoprelay_runtime.admin.backfill import progressed
from shoprelay_runtime.store import Bson
from shoprelay_schema.events import PageReadV1
from shoprelay_schema.raw import Via
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE, Topic

_ENDED: Final = {"cursor": None, "until": None, "owner": None, "lease_until": None, "failures": 0}


@dataclass(slots=True)
class Run:
    """How far a poll has come; the job's row has the same, so that another process can go on from there."""

    window: Window
    started_at: datetime
    cursor: str | None
    seq: int
    total: int = 0
    requests: int = 0
    progress: Bson = field(default_factory=dict)

    @classmethod
    def of(cls, job: Bson, resource: Resource) -> "Run":
        """The run that the row is in the middle of, else a new one."""
        begun = job["cursor"] is not None
        until = job["until"] if begun else now()
        mark = job["watermark"]
        window = Window(Mode(job["mode"]), None if mark is None else mark - resource.overlap, until)
        if begun:
            return cls(
                window, job["started_at"], job["cursor"], job["seq"], job["total"], job["requests"], job.get("backfill") or {}
            )
        return cls(window, until, None, job["seq"])

    @property
    def first(self) -> bool:
        """Whether everything is listed: a first import, or one that was asked for again."""
        return self.window.since is None

    @property
    def lane(self) -> Topic:
        """History never delays what happens now."""
        return RAW_BACKFILL if self.first else RAW_LIVE

    def named(self, job: Bson) -> str:
        """The job as pages name it. Live records overtake history, so that each lane numbers its pages for itself."""
        return f"{job['_id']}:backfill" if self.first else str(job["_id"])


async def poll(shop: Shop, job: Bson, deadline: float, stopping: Callable[[], bool]) -> None:
    """Run a poll to its end, or to where others have waited long enough or the process leaves.

    `deadline` is a time.monotonic(). Raises Lost, RelayError, KafkaError, PyMongoError; the row then stands at the last page
    that is safe.
    """
    resource = shop.relay.resource(job["resource"])
    run = Run.of(job, resource)
    if run.first and run.cursor is None:
        await stamps.started(shop, run.started_at)
    async with listing(shop, resource, run.window, run.cursor) as pages:
        async for page in pages:
            await _keep(shop, job, run, page)
            if page.cursor is None:
                await _finish(shop, job, run, resource)
                return
            await _save(shop, job, run)
            if stopping() or (time.monotonic() > deadline and await schedule.others_wait(shop.store, job["_id"])):
                await schedule.save(shop.store, shop.turn, job, {"$set": {"owner": None, "lease_until": None, "due_at": now()}})
                return
    raise ShopTrouble(f"{shop.relay.label} ended its list of {resource.name} without a last page")


async def _keep(shop: Shop, job: Bson, run: Run, page: Page) -> None:
    """Append a page to the raw log; `run` moves on when the broker has all of it."""
    ended = PageReadV1(
        job=run.named(job),
        seq=run.seq + 1,
        klass=klass(job["resource"]),
        mode=job["mode"],
        requests=page.requests,
        pieces=pieces(page.records),
        finished=page.cursor is None,
        started_at=run.started_at,
        total=run.total + len(page.records) if page.cursor is None else 0,
    )
    records = page_records(shop, page, f"{ended.job}/{ended.seq}", Via.POLL)
    with metrics.SECONDS.labels("relay-poller", "append").time():
        await shop.sender.append(shop.project, run.lane, [*records, page_end(shop, job, ended, page.asked_at, Via.POLL)])
    run.cursor = page.cursor
    run.total += len(page.records)
    run.requests += page.requests
    if run.first:
        run.progress = progressed(run.progress, run.started_at, job["resource"], page)


async def _save(shop: Shop, job: Bson, run: Run) -> None:
    place = {
        "cursor": run.cursor,
        "until": run.window.until,
        "started_at": run.started_at,
        "total": run.total,
        "requests": run.requests,
        "seq": run.seq + 1,
        "failures": 0,
        **({"backfill": run.progress} if run.first else {}),
    }
    await schedule.save(shop.store, shop.turn, job, {"$set": place}, seq=run.seq)
    run.seq += 1


async def _finish(shop: Shop, job: Bson, run: Run, resource: Resource) -> None:
    """The stamps first: a stamp that is older than the watermark, or null, would ask for the import again."""
    ended = now()
    every = timedelta(seconds=shop.settings.every_seconds) if shop.settings.every_seconds else resource.every
    # Some jitter, so that shops which were added together do not stay in step.
    due = ended + every * random.uniform(0.95, 1.05)  # noqa: S311
    twins = await schedule.twins(shop.store, job, run.started_at) if run.first else []
    await stamps.finished(shop, resource.name, [job["mode"], *twins], run, ended)
    place: Bson = {**_ENDED, "watermark": run.window.until, "due_at": due, "seq": run.seq + 1}
    if run.first:
        place["backfill"] = {**run.progress, "ended_at": ended}
    await schedule.save(shop.store, shop.turn, job, {"$set": place}, seq=run.seq)
    for mode in twins:
        await schedule.finish_twin(shop.store, job, mode, run.started_at, {"watermark": run.window.until, "due_at": due})
