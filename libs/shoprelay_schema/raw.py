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
    POLL = "poll"
    READ = "read"


class RawKind(StrEnum):
    """What a raw record is; the value is its CloudEvents type."""

    WEBHOOK_RECEIVED = "shoprelay.raw.webhook_received.v1"
    """A webhook as it came: the body is a line of JSON with the kept headers, then the untouched bytes."""
    RECORD_READ = "shoprelay.raw.record_read.v1"
    """One item of a listing or of a direct read."""
    RECORD_GONE = "shoprelay.raw.record_gone.v1"
    """A direct read found that the record exists no more; the body names the evidence."""
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
