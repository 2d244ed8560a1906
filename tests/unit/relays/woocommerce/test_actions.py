"""What a WooCommerce shop is not asked for, what it refuses, and what callers are told then."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest

from shoprelay_relays.actions import BY_KEY, Call, Done, Reference
from shoprelay_relays.errors import CannotDo, Refused, RelayError
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Connection
from shoprelay_simulators import WooShop, serve
from shoprelay_simulators.woocommerce.rows import Order, Product

RELAY = RELAYS["woocommerce"]
MUG = {"type": "Colour", "value": "Blue"}


class Shop(WooShop):
    """A small one, with shorthands."""

    def __init__(self, **more: Any) -> None:
        super().__init__(7, orders=3, products=6, customers=3, **more)
        self.order.status, self.order.payment_method = "processing", "testcard"

    @property
    def order(self) -> Order:
        return next(iter(self.orders.values()))

    @property
    def simple(self) -> Product:
        return next(row for row in self.products.values() if row.type == "simple")

    @property
    def variable(self) -> Product:
        return next(row for row in self.products.values() if row.type == "variable")


class During(httpx.AsyncHTTPTransport):
    """Something happens in the shop once a product was read."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self.happens = happens

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if request.method == "GET" and "/products/" in request.url.path:
            await response.aread()
            self.happens()
        return response


async def act(
    shop: WooShop,
    endpoint: str,
    target: object,
    data: dict[str, Any] | None = None,
    *,
    document: dict[str, Any] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    **config: str,
) -> Done:
    reference = Reference(endpoint.partition("/")[0], str(target), document or {})
    async with serve(shop) as url:
        known = {"shop_url": url, **shop.credentials(), "auth": "basic", "prices_include_tax": "yes", **config}
        async with RELAY.client(known, Connection(transport or httpx.AsyncHTTPTransport())) as client:
            body = BY_KEY[endpoint].body.model_validate(data or {})
            return await RELAY.actions[endpoint].run(Call(client, known, reference, body))


def changes(shop: WooShop) -> int:
    return sum(count for (method, _, _), count in shop.ledger.answers.items() if method not in {"GET", "HEAD"})


Named = Callable[[Shop], object]
ORDER: Named = lambda shop: shop.order.id  # noqa: E731
SIMPLE: Named = lambda shop: shop.simple.id  # noqa: E731
VARIABLE: Named = lambda shop: shop.variable.id  # noqa: E731
VARIATION: Named = lambda shop: shop.variations_of(shop.variable.id)[0].id  # noqa: E731
NEW: Named = lambda _shop: ""  # noqa: E731
ADDRESS = {"city": "Aarhus", "billing_default": True}

CANNOT: list[tuple[str, Named, dict[str, Any], str]] = [
    ("orders/update_status", lambda _shop: "12/notes", {"status_id": "completed"}, ""),
    ("orders/refund", ORDER, {"refund_amount": 1e6}, "refund_amount"),
    ("orders/refund", ORDER, {"refund_amount": 0}, "refund_amount"),
    ("orders/cancel", ORDER, {"refund_amount": 5}, "refund_amount"),
    ("orders/return", ORDER, {"order_lines": [{"variant_sku": "NO-SUCH"}]}, "order_lines"),
    ("orders/return", ORDER, {"refund_amount": 1e6}, "refund_amount"),
    ("orders/return", ORDER, {"include_discount": False}, "include_discount"),
    ("orders/create_shipment", ORDER, {"tracking_number": "1"}, ""),
    ("orders/create_shipment", ORDER, {"courier": "GLS"}, "tracking_number"),
    ("orders/create", NEW, {"variants": [{"sku": "NO-SUCH"}]}, "variants.0"),
    ("orders/create", NEW, {"variants": [{"sku_2": "99999"}]}, "variants.0"),
    ("orders/create", NEW, {"variants": [], "delivery_price": 5}, "delivery_price"),
    ("orders/create_order_line", ORDER, {"sku_2": "99999"}, "sku"),
    ("products/update", VARIABLE, {"price": 5}, "price"),
    ("products/update", VARIATION, {"name": "Mug"}, ""),
    ("products/update", SIMPLE, {"price": 5, "before_price": 6, "offer_price": 4}, "price"),
    ("products/create", NEW, {"name": "Mug", "low_stock_limit": 2}, "low_stock_limit"),
    ("products/create", NEW, {"name": "Mug", "stock": 0, "manage_stock": False}, "stock"),
    ("products/create", NEW, {"name": "Mug", "variants": [{"sku": "A"}]}, "variants.0.variations"),
    ("products/create", NEW, {"name": "Mug", "variants": [{"name": "A", "variations": [MUG]}]}, "variants.0.name"),
    ("products/create_variant", SIMPLE, {"variations": [MUG]}, ""),
    ("products/create_variant", VARIABLE, {"variations": [MUG]}, "variations"),
    ("products/remove_image", SIMPLE, {"remote_id": "1"}, "remote_id"),
    ("variants/update", VARIATION, {"name": "Mug"}, "name"),
    ("variants/update", SIMPLE, {"variations": [MUG]}, "variations"),
    ("variants/destroy", SIMPLE, {}, ""),
    ("variants/add_image", VARIATION, {"url": "https://example.com/mug.jpg", "position": 2}, "position"),
    ("customers/update", lambda _shop: "ada@example.com", {"first_name": "Ada"}, ""),
    ("customers/create", NEW, {"email": "ada@example.com", "addresses": [ADDRESS, ADDRESS]}, "addresses"),
    ("categories/update", lambda shop: min(shop.categories), {"images": []}, "images"),
    ("webshops/update", NEW, {"settings": {"../orders": "1"}}, "settings.../orders"),
]


@pytest.mark.parametrize(("endpoint", "target", "data", "field"), CANNOT)
async def test_what_cannot_be_done_is_said_before_anything_is_changed(
    endpoint: str, target: Named, data: dict[str, Any], field: str
) -> None:
    shop = Shop()
    with pytest.raises(CannotDo) as refused:
        await act(shop, endpoint, target(shop), data)
    assert refused.value.field == field
    assert changes(shop) == 0


async def test_a_method_that_cannot_pay_back_is_named() -> None:
    shop = Shop()
    shop.order.payment_method, shop.order.payment_title = "bacs", "Bank transfer"
    with pytest.raises(CannotDo, match="Bank transfer cannot pay back through WooCommerce"):
        await act(shop, "orders/refund", shop.order.id)
    assert changes(shop) == 0


async def test_more_than_is_left_does_not_come_back() -> None:
    shop = Shop()
    line = shop.order.lines[0]
    line.quantity = 2
    once = {"order_lines": [{"_id": str(line.id), "quantity": 1}]}
    await act(shop, "orders/return", shop.order.id, once)
    with pytest.raises(CannotDo, match="a whole number up to 1"):
        await act(shop, "orders/return", shop.order.id, {"order_lines": [{"_id": str(line.id), "quantity": 2}]})
    await act(shop, "orders/return", shop.order.id, {"order_lines": [{"_id": str(line.id)}]})
    with pytest.raises(CannotDo):
        await act(shop, "orders/return", shop.order.id, once)
    assert sum(refund.amount for refund in shop.refunds_of(shop.order.id)) == line.total + line.total_tax


async def test_what_comes_back_is_on_the_shelf_again_when_that_is_asked_for() -> None:
    shop = Shop()
    sold = shop.products[shop.order.lines[0].variation_id or shop.order.lines[0].product_id]
    sold.manage_stock, sold.stock, shop.order.lines[0].quantity = True, 5, 2
    line = {"order_lines": [{"_id": str(shop.order.lines[0].id), "quantity": 1}]}
    await act(shop, "orders/return", shop.order.id, line)
    assert sold.stock == 5
    await act(shop, "orders/return", shop.order.id, {**line, "restock": True})
    assert sold.stock == 6


@pytest.mark.parametrize(
    ("endpoint", "target", "data"),
    [
        ("orders/update_status", 99999, {"status_id": "completed"}),
        ("orders/destroy", 99999, {}),
        ("orders/refund", 99999, {}),
        ("order_lines/destroy", "99999/1", {}),
        ("products/update", 99999, {"name": "Mug"}),
        ("variants/change_stock", "NO-SUCH-SKU", {"stock": 1}),
        ("customers/update", 99999, {"first_name": "Ada"}),
        ("categories/destroy", 99999, {}),
    ],
)
async def test_what_the_shop_does_not_have(endpoint: str, target: object, data: dict[str, Any]) -> None:
    with pytest.raises(NotThere):
        await act(Shop(), endpoint, target, data)


async def test_the_shop_s_own_words() -> None:
    shop = Shop()
    shop.variable.sku = "TAKEN"
    with pytest.raises(Refused, match=r"product_invalid_sku: The product with SKU \(TAKEN\)"):
        await act(shop, "products/update", shop.simple.id, {"sku": "TAKEN"})
    with pytest.raises(Refused, match="rest_invalid_param"):
        await act(shop, "orders/update_status", shop.order.id, {"status_id": "nowhere"})


async def test_a_variation_that_is_refused_is_named_and_the_product_stays() -> None:
    shop = Shop()
    shop.simple.sku = "TAKEN"
    made = [{"sku": sku, "variations": [{"type": "Colour", "value": sku}]} for sku in ("A", "TAKEN")]
    with pytest.raises(RelayError, match=r"variants\.1: product_invalid_sku"):
        await act(shop, "products/create", "", {"name": "Mug", "variants": made})
    assert [row.sku for row in shop.variations_of(max(shop.children))] == ["A"]


async def test_things_are_known_by_their_documents() -> None:
    shop = Shop()
    parent, child, order = shop.variable, shop.variations_of(shop.variable.id)[0], shop.order
    variant = {"sku": "X", "sku_2": str(child.id), "sku_3": str(parent.id)}
    await act(shop, "variants/update", "64b1", {"price": 12.0}, document=variant)
    await act(shop, "products/update", "64b2", {"name": "Mug"}, document={"sku": "X", "sku_2": str(parent.id)})
    await act(shop, "orders/update", "64b3", {"customer_note": "Hi"}, document={"remote_id": str(order.id), "order_number": "7"})
    line = {"remote_id": str(order.lines[0].id), "order_number": str(order.id)}
    await act(shop, "order_lines/update", "64b4", {"product_name": "Cup"}, document=line)
    assert (child.regular_price, parent.name, order.note, order.lines[0].name) == ("12", "Mug", "Hi", "Cup")


async def test_a_document_that_says_nothing_of_the_shop_is_refused() -> None:
    with pytest.raises(CannotDo, match="has no remote_id"):
        await act(Shop(), "orders/close", "64b1", document={"price": 5.0})


async def test_a_variant_is_also_known_by_its_sku() -> None:
    shop = Shop()
    shop.simple.sku = "MUG-1"
    await act(shop, "variants/change_stock", "MUG-1", {"stock": 8})
    assert shop.simple.stock == 8


async def test_a_sale_during_a_change_of_stock_is_not_lost() -> None:
    shop = Shop()
    shop.simple.manage_stock, shop.simple.stock = True, 5

    def sold() -> None:
        shop.simple.stock = (shop.simple.stock or 0) - 1

    done = await act(shop, "variants/change_stock", shop.simple.id, {"stock_change": -2}, transport=During(sold))
    assert (done.result, shop.simple.stock) == ({"stock": 2}, 2)


async def test_stock_that_nobody_counts_has_no_change() -> None:
    shop = Shop()
    shop.simple.manage_stock = False
    with pytest.raises(CannotDo, match="give its stock"):
        await act(shop, "variants/change_stock", shop.simple.id, {"stock_change": 1})


async def test_prices_are_written_without_tax_where_the_shop_enters_them_so() -> None:
    shop = Shop()
    rates = {"prices_include_tax": "no", "tax_rates": '{"standard": "0.25"}'}
    await act(shop, "products/update", shop.simple.id, {"before_price": 125.0, "price": 99.99}, **rates)
    assert (shop.simple.regular_price, shop.simple.sale_price) == ("100", "79.992")
    with pytest.raises(CannotDo, match="tax rates"):
        await act(shop, "products/update", shop.simple.id, {"price": 5}, prices_include_tax="no")


async def test_barcodes_are_refused_where_the_shop_would_drop_them() -> None:
    shop = Shop()
    with pytest.raises(CannotDo, match=r"since 9\.2"):
        await act(shop, "products/create", "", {"name": "Mug", "barcode": "5701234567899"}, woocommerce_version="8.9.1")


async def test_an_order_moves_on_only_with_its_last_prices() -> None:
    shop = Shop()
    data = {
        "billing_country": {"remote_id": "DK"},
        "variants": [{"sku_2": str(shop.simple.id), "quantity": 3, "price": 33.33}],
        "paid": True,
    }
    made = (await act(shop, "orders/create", "", data)).result["remote_id"]
    seen = [(row.body["status"], row.body["total"]) for row in shop.ledger.history("orders", made) if row.body]
    assert {total for status, total in seen if status == "processing"} == {"99.99"}
    assert seen[0][0] == "pending"


async def test_a_line_is_found_in_the_order_with_that_number() -> None:
    """Plug-ins for consecutive numbers: an order's number is not its id."""
    line = {"id": 5, "quantity": 2, "subtotal": "10.00", "total": "10.00"}
    order = {"id": 41, "number": "7", "line_items": [line]}
    asked: list[tuple[str, str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        body = orjson.loads(request.content) if request.content else None
        asked.append((request.method, request.url.path.rpartition("/v3/")[2], body))
        if request.url.path.endswith("/orders/7"):
            return httpx.Response(200, json={"id": 7, "number": "1", "line_items": []})
        return httpx.Response(200, json=[order] if request.method == "GET" else order)

    config = {"shop_url": "https://gearfjord.example", "consumer_key": "ck_1", "consumer_secret": "cs_1"}
    async with RELAY.client(config, Connection(httpx.MockTransport(answer))) as client:
        target = Reference("order_lines", "64b", {"remote_id": "5", "order_number": "7"})
        body = BY_KEY["order_lines/update"].body.model_validate({"quantity": 3})
        done = await RELAY.actions["order_lines/update"].run(Call(client, config, target, body))
    written = {"id": 5, "quantity": 3, "subtotal": "15", "total": "15"}
    assert asked[-1] == ("PUT", "orders/41", {"line_items": [written]})
    assert done.reads == [("orders", "41")]


async def test_the_delivery_is_credited_with_the_lines_when_that_is_asked_for() -> None:
    shop = Shop()
    await act(shop, "orders/return", shop.order.id, {"include_shipping": True, "include_payment": True})
    charges = [*shop.order.lines, *shop.order.shipping_lines, *shop.order.fees]
    whole = sum((each.total for each in charges), Decimal(0))
    refund = shop.refunds_of(shop.order.id)[0]
    assert -sum(each.total for each in [*refund.lines, *refund.shipping_lines, *refund.fees]) == whole
