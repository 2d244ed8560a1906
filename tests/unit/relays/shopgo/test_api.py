"""The typed client against answers in ShopGo's envelope."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected, PayloadInvalid, ShopTrouble
from shoprelay_relays.shopgo.api import Management
from shoprelay_relays.shopgo.http import Refused
from shoprelay_relays.shopgo.objects import Address, Money, Payment, ShippingRate

from .conftest import order

CALLS: list[tuple[str, Callable[[Management], Awaitable[Any]], str, str, Any]] = [
    ("authorize", lambda api: api.authorize("R1"), "PATCH", "order/R1", {"authorized": True}),
    ("cancel", lambda api: api.cancel("R1"), "PATCH", "order/R1", {"cancelled": True, "restock": True}),
    ("hide", lambda api: api.set_visibility("R1", visible=False), "PATCH", "order/R1", {"visible": False}),
    ("settle", lambda api: api.create_payment("R1"), "POST", "order/R1/payment/", {}),
    (
        "pay",
        lambda api: api.create_payment("R1", Payment(method="cash", total=Money(amount="24.500", currency="JOD"))),
        "POST",
        "order/R1/payment/",
        {"method": "cash", "total": {"amount": "24.500", "currency": "JOD"}},
    ),
    (
        "refund",
        lambda api: api.create_refund("R1", Money(amount="24.000", currency="JOD")),
        "POST",
        "order/R1/payment/",
        {"method": "refund", "total": {"amount": "-24.000", "currency": "JOD"}},
    ),
    (
        "ship",
        lambda api: api.update_shipment("R1", "7", "shipped", datetime(2024, 3, 4, 12, tzinfo=UTC)),
        "PATCH",
        "order/R1/shipment/7",
        {"state": "shipped", "target_delivery": "2024-03-04T12:00:00+00:00"},
    ),
    ("close the store", lambda api: api.set_available(available=False), "PATCH", "order/available", {"available": False}),
    (
        "webhook",
        lambda api: api.set_webhook_url("confirm-order", "https://here.test/x"),
        "PATCH",
        "settings/webhook/confirm-order",
        {"url": "https://here.test/x"},
    ),
    ("test the key", lambda api: api.test_key(), "GET", "auth/test", None),
    ("a number with a slash", lambda api: api.authorize("R/1"), "PATCH", "order/R%2F1", {"authorized": True}),
]


@pytest.mark.parametrize(("name", "call", "method", "path", "body"), CALLS, ids=[call[0] for call in CALLS])
async def test_a_call_asks_what_the_documentation_says(
    answering: Any, name: str, call: Any, method: str, path: str, body: Any
) -> None:
    client, asked = answering()
    await call(Management(client))
    (request,) = asked
    assert (request.method, request.url.raw_path.decode()) == (method, f"/v1/{path}")
    assert (json.loads(request.content) if request.content else None) == body


async def test_one_order_comes_as_an_object_under_the_plural_key(answering: Any) -> None:
    client, _ = answering({"payload": {"orders": order()}})
    found = await Management(client).order("R1700000001")
    assert found is not None
    assert found.total == Money(amount="21.000", currency="JOD")


async def test_all_orders_come_as_a_list(answering: Any) -> None:
    client, _ = answering({"payload": {"orders": [order(), order(number="R2")]}})
    assert [o.number for o in await Management(client).orders()] == ["R1700000001", "R2"]


async def test_an_amount_never_passes_through_a_float(answering: Any) -> None:
    text = '{"payload": {"orders": [{"number": "R1", "total": {"amount": 12345678901234567.105, "currency": "JOD"}}]}}'
    client, _ = answering(text)
    (found,) = await Management(client).orders()
    assert found.total is not None
    assert found.total.amount == "12345678901234567.105"
    with pytest.raises(ValueError, match="float is not exact"):
        Money(amount=0.1, currency="JOD")


async def test_no_such_order(answering: Any) -> None:
    client, _ = answering({"result": "error", "description": "not found"}, 404)
    assert await Management(client).order("R9") is None


async def test_reads_of_the_store(answering: Any) -> None:
    client, _ = answering({"payload": {"tenant": {"id": 4, "name": "matjar", "timezone": "Asia/Amman", "new": 1}}})
    assert (await Management(client).tenant()).id == "4"
    client, _ = answering({"payload": {"legal": {"city": "Amman", "business_name": {"en": "Shop", "ar": "متجر"}}}})
    legal = await Management(client).legal()
    assert legal.business_name is not None
    assert legal.business_name.ar == "متجر"
    client, _ = answering({"payload": {"user": {"id": 9, "email": "a@example.com"}}})
    assert (await Management(client).user("9")).email == "a@example.com"
    client, _ = answering({"payload": {"available": True}})
    assert await Management(client).available()
    client, _ = answering({"payload": {"url": ""}})
    assert await Management(client).webhook_url("calculate-shipping-rates") is None


@pytest.mark.parametrize(
    ("status", "body", "expected", "text"),
    [
        (400, {"result": "error", "description": "order not authorized"}, Refused, "order not authorized"),
        (200, {"result": "error", "description": "no stock"}, Refused, "no stock"),
        (401, {"result": "error", "description": "incorrect credentials"}, CredentialsRejected, "new API key"),
        (402, {"result": "error"}, CredentialsRejected, "subscription has ended"),
        (403, "<html>no</html>", CredentialsRejected, "permission"),
        (404, {"result": "error", "description": "unknown order"}, Refused, "unknown order"),
        (200, "<html>login</html>", ShopTrouble, "not JSON"),
        (200, "[]", ShopTrouble, "envelope"),
        (500, "", ShopTrouble, "500"),
        (429, "", ShopTrouble, "429"),
    ],
)
async def test_a_failure_is_known_by_its_consequence(answering: Any, status: int, body: Any, expected: Any, text: str) -> None:
    client, _ = answering(body, status)
    with pytest.raises(expected, match=text) as error:
        await Management(client).cancel("R1")
    assert error.type is expected


async def test_a_busy_shop_says_when_to_ask_again(answering: Any) -> None:
    client, _ = answering("", 429, {"Retry-After": "17"})
    with pytest.raises(ShopTrouble) as error:
        await Management(client).tenant()
    assert error.value.retry_after == 17


async def test_a_connection_that_fails_is_trouble_of_the_shop() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("slow")

    client = httpx.AsyncClient(base_url="https://shop.test/v1/", transport=httpx.MockTransport(refuse))
    with pytest.raises(ShopTrouble, match="cannot be reached: ConnectTimeout"):
        await Management(client).tenant()


async def test_an_answer_of_another_shape_names_the_field(answering: Any) -> None:
    client, _ = answering({"payload": {"tenant": {"timezone": ["Asia/Amman"]}}})
    with pytest.raises(PayloadInvalid) as error:
        await Management(client).tenant()
    assert error.value.field == "tenant.timezone"


def test_what_is_not_documented_is_kept() -> None:
    assert Address.model_validate({"line1": "12 Rainbow St", "lng": "35.91", "area": "Abdoun"}).model_extra == {"area": "Abdoun"}
    rate = ShippingRate.model_validate({"id": 1, "price": {"amount": "3"}, "duration": {"value": 2, "unit": "days"}})
    assert rate.duration is not None
    assert rate.duration.unit == "days"
