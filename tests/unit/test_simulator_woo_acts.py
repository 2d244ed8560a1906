"""Writes of the simulated WooCommerce shop that change what an order is worth, what is on the shelf, and how goods look."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from shoprelay_simulators import ManualClock, WooShop, serve
from shoprelay_simulators.woocommerce.rows import Order, Product

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shop() -> WooShop:
    return WooShop(7, orders=6, products=6, customers=3, clock=ManualClock(NOON), tracks_shipments=True)


@pytest.fixture
async def api(shop: WooShop) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(shop) as url,
        httpx.AsyncClient(base_url=f"{url}/wp-json/wc/v3/", auth=(shop.key.key, shop.key.secret)) as client,
    ):
        yield client


def order(shop: WooShop, status: str = "processing") -> Order:
    row = next(iter(shop.orders.values()))
    row.status, row.payment_method = status, "testcard"
    return row


def simple(shop: WooShop) -> Product:
    return next(row for row in shop.products.values() if row.type == "simple")


async def refused(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def test_a_payment_is_heeded_only_while_the_order_waits_for_it(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order(shop, "on-hold")
    assert (await api.put(f"orders/{row.id}", json={"set_paid": True})).json()["status"] == "on-hold"
    row.status, row.paid = "pending", None
    paid = (await api.put(f"orders/{row.id}", json={"set_paid": True})).json()
    assert (paid["status"], paid["date_paid_gmt"]) == ("processing", "2026-11-22T12:00:00")


@pytest.mark.parametrize(("method", "status"), [("cod", "completed"), ("bacs", "processing")])
async def test_an_order_that_is_paid_on_delivery_is_done_with_its_payment(
    api: httpx.AsyncClient, shop: WooShop, method: str, status: str
) -> None:
    asked = {"payment_method": method, "line_items": [{"product_id": simple(shop).id, "quantity": 1}]}
    assert (await api.post("orders", json={**asked, "set_paid": True})).json()["status"] == status
    waiting = (await api.post("orders", json=asked)).json()
    assert (await api.put(f"orders/{waiting['id']}", json={"set_paid": True})).json()["status"] == status


async def test_what_is_refused_leaves_the_order_as_it_was(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order(shop)
    before = (await api.get(f"orders/{row.id}")).content
    change = {"customer_note": "x"}
    foreign = await api.put(f"orders/{row.id}", json={**change, "line_items": [{"id": 999999, "quantity": 2}]})
    assert await refused(foreign) == (400, "woocommerce_rest_invalid_item_id")
    nameless = await api.put(f"orders/{row.id}", json={**change, "shipping_lines": [{"total": "1.00"}]})
    assert await refused(nameless) == (400, "woocommerce_rest_invalid_shipping_item")
    nobody = await api.put(f"orders/{row.id}", json={**change, "customer_id": 999999})
    assert await refused(nobody) == (400, "woocommerce_rest_invalid_customer_id")
    assert (await api.get(f"orders/{row.id}")).content == before


async def test_amounts_are_without_tax_and_taxed_by_the_shop(api: httpx.AsyncClient) -> None:
    body = {"billing": {"country": "DK"}, "shipping_lines": [{"method_id": "flat_rate", "total": "40.00"}]}
    made = (await api.post("orders", json=body)).json()
    assert (made["shipping_total"], made["shipping_tax"], made["total"]) == ("40.00", "10.00", "50.00")


async def test_rates_on_top_of_each_other_add_up(api: httpx.AsyncClient, shop: WooShop) -> None:
    goods = next(row for row in shop.products.values() if row.regular_price and row.status == "publish" and not row.parent_id)
    line = {"product_id": goods.id, "quantity": 3, "subtotal": "33.33", "total": "9.99"}
    delivery = {"method_id": "flat_rate", "total": "7.77"}
    body = {"billing": {"country": "CA"}, "line_items": [line], "shipping_lines": [delivery]}
    made = (await api.post("orders", json=body)).json()
    first, second = made["tax_lines"]
    assert [(one["rate_code"], one["compound"], one["rate_percent"]) for one in (first, second)] == [
        ("CA-GST-1", False, 5),
        ("CA-PST-2", True, 10),
    ]
    # 9.99 * 5 % = 0.50, and 10 % of 10.49; 7.77 * 5 % = 0.39, and 10 % of 8.16
    assert (first["tax_total"], second["tax_total"]) == ("0.50", "1.05")
    assert (first["shipping_tax_total"], second["shipping_tax_total"]) == ("0.39", "0.82")
    assert (made["total_tax"], made["total"]) == ("2.76", "20.52")
    assert made["line_items"][0]["taxes"] == [
        {"id": 4, "total": "0.50", "subtotal": "1.67"},
        {"id": 5, "total": "1.05", "subtotal": "3.50"},
    ]


async def test_a_gateway_that_pays_nothing_back_answers_500(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order(shop)
    row.payment_method = "bacs"
    response = await api.post(f"orders/{row.id}/refunds", json={"amount": "1.00"})
    assert await refused(response) == (500, "woocommerce_rest_cannot_create_order_refund")
    assert shop.refunds_of(row.id) == []
    assert "refunds" not in (await api.get("payment_gateways/bacs")).json()["method_supports"]
    assert (await api.post(f"orders/{row.id}/refunds", json={"amount": "1.00", "api_refund": False})).status_code == 201


async def test_a_refund_names_the_lines_that_it_is_about(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order(shop)
    line, charge = row.lines[0], row.shipping_lines[0]
    items = [
        {"id": line.id, "quantity": 1, "refund_total": "8.00", "refund_tax": [{"id": 1, "refund_total": "2.00"}]},
        {"id": charge.id, "quantity": 0, "refund_total": "4.00"},
    ]
    made = (await api.post(f"orders/{row.id}/refunds", json={"amount": "14.00", "line_items": items})).json()
    part = made["line_items"][0]
    assert (part["quantity"], part["total"], part["total_tax"]) == (-1, "-8.00", "-2.00")
    assert part["meta_data"][0]["key"] == "_refunded_item_id"
    assert part["meta_data"][0]["value"] == str(line.id)
    assert made["shipping_lines"][0]["total"] == "-4.00"


async def test_the_shop_adds_a_change_to_its_own_count(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = simple(shop)
    row.manage_stock, row.stock = True, 5
    assert (await api.put(f"products/{row.id}", json={"inventory_delta": -7})).json()["stock_quantity"] == -2
    unmanaged = (await api.put(f"products/{row.id}", json={"manage_stock": False, "stock_quantity": 4})).json()
    assert (unmanaged["manage_stock"], unmanaged["stock_quantity"]) == (False, None)


async def test_images_are_set_as_a_whole(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = simple(shop)
    first = (await api.put(f"products/{row.id}", json={"images": [{"src": "https://example.com/a.jpg", "alt": "A"}]})).json()
    held = first["images"][0]
    assert (held["src"].rpartition("/")[2], held["alt"]) == ("a.jpg", "A")
    both = {"images": [{"src": "https://example.com/b.png"}, {"id": held["id"]}]}
    assert [each["name"] for each in (await api.put(f"products/{row.id}", json=both)).json()["images"]] == ["b", "a"]
    assert (await api.put(f"products/{row.id}", json={"images": []})).json()["images"] == []
    unknown = await api.put(f"products/{row.id}", json={"images": [{"id": 999999}]})
    assert await refused(unknown) == (400, "woocommerce_product_invalid_image_id")
    script = await api.put(f"products/{row.id}", json={"images": [{"src": "https://example.com/a.php"}]})
    assert await refused(script) == (400, "woocommerce_product_image_upload_error")


async def test_a_variation_loses_its_image_and_shows_its_product_s(api: httpx.AsyncClient, shop: WooShop) -> None:
    parent = next(row for row in shop.products.values() if row.type == "variable")
    await api.put(f"products/{parent.id}", json={"images": [{"src": "https://example.com/parent.jpg"}]})
    path = f"products/{parent.id}/variations/{shop.variations_of(parent.id)[0].id}"
    own = (await api.put(path, json={"image": {"src": "https://example.com/own.jpg"}})).json()
    assert own["image"]["name"] == "own"
    assert (await api.put(path, json={"image": {"id": 0}})).json()["image"]["name"] == "parent"


async def test_a_variation_has_only_options_that_its_product_s_vary_by(api: httpx.AsyncClient) -> None:
    attributes = [{"name": "Colour", "variation": True, "options": ["Blue"]}, {"name": "Wool", "options": ["Yes"]}]
    made = (await api.post("products", json={"name": "Mug", "type": "variable", "attributes": attributes})).json()
    options = [{"name": "Colour", "option": "Blue"}, {"name": "Wool", "option": "Yes"}]
    child = (await api.post(f"products/{made['id']}/variations", json={"regular_price": "5", "attributes": options})).json()
    assert [(each["name"], each["option"]) for each in child["attributes"]] == [("Colour", "Blue")]
    assert (await api.get(f"products/{made['id']}")).json()["price"] == "5"


async def test_shipments_are_the_plug_in_s(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order(shop)
    path = f"orders/{row.id}/shipment-trackings"
    known = {"tracking_provider": "GLS DK", "tracking_number": "7", "date_shipped": "2026-11-20"}
    made = (await api.post(path, json=known)).json()
    assert (made["tracking_link"], made["date_shipped"]) == ("https://gls.example/track/7", "2026-11-20")
    assert [each["tracking_id"] for each in (await api.get(path)).json()] == [made["tracking_id"]]
    meta = {each["key"] for each in (await api.get(f"orders/{row.id}")).json()["meta_data"]}
    assert "_wc_shipment_tracking_items" in meta
    await api.delete(f"{path}/{made['tracking_id']}")
    assert (await api.get(f"{path}/{made['tracking_id']}")).status_code == 404
    shop.tracks_shipments = False
    assert await refused(await api.get(path)) == (404, "rest_no_route")


async def test_settings_are_checked(api: httpx.AsyncClient) -> None:
    path = "settings/tax/woocommerce_prices_include_tax"
    assert (await api.put(path, json={"value": "no"})).json()["value"] == "no"
    assert await refused(await api.put(path, json={"value": "perhaps"})) == (400, "rest_setting_value_invalid")
    assert (await api.get(path)).json()["value"] == "no"
    assert (await refused(await api.put("settings/tax/nothing", json={"value": "1"})))[0] == 404
