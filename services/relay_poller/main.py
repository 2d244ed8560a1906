"""relay-poller: due jobs in; raw records out, and the stamps that operators see."""

import asyncio
import contextlib
import time

from bson import ObjectId
from pymongo.errors import PyMongoError

from services.relay_poller import schedule
from services.relay_poller.fairness import Fairness
from services.relay_poller.schedule import Lost, Turn
from services.relay_poller.settings import PollerSettings
from services.relay_poller.steps import Steps
from services.relay_poller.turns import OUR_TROUBLE, Turns, take
from services.relay_poller.watch import Watcher
from shoprelay_runtime import metrics, service
from shoprelay_runtime.bus import ensure_topics
from shoprelay_runtime.health import Health
from shoprelay_runtime.logs import logger
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.sending import Sender
from shoprelay_runtime.service import eventually
from shoprelay_runtime.store import Store

PORT = 8081
_DRAIN_SECONDS = 5.0
_REST_SECONDS = 2.0
_PASS_OVER_SECONDS = 1.0  # how long a shop that is in other hands is not looked at
_log = logger(__name__)


def run(arguments: list[str] | None = None) -> None:
    """The process."""
    service.run("relay-poller", PollerSettings, main, PORT, arguments)


async def main(settings: PollerSettings, health: Health) -> None:
    """Ask shops what is new, and read single records that something pointed at."""
    store = Store(settings.mongo, settings.database)
    sender = Sender(settings, health)
    try:
        if await eventually(health, "MongoDB", store.prepare_control) and await eventually(
            health, "Kafka", lambda: ensure_topics(settings)
        ):
            await _work(settings, health, store, sender)
    finally:
        await sender.close()
        store.close()


async def _work(settings: PollerSettings, health: Health, store: Store, sender: Sender) -> None:
    projects = Projects(store, settings.master())
    transport = guarded_transport(
        allow_private=settings.allow_private_addresses,
        connections=4 * settings.shops,
        most=settings.answer_bytes,
        seconds=settings.answer_seconds,
    )
    turns = Turns(store, settings, projects, Fairness(store, projects), sender, transport, health.stopping.is_set)
    watcher = Watcher(store, projects, sender, health, settings.database, turns.lease)
    watching = asyncio.ensure_future(follow(watcher)) if settings.watch else None
    health.present("start")
    try:
        await Dispatcher(turns, health).run()
    finally:
        if watching is not None:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
        await transport.aclose()


async def follow(watcher: Watcher) -> None:
    """Follow the webshops' documents whenever no other process does."""
    try:
        while True:
            try:
                if await watcher.lead():
                    await watcher.follow()
                watcher.health.present("watch")
            except Lost:
                _log.info("another process follows the webshops now")
            except Exception as error:  # noqa: BLE001 - without it edits go unseen: try again whatever it was, and say so
                metrics.ERRORS.labels("relay-poller", type(error).__name__).inc()
                _log.warning("following the webshops failed", error=type(error).__name__)
                watcher.health.missing("watch", f"{type(error).__name__}: edits of webshops are not noticed")
            await asyncio.sleep(min(1.0, watcher.lease.total_seconds() / 3))
    finally:
        with contextlib.suppress(Exception):
            await watcher.leave()


class Dispatcher:
    """Hands out turns, at most one per shop and so many at once."""

    def __init__(self, turns: Turns, health: Health) -> None:
        self._turns = turns
        self._health = health
        self._running: dict[ObjectId, asyncio.Task[None]] = {}
        self._passed: dict[ObjectId, float] = {}
        self._ended = asyncio.Event()
        self._rest_until = 0.0
        self._steps = Steps(turns.store, turns.lease)

    async def run(self) -> None:
        """Until the process is asked to leave; then running turns end at their next page."""
        while not self._health.stopping.is_set():
            self._ended.clear()
            if time.monotonic() >= self._rest_until:
                await self._fill()
            await self._wait()
        await self._drain()

    async def _fill(self) -> None:
        try:
            await self._steps.heal()
            while len(self._running) < self._turns.settings.shops:
                turn = await self._next()
                if turn is None:
                    break
                self._running[turn.webshop] = asyncio.ensure_future(self._take(turn))
            self._health.present("MongoDB")
        except OUR_TROUBLE as error:
            self._rest(error)

    async def _next(self) -> Turn | None:
        present = time.monotonic()
        self._passed = {shop: end for shop, end in self._passed.items() if end > present}
        mine = {*self._running, *self._passed}
        busy = set(mine)
        turn = await schedule.next_turn(self._turns.store, self._turns.fairness, busy, self._turns.lease)
        self._passed |= dict.fromkeys(busy - mine, present + _PASS_OVER_SECONDS)
        return turn

    async def _take(self, turn: Turn) -> None:
        try:
            await take(self._turns, turn)
        except OUR_TROUBLE as error:
            self._rest(error)
        except Exception as error:  # noqa: BLE001 - one shop's turn must not stop the others
            metrics.ERRORS.labels("relay-poller", type(error).__name__).inc()
            _log.exception("a turn failed", webshop=str(turn.webshop), error=type(error).__name__)
            self._passed[turn.webshop] = time.monotonic() + self._turns.settings.first_delay_seconds
        finally:
            del self._running[turn.webshop]
            self._ended.set()

    def _rest(self, error: Exception) -> None:
        """Our own servers are in trouble: hammering them helps nobody."""
        metrics.ERRORS.labels("relay-poller", type(error).__name__).inc()
        _log.warning("waits for our own servers", error=type(error).__name__)
        self._rest_until = time.monotonic() + _REST_SECONDS
        if isinstance(error, PyMongoError):
            self._health.missing("MongoDB", f"{type(error).__name__}: {str(error)[:200]}")

    async def _wait(self) -> None:
        """Until a turn has ended, it is time to look again, or the process is to leave."""
        signs = [asyncio.ensure_future(sign.wait()) for sign in (self._health.stopping, self._ended)]
        await asyncio.wait(signs, timeout=self._turns.settings.idle_seconds, return_when=asyncio.FIRST_COMPLETED)
        for sign in signs:
            sign.cancel()
        await asyncio.gather(*signs, return_exceptions=True)

    async def _drain(self) -> None:
        if self._running:
            _, left = await asyncio.wait(self._running.values(), timeout=_DRAIN_SECONDS)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
