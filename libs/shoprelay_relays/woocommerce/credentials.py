"""What a merchant gives: the shop's address and a REST API key."""

from typing import Literal

from pydantic import BaseModel, Field, HttpUrl, SecretStr


class Credentials(BaseModel):
    """A REST API key with read access; https://woocommerce.com/document/woocommerce-rest-api/ says how to make one."""

    shop_url: HttpUrl = Field(
        title="Shop address",
        description="The address of the shop, with https:// (or http:// where it has no other). Any permalinks will do.",
        examples=["https://shop.example.com"],
    )
    consumer_key: SecretStr = Field(
        title="Consumer key",
        description="WooCommerce > Settings > Advanced > REST API > Add key; permissions: read/write. Begins with ck_.",
        examples=["ck_0123456789abcdef0123456789abcdef01234567"],
    )
    consumer_secret: SecretStr = Field(
        title="Consumer secret",
        description="Shown once beside the consumer key, when the key is made. Begins with cs_.",
        examples=["cs_0123456789abcdef0123456789abcdef01234567"],
    )
    auth: Literal["auto", "basic", "query", "oauth1"] = Field(
        "auto",
        title="How to sign in",
        description="auto: Basic over https, OAuth 1.0a over http. query: for hosts that drop the Authorization header. "
        "oauth1: for shops that do not know that they are reached over https.",
        examples=["auto"],
    )
