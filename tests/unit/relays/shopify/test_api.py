"""What answers mean."""

import json
from typing import Any

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected, Refused, RelayError, ShopTrouble
from shoprelay_relays.http.asking import NotThere, Overloaded
from shoprelay_relays.shopify import api
from shoprelay_relays.shopify.api import Denied, Missing, learn, refusal


def answer(status: int, body: Any) -> tuple[httpx.Response, Any]:
    return httpx.Response(status, json=body, headers={"x-request-id": "r-1"}), body


def errors(code: str | None, message: str = "no", **cost: Any) -> dict[str, Any]:
    extensions = {"cost": cost} if cost else {}
    return {"errors": [{"message": message, "extensions": {"code": code} if code else {}}], "extensions": extensions}


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, CredentialsRejected, "access token"),
        (402, CredentialsRejected, "pay"),
        (403, CredentialsRejected, "scopes"),
        (404, CredentialsRejected, "myshopify.com"),
        (423, CredentialsRejected, "locked"),
        (429, ShopTrouble, "429"),
        (500, ShopTrouble, "500"),
        (504, Overloaded, "504"),
        (400, RelayError, "400"),
    ],
)
def test_a_status_means_its_consequence(status: int, kind: type[Exception], words: str):
    found = refusal(*answer(status, {"errors": "Not Found"}))
    assert isinstance(found, kind)
    assert not isinstance(found, NotThere), "no status says that a record is gone"
    assert words in str(found)
    assert "r-1" in str(found)


@pytest.mark.parametrize("status", [403, 404])
def test_the_page_of_a_firewall_says_nothing_of_the_shop(status: int):
    response = httpx.Response(status, text="<html>blocked</html>")
    assert isinstance(refusal(response, None), ShopTrouble)


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (errors("MAX_COST_EXCEEDED"), Overloaded, "MAX_COST_EXCEEDED"),
        (errors("INTERNAL_SERVER_ERROR"), ShopTrouble, "INTERNAL_SERVER_ERROR"),
        (errors("RESOURCE_NOT_FOUND", "invalid id"), Missing, "404"),
        (errors("SHOP_INACTIVE"), Denied, "closed"),
        (
            errors("ACCESS_DENIED", "This app is not approved to access the Order object."),
            Denied,
            "protected customer data",
        ),
        (errors("ACCESS_DENIED", "Access denied for customers field."), Denied, "access scope"),
        (errors(None, "Field 'x' doesn't exist"), Refused, "Field 'x'"),
        ({"errors": "Unavailable Shop"}, Refused, "Unavailable Shop"),
    ],
)
def test_an_error_within_a_good_answer_means_its_consequence(body: Any, kind: type[Exception], words: str):
    found = refusal(*answer(200, body))
    assert type(found) is kind
    assert words in str(found)


def test_throttled_says_how_long_the_bucket_takes_to_fill():
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 90, "restoreRate": 100.0}
    found = refusal(*answer(200, errors("THROTTLED", requestedQueryCost=590, throttleStatus=status)))
    assert isinstance(found, ShopTrouble)
    assert found.retry_after == 5.0
    bare = refusal(*answer(200, errors("THROTTLED")))
    assert isinstance(bare, ShopTrouble)
    assert bare.retry_after is None


async def test_half_an_answer_is_refused_whole():
    body = {"data": {"orders": {"nodes": [{"customer": None}]}}, **errors("ACCESS_DENIED")}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    async with httpx.AsyncClient(base_url="https://shop.test/", transport=transport) as shop:
        with pytest.raises(CredentialsRejected):
            await api.ask(shop, "{ orders(first: 1) { nodes { customer { id } } } }")


def test_what_a_buyer_wrote_is_no_budget():
    note = '"throttleStatus":{"maximumAvailable":1,"currentlyAvailable":1,"restoreRate":1}'
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 1234.0, "restoreRate": 200.0}
    body = {"data": {"order": {"note": note}}, "extensions": {"cost": {"throttleStatus": status}}}
    told = learn(httpx.Response(200, content=json.dumps(body).encode()))
    assert told is not None
    assert (told.left, told.per_second) == (1234.0, 200.0)
    assert learn(httpx.Response(200, json={"data": {"order": {"note": note}}})) is None
