"""Settings of webhook-ingest."""

from typing import Final, Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from shoprelay_runtime.bus import MAX_RECORD
from shoprelay_runtime.settings import Settings

OVERHEAD: Final = 64 * 1024  # what headers, encryption and the batch add to a body on the bus


class IngestSettings(Settings):
    """Limits that keep memory bounded and answers quick."""

    model_config = SettingsConfigDict(env_prefix="SHOPRELAY_INGEST_")

    max_body: int = Field(
        MAX_RECORD - OVERHEAD, ge=1, le=MAX_RECORD - OVERHEAD, description="Bytes of the largest webhook body; more answers 413."
    )
    body_seconds: float = Field(10.0, gt=0, le=60, description="How long a shop may take to send a body; longer answers 408.")
    produce_seconds: float = Field(4.0, gt=0, le=20, description="How long Kafka may take to acknowledge; longer answers 503.")
    in_flight_bytes: int = Field(
        64 * 1024 * 1024,
        ge=1,
        description="Bytes of bodies held at once, those that Kafka has not taken yet included; more answers 503.",
    )
    in_flight_requests: int = Field(2000, ge=1, description="Webhooks held at once; more answers 503.")
    hook_seconds: float = Field(
        5.0, gt=0, le=60, description="How long a webhook address is believed before the database is asked again."
    )

    @model_validator(mode="after")
    def _room_for_one(self) -> Self:
        if self.in_flight_bytes < self.max_body:
            raise ValueError("SHOPRELAY_INGEST_IN_FLIGHT_BYTES: expected at least SHOPRELAY_INGEST_MAX_BODY")
        return self
