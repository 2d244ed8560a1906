"""What the Project API is told and answers of deliveries, bills and dead letters: see models.py."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.shop_api.project_api.models import Answer, Begun, Document, Given, Id
from shoprelay_schema.topics import RAW_LIVE

Amount = Annotated[str, Field(description="EUR, as decimal text.", examples=["0.0833"])]


class Delivery(Document):
    """One call of your webhook."""

    event: str
    kind: str
    state: Literal["pending", "done", "failed", "disabled"]
    tries: int
    created_at: datetime


class DeliveryShown(Delivery):
    """A delivery, with every attempt."""

    webhook_id: str = Field(description="The header `webhook-id` of the call.")
    attempts: list[dict[str, Any]] = Field(description="{at, status, error, seconds, excerpt}")
    body: str | None = Field(None, description="What was sent, where it was asked for.")


class ReplayFailed(Given):
    """Which of the deliveries that were given up."""

    since: str | None = Field(None, max_length=40, description="Created since: a time, or 30m, 2h, 3d ago.", examples=["2h"])


class Replayed(Begun):
    """How many are sent again."""

    replayed: int


class Bill(Answer):
    """What is owed, by day and company."""

    currency: Literal["EUR"]
    project: Id
    name: str
    time_zone: str
    days: list[dict[str, Any]] = Field(description="{day, state, statements, lines, total, running_total}")
    total: Amount


class Statement(Answer):
    """A day's statement (number 0) or one of its adjustments, as it was published."""

    project: Id
    day: date
    time_zone: str
    number: int
    lines: list[dict[str, Any]]
    total: Amount
    issued_at: datetime


class Letter(Answer):
    """A record that could not be processed."""

    position: str = Field(examples=[f"{RAW_LIVE.dead_letter}-0-17"])
    origin: str = Field(examples=[f"{RAW_LIVE.name}-0-1042"])
    at: datetime
    webshop: str
    type: str
    subject: str
    field: str
    reason: str
    state: str


class LetterShown(Letter):
    """A dead letter with the record itself, decrypted."""

    headers: dict[str, str]
    original: Any


class ChosenLetters(Given):
    """Which dead letters: `positions`, or `all` that are open, or those of them that the filters choose."""

    positions: list[Annotated[str, Field(max_length=300)]] = Field(
        [], max_length=1000, examples=[[f"{RAW_LIVE.dead_letter}-0-17"]]
    )
    all: bool = False
    topic: str = Field("", max_length=100, examples=[RAW_LIVE.name])
    webshop: str = Field("", max_length=24)
    reason: str = Field("", max_length=500, description="A part of the reason or of the field.")


class Retried(Answer):
    """What was put back, and what was not."""

    retried: list[str]
    not_retried: list[dict[str, str]] = Field(description="{position, why}")


class Discarded(Answer):
    """What is settled without being put back."""

    discarded: list[str]
