"""The relay-poller's settings."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shoprelay_runtime.outbound import LARGEST_ANSWER, LONGEST_ANSWER
from shoprelay_runtime.settings import Settings


class PollerSettings(Settings):
    """What the relay-poller needs to know beside what all services know."""

    model_config = SettingsConfigDict(env_prefix="SHOPRELAY_POLLER_")

    shops: int = Field(
        16, ge=1, le=1000, description="Shops that this process works on at once, each with one request at a time."
    )
    lease_seconds: float = Field(
        60.0, ge=1, le=3600, description="After how long without a sign of life a dead poller's shops go to another."
    )
    turn_seconds: float = Field(20.0, gt=0, le=3600, description="After how long an import lets other due jobs go first.")
    idle_seconds: float = Field(0.5, gt=0, le=60, description="How often due work is looked for when there was none.")
    every_seconds: float | None = Field(
        None,
        gt=0,
        description="How often changes are polled, in seconds, in place of each relay's own intervals: longer where webhooks "
        "tell of changes at once, shorter for a demo.",
    )
    open_days: float = Field(
        7.0,
        gt=0,
        le=3650,
        description="Orders that are open are read again in four rounds by age: placed within so many days, within the same time "
        "before that, and before that again, and all that are older.",
    )
    first_delay_seconds: float = Field(
        15.0, gt=0, description="How long to wait after a shop's first failure; doubles each time."
    )
    longest_delay_seconds: float = Field(3600.0, gt=0, description="The longest such wait.")
    quiet_seconds: float = Field(
        5.0, ge=0, description="How long a shop is left alone after a failure, when it does not say how long."
    )
    rejected_seconds: float = Field(
        3600.0, gt=0, description="How long a shop that refused its credentials is left alone; new credentials end it."
    )
    unworkable_seconds: float = Field(
        300.0, gt=0, description="How long a shop is left alone whose document or relay keeps us from asking it at all."
    )
    answer_bytes: int = Field(
        LARGEST_ANSWER, ge=2**20, description="Bytes of the largest answer of a shop, decompressed; more is the shop's trouble."
    )
    answer_seconds: float = Field(
        LONGEST_ANSWER, gt=0, description="How long the body of a shop's answer may take to arrive, however steadily it comes."
    )
    watch: bool = Field(default=True, description="Whether this process may be the one that follows changes of webshops.")
