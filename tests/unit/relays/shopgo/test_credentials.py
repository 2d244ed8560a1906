"""How a merchant lets us in."""

import json
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.shopgo.credentials import BASE_URL, Credentials, client, settings
from shoprelay_relays.spec import Connection

TENANT = {"id": 1042, "name": "matjar", "store_host": "matjar.shop.test", "country": "JO", "timezone": "Asia/Amman"}


def shop(answers: dict[str, tuple[int, Any]], config: dict[str, Any]) -> tuple[httpx.AsyncClient, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        status, body = answers[request.url.path.removeprefix("/v1/management/")]
        return httpx.Response(status, json=body)

    return client(config, Connection(httpx.MockTransport(handler))), asked


@pytest.mark.parametrize(
    ("config", "headers"),
    [
        ({"api_key": "k1"}, {"x-api-key": "k1"}),
        ({"api_key": "p1", "tenant_id": "1042"}, {"x-api-key": "p1", "x-tenant-id": "1042"}),
        ({"api_key": "p1", "tenant_name": "matjar", "tenant_id": ""}, {"x-api-key": "p1", "x-tenant-name": "matjar"}),
    ],
)
async def test_the_key_and_the_tenant_travel_in_headers(config: dict[str, Any], headers: dict[str, str]) -> None:
    http, asked = shop({"tenant": (200, {"payload": {"tenant": TENANT}})}, config)
    learnt = await settings(http, config)
    sent = {name: value for name, value in asked[0].headers.items() if name.startswith("x-")}
    assert sent == headers
    assert str(asked[0].url) == BASE_URL + "tenant"
    assert learnt == {
        "store_id": "1042",
        "store_name": "matjar",
        "store_host": "matjar.shop.test",
        "country": "JO",
        "time_zone": "Asia/Amman",
    }


async def test_a_password_is_exchanged_once_and_not_kept() -> None:
    config = {"email": "owner@example.com", "password": "s3cret"}
    answers = {
        "auth/key": (200, {"result": "success", "payload": {"api_key": "k9", "user_id": 3}}),
        "tenant": (200, {"payload": {"tenant": TENANT}}),
    }
    http, asked = shop(answers, config)
    learnt = await settings(http, config)
    assert json.loads(asked[0].content) == config
    assert asked[1].headers["X-API-KEY"] == "k9"
    assert (learnt["api_key"], learnt["password"], learnt["email"]) == ("k9", "", "")
    http, asked = shop(answers, config | learnt)
    await settings(http, config | learnt)
    assert [request.url.path for request in asked] == ["/v1/management/tenant"]


async def test_a_wrong_password_is_rejected() -> None:
    config = {"email": "owner@example.com", "password": "guess"}
    http, _ = shop({"auth/key": (401, {"result": "error", "description": "incorrect credentials"})}, config)
    with pytest.raises(CredentialsRejected):
        await settings(http, config)


async def test_nothing_to_sign_in_with_is_rejected_without_asking() -> None:
    http, asked = shop({}, {})
    with pytest.raises(CredentialsRejected, match="an API key, or the e-mail and the password"):
        await settings(http, {})
    assert asked == []


async def test_an_expired_subscription_is_told_at_once() -> None:
    http, _ = shop({"tenant": (200, {"payload": {"tenant": TENANT | {"subscribed": "expired"}}})}, {"api_key": "k"})
    with pytest.raises(CredentialsRejected, match="expired"):
        await settings(http, {"api_key": "k"})


def test_the_address_can_be_overridden() -> None:
    assert str(client({"api_key": "k", "base_url": "http://127.0.0.1:9/m/"}, Connection()).base_url) == "http://127.0.0.1:9/m/"


def test_the_form_asks_for_one_way_in() -> None:
    with pytest.raises(ValidationError, match="give an API key, or the e-mail and the password"):
        Credentials(email="owner@example.com")
    assert Credentials.model_validate({"email": "owner@example.com", "password": "s3cret"}).password is not None
