"""The topics: the one place where a topic's name occurs."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from shoprelay_schema.documents import SHOP_COLLECTIONS
from shoprelay_schema.events import (
    CHANGES,
    CompanyCreatedV1,
    DataFetchedV1,
    DataReceivedV1,
    StatementIssuedV1,
    UsageRecordedV1,
    document_event,
)
from shoprelay_schema.raw import RawKind


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `transactional`: written in transactions, so its consumers read `read_committed`. Retention None: forever."""

    name: str
    description: str
    key: str
    partitions: int
    retention: timedelta | None
    cleanup: Literal["delete", "compact"]
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    events: tuple[str, ...]
    transactional: bool = False

    @property
    def dead_letter(self) -> str:
        """Where a record goes that its consumer cannot process, with the reason and the original."""
        return f"{self.name}.dlq"


PARTITIONS: Final = 12
"""Of the topics that carry the traffic, unless an installation is set to have more or fewer."""
_RAW = tuple(RawKind)
_SOURCES = ("webhook-ingest", "relay-poller", "cli")

RAW_LIVE: Final = Topic(
    "raw.live.v1",
    "What shops said just now: webhooks, incremental polls, direct reads.",
    "webshop",
    PARTITIONS,
    timedelta(days=30),
    "delete",
    _SOURCES,
    ("normalizer",),
    _RAW,
)
# The same key and number of partitions as the live lane: one owner handles both lanes of a shop.
RAW_BACKFILL: Final = Topic(
    "raw.backfill.v1",
    "History: first imports and replays. Never delays the live lane.",
    "webshop",
    PARTITIONS,
    timedelta(days=30),
    "delete",
    ("relay-poller", "cli"),
    ("normalizer",),
    _RAW,
)
USAGE: Final = Topic(
    "usage.v1",
    "Traffic to be billed, derived from committed raw records.",
    "webshop",
    PARTITIONS,
    timedelta(days=90),
    "delete",
    ("normalizer",),
    ("billing-meter",),
    (UsageRecordedV1.type,),
    transactional=True,
)
ACTIVITY: Final = Topic(
    "activity.v1",
    "What the operator's webhook is called for.",
    "company",
    PARTITIONS,
    timedelta(days=30),
    "delete",
    ("normalizer", "cli"),
    ("notifier",),
    (CompanyCreatedV1.type, DataFetchedV1.type, DataReceivedV1.type),
    transactional=True,
)
STATEMENTS: Final = Topic(
    "statements.v1",
    "The daily bill of each project, and its adjustments.",
    "project",
    3,
    None,
    "delete",
    ("billing-meter",),
    ("subscribers",),
    (StatementIssuedV1.type,),
)


def _documents(collection: str) -> Topic:
    return Topic(
        f"documents.{collection}.v1",
        f"Every change of {collection}: the document as stored, then a tombstone when it is deleted.",
        "document _id",
        PARTITIONS,
        None,
        "compact",
        ("normalizer",),
        ("subscribers",),
        tuple(document_event(collection, change) for change in CHANGES),
        transactional=True,
    )


DOCUMENTS: Final = {collection: _documents(collection) for collection in SHOP_COLLECTIONS}
TOPICS: Final = (RAW_LIVE, RAW_BACKFILL, *DOCUMENTS.values(), USAGE, ACTIVITY, STATEMENTS)
BY_NAME: Final = {topic.name: topic for topic in TOPICS}
# Only topics that a service of ours consumes can hold a record that it cannot process.
DEAD_LETTERS: Final = tuple(t.dead_letter for t in TOPICS if t.consumers != ("subscribers",))
