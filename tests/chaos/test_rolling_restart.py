"""Two processes of each service, replaced one after the other under load: nothing lost, nothing doubled, no long silence."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaConsumer

from shoprelay_runtime import bus
from shoprelay_schema.topics import DOCUMENTS
from tests.chaos.crash_points.conftest import shop  # noqa: F401
from tests.chaos.crash_points.dying import ready, running
from tests.chaos.outside_trouble.town import SERVICES, Town, connected, ended, say
from tests.support.plain_relay import order
from tests.support.world import START, World

pytestmark = pytest.mark.integration
GAP = 5.0
"""Seconds: the longest silence that is borne, of answers and of events; one second and two were seen."""
LEAVES = 10.0


@dataclass
class Pair:
    """Two processes of a service, and how to end each."""

    name: str
    living: list[tuple[BaseProcess, str, AsyncExitStack]] = field(default_factory=list)

    def urls(self) -> list[str]:
        return [url for _, url, _ in self.living]


@dataclass
class Balanced(Town):
    """A town behind a simple balancer: a refused connection is tried on the other process. `broken`: what was not answered."""

    pairs: dict[str, Pair] = field(default_factory=dict)
    turns: "itertools.count[int]" = field(default_factory=itertools.count)
    broken: list[str] = field(default_factory=list)

    async def webhook(self) -> str:
        number, asked = str(next(self.numbers)), time.monotonic()
        status = 0
        for _ in range(2):
            urls = self.pairs["webhook-ingest"].urls()
            url = urls[next(self.turns) % len(urls)]
            try:
                body = orjson.dumps(order(number, START))
                status = (await self.client.post(f"{url}/webhooks/{self.token}", content=body)).status_code
                break
            except httpx.ConnectError:
                continue
            except httpx.HTTPError as error:
                self.broken.append(f"{type(error).__name__} after {time.monotonic() - asked:.2f} s")
                break
        self.answers.append((asked, number, status))
        return number

    async def restart(self, name: str) -> None:
        """Each process of the pair: SIGTERM, wait for its end, start the new one, wait until it is ready."""
        pair = self.pairs[name]
        for _ in range(2):
            process, _, stack = pair.living[0]
            process.terminate()
            await asyncio.to_thread(process.join, LEAVES)
            assert process.exitcode == 0, f"{name} did not leave by itself in time: {process.exitcode}"
            pair.living.pop(0)
            await stack.aclose()
            await self.start(name)

    async def start(self, name: str) -> None:
        stack = AsyncExitStack()
        process, url = await stack.enter_async_context(running(self.settings, name, **self.environment))
        await ready(url)
        self.pairs[name].living.append((process, url, stack))


@asynccontextmanager
async def balanced(world: World) -> AsyncIterator[Balanced]:
    async with AsyncExitStack() as stack:
        made = await connected(world, stack, Balanced)
        for name in SERVICES:
            made.pairs[name] = Pair(name)
            await asyncio.gather(made.start(name), made.start(name))
        stack.push_async_callback(_end, made)
        yield made


async def _end(town: Balanced) -> None:
    for pair in town.pairs.values():
        for _, _, stack in pair.living:
            await stack.aclose()


async def arrivals(consumer: AIOKafkaConsumer, seen: list[float]) -> None:
    while True:
        if await consumer.getmany(timeout_ms=200):
            seen.append(time.monotonic())


def longest(moments: list[float]) -> float:
    return max((after - before for before, after in itertools.pairwise(sorted(moments))), default=float("inf"))


async def test_a_rolling_restart_loses_and_doubles_nothing(shop: World) -> None:  # noqa: F811
    consumer = await bus.consumer(shop.settings, "tests", shop.settings.named(DOCUMENTS["orders"].name), group=None)
    seen: list[float] = []
    async with balanced(shop) as there:
        tasks = [asyncio.create_task(there.keep_coming()), asyncio.create_task(arrivals(consumer, seen))]
        try:
            await asyncio.sleep(3)
            for name in SERVICES:
                began = time.monotonic()
                await there.restart(name)
                answered = [at for at, _, status in there.answers if status == 200 and at >= began]
                events = [at for at in seen if at >= began]
                took, answers, events_gap = time.monotonic() - began, longest(answered), longest(events)
                say(f"{name}: {took:.1f} s, longest gap {answers:.2f} s in answers, {events_gap:.2f} s in events")
            await asyncio.sleep(1)
            there.quiet = True
            await there.done()
        finally:
            for task in tasks:
                await ended(task)
            await consumer.stop()
        answered = [at for at, _, status in there.answers if status == 200]
        assert longest(answered) < GAP
        assert longest(seen) < GAP
        refused = [status for _, _, status in there.answers if status != 200]
        assert (refused, there.broken) == ([], []), "no webhook is refused while another process is there"
        await there.check()
