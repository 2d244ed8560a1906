"""Settings of the notifier."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shoprelay_runtime.settings import Settings


class NotifierSettings(Settings):
    """How much at once, and how patient."""

    model_config = SettingsConfigDict(env_prefix="SHOPRELAY_NOTIFIER_")

    per_endpoint: int = Field(8, ge=1, le=100, description="Calls to one endpoint at once; one while its last call failed.")
    in_flight: int = Field(256, ge=1, le=5000, description="Calls to all endpoints at once.")
    call_seconds: float = Field(15.0, gt=0, le=60, description="How long an endpoint may take to answer.")
    batch_records: int = Field(500, ge=1, le=10_000, description="Activities that become deliveries in one write.")
    dead_letters_in_a_row: int = Field(
        100, ge=1, description="So many unreadable activities in a row stop the service: then it is not the records' fault."
    )
