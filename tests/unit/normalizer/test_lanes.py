"""What waits for company in a batch, and what does not."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest

from services.normalizer.lanes import Lanes
from services.normalizer.reader import Reader
from services.normalizer.settings import NormalizerSettings
from shoprelay_schema.raw import Via


def record(via: Via, offset: int = 0) -> Any:
    return SimpleNamespace(headers=[("via", via.value.encode())], offset=offset, topic="raw.live.v1")


class Lane:
    """A consumer of one lane. What is given to `bring` is read once, as aiokafka's is."""

    def __init__(self) -> None:
        self._there: list[Any] = []
        self._came = asyncio.Event()

    def bring(self, *records: Any) -> None:
        self._there += records
        self._came.set()

    async def getmany(self, part: Any, timeout_ms: int, max_records: int) -> dict[Any, list[Any]]:
        if not self._there and timeout_ms:
            self._came.clear()
            try:
                async with asyncio.timeout(timeout_ms / 1000):
                    await self._came.wait()
            except TimeoutError:
                return {}
        found, self._there = self._there[:max_records], self._there[max_records:]
        return {part: found}


class Shown:
    """The lanes of one partition; `later` brings something after so many seconds."""

    def __init__(self) -> None:
        self.live, self.history = Lane(), Lane()
        reader = Reader(NormalizerSettings(batch_records=10), self.live, self.history)  # type: ignore[arg-type]
        self.lanes = Lanes(0, reader)
        self._timers: list[asyncio.TimerHandle] = []

    def later(self, seconds: float, lane: Lane, *records: Any) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(seconds, lane.bring, *records))

    async def taken(self) -> tuple[list[int], float]:
        """The offsets in the next batch, and how many seconds it took."""
        began = time.monotonic()
        batch = await self.lanes.take()
        return [each.offset for each in batch], time.monotonic() - began


async def test_what_polls_bring_within_a_second_is_one_batch() -> None:
    shown = Shown()
    shown.live.bring(record(Via.POLL, 1))
    shown.later(0.2, shown.live, record(Via.POLL, 2))
    shown.later(0.4, shown.live, record(Via.POLL, 3))
    assert (await shown.taken())[0] == [1, 2, 3]


@pytest.mark.parametrize("via", [Via.WEBHOOK, Via.READ])
async def test_a_webhook_and_a_direct_read_wait_for_nothing(via: Via) -> None:
    shown = Shown()
    shown.live.bring(record(via, 1))
    shown.later(0.3, shown.live, record(Via.POLL, 2))
    assert (await shown.taken())[0] == [1]


async def test_a_webhook_takes_along_what_waits() -> None:
    shown = Shown()
    shown.live.bring(record(Via.POLL, 1))
    shown.later(0.1, shown.live, record(Via.WEBHOOK, 2))
    shown.later(0.5, shown.live, record(Via.POLL, 3))
    offsets, seconds = await shown.taken()
    assert offsets == [1, 2]
    assert seconds < 0.5


async def test_history_does_not_wait_for_polls() -> None:
    shown = Shown()
    shown.live.bring(record(Via.POLL, 1))
    shown.later(0.1, shown.history, record(Via.POLL, 7))
    offsets, seconds = await shown.taken()
    assert offsets == [1]
    assert seconds < 0.5
    assert [each.offset for each in shown.lanes.held] == [7]


async def test_a_full_batch_does_not_wait() -> None:
    shown = Shown()
    shown.live.bring(*(record(Via.POLL, number) for number in range(12)))
    offsets, seconds = await shown.taken()
    assert offsets == [*range(10)]
    assert seconds < 0.5
