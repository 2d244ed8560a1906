"""What a merchant gives: the shop's address and an integration's keys, or an administrator's login."""

from typing import Literal

from pydantic import BaseModel, Field, HttpUrl, SecretStr


class Credentials(BaseModel):
    """An integration (System > Extensions > Integrations) that may read sales, catalogue, inventory, customers and stores;
    https://developer.adobe.com/commerce/webapi/get-started/authentication/ says how to make one.
    """

    shop_url: HttpUrl = Field(
        title="Shop address",
        description="The address of the shop, with https://.",
        examples=["https://shop.example.com"],
    )
    store_code: str = Field(
        "all",
        pattern=r"^[a-z][a-z0-9_]*$",
        title="Store view",
        description="The code of the store view whose texts are read. all: the default texts, and the products of every website.",
        examples=["all"],
    )
    auth: Literal["auto", "oauth1", "bearer", "login"] = Field(
        "auto",
        title="How to sign in",
        description="auto: OAuth 1.0a with all four keys, else the access token alone, else the login. "
        "The access token alone works only where the shop allows integrations as bearer tokens.",
        examples=["auto"],
    )
    consumer_key: SecretStr = Field(
        SecretStr(""), title="Consumer key", description="Of the integration, shown when it is activated.", examples=["k1"]
    )
    consumer_secret: SecretStr = Field(
        SecretStr(""), title="Consumer secret", description="Of the integration, beside the consumer key.", examples=["k2"]
    )
    access_token: SecretStr = Field(
        SecretStr(""), title="Access token", description="Of the integration, shown when it is activated.", examples=["t1"]
    )
    access_token_secret: SecretStr = Field(
        SecretStr(""), title="Access token secret", description="Of the integration, beside the access token.", examples=["t2"]
    )
    username: str = Field(
        "",
        title="Administrator",
        description="Only for shops without integrations; two-factor login shuts it out.",
        examples=[""],
    )
    password: SecretStr = Field(SecretStr(""), title="Password", description="Of that administrator.", examples=[""])
    stock: Literal["sources", "salable", "items"] = Field(
        "sources",
        title="Which stock",
        description="sources: what lies in the sources of the website (few requests). salable: that less what is ordered and not "
        "yet sent. items: the stock item with its rules for backorders and quantities. The last two ask once for each article.",
        examples=["sources"],
    )
    prices_include_tax: Literal["yes", "no"] = Field(
        "yes",
        title="Prices include tax",
        description="Stores > Configuration > Sales > Tax > Catalog Prices. The API does not tell it.",
        examples=["yes"],
    )
    tax_country: str = Field(
        "",
        pattern=r"^([A-Z]{2})?$",
        title="Country of the taxes",
        description="Two letters; whose tax rates belong to the prices. Empty: the country of the store view's language.",
        examples=["DK"],
    )
