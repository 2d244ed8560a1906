"""One run of a poll: page after page, each safe in the raw log before the position moves past it.

The watermark is this machine's time, taken before the first request; the next window begins the relay's overlap before it, both
ends inclusive. The overlap (minutes) is what makes up for a shop's clock that is not ours, and for a shop that shows a change
some moments after it dated it. A record that two windows list is written once: it is the same document with the same content.
"""

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from services.relay_poller import counting, schedule, stamps
from services.relay_poller.ahead import Ahead
from services.relay_poller.clock import now
from services.relay_poller.run import Run, history_from
from services.relay_poller.shop import Shop, listing, page_end, page_records, pieces
from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.spec import Page, Resource
from shoprelay_runtime import metrics
from shoprelay_runtime.admin.backfill import progressed
from shoprelay_runtime.admin.modes import CHANGES, DATE, HISTORY, MEANWHILE, SWEEP, every, klass
from shoprelay_runtime.store import Bson
from shoprelay_schema.events import PageReadV1
from shoprelay_schema.raw import Via

_ENDED: Final = {"cursor": None, "until": None, "owner": None, "lease_until": None, "failures": 0}


async def poll(shop: Shop, job: Bson, deadline: float, stopping: Callable[[], bool]) -> None:
    """Run a poll to its end, or to where others have waited long enough or the process leaves.

    `deadline` is a time.monotonic(). Raises Lost, RelayError, KafkaError, PyMongoError; the row then stands at the last page
    that is safe.
    """
    resource, date = shop.relay.resource(job["resource"]), history_from(job, shop.webshop)
    run = Run.of(job, resource, shop.settings.open_days, date)
    if run.history and run.cursor is None:
        await stamps.progress(shop, job, run)
    stored = False  # until a page is: nothing is read ahead for a broker or a database that may be down
    async with listing(shop, resource, run.window, run.cursor, job["mode"]) as pages, Ahead(pages) as ahead:
        while (page := await ahead.next()) is not None:
            _refuse_repetition(page, run, resource)
            found = await _counted(shop, job, run, page, resource)
            leaves = page.cursor is None or stopping() or await _others_turn(shop, job, deadline)
            if not leaves and stored:
                ahead.ask()
            await _keep(shop, job, run, page, int(found is not None))
            if page.cursor is None:
                await _finish(shop, job, run, resource, found, date)
                return
            await _save(shop, job, run, date)
            stored = True
            await stamps.progress(shop, job, run)
            if leaves:
                await schedule.save(shop.store, shop.turn, job, {"$set": {"owner": None, "lease_until": None, "due_at": now()}})
                return
    raise ShopTrouble(f"{shop.relay.label} ended its list of {resource.name} without a last page")


async def _others_turn(shop: Shop, job: Bson, deadline: float) -> bool:
    return time.monotonic() > deadline and await schedule.others_wait(shop.store, job["_id"])


def _refuse_repetition(page: Page, run: Run, resource: Resource) -> None:
    """A shop that gives the same page for ever would be read, and billed, for ever."""
    if page.records and page.cursor is not None and page.cursor == run.cursor:
        raise ShopTrouble(f"the shop's list of {resource.name} does not go on: the same page came twice")


async def _counted(shop: Shop, job: Bson, run: Run, page: Page, resource: Resource) -> counting.Counted | None:
    """After everything was listed, what the shop itself counts; asked before the last page is closed, so that it is billed."""
    if page.cursor is not None or not run.whole or resource.count is None:
        return None
    listed = progressed(run.progress, run.started_at, job["resource"], page)["records"]
    return await counting.counted(shop, resource, listed)


async def _keep(shop: Shop, job: Bson, run: Run, page: Page, more: int) -> None:
    """Append a page to the raw log; `run` moves on when the broker has all of it. `more` requests were made beside the page's."""
    requests = page.requests + more
    ended = PageReadV1(
        job=run.named(job),
        seq=run.seq + 1,
        klass=klass(job["resource"]),
        mode=job["mode"],
        requests=requests,
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
    run.requests += requests
    run.pages += 1
    if run.history:
        run.progress = progressed(run.progress, run.started_at, job["resource"], page)


async def _save(shop: Shop, job: Bson, run: Run, date: datetime | None) -> None:
    place = {
        "cursor": run.cursor,
        "until": run.mark,
        "started_at": run.started_at,
        "total": run.total,
        "requests": run.requests,
        "pages": run.pages,
        "seq": run.seq + 1,
        "failures": 0,
        **({"backfill": run.progress} if run.history else {}),
        **_from(job, date),
    }
    await schedule.save(shop.store, shop.turn, job, {"$set": place}, seq=run.seq)
    run.seq += 1


async def _finish(
    shop: Shop, job: Bson, run: Run, resource: Resource, found: counting.Counted | None, date: datetime | None
) -> None:
    """The stamps first: a stamp that is older than the watermark, or null, would ask for the import again."""
    ended = now()
    twins = await schedule.twins(shop.store, job, run.started_at) if run.whole else []
    await stamps.finished(shop, resource.name, [job["mode"], *twins], run, ended, found)
    place: Bson = {**_ENDED, "watermark": run.mark, "due_at": _due(shop, resource, job["mode"], ended), "seq": run.seq + 1}
    if run.history:
        place["backfill"] = {**run.progress, "ended_at": ended}
    await schedule.save(shop.store, shop.turn, job, {"$set": {**place, **_from(job, date)}}, seq=run.seq)
    for mode in twins:
        same = {"watermark": run.mark, "due_at": _due(shop, resource, mode, ended)}
        await schedule.finish_twin(shop.store, job, mode, run.started_at, same)
    if run.whole and resource.sweep and job["mode"] != SWEEP:
        await schedule.put_off_sweep(shop.store, job, _due(shop, resource, SWEEP, ended))


def _from(job: Bson, date: datetime | None) -> dict[str, Any]:
    return {DATE: date} if job["mode"] in HISTORY else {}


def _due(shop: Shop, resource: Resource, mode: str, ended: datetime) -> datetime:
    """When it comes again, with some jitter, so that shops which were added together do not stay in step."""
    quick = shop.settings.every_seconds if mode in {*CHANGES, MEANWHILE} else None
    interval = timedelta(seconds=quick) if quick else every(resource, mode)
    return ended + interval * random.uniform(0.95, 1.05)  # noqa: S311
