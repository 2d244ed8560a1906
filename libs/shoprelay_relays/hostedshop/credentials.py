"""What a merchant gives: the shop's address and a user of its API."""

from pydantic import BaseModel, Field, HttpUrl, SecretStr

API = "https://api.hostedshop.io"


class Credentials(BaseModel):
    """A user of the API, made in the shop's administration. All shops of all brands are asked at one address."""

    shop_url: HttpUrl = Field(
        title="Shop address",
        description="The address of the shop as buyers see it, with https://.",
        examples=["https://www.shop.example"],
    )
    username: str = Field(
        title="API user name",
        description="Settings > API: the user name of an API user that may read orders, products and customers.",
        examples=["shoprelay"],
    )
    password: SecretStr = Field(
        title="API password",
        description="The password of that API user.",
        examples=["correct-horse-battery"],
    )
    webhook_secret: SecretStr | None = Field(
        None,
        title="Webhook secret",
        description="Settings > Webhooks: the secret of the webhooks that you made there, if you made any.",
        examples=["whsec-0123456789"],
    )
    api_url: str = Field(API, title="Address of the API", description="Leave as it is.")
