import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shoprelay_relays.shopgo.orders import map_order
from shoprelay_relays.spec import Mapped
from shoprelay_relays.trial import DemoShop

Edit = dict[str, Any]


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "JOD"}


def payment(amount: str, method: str = "cash_on_delivery", created: str = "2024-03-02T10:00:00.000001+00:00") -> Edit:
    return {"total": money(amount), "method": method, "created": created, "transaction_data": {}}


def purchase(sku: str, price: str = "10.500", quantity: int = 1, **more: Any) -> Edit:
    name = {"en": f"Name of {sku}", "ar": ""}
    made = {"sku": sku, "name": name, "image": f"https://img.example.com/{sku}.jpg", "charges": [], "attributes": []}
    return made | {"quantity": quantity, "unit_price": money(price)} | more


def shipment(identity: str, state: str) -> Edit:
    return {
        "id": identity,
        "state": state,
        "destination": {"name": "Rana Haddad", "line1": "12 Rainbow St", "city": "Amman", "country": "JO", "postcode": "11181"},
        "created": "2024-03-03T08:00:00.000000+00:00",
        "provider": "aramex",
    }


def order(**changes: Any) -> Edit:
    where = {
        "name": "Rana Haddad",
        "line1": "12 Rainbow St",
        "line2": "",
        "city": "Amman",
        "country": "JO",
        "telephone": "079000111",
    }
    made: Edit = {
        "number": "R1700000001",
        "buyer": {"ip": "192.0.2.7", "name": "Rana Haddad", "email": "Rana@Example.com", "phone": "+962 79 000 111"},
        "total": money("21.000"),
        "created": "2024-03-01T09:30:00.123456+00:00",
        "billing_address": where,
        "shipping_address": dict(where),
        "payments": [],
        "shipments": [],
        "purchases": [purchase("CUP-1", quantity=2)],
        "adjustments": [],
        "visible": True,
        "viewed": False,
        "cancelled": False,
        "confirmed": False,
        "authorized": False,
        "source": "ar",
        "payment_method": "credit_card",
    }
    return made | changes


@pytest.fixture
def mapped() -> Callable[..., Mapped]:
    return lambda **changes: map_order(order(**changes), DemoShop())


@pytest.fixture
def answering() -> Callable[..., tuple[httpx.AsyncClient, list[httpx.Request]]]:
    """A client whose every request gets `body` (text or JSON), and the requests it made."""

    def make(body: Any = None, status: int = 200, headers: dict[str, str] | None = None) -> Any:
        asked: list[httpx.Request] = []

        def handler(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            content = (
                body if isinstance(body, str) else json.dumps(body if body is not None else {"result": "success", "payload": {}})
            )
            return httpx.Response(status, text=content, headers=headers)

        return httpx.AsyncClient(base_url="https://shop.test/v1/", transport=httpx.MockTransport(handler)), asked

    return make
