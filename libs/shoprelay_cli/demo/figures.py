"""What the demo shows and finally prints: counted from the topics and the database, not from the services' own words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shoprelay_cli.demo.endpoint import Endpoint
from shoprelay_runtime import bus
from shoprelay_runtime.billing import ledger
from shoprelay_runtime.billing.ledger import Wanted
from shoprelay_runtime.billing.statements import total
from shoprelay_runtime.clients import Admin
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.documents import SHOP_COLLECTIONS
from shoprelay_schema.raw import RawKind
from shoprelay_schema.topics import ACTIVITY, DOCUMENTS, RAW_BACKFILL, RAW_LIVE, USAGE

_LANES = (RAW_LIVE.name, RAW_BACKFILL.name)
_NORMALIZER = "normalizer"


@dataclass(slots=True)
class Figures:
    """Counts since the demo began. Keys of `polled` and `webhooks` are webshop ids."""

    polled: Counter[str] = field(default_factory=Counter)
    webhooks: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    events: Counter[str] = field(default_factory=Counter)
    pushed_events: int = 0
    documents: dict[str, int] = field(default_factory=dict)
    lag: int = 0
    deliveries: dict[str, int] = field(default_factory=dict)
    bill: Decimal = Decimal(0)


@dataclass(slots=True)
class Counting:
    """Keeps the figures current."""

    settings: Settings
    store: Store
    project: Project
    endpoint: Endpoint
    figures: Figures = field(default_factory=Figures)
    _consumer: AIOKafkaConsumer | None = None
    _admin: Admin | None = None

    async def start(self) -> None:
        """Begin to count."""
        topics = [*_LANES, *(t.name for t in DOCUMENTS.values()), USAGE.name, ACTIVITY.name]
        self._consumer = await bus.consumer(self.settings, "demo", *map(self.settings.named, topics), group=None)
        self._admin = await bus.admin(self.settings)

    async def stop(self) -> None:
        """End it."""
        if self._consumer:
            await self._consumer.stop()
        if self._admin:
            await self._admin.close()

    async def refresh(self) -> Figures:
        """Read what is new and count anew what can be counted."""
        await self._read()
        figures, database = self.figures, self.store.database(self.project.database)
        counted = {name: await database[name].estimated_document_count() for name in SHOP_COLLECTIONS}
        figures.documents = {name: count for name, count in counted.items() if count}
        figures.lag = await self.behind(await self.ends())
        figures.deliveries = await self._deliveries()
        wanted = Wanted(frozenset({self.project.id}))
        days = await ledger.read(self.store, wanted)
        figures.bill = sum((total(content.lines(day)) for (_, day), content in days.items()), Decimal(0))
        return figures

    async def _read(self) -> None:
        if self._consumer is None:
            return
        while batches := await self._consumer.getmany(timeout_ms=50, max_records=5000):
            for part, records in batches.items():
                for record in records:
                    self._count(part.topic.removeprefix(self.settings.prefix), record)

    def _count(self, topic: str, record: Any) -> None:
        kind = bus.header(record.headers, "ce_type")
        shop = bus.header(record.headers, "webshop")
        if kind == RawKind.RECORD_READ:
            self.figures.polled[shop] += 1
        elif kind == RawKind.WEBHOOK_RECEIVED:
            self.figures.webhooks[shop] += 1
        elif kind == RawKind.PAGE_READ:
            self.figures.pages += 1
        elif kind:
            self.figures.events[topic] += 1
            self.figures.pushed_events += record.value is not None and b'"via":"webhook"' in record.value

    async def ends(self) -> dict[TopicPartition, int]:
        """Where the raw log ends now."""
        if self._consumer is None:
            return {}
        parts = [p for p in self._consumer.assignment() if p.topic.removeprefix(self.settings.prefix) in _LANES]
        return dict(await self._consumer.end_offsets(parts))

    async def behind(self, ends: Mapping[TopicPartition, int]) -> int:
        """How many raw records before these ends the normalizer has not committed yet."""
        if self._admin is None:
            return 0
        done = await bus.group_offsets(self._admin, self.settings.named(_NORMALIZER))
        return sum(max(0, end - max(done.get(part, 0), 0)) for part, end in ends.items())

    async def _deliveries(self) -> dict[str, int]:
        rows = self.store.collection(Control.DELIVERIES).aggregate([{"$group": {"_id": "$state", "count": {"$sum": 1}}}])
        return {row["_id"]: row["count"] for row in await rows.to_list(None)}
