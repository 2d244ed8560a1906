"""How a merchant lets us in. https://quickbutik.dev/api-v1/authentication"""

from pydantic import BaseModel, Field, HttpUrl, SecretStr

API_URL = "https://api.quickbutik.com/v1/"


class Credentials(BaseModel):
    """One key that may read everything; https://quickbutik.dev/api-v1/authentication says where it is made."""

    shop_url: HttpUrl = Field(
        title="Shop address",
        description="The address of the shop, with https://. It tells your shops apart; the key alone opens them.",
        examples=["https://shop.example.com"],
    )
    api_key: SecretStr = Field(
        title="API key",
        description="In the control panel of the shop, under Settings > API.",
        examples=["sk_live_0123456789abcdef"],
    )
    api_url: str = Field(API_URL, title="Address of the API", description="Leave as it is.")
