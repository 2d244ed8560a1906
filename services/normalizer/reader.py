"""What the lanes of a process share: consumers, room for batches, and the turns that history takes beside live records."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from services.normalizer.room import Room
from services.normalizer.settings import NormalizerSettings
from shoprelay_schema.topics import RAW_BACKFILL

_SMALLEST: Final = 25  # what a batch costs by itself: smaller ones would only make history slow
_QUIET_SECONDS: Final = 5.0


@dataclass(slots=True)
class Reader:
    """The lanes of all partitions that a process owns.

    `size`: how many records of history make a turn. `patience`: seconds that history waits for one. `room`: for batches.
    """

    settings: NormalizerSettings
    live: AIOKafkaConsumer
    history: AIOKafkaConsumer
    size: float = 32.0
    patience: float = 1.0
    room: Room = field(init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _calm: asyncio.Event = field(default_factory=asyncio.Event)
    _in_hand: int = 0
    _live_at: float = 0.0

    def __post_init__(self) -> None:
        self.room = Room(self.settings.records_at_once)
        self._calm.set()

    def assign(self, indices: Iterable[int]) -> None:
        """Read these partitions; the group has given them."""
        parts = [TopicPartition(self.settings.named(RAW_BACKFILL.name), index) for index in indices]
        if parts:
            self.live.pause(*parts)
            self.history.assign(parts)

    @property
    def quiet(self) -> bool:
        """Whether no live records have come for a while."""
        return time.monotonic() - self._live_at > _QUIET_SECONDS

    async def turn(self) -> bool:
        """Wait for history's turn; False when all may go at once. True is to be given back."""
        if self.quiet:
            return False
        await self._turn.acquire()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.patience):
                    await self._calm.wait()
        except BaseException:
            self._turn.release()
            raise
        return True

    def give_back(self) -> None:
        """Let the next turn begin."""
        self._turn.release()

    def learn(self, records: int, seconds: float) -> None:
        """So many records of history took so long."""
        fitting = records * self.settings.backfill_batch_ms / 1000 / max(seconds, 0.001)
        bounded = min(max(fitting, self.size / 2), self.size * 2)
        self.size = min(max(bounded, _SMALLEST), self.settings.batch_records)

    def hold_live(self, by: int) -> None:
        """One batch of live records more, or less, is in hand."""
        self._live_at = time.monotonic()
        self._in_hand += by
        if self._in_hand:
            self._calm.clear()
        else:
            self._calm.set()
