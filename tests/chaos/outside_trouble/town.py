"""All services as processes on servers of their own, webhooks that keep coming, and what is seen of it from outside."""

import asyncio
import itertools
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import orjson
import psutil
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from shoprelay_runtime.admin import set_webhook
from shoprelay_runtime.admin.jobs import reconcile
from shoprelay_runtime.admin.modes import switch
from shoprelay_runtime.codec import seal
from shoprelay_runtime.crypto import new_token, token_hash
from shoprelay_runtime.deadletters import records
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control
from shoprelay_schema.raw import RawKind
from shoprelay_schema.topics import RAW_LIVE
from shoprelay_simulators.listening import Message, Receive, Send, listen, read_body
from tests.chaos.crash_points.dying import ready, running
from tests.chaos.crash_points.relay import Shop
from tests.support.audit import audit
from tests.support.plain_relay import order
from tests.support.world import START, World

SERVICES = ("webhook-ingest", "relay-poller", "normalizer", "billing-meter", "notifier")
RECOVERY = 30.0
"""Seconds after the end of a trouble within which everything works again, without a person."""
_MEMORY = 400 * 2**20
_LOOK = 0.25
_MODE = "updated_since_last_request"
ENVIRONMENT = {
    "SHOPRELAY_POLLER_LEASE_SECONDS": "10",
    "SHOPRELAY_POLLER_EVERY_SECONDS": "3",
    "SHOPRELAY_POLLER_FIRST_DELAY_SECONDS": "1",
    "SHOPRELAY_POLLER_QUIET_SECONDS": "1",
    "SHOPRELAY_BILLING_METER_CHECK_SECONDS": "2",
    "SHOPRELAY_BILLING_METER_GRACE_SECONDS": "7200",
}


@dataclass
class Operator:
    """The operator's endpoint. `calls`: the webhook-id of each."""

    calls: list[str] = field(default_factory=list)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await read_body(receive)
        self.calls.append(dict(scope["headers"])[b"webhook-id"].decode())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@dataclass
class Watched:
    """What is seen of one service. `reds`: (when, what it lacks); `rss`: the most memory, in bytes; None: no answer at all."""

    process: psutil.Process
    url: str
    ready: bool = False
    reds: list[tuple[float, dict[str, str] | None]] = field(default_factory=list)
    rss: int = 0


@dataclass
class Town:
    """`answers`: (when it was asked, order's number, status or 0) of every webhook."""

    world: World
    operator: Operator
    token: str
    client: httpx.AsyncClient
    services: dict[str, Watched] = field(default_factory=dict)
    answers: list[tuple[float, str, int]] = field(default_factory=list)
    quiet: bool = False
    environment: Mapping[str, str] = field(default_factory=lambda: ENVIRONMENT)
    numbers: Any = field(default_factory=lambda: itertools.count(100_000))

    @property
    def settings(self) -> Settings:
        return self.world.settings

    # What comes in -----------------------------------------------------------------------------------------------------

    async def webhook(self) -> str:
        """A new order's webhook, once; its number."""
        number, asked = str(next(self.numbers)), time.monotonic()
        try:
            url = f"{self.services['webhook-ingest'].url}/webhooks/{self.token}"
            status = (await self.client.post(url, content=orjson.dumps(order(number, START)))).status_code
        except httpx.HTTPError:
            status = 0
        self.answers.append((asked, number, status))
        return number

    async def keep_coming(self) -> None:
        while True:
            if not self.quiet:
                await self.webhook()
            await asyncio.sleep(0.1)

    def accepted(self) -> set[str]:
        return {number for _, number, status in self.answers if 200 <= status < 300}

    def statuses(self, since: float, until: float) -> set[int]:
        return {status for asked, _, status in self.answers if since <= asked <= until}

    # What is seen ------------------------------------------------------------------------------------------------------

    async def keep_looking(self) -> None:
        while True:
            await asyncio.gather(*(self._look(service) for service in self.services.values()))
            await asyncio.sleep(_LOOK)

    async def _look(self, service: Watched) -> None:
        service.rss = max(service.rss, service.process.memory_info().rss)
        try:
            answer = await self.client.get(f"{service.url}/health/ready", timeout=3)
        except httpx.HTTPError:
            service.ready = False
            service.reds.append((time.monotonic(), None))
            return
        service.ready = answer.status_code == 200
        if not service.ready:
            service.reds.append((time.monotonic(), answer.json()["lacks"]))

    def reasons(self, name: str, since: float) -> set[str]:
        """Why a service was not ready since then."""
        lacks = (lacks for at, lacks in self.services[name].reds if at >= since and lacks is not None)
        return {f"{what}: {why}" for each in lacks for what, why in each.items()}

    # What comes of it --------------------------------------------------------------------------------------------------

    async def recovered(self) -> float:
        """From now on one webhook more, sent until it is taken; gives the seconds until all are ready and all is done."""
        began, text, self.quiet = time.monotonic(), "", True
        async with asyncio.timeout(RECOVERY * 3):
            while await self.webhook() not in self.accepted():  # noqa: ASYNC110 - nobody tells when it would be
                await asyncio.sleep(0.5)
            while left := await self.waiting() or self.not_ready():
                if left != text:
                    say(f"{time.monotonic() - began:5.1f} s  {left}")
                text = left
                await asyncio.sleep(0.3)
        return time.monotonic() - began

    def not_ready(self) -> str:
        return ", ".join(sorted(name for name, service in self.services.items() if not service.ready))

    async def waiting(self) -> str:
        """What is not done yet, "" for nothing."""
        try:
            async with asyncio.timeout(10):
                return await self._waiting()
        except (PyMongoError, KafkaError, OSError) as error:
            return f"the servers are not back: {type(error).__name__}"

    async def done(self) -> None:
        """Wait until everything that has come in is stored, billed and told."""
        async with asyncio.timeout(RECOVERY * 3):
            while await self.waiting():  # noqa: ASYNC110 - what is waited for happens in other processes
                await asyncio.sleep(0.3)

    async def _waiting(self) -> str:
        accepted = self.accepted()
        if missing := accepted - {row["order_number"] for row in await self.world.stored("orders")}:
            return f"{len(missing)} orders are not stored"
        heard, counted = await self.heard(), await self.counted()
        if counted < heard:
            return f"{heard - counted} requests are not billed"
        told = {event.id for event in await self.world.events("activity.v1")}
        done = await self.world.store.collection(Control.DELIVERIES).count_documents({"state": "done"})
        return f"{len(told) - done} activities are not told" if done < len(told) else ""

    async def heard(self) -> int:
        """Webhooks in the raw log."""
        found = await records(self.settings, self.settings.named(RAW_LIVE.name), {})
        return sum(("ce_type", RawKind.WEBHOOK_RECEIVED.value.encode()) in record.headers for record in found)

    async def counted(self) -> int:
        """Webhooks on the bill."""
        counters: list[Any] = await self.world.store.collection(Control.COUNTERS).find().to_list(None)
        return sum(row["incoming_requests"] for row in counters)

    def told(self, name: str, seconds: float) -> str:
        """One line for who reads the test's output."""
        peaks = ", ".join(f"{each} {service.rss // 2**20}" for each, service in self.services.items())
        return f"{name}: all well {seconds:.1f} s after its end; peak RSS in MiB: {peaks}"

    async def check(self) -> None:
        """Nothing is lost, doubled or billed wrong; memory stayed within bounds."""
        self.quiet = True
        await self.done()
        assert await self.counted() == await self.heard()
        histories = await audit(self.world)
        orders = [row for row in await self.world.stored("orders") if row["order_number"] in self.accepted()]
        assert {len(histories[str(row["_id"])]) for row in orders} == {1}, "one created, nothing else"
        deliveries = await self.world.store.collection(Control.DELIVERIES).count_documents({})
        assert len(set(self.operator.calls)) == deliveries, "each delivery is called, under one id"
        assert {name: s.rss // 2**20 for name, s in self.services.items() if s.rss > _MEMORY} == {}


T = TypeVar("T", bound=Town)


async def connected(world: World, stack: AsyncExitStack, kind: type[T]) -> T:
    """The world's shop and operator, and a client; no service runs yet."""
    operator, listed, token = Operator(), Shop({str(n): order(str(n), START) for n in range(1, 4)}), new_token()
    client = await stack.enter_async_context(httpx.AsyncClient(timeout=10))
    await _connect(world, await stack.enter_async_context(listen(listed)), await stack.enter_async_context(listen(operator)))
    hook = {"_id": token_hash(token), "project": world.project.id, "webshop": world.webshop.webshop_id}
    await world.store.collection(Control.HOOKS).insert_one({**hook, "relay": world.relay.name})
    return kind(world, operator, token, client)


@asynccontextmanager
async def town(world: World, settings: Settings | None = None) -> AsyncIterator[Town]:
    """The services at work on the world's shop; `settings` where they reach the servers another way than the test does."""
    async with AsyncExitStack() as stack:
        made = await connected(world, stack, Town)
        for name in SERVICES:
            process, url = await stack.enter_async_context(running(settings or world.settings, name, **made.environment))
            made.services[name] = Watched(psutil.Process(process.pid), url)
        await asyncio.gather(*(ready(service.url) for service in made.services.values()))
        for work in (made.keep_coming(), made.keep_looking()):
            stack.push_async_callback(ended, asyncio.create_task(work))
        yield made


async def _connect(world: World, shop: str, operator: str) -> None:
    config = seal(world.project.cipher, "webshops", {"config": {"address": shop}})["config"]
    await world.set_webshop(config=config, **{switch("orders", _MODE): True})
    assert await reconcile(world.store, world.project, world.webshop.webshop_id, datetime.now(UTC))
    await set_webhook(world.store, world.project, operator)


async def ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def at_work(town: Town) -> None:
    """Wait until something has gone all the way."""
    async with asyncio.timeout(60):
        while len(town.accepted()) < 20 or town.not_ready() or not town.operator.calls:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
