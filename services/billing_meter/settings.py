"""Settings of billing-meter."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shoprelay_runtime.settings import Settings


class MeterSettings(Settings):
    """What billing-meter can be told."""

    model_config = SettingsConfigDict(env_prefix="SHOPRELAY_BILLING_METER_", frozen=True, extra="ignore", populate_by_name=True)

    batch_records: int = Field(1000, ge=1, le=10_000, description="Most usage events that are counted in one transaction.")
    grace_seconds: float = Field(
        7200,
        ge=0,
        description="How long after the end of a project's day its statement is issued, in seconds; usage may be late.",
    )
    adjust_seconds: float = Field(
        3600, ge=0, description="At least this many seconds lie between a statement and the next adjustment of the same day."
    )
    check_seconds: float = Field(
        30, gt=0, le=3600, description="How often, in seconds, it is checked whether statements are due."
    )
    dead_letters_in_a_row: int = Field(
        100,
        ge=1,
        description="So many events in a row that cannot be counted stop the service: then it is not the events' fault.",
    )
