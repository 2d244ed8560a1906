"""Dead letters, as they are read from their topics."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from aiokafka.structs import ConsumerRecord

from shoprelay_runtime import bus
from shoprelay_runtime.settings import Settings

RETRY_OF: Final = "retry_of"
"""The header of a record that was put back: the position of its dead letter."""

CUT: Final = "dlq_cut"
"""The header of a dead letter that holds the beginning of its original only."""


class Position(NamedTuple):
    """Where a record stands; topics by their names in topics.py. Sorts as the records of a partition do."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.partition}-{self.offset}"


def position_of(text: str) -> Position:
    """Undo `str`; ValueError says what was expected."""
    topic, _, numbers = text.rpartition("-")
    topic, _, partition = topic.rpartition("-")
    if not topic or not (partition + numbers).isdecimal():
        raise ValueError(f"expected topic-partition-offset, got {text!r}")
    return Position(topic, int(partition), int(numbers))


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter. `position`: its own; `origin`: of the record that could not be processed."""

    position: Position
    origin: Position
    record: ConsumerRecord

    def header(self, name: str) -> str:
        """A header's text; "" when it is missing."""
        return bus.header(self.record.headers, name, "replace")

    @property
    def webshop(self) -> str:
        """The webshop's id; "" when the record says none."""
        return self.header("ce_source").partition("/webshops/")[2]

    @property
    def at(self) -> datetime:
        """When it became a dead letter."""
        return datetime.fromtimestamp(self.record.timestamp / 1000, UTC)


async def read(settings: Settings, topics: Iterable[str], wanted: Callable[[Letter], bool]) -> list[Letter]:
    """The wanted letters of these topics of dead letters, in order of their original positions, each original once."""
    found: dict[Position, Letter] = {}
    for topic in sorted(await _present(settings) & {settings.named(topic) for topic in topics}):
        for letter in map(_letter_of(settings), await records(settings, topic, {})):
            if wanted(letter):
                found.setdefault(letter.origin, letter)
    return [found[origin] for origin in sorted(found)]


async def _present(settings: Settings) -> set[str]:
    consumer = await bus.consumer(settings, "dead-letters", group=None)
    try:
        return set(await consumer.topics())
    finally:
        await consumer.stop()


def _letter_of(settings: Settings) -> Callable[[ConsumerRecord], Letter]:
    def letter(record: ConsumerRecord) -> Letter:
        own = Position(record.topic.removeprefix(settings.prefix), record.partition, record.offset)
        try:
            origin = position_of(bus.header(record.headers, "dlq_position", "replace").removeprefix(settings.prefix))
        except ValueError:
            origin = own._replace(topic=own.topic.removesuffix(".dlq"))
        return Letter(own, origin, record)

    return letter


async def records(settings: Settings, named: str, begins: Mapping[int, int]) -> list[ConsumerRecord]:
    """The committed records of a topic, by partition from where `begins` says; what is in open transactions now is waited for."""
    ends = await bus.ends(settings, named)
    consumer = await bus.consumer(settings, "dead-letters", named, group=None)
    try:
        found: list[ConsumerRecord] = []
        for part, start in (await consumer.beginning_offsets(list(ends))).items():
            consumer.seek(part, max(start, begins.get(part.partition, 0)))
        while waiting := [part for part in ends if await consumer.position(part) < ends[part]]:
            batches = await consumer.getmany(*waiting, timeout_ms=200)
            found += [record for batch in batches.values() for record in batch]
        return found
    finally:
        await consumer.stop()
