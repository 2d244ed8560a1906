"""How a merchant lets us in. https://docs.shopgo.me/1.0.0/management-api/authentication"""

from collections.abc import Generator, Mapping
from typing import Any

import httpx
from pydantic import BaseModel, Field, SecretStr, model_validator

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.http import asking
from shoprelay_relays.shopgo.api import Management
from shoprelay_relays.spec import Connection

BASE_URL = "https://api.shopgo.me/v1/management/"
_HEADERS = {"api_key": "X-API-KEY", "tenant_id": "X-TENANT-ID", "tenant_name": "X-TENANT-NAME"}


class Credentials(BaseModel):
    """An API key; or a platform's key and the tenant it stands for; or the e-mail and password that a key is made from."""

    api_key: SecretStr | None = Field(
        None,
        title="API key",
        description="Your ShopGo API key. The user it belongs to needs the permission 'orders', and 'settings' for webhooks.",
        examples=["3f0c9a..."],
    )
    tenant_id: str | None = Field(
        None, title="Tenant number", description="With a platform API key only: the number of your store.", examples=["1042"]
    )
    tenant_name: str | None = Field(
        None,
        title="Tenant name",
        description="With a platform API key only, in place of the tenant number: the name of your store.",
        examples=["matjar"],
    )
    email: str | None = Field(
        None,
        title="E-mail",
        description="In place of an API key: the e-mail that you sign in to the ShopGo dashboard with.",
        examples=["owner@example.com"],
    )
    password: SecretStr | None = Field(
        None, title="Password", description="With the e-mail: used once to make an API key, and never stored."
    )
    base_url: str = Field(BASE_URL, title="Address of the API", description="Leave as it is.")

    @model_validator(mode="after")
    def _enough(self) -> "Credentials":
        if not self.api_key and not (self.email and self.password):
            message = "give an API key, or the e-mail and the password of a dashboard user"
            raise ValueError(message)
        return self


class Key(httpx.Auth):
    """Puts the key into each request as it leaves: in a repr of a client's headers httpx masks Authorization alone."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._headers = {header: str(config[name]) for name, header in _HEADERS.items() if config.get(name)}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.update(self._headers)
        yield request


def client(config: Mapping[str, Any], connection: Connection) -> httpx.AsyncClient:
    """The HTTP client of one shop."""
    return asking.client(
        str(config.get("base_url") or BASE_URL),
        connection.transport,
        auth=Key(config),
        # The order list is one answer for the whole history: ShopGo needs time before its first byte.
        timeout=httpx.Timeout(30, read=120),
    )


async def exchange(http: httpx.AsyncClient, config: Mapping[str, Any]) -> dict[str, str]:
    """Makes an API key from the e-mail and the password, lets `http` use it from now on, and returns what to keep.

    The password and the e-mail come back empty, so that they overwrite what a form gave. Raises CredentialsRejected.
    """
    if not (config.get("email") and config.get("password")):
        raise CredentialsRejected("ShopGo needs an API key, or the e-mail and the password of a dashboard user.")
    key = await Management(http).create_key(str(config["email"]), str(config["password"]))
    http.auth = Key({**config, "api_key": key})
    return {"api_key": key, "email": "", "password": ""}


async def settings(http: httpx.AsyncClient, config: Mapping[str, Any]) -> dict[str, str]:
    """Tests the credentials and returns what the tenant record tells: store, host, country, time zone. Raises RelayError."""
    kept = {} if config.get("api_key") else await exchange(http, config)
    tenant = await Management(http).tenant()
    if tenant.subscribed == "expired":
        raise CredentialsRejected("The store's ShopGo subscription has expired: renew it in the ShopGo dashboard.")
    learnt = {
        "store_id": tenant.id,
        "store_name": tenant.name,
        "store_host": tenant.store_host,
        "country": tenant.country,
        "time_zone": tenant.timezone,
    }
    return kept | {name: str(value) for name, value in learnt.items() if value is not None}
