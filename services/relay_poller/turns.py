"""A turn on a shop: its due jobs one after the other, and what each kind of trouble leads to."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from services.relay_poller import schedule, stamps
from services.relay_poller.clock import now
from services.relay_poller.fairness import Fairness
from services.relay_poller.poll import poll
from services.relay_poller.read import read
from services.relay_poller.schedule import Lost, Turn
from services.relay_poller.settings import PollerSettings
from services.relay_poller.shop import Shop
from services.relay_poller.transport import Counted
from services.relay_poller.webhooks import subscribe
from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.registry import by_id
from shoprelay_relays.spec import Connection, Relay
from shoprelay_runtime import metrics
from shoprelay_runtime.admin.lacking import refuse_incomplete
from shoprelay_runtime.admin.modes import SUBSCRIBE, imports, klass
from shoprelay_runtime.budgeted import BudgetedTransport
from shoprelay_runtime.budgets import Budget, Lane
from shoprelay_runtime.direct_reads import READ
from shoprelay_runtime.logs import logger
from shoprelay_runtime.projects import Projects, Unknown, Webshop
from shoprelay_runtime.sending import Sender
from shoprelay_runtime.shop_tokens import tokens_of
from shoprelay_runtime.store import Bson, Store

OUR_TROUBLE: Final = (KafkaError, PyMongoError)
"""The bus or the database: no shop is to blame."""
_LONGEST_WISH: Final = 86_400.0  # a shop that wants more than a day of quiet is asked after a day
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Turns:
    """What every turn of the process shares."""

    store: Store
    settings: PollerSettings
    projects: Projects
    fairness: Fairness
    sender: Sender
    transport: httpx.AsyncBaseTransport
    stopping: Callable[[], bool]

    @property
    def lease(self) -> timedelta:
        """How long a shop stays this process's without a sign of life."""
        return timedelta(seconds=self.settings.lease_seconds)


async def take(turns: Turns, turn: Turn) -> None:
    """Do what is due on a shop, and give it back. Raises OUR_TROUBLE only."""
    quiet_until: datetime | None = None
    try:
        async with _kept(turns, turn):
            quiet_until = await _work(turns, turn)
    except (Lost, Unknown) as error:
        _log.info("a turn ended early", webshop=str(turn.webshop), reason=type(error).__name__)
    except OUR_TROUBLE:
        raise
    except Exception as error:  # noqa: BLE001 - its document or its relay is at fault: the other shops go on
        _count(error)
        _log.exception("a shop cannot be worked on", webshop=str(turn.webshop), error=type(error).__name__)
        quiet_until = now() + timedelta(seconds=turns.settings.unworkable_seconds)
        await stamps.unworkable(turns.store, await turns.projects.get(turn.project), turn.webshop, now())
    finally:
        await schedule.end_turn(turns.store, turn, quiet_until)


@contextlib.asynccontextmanager
async def _kept(turns: Turns, turn: Turn) -> AsyncIterator[None]:
    """Keep the lease while the body runs; when it is lost, the body is cancelled and Lost raised."""
    body = asyncio.current_task()
    lost = False

    async def extend() -> None:
        nonlocal lost
        while True:
            await asyncio.sleep(turns.settings.lease_seconds / 3)
            with contextlib.suppress(PyMongoError):  # the lease outlives a short outage, and guards against a long one
                if not await schedule.extend(turns.store, turn, turns.lease):
                    lost = True
                    if body is not None:
                        body.cancel()
                    return

    keeping = asyncio.ensure_future(extend())
    try:
        yield
    except asyncio.CancelledError:
        if not lost:
            raise
        if body is not None:
            body.uncancel()
        raise Lost(str(turn.webshop)) from None
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping


async def _work(turns: Turns, turn: Turn) -> datetime | None:
    """Until when the shop wants quiet; None when it is well."""
    webshop = await _webshop(turns, turn)
    if webshop is None:
        return None
    relay = by_id(webshop.relay_id)
    try:
        refuse_incomplete(relay, webshop.config)
    except CredentialsRejected as error:
        return await _incomplete(turns, turn, webshop, error)
    deadline = time.monotonic() + turns.settings.turn_seconds
    budget = Budget(turns.store, turn.webshop, relay.limits)
    async with relay.client(webshop.config, _connection(turns, webshop, relay, budget)) as client:
        shop = Shop(turns.store, turns.settings, turns.sender, turn, webshop, relay, client)
        while not turns.stopping() and time.monotonic() < deadline:
            job = await schedule.next_job(turns.store, turn, turns.lease)
            if job is None:
                break
            budget.lane = Lane.BACKFILL if job["mode"] != READ and imports(job["mode"], job["watermark"]) else Lane.LIVE
            if quiet_until := await _attempt(turns, shop, job, deadline):
                return quiet_until
    return None


def _connection(turns: Turns, webshop: Webshop, relay: Relay, budget: Budget) -> Connection:
    transport = BudgetedTransport(Counted(turns.transport, relay.name), budget)
    return Connection(transport, tokens_of(turns.store, webshop, relay))


async def _webshop(turns: Turns, turn: Turn) -> Webshop | None:
    """The shop to work on; what was planned for one that is destroyed or stopped goes or waits."""
    try:
        project = await turns.projects.get(turn.project)
        webshop = await turns.projects.webshop(project, turn.webshop)
    except Unknown:
        await schedule.drop_jobs(turns.store, turn.webshop)
        raise
    if not webshop.active:
        await schedule.suspend(turns.store, turn.webshop)
        return None
    return webshop


async def _attempt(turns: Turns, shop: Shop, job: Bson, deadline: float) -> datetime | None:
    """Run one job. Trouble of the shop is written where the operator sees it, and says until when the shop is left alone."""
    try:
        if job["mode"] == READ:
            await read(shop, job)
        elif job["mode"] == SUBSCRIBE:
            await subscribe(shop, job)
        else:
            await poll(shop, job, deadline, turns.stopping)
    except (Lost, *OUR_TROUBLE):
        raise
    except CredentialsRejected as error:
        return await _rejected(turns, shop, job, error)
    except (RelayError, httpx.HTTPError) as error:
        return await _troubled(turns, shop, job, error)
    except Exception as error:  # noqa: BLE001 - a mistake in one relay's code must not stop the other shops
        _log.exception("a job failed by our own mistake", job=job["_id"], error=type(error).__name__)
        _count(error)
        await stamps.failed(shop.store, shop.webshop, klass(job["resource"]), error, now())
        await _later(shop, job, now() + _delay(turns.settings, job))
    return None


async def _incomplete(turns: Turns, turn: Turn, webshop: Webshop, error: CredentialsRejected) -> datetime:
    """Every poll that waits says what is missing; the shop, whose address may be missing too, is not asked."""
    _count(error)
    for resource in sorted({klass(name) for name in await schedule.waiting(turns.store, turn.webshop)}):
        await stamps.failed(turns.store, webshop, resource, error, now(), stamps.INCOMPLETE)
    return now() + timedelta(seconds=turns.settings.rejected_seconds)


async def _rejected(turns: Turns, shop: Shop, job: Bson, error: CredentialsRejected) -> datetime:
    """The whole shop pauses: no other job of it would fare better."""
    _count(error)
    until = now() + timedelta(seconds=turns.settings.rejected_seconds)
    await stamps.failed(shop.store, shop.webshop, klass(job["resource"]), error, now(), stamps.REJECTED)
    await _later(shop, job, until)
    return until


async def _troubled(turns: Turns, shop: Shop, job: Bson, error: Exception) -> datetime:
    """The job waits longer each time, the shop as long as it says, or a moment."""
    _count(error)
    await stamps.failed(shop.store, shop.webshop, klass(job["resource"]), error, now())
    wish = error.retry_after if isinstance(error, ShopTrouble) else None
    quiet = turns.settings.quiet_seconds if wish is None else min(wish, _LONGEST_WISH)
    until = now() + timedelta(seconds=quiet)
    await _later(shop, job, max(until, now() + _delay(turns.settings, job)))
    return until


def _delay(settings: PollerSettings, job: Bson) -> timedelta:
    doubled = settings.first_delay_seconds * 2 ** min(job.get("failures") or 0, 20)
    return timedelta(seconds=min(doubled, settings.longest_delay_seconds) * random.uniform(0.8, 1.2))  # noqa: S311


async def _later(shop: Shop, job: Bson, due: datetime) -> None:
    left = {"$set": {"owner": None, "lease_until": None, "due_at": due}, "$inc": {"failures": 1}}
    await schedule.save(shop.store, shop.turn, job, left)


def _count(error: Exception) -> None:
    metrics.ERRORS.labels("relay-poller", type(error).__name__).inc()
