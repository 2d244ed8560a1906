"""The normalizer's settings."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shoprelay_runtime.settings import Settings


class NormalizerSettings(Settings):
    """What the normalizer needs to know beside what all services know."""

    model_config = SettingsConfigDict(env_prefix="SHOPRELAY_NORMALIZER_")

    batch_records: int = Field(500, ge=1, le=5000, description="Raw records in one batch: one MongoDB and one Kafka transaction.")
    gather_ms: int = Field(
        5, ge=0, le=1000, description="How long a batch that is not full waits for more records, in milliseconds."
    )
    backfill_batch_ms: int = Field(
        100,
        ge=5,
        le=5000,
        description="About how long a batch of history may take, in milliseconds: a live record waits for one at most. "
        "Longer ones normalize more history a second.",
    )
    session_timeout_ms: int = Field(
        10_000,
        ge=2_000,
        le=60_000,
        description="After how long without a heartbeat a dead normalizer's partitions go to another.",
    )
    dead_letters_in_a_row: int = Field(
        100,
        ge=2,
        description="So many rejected records of one mapping in a row, from several webshops, stop their partition: then it is "
        "not the records' fault. A single webshop counts for at most half; where it is alone, ten times as many stop.",
    )
