"""The shop-api's settings."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shoprelay_runtime.settings import Settings


class ShopApiSettings(Settings):
    """What the shop-api needs to know beside what all services know."""

    model_config = SettingsConfigDict(env_prefix="SHOPRELAY_SHOP_API_")

    action_seconds: float = Field(
        60.0, gt=0, le=110, description="How long one call may take in the shop, all its requests together."
    )
    patience_seconds: float = Field(
        10.0,
        gt=0,
        description="How long a request waits for its turn within the shop's budget before the call is answered with 503.",
    )
    body_bytes: int = Field(1024 * 1024, ge=1024, description="Bytes of the largest body that is taken.")
    webhook_base_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s]+$",
        description="Public address of webhook-ingest: shops that are connected over HTTP are told to send their webhooks there.",
    )
    connections: int = Field(200, ge=1, description="Connections to shops at once.")
