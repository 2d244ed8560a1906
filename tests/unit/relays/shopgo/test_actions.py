"""What a ShopGo store is not asked for, what it refuses, and what callers are told then."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from shoprelay_relays.actions import BY_KEY, Call, Done, Reference
from shoprelay_relays.errors import CannotDo, CredentialsRejected, Refused
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.shopgo.actions.money import settle
from shoprelay_relays.shopgo.api import Management
from shoprelay_relays.shopgo.objects import Order
from shoprelay_relays.spec import Connection
from shoprelay_simulators import ShopGoShop, serve
from shoprelay_simulators.shopgo.rows import Payment

RELAY = RELAYS["shopgo"]


@pytest.fixture
def shop() -> ShopGoShop:
    """Its first order is confirmed, not paid, and has its shipments ready."""
    made = ShopGoShop(7, orders=2)
    order = first(made)
    order.payments, order.cancelled, order.authorized, order.payment_method = [], False, False, "cash_on_delivery"
    for shipment in order.shipments:
        shipment.state = "ready"
    return made


def first(shop: ShopGoShop) -> Any:
    return next(iter(shop.orders.values()))


async def act(shop: ShopGoShop, endpoint: str, data: dict[str, Any] | None = None, target: str | None = None) -> Done:
    async with serve(shop) as url:
        config = {"api_key": shop.credentials()["api_key"], "base_url": f"{url}/v1/management/"}
        async with RELAY.client(config, Connection(httpx.AsyncHTTPTransport())) as client:
            reference = Reference("orders", first(shop).number if target is None else target)
            body = BY_KEY[endpoint].body.model_validate(data or {})
            return await RELAY.actions[endpoint].run(Call(client, config, reference, body))


@pytest.mark.parametrize(
    ("endpoint", "data", "field"),
    [
        ("orders/update", {"tags": ["urgent"]}, "tags"),
        ("orders/update_status", {"status_id": "refunded"}, "status_id"),
        ("orders/update_status", {"status_id": "completed"}, ""),
        ("orders/close", {}, ""),
        ("orders/close", {"capture_amount": 1}, "capture_amount"),
        ("orders/close", {"capture": True, "capture_amount": 1e6}, "capture_amount"),
        ("orders/create_shipment", {}, ""),
        ("orders/capture", {"capture_amount": 1e6}, "capture_amount"),
        ("orders/refund", {}, "refund_amount"),
        ("orders/cancel", {"refund_amount": 1}, "refund_amount"),
        ("orders/cancel", {"refund": True}, "refund_amount"),
        ("webshops/update", {"settings": {"open": True}}, "settings"),
        ("webshops/update", {"settings": {"available": "yes"}}, "settings"),
    ],
)
async def test_what_cannot_be_done_is_said_before_anything_is_changed(
    shop: ShopGoShop, endpoint: str, data: dict[str, Any], field: str
) -> None:
    with pytest.raises(CannotDo) as refused:
        await act(shop, endpoint, data)
    assert refused.value.field == field
    assert {method for method, _, _ in shop.ledger.answers} <= {"GET"}


@pytest.mark.parametrize("endpoint", ["orders/capture", "orders/close", "orders/refund"])
async def test_what_is_paid_is_not_paid_again(shop: ShopGoShop, endpoint: str) -> None:
    order = first(shop)
    order.payments = [Payment(order.total, "credit_card", shop.clock()), Payment(-order.total, "refund", shop.clock())]
    if endpoint == "orders/close":
        await act(shop, endpoint, {"capture": True})
    else:
        with pytest.raises(CannotDo):
            await act(shop, endpoint)
    assert len(order.payments) == 2


async def test_an_order_without_shipments_cannot_be_closed(shop: ShopGoShop) -> None:
    first(shop).shipments = []
    with pytest.raises(CannotDo, match="no shipment"):
        await act(shop, "orders/close", {"capture": True})


@pytest.mark.parametrize("endpoint", ["orders/capture", "orders/cancel", "orders/update"])
async def test_what_the_store_does_not_have(shop: ShopGoShop, endpoint: str) -> None:
    with pytest.raises(NotThere):
        await act(shop, endpoint, {"tags": []} if endpoint == "orders/update" else {}, target="R1")


async def test_the_store_s_own_words(shop: ShopGoShop) -> None:
    with pytest.raises(Refused, match="expected a boolean"):
        await refused_by(httpx.Response(400, json={"result": "error", "description": "expected a boolean"}))
    with pytest.raises(CredentialsRejected, match="permission"):
        await refused_by(httpx.Response(403, json={"result": "error", "description": "no"}))


async def refused_by(response: httpx.Response) -> None:
    transport = httpx.MockTransport(lambda _request: response)
    async with RELAY.client({"api_key": "k"}, Connection(transport)) as client:
        body = BY_KEY["orders/cancel"].body.model_validate({})
        await RELAY.actions["orders/cancel"].run(Call(client, {}, Reference("orders", "R1"), body))


async def test_amounts_are_written_as_the_store_writes_them() -> None:
    """The Jordanian dinar has three decimals."""
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(200, json={"result": "success", "payload": {}})

    order = Order.model_validate({"number": "R1", "total": {"amount": "24.000", "currency": "JOD"}})
    async with httpx.AsyncClient(base_url="https://shop.test/", transport=httpx.MockTransport(answer)) as client:
        await settle(Management(client), order, 1.25)
        await settle(Management(client), order, None)
    assert sent == [b'{"total":{"amount":"1.250","currency":"JOD"}}', b"{}"]


async def test_the_shop_settles_the_balance_itself_whatever_came_in_meanwhile(shop: ShopGoShop) -> None:
    first(shop).payments = [Payment(Decimal("1.00"), "cash_on_delivery", shop.clock())]
    await act(shop, "orders/capture")
    assert first(shop).balance == 0
