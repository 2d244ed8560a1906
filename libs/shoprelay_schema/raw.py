"""The records of the raw log: what a shop said, before anything is made of it.

A record is a CloudEvent in Kafka binary mode: what it is stands in the headers, and its value is the body, encrypted with the
project's key. The key is the webshop, so that everything of one shop keeps its order in one partition.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Via(StrEnum):
    """How an observation reached us."""

    DERIVED = "derived"
    """Learnt from another record (the customer named by an order): never replaces a direct observation."""
    WEBHOOK = "webhook"
    FEED = "feed"
    """The platform's own list of what was deleted: when it was asked says nothing of when that was."""
    POLL = "poll"
    READ = "read"


class Evidence(StrEnum):
    """What proves that a record exists no more. That a listing lacks it proves nothing."""

    WEBHOOK = "webhook"
    """The shop told us that it was deleted."""
    NOT_FOUND = "404"
    """A direct read was answered with 404."""
    GONE = "410"
    """A direct read was answered with 410."""
    TRASHED = "trashed"
    """The record says itself that it is in the shop's trash."""
    DELETION_FEED = "deletion_feed"
    """The platform's own list of what was deleted names it."""
    PARENT = "parent"
    """The record that it belongs to lists it no more, or is gone itself."""
    DESTROYED = "destroyed"
    """Its webshop was destroyed."""


class RawKind(StrEnum):
    """What a raw record is; the value is its CloudEvents type."""

    WEBHOOK_RECEIVED = "shoprelay.raw.webhook_received.v1"
    """A webhook as it came: the body is a line of JSON with the kept headers, then the untouched bytes."""
    RECORD_READ = "shoprelay.raw.record_read.v1"
    """One item of a listing or of a direct read."""
    RECORD_GONE = "shoprelay.raw.record_gone.v1"
    """A direct read, or the platform's list of deletions, says that the record exists no more; the body names the evidence."""
    PAGE_READ = "shoprelay.raw.page_read.v1"
    """Closes a page of a poll, after its records: what the page costs, and whether the poll ends with it."""
    STATUS_LISTS_CHANGED = "shoprelay.raw.status_lists_changed.v1"
    """The merchant's status lists changed: evaluate this shop's orders again."""
    WEBSHOP_DESTROYED = "shoprelay.raw.webshop_destroyed.v1"
    """This shop is destroyed: delete what belongs to it."""


@dataclass(slots=True)
class RawRecord:
    """One record of raw.live or raw.backfill, decrypted.

    `observed_at`: when the read was asked or the push arrived. `request`: the poll run and page, the direct read or the webhook
    delivery it came from. `position`: topic-partition-offset, once read from the log.
    """

    kind: RawKind
    id: str
    project: str
    webshop: str
    relay: str
    resource: str
    remote_id: str
    observed_at: datetime
    via: Via
    request: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    position: str = ""
    replay_of: str = ""
    """Of a replay: the position of the record that this one is a copy of."""
