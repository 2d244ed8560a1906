"""A batch of records: decode, set aside what cannot be billed, count the rest."""

import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaProducer, ConsumerRecord

from services.billing_meter.counting import Move, count
from shoprelay_runtime import metrics
from shoprelay_runtime.billing.rows import time_zones
from shoprelay_runtime.billing.usage import Malformed, Usage, decode
from shoprelay_runtime.bus import Headers
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.topics import USAGE

SERVICE: Final = "billing-meter"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that cannot be billed, and why."""

    record: ConsumerRecord
    error: Malformed


class TooManyRejected(Exception):
    """So many records in a row cannot be billed that it is not the records' fault."""


@dataclass(slots=True)
class Handler:
    """Handles batches. `in_a_row`: rejected records since the last good one."""

    settings: Settings
    store: Store
    producer: AIOKafkaProducer
    most_in_a_row: int = 100
    in_a_row: int = 0

    async def handle(self, records: Sequence[ConsumerRecord], moves: Mapping[str, Move]) -> None:
        """Count a batch and move the offsets. Rejected records are in the dead-letter topic before the offsets move past them."""
        decoded = [(record, _decode(record)) for record in records]
        zones = await time_zones(self.store, {each.event.project for _, each in decoded if isinstance(each, Usage)})
        usages: list[Usage] = []
        rejected: list[Rejected] = []
        for record, each in decoded:
            if isinstance(each, Usage) and each.event.project in zones:
                usages.append(each)
                self.in_a_row = 0
            else:
                rejected.append(self._reject(record, each))
        await self._set_aside(rejected)
        fresh = await count(self.store, zones, usages, moves)
        _measure(fresh, len(usages) - fresh, len(rejected))

    def _reject(self, record: ConsumerRecord, decoded: Usage | Malformed) -> Rejected:
        why = decoded if isinstance(decoded, Malformed) else Malformed("project", f"{decoded.event.project} does not exist")
        self.in_a_row += 1
        if self.in_a_row > self.most_in_a_row:
            raise TooManyRejected(f"{self.in_a_row} usage events in a row cannot be billed; the last one: {why}")
        return Rejected(record, why)

    async def _set_aside(self, rejected: Iterable[Rejected]) -> None:
        topic = self.settings.named(USAGE.dead_letter)
        for each in rejected:
            await self.producer.send_and_wait(topic, each.record.value, each.record.key, headers=dead_letter_headers(each))
            metrics.DEAD_LETTERS.labels(USAGE.name, each.error.field).inc()


def _decode(record: ConsumerRecord) -> Usage | Malformed:
    try:
        return decode(record.headers, record.value)
    except Malformed as error:
        return error


def dead_letter_headers(rejected: Rejected) -> Headers:
    """The record's own headers, then why it was rejected and where it stood."""
    record, error = rejected.record, rejected.error
    about = {
        "dlq_reason": str(error),
        "dlq_field": error.field,
        "dlq_detail": "".join(traceback.format_exception(error)),
        "dlq_position": f"{record.topic}-{record.partition}-{record.offset}",
    }
    return [*record.headers, *((name, text.encode()) for name, text in about.items())]


def _measure(counted: int, repeated: int, rejected: int) -> None:
    for outcome, number in (("counted", counted), ("repeated", repeated), ("rejected", rejected)):
        metrics.RECORDS.labels(SERVICE, USAGE.name, outcome).inc(number)
