"""What Magento cannot do, or does not do, is said before or instead of a change."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from shoprelay_relays.actions import BY_KEY, Call, Done, Reference
from shoprelay_relays.errors import CannotDo, Refused, RelayError
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.http.pictures import fetched
from shoprelay_relays.http.tokens import MemoryTokens
from shoprelay_relays.magento2 import RELAY
from shoprelay_relays.spec import Connection
from shoprelay_simulators import Magento2Shop, serve
from shoprelay_simulators.magento2 import sales

Row = dict[str, Any]
Act = Callable[..., Any]


class Wire(httpx.AsyncHTTPTransport):
    """Notes what changes the shop."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            self.changes.append(f"{request.method} {request.url.path.partition('/V1/')[2]}")
        return await super().handle_async_request(request)


@asynccontextmanager
async def acting(shop: Magento2Shop, **config: str) -> AsyncIterator[tuple[Act, Wire]]:
    wire = Wire()
    async with wire, serve(shop) as url:
        known = {"shop_url": url, **shop.credentials(), **config}
        async with RELAY.client(known, Connection(wire, MemoryTokens())) as client:
            known |= await RELAY.settings(client, known)

            async def act(key: str, target: str = "", data: Row | None = None, document: Row | None = None) -> Done:
                endpoint = BY_KEY[key]
                named = Reference(endpoint.resource, target, document or {})
                return await RELAY.actions[key].run(Call(client, known, named, endpoint.body.model_validate(data or {})))

            yield act, wire


@pytest.fixture
def shop() -> Magento2Shop:
    return Magento2Shop(7, orders=12, products=8, customers=3)


@pytest.fixture
def order(shop: Magento2Shop) -> Row:
    """A new order of a single product, paid offline."""
    row = next(
        one
        for one in shop.orders.values()
        if one["state"] == "new" and len(one["items"]) == 1 and one["items"][0]["product_type"] == "simple"
    )
    row["payment"]["method"] = "checkmo"
    return row


@pytest.mark.parametrize(
    ("key", "data", "error", "said"),
    [
        ("orders/close", {}, CannotDo, "capture: say whether"),
        ("orders/create_shipment", {"courier": "DAO"}, CannotDo, "tracking_number"),
        ("orders/create_shipment", {"order_lines": [{"variant_sku": "NONE"}]}, CannotDo, "no line NONE"),
        ("orders/cancel", {"refund": True}, CannotDo, "orders/refund"),
        ("orders/refund", {}, CannotDo, "nothing of this order is paid"),
        ("orders/return", {}, CannotDo, "cancel it"),
        ("orders/capture", {"invoice_id": "9"}, CannotDo, "invoice_id"),
        ("orders/update_status", {"status_id": "complete"}, Refused, 'The status "complete" is not part of'),
    ],
)
async def test_orders(shop: Magento2Shop, order: Row, key: str, data: Row, error: type[RelayError], said: str) -> None:
    before = repr(order)
    async with acting(shop) as (act, _):
        with pytest.raises(error, match=said):
            await act(key, str(order["entity_id"]), data)
    assert repr(order) == before


async def test_more_than_is_left_is_not_asked_for(shop: Magento2Shop, order: Row) -> None:
    line = {"variant_sku": order["items"][0]["sku"], "quantity": order["items"][0]["qty_ordered"] + 1}
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match="1 more are asked for than are left"):
            await act("orders/create_shipment", str(order["entity_id"]), {"order_lines": [line]})
    assert wire.changes == []


async def test_an_order_that_is_not_there(shop: Magento2Shop) -> None:
    async with acting(shop) as (act, _):
        with pytest.raises(NotThere):
            await act("orders/create_shipment", "1")


async def test_what_the_shop_says_no_to_with_200_is_a_refusal(shop: Magento2Shop, order: Row) -> None:
    sales.invoice(shop, order, {})
    async with acting(shop) as (act, _):
        with pytest.raises(Refused, match="does not cancel this order"):
            await act("orders/cancel", str(order["entity_id"]))


async def test_money_that_no_provider_took_is_paid_back_in_the_books_alone(shop: Magento2Shop, order: Row) -> None:
    sales.invoice(shop, order, {})
    async with acting(shop) as (act, _):
        with pytest.raises(CannotDo, match="leave refund out"):
            await act("orders/return", str(order["entity_id"]), {"refund": True})
        await act("orders/refund", str(order["entity_id"]))
    (made,) = [row for row in shop.creditmemos.values() if row["order_id"] == order["entity_id"]]
    assert "transaction_id" not in made


async def test_an_amount_is_paid_back_in_the_shop_s_own_currency(shop: Magento2Shop, order: Row) -> None:
    order["base_to_order_rate"] = 0.5
    sales.invoice(shop, order, {})
    async with acting(shop) as (act, _):
        await act("orders/refund", str(order["entity_id"]), {"refund_amount": 5})
    assert next(reversed(shop.creditmemos.values()))["adjustment_positive"] == 10


async def test_an_order_that_is_on_hold_is_released_first(shop: Magento2Shop, order: Row) -> None:
    async with acting(shop) as (act, wire):
        await act("orders/update_status", str(order["entity_id"]), {"status_id": "holded"})
        await act("orders/update_status", str(order["entity_id"]), {"status_id": "afventer_varer"})
    assert [change.rpartition("/")[2] for change in wire.changes] == ["hold", "unhold", "comments"]
    assert (order["state"], order["status"]) == ("new", "afventer_varer")


async def test_shipments_stay_and_their_tracks_go(shop: Magento2Shop) -> None:
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match="keeps its shipments"):
            await act("shipments/destroy", str(min(shop.shipments)))
    assert wire.changes == []


async def test_a_sku_that_is_another_product_s_id_is_not_guessed(shop: Magento2Shop) -> None:
    simple = [row for row in shop.products.values() if row["type_id"] == "simple"]
    simple[0]["sku"] = str(simple[1]["id"])
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match="the id of one product and the sku of another"):
            await act("products/destroy", simple[0]["sku"])
    assert wire.changes == []


async def test_without_sources_the_stock_item_is_counted() -> None:
    shop = Magento2Shop(7, orders=1, products=8, inventory=False)
    row = next(one for one in shop.products.values() if one["type_id"] == "simple" and (one["sku"], "aarhus") not in shop.stock)
    shop.stock[row["sku"], "default"]["quantity"] = 4
    async with acting(shop) as (act, _):
        done = await act("variants/change_stock", data={"stock_change": 3}, document={"sku_2": str(row["id"])})
    assert done.result == {"stock": 7}
    assert shop.stock[row["sku"], "default"]["quantity"] == 7


async def test_what_a_product_of_variants_has_no_price_of(shop: Magento2Shop) -> None:
    row = next(one for one in shop.products.values() if one["type_id"] == "configurable")
    async with acting(shop) as (act, _):
        with pytest.raises(CannotDo, match="prices of its variants"):
            await act("products/update", str(row["id"]), {"price": 5})
        with pytest.raises(CannotDo, match="has no stock"):
            await act("variants/change_stock", str(row["id"]), {"stock": 5})


@pytest.mark.parametrize(
    ("variations", "said"),
    [
        ([{"type": "Duft", "value": "Rose"}], "no attribute Duft with options; it has Farve, Producent, Størrelse"),
        ([], "same types"),
    ],
)
async def test_variants_differ_by_attributes_that_there_are(shop: Magento2Shop, variations: list[Row], said: str) -> None:
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match=said):
            await act("products/create", data={"name": "Sæbe", "sku": "S", "variants": [{"sku": "S1", "variations": variations}]})
    assert wire.changes == []


async def test_a_picture_is_fetched_without_the_shop_s_keys(shop: Magento2Shop) -> None:
    seen: list[httpx.Request] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text="no picture")

    known = {"shop_url": "https://shop.test", **shop.credentials()}
    async with RELAY.client(known, Connection(httpx.MockTransport(elsewhere), MemoryTokens())) as client:
        with pytest.raises(CannotDo, match="expected a JPEG"):
            await fetched(client, "https://elsewhere.test/x.jpg")
    assert "authorization" not in seen[0].headers


async def test_store_views_are_the_shops_of_one_key(shop: Magento2Shop) -> None:
    async with acting(shop) as (act, _):
        done = await act("shop_ids/index")
    assert done.result == [{"remote_id": "default", "name": "Default Store View"}, {"remote_id": "de", "name": "Deutsch"}]


async def test_a_guest_has_no_account(shop: Magento2Shop) -> None:
    async with acting(shop) as (act, _):
        with pytest.raises(CannotDo, match="guest"):
            await act("customers/destroy", document={"remote_id": "ada@example.com"})
