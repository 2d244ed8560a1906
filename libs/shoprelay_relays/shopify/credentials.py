"""What a merchant gives: the shop's address and an app's keys."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_DOMAIN = re.compile(r"(?:https?://)?([a-z0-9][a-z0-9-]*)\.myshopify\.com(?:/.*)?")
_ADMIN = re.compile(r"(?:https?://)?admin\.shopify\.com/store/([a-z0-9][a-z0-9-]*)(?:/.*)?")
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:\d+/?")


def address(given: str) -> str:
    """The shop's address as https://name.myshopify.com, from any way in which people write it; ValueError for other hosts.

    The app's secret is sent there, so it must be Shopify's own host. Simulated shops are on this machine's loopback address.
    """
    text = given.strip().lower()
    if _LOOPBACK.fullmatch(text):
        return text.rstrip("/")
    for form in (_DOMAIN, _ADMIN):
        if found := form.fullmatch(text):
            return f"https://{found[1]}.myshopify.com"
    if _NAME.fullmatch(text):
        return f"https://{text}.myshopify.com"
    message = "expected the shop's own address, such as my-shop.myshopify.com"
    raise ValueError(message)


ShopAddress = Annotated[str, AfterValidator(address)]
_SHOP = Field(
    title="Shop address",
    description="The address that ends in .myshopify.com: Shopify admin > Settings > Domains.",
    examples=["my-shop.myshopify.com"],
)
_PREVIOUS = Field(
    None,
    title="Previous client secret",
    description="Only while the secret is rotated: webhooks are signed with the old one for up to an hour.",
)


class PublicApp(BaseModel):
    """An app that merchants install by OAuth, with offline tokens that expire.

    https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens
    """

    shop_url: ShopAddress = _SHOP
    client_id: str = Field(
        title="Client ID", description="The app's Client ID: Dev Dashboard > the app > Settings.", examples=["0a1b2c3d4e5f"]
    )
    client_secret: SecretStr = Field(
        title="Client secret", description="The app's secret, beside the Client ID. It also signs the webhooks."
    )
    previous_client_secret: SecretStr | None = _PREVIOUS
    refresh_token: SecretStr = Field(
        title="Refresh token",
        description="What the installation of the app gave beside the access token (asked for with expiring=1).",
        examples=["shprt_0123456789abcdef"],
    )


class CustomApp(BaseModel):
    """An app of this one shop: made in the shop's admin (a token that does not expire), or in the Dev Dashboard (client id and
    secret, for tokens of a day).

    https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant
    """

    shop_url: ShopAddress = _SHOP
    access_token: SecretStr | None = Field(
        None,
        title="Admin API access token",
        description="Of an app that was made in the shop's admin before 2026. Begins with shpat_. Else leave it empty.",
        examples=["shpat_0123456789abcdef"],
    )
    client_id: str | None = Field(
        None, title="Client ID", description="Without an access token: the app's Client ID from the Dev Dashboard."
    )
    client_secret: SecretStr | None = Field(
        None,
        title="Client secret (API secret key)",
        description="The app's secret. Without an access token it is needed; with one it makes webhooks work, which it signs.",
    )
    previous_client_secret: SecretStr | None = _PREVIOUS

    @model_validator(mode="after")
    def _enough(self) -> "CustomApp":
        if not self.access_token and not (self.client_id and self.client_secret):
            message = "give an Admin API access token, or the Client ID and the Client secret"
            raise ValueError(message)
        return self
