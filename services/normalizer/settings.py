"""The normalizer's settings."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from services.normalizer.cap import Limits
from shoprelay_runtime.settings import Settings


class NormalizerSettings(Settings):
    """What the normalizer needs to know beside what all services know."""

    model_config = SettingsConfigDict(env_prefix="SHOPRELAY_NORMALIZER_")

    batch_records: int = Field(150, ge=1, le=5000, description="Raw records in one batch: one MongoDB and one Kafka transaction.")
    records_at_once: int = Field(
        450,
        ge=1,
        le=10_000,
        description="Raw records that a process works on at once, whatever its partitions: each of 3 KB takes about 0.1 MB of "
        "memory meanwhile.",
    )
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
    dead_letters_share: float = Field(
        0.5,
        gt=0,
        le=1,
        description="More than this share of the last records of a mapping rejected stops their partition: then it is not the "
        "records' fault. 1 lets all of them become dead letters.",
    )
    dead_letters_window: int = Field(
        200, ge=2, le=1000, description="How many of the last records of a mapping that share is of."
    )
    dead_letters_least: int = Field(
        50,
        ge=2,
        description="Fewer rejected records never stop a partition. A single webshop counts for at most half of them; where it "
        "is alone, ten times as many stop it.",
    )

    @property
    def dead_letter_limits(self) -> Limits:
        """The cap."""
        return Limits(self.dead_letters_least, self.dead_letters_window, self.dead_letters_share)

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.dead_letters_least > self.dead_letters_window:
            raise ValueError("SHOPRELAY_NORMALIZER_DEAD_LETTERS_LEAST: expected at most SHOPRELAY_NORMALIZER_DEAD_LETTERS_WINDOW")
        return self
