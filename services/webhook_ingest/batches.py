"""Records on their way to Kafka, gathered: those of one moment and partition share one batch, one timer and one acknowledgement.

What a record costs here is its bytes in the batch. Sent one by one, each would have a wait for the topic's metadata, a hash of
its key, a lock on the producer's own batch, a future, a timer and a shield around it: more than all the rest of a webhook.
"""

import asyncio
from collections import defaultdict, deque
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from services.webhook_ingest.intake import Place
from shoprelay_runtime.bus import MAX_RECORD, Headers, partition_of

_LARGEST: Final = MAX_RECORD - 4096  # the record's headers and the batch's own
_LINGER_SECONDS: Final = 0.002
"""How long the first record of a batch waits for others, when no batch is under way."""


class Late(Exception):
    """Kafka did not acknowledge the record in time; it may still do so."""


class _Batch:
    """Records of one partition, the requests that wait for them, and the room that they hold."""

    def __init__(self, loop: asyncio.AbstractEventLoop, builder: Any, seconds: float) -> None:
        self.builder = builder
        self._loop = loop
        self.sent = False
        self.given_up = False
        self._waiters: list[asyncio.Future[None]] = []
        self._places: list[Place] = []
        self._timer = loop.call_later(seconds, self._give_up)

    def add(self, key: bytes, value: bytes, headers: Headers, place: Place) -> "asyncio.Future[None] | None":
        """What to wait for; None when the batch is full."""
        if self.builder.append(timestamp=None, key=key, value=value, headers=headers) is None:
            return None
        place.hand_over()
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._waiters.append(waiter)
        self._places.append(place)
        return waiter

    def end(self, error: Exception | None = None) -> None:
        """Kafka has the batch, or it never will: who waits is told, and what was held is free."""
        self._timer.cancel()
        self._tell(error)
        places, self._places = self._places, []
        for place in places:
            place.free()

    def _give_up(self) -> None:
        self.given_up = True
        if self.sent:  # Kafka's producer holds it until it is acknowledged or refused
            self._tell(Late())
        else:
            self.end(Late())

    def _tell(self, error: Exception | None) -> None:
        for waiter in self._waiters:
            if waiter.done():
                continue
            if error is None:
                waiter.set_result(None)
            else:
                waiter.set_exception(error)


class Batches:
    """Sends through one producer. At most one batch of a partition is under way; what comes meanwhile makes up the next."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, partitions: int, seconds: float) -> None:
        self.partitions = partitions
        self._producer = producer
        self._topic = topic
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()  # kept: to ask for it is a system call
        self._open: dict[int, deque[_Batch]] = defaultdict(deque)
        self._sending: dict[int, asyncio.Task[None]] = {}

    def add(self, key: bytes, value: bytes, headers: Headers, place: Place) -> "asyncio.Future[None]":
        """A future that is done when all in-sync replicas have the record; it raises KafkaError, or Late after `seconds`.

        `place` is the batch's from here on: free when Kafka took or refused it, which may be later than that. Raises
        MessageSizeTooLargeError at once.
        """
        if len(value) > _LARGEST:
            raise MessageSizeTooLargeError(f"{len(value)} bytes")
        partition = partition_of(key, self.partitions)
        batches = self._open[partition]
        waiter = batches[-1].add(key, value, headers, place) if batches else None
        if waiter is None:
            batches.append(_Batch(self._loop, self._producer.create_batch(), self._seconds))
            waiter = batches[-1].add(key, value, headers, place)
            assert waiter is not None, "an empty batch takes a record of any size"
            if partition not in self._sending:
                self._sending[partition] = asyncio.ensure_future(self._send(partition))
        return waiter

    async def _send(self, partition: int) -> None:
        batches = self._open[partition]
        try:
            await asyncio.sleep(_LINGER_SECONDS)
            while batches:
                await self._send_one(batches.popleft(), partition)
        finally:
            del self._sending[partition]

    async def _send_one(self, batch: _Batch, partition: int) -> None:
        if batch.given_up:  # nobody waits for it any more, and the shop sends it again
            return
        batch.sent = True
        try:
            await (await self._producer.send_batch(batch.builder, self._topic, partition=partition))
        except Exception as error:  # noqa: BLE001  # it is the requests' that wait, and they tell it
            batch.end(error)
        except asyncio.CancelledError:
            batch.end(Late())
            raise
        else:
            batch.end()

    async def flush(self) -> None:
        """Wait until everything is sent."""
        while self._sending:
            await asyncio.wait(self._sending.values())
