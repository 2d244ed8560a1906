"""The typed events, one class per name and version. A new version is a new class beside the old one.

Values are plain JSON; times are ISO 8601 in UTC, money is decimal text. Document events carry the document exactly as it is
stored (encrypted attributes encrypted) and are described by their collection's JSON Schema.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from shoprelay_schema.documents.base import Id, Source, Time
from shoprelay_schema.raw import Evidence

Money = Annotated[Decimal, PlainSerializer(lambda d: format(d, "f"), return_type=str, when_used="json")]


class Event(BaseModel):
    """The value of an event. `type` is its CloudEvents type."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, frozen=True)

    type: ClassVar[str]


class PageReadV1(Event):
    """The body of the raw record that closes a page of a poll or a direct read.

    A page that is fetched twice after a crash has the same `job` and `seq`; it is charged once. `finished` ends the run.
    """

    type: ClassVar[str] = "shoprelay.raw.page_read.v1"

    job: str
    seq: int = Field(description="Rises by one with each page of the job, over all runs.")
    klass: str = Field(description="orders, products, customers, categories or statuses.")
    mode: str
    requests: int = Field(ge=0, description="Requests that the page took.")
    pieces: int = Field(ge=0, description="Pieces of data on it: orders, products, customers.")
    finished: bool
    started_at: Time
    total: int = Field(0, ge=0, description="Records of the whole run; known when it is finished.")


class UsageRecordedV1(Event):
    """Traffic of one shop within one quarter of an hour, from one batch of the raw log. Counted once, by its id."""

    type: ClassVar[str] = "shoprelay.usage.recorded.v1"

    project: Id
    company_id: Id
    webshop_id: Id
    at: Time = Field(description="Start of the quarter of an hour (UTC) in which the data was exchanged.")
    outgoing_requests: int = Field(0, ge=0)
    incoming_requests: int = Field(0, ge=0, description="Webhooks other than product webhooks.")
    incoming_product_requests: int = Field(0, ge=0)
    pieces: int = Field(0, ge=0, description="Orders, products and customers exchanged; what belongs to them rides free.")


class StatementLine(BaseModel):
    """What one company owes for one day."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, frozen=True)

    company_id: Id
    outgoing_requests: int
    incoming_requests: int
    incoming_product_requests: int
    pieces: int
    account_fee: Money
    traffic_fee: Money
    total: Money


class StatementIssuedV1(Event):
    """The bill of one project for one calendar day in its time zone. It never changes; what comes late is an adjustment."""

    type: ClassVar[str] = "shoprelay.statement.issued.v1"

    project: Id
    day: date
    time_zone: str
    number: int = Field(ge=0, description="0 is the day's statement, 1 and on are its adjustments.")
    currency: Literal["EUR"] = "EUR"
    prices_since: date = Field(description="The entry of the price table that applies.")
    lines: tuple[StatementLine, ...]
    total: Money
    issued_at: Time


class Activity(Event):
    """Something the operator wants to hear of; the notifier calls the operator's webhook with it."""

    event: ClassVar[str]

    project: Id
    company_id: Id
    remote_id: str | None = Field(None, description="The company's id in the operator's own system.")
    details: dict[str, Any] = Field(default_factory=dict)


class CompanyCreatedV1(Activity):
    """A company was created. Details: website, email."""

    type: ClassVar[str] = "shoprelay.activity.created_company.v1"
    event: ClassVar[str] = "created_company"


class DataFetchedV1(Activity):
    """A poll ended and its documents are stored. Details: webshop_id, resource, mode, stats {resource: {fetched}}."""

    type: ClassVar[str] = "shoprelay.activity.fetched_data.v1"
    event: ClassVar[str] = "fetched_data"


class DataReceivedV1(Activity):
    """A shop pushed data and its documents are stored.

    Details: webshop_id, stats {collection: {created, updated, deleted, restored}}.
    """

    type: ClassVar[str] = "shoprelay.activity.received_data.v1"
    event: ClassVar[str] = "received_data"


class DocumentDeletedV1(Event):
    """The value of every `<collection>.deleted` event; a tombstone follows it. `evidence` says what proves the deletion."""

    type: ClassVar[str] = "shoprelay.<collection>.deleted.v1"

    id_: Id = Field(alias="_id")
    webshop_id: Id
    evidence: Evidence = Field(
        description="webhook, 404 and 410 (a direct read), trashed, deletion_feed (the platform's own list of deletions), "
        "parent (which lists it no more, or is gone itself), destroyed (its webshop was)."
    )
    source: Source


DocumentChange = Literal["created", "updated", "deleted", "restored"]
CHANGES: Final[tuple[DocumentChange, ...]] = get_args(DocumentChange)
"""Of a document: it is created once, and restored when it comes back after it was deleted."""


def document_event(collection: str, change: DocumentChange) -> str:
    """The CloudEvents type of a document's change."""
    return f"shoprelay.{collection}.{change}.v1"
