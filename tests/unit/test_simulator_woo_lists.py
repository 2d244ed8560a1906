"""What the simulated WooCommerce shop lists, and in which shapes."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from shoprelay_simulators import ManualClock, WooShop, serve

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shop() -> WooShop:
    return WooShop(7, clock=ManualClock(NOON))


@pytest.fixture
async def api(shop: WooShop) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(shop) as url,
        httpx.AsyncClient(base_url=f"{url}/wp-json/wc/v3/", auth=(shop.key.key, shop.key.secret)) as client,
    ):
        yield client


async def ids(api: httpx.AsyncClient, path: str, **params: str | int) -> list[int]:
    response = await api.get(path, params=params)
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()]


async def test_the_same_seed_gives_the_same_bytes() -> None:
    answers = []
    for _ in range(2):
        shop = WooShop(11, clock=ManualClock(NOON))
        async with serve(shop, site_url="https://shop.example") as url:
            for _ in range(40):
                shop.step()
            auth = (shop.key.key, shop.key.secret)
            async with httpx.AsyncClient(base_url=f"{url}/wp-json/wc/v3/", auth=auth) as client:
                paths = ("orders", "products", "customers", "refunds", "products/categories")
                answers.append([(await client.get(path, params={"per_page": 100})).content for path in paths])
    assert answers[0] == answers[1]
    assert len(answers[0][0]) > 50_000


async def test_bytes_are_php_json(api: httpx.AsyncClient) -> None:
    body = (await api.get("products", params={"per_page": 100})).content
    assert body.isascii()
    assert b'"permalink":"http:\\/\\/127' in body
    assert b"\\u00f8" in body
    assert b'"type":"simple","status":"publish"' in body


async def test_default_orders_include_drafts_and_not_trash(shop: WooShop, api: httpx.AsyncClient) -> None:
    rows = (await api.get("orders", params={"per_page": 100})).json()
    statuses = {row["status"] for row in rows}
    assert "checkout-draft" in statuses
    assert "trash" not in statuses
    trashed = (await api.get("orders", params={"status": "trash"})).json()
    assert {row["status"] for row in trashed} == {"trash"}
    two = (await api.get("orders", params={"status": "completed,processing", "per_page": 100})).json()
    assert {row["status"] for row in two} == {"completed", "processing"}
    assert (await api.get("orders", params={"status": "wc-completed"})).status_code == 400


async def test_search_finds_more_than_it_should(shop: WooShop, api: httpx.AsyncClient) -> None:
    rows = [order for order in shop.orders.values() if order.status == "completed"][:2]
    rows[1].billing["phone"] = f"+45 {rows[0].id}0 11"
    found = await ids(api, "orders", search=str(rows[0].id), per_page=100)
    assert {rows[0].id, rows[1].id} <= set(found)


async def test_variations_are_in_no_list_but_readable(shop: WooShop, api: httpx.AsyncClient) -> None:
    variation = next(row for row in shop.products.values() if row.parent_id and row.sku)
    listed = await ids(api, "products", per_page=100)
    assert variation.id not in listed
    assert await ids(api, "products", include=str(variation.id)) == []
    assert (await api.get("products", params={"type": "variation"})).status_code == 400
    assert (await api.get("products", params={"include_types": "variation"})).status_code == 400
    assert await ids(api, "products", sku=variation.sku) == [variation.id]
    read = (await api.get(f"products/{variation.id}")).json()
    assert (read["type"], read["parent_id"]) == ("variation", variation.parent_id)
    assert variation.id in await ids(api, f"products/{variation.parent_id}/variations", per_page=100)
    refused = await api.put(f"products/{variation.id}", json={"regular_price": "1"})
    assert (refused.status_code, refused.json()["code"]) == (404, "woocommerce_rest_invalid_product_id")
    assert "&lt;product_id&gt;" in refused.json()["message"]


async def test_a_variation_without_sku_and_stock_borrows_its_parents(shop: WooShop, api: httpx.AsyncClient) -> None:
    variation = next(row for row in shop.products.values() if row.parent_id and not row.sku)
    parent = shop.products[variation.parent_id]
    parent.manage_stock, parent.stock = True, 33
    shown = (await api.get(f"products/{parent.id}/variations/{variation.id}")).json()
    assert (shown["sku"], shown["manage_stock"], shown["stock_quantity"]) == (parent.sku, "parent", 33)


async def test_image_times_carry_the_offset_twice(shop: WooShop, api: httpx.AsyncClient) -> None:
    row = next(row for row in shop.products.values() if row.images and row.status == "publish")
    row.images[0].created = NOON
    image = (await api.get(f"products/{row.id}")).json()["images"][0]
    assert image["date_created_gmt"] == "2026-11-22T12:00:00"
    assert image["date_created"] == "2026-11-22T14:00:00"


async def test_term_names_come_with_entities(api: httpx.AsyncClient) -> None:
    names = [row["name"] for row in (await api.get("products/categories")).json()]
    assert "Køkken &amp; Bad" in names
    products = (await api.get("products", params={"per_page": 100})).json()
    inside = {term["name"] for product in products for term in product["categories"]}
    assert "Køkken &amp; Bad" in inside


async def test_a_line_of_a_deleted_product(shop: WooShop, api: httpx.AsyncClient) -> None:
    lines = [
        line
        for order in (await api.get("orders", params={"per_page": 100})).json()
        for line in order["line_items"]
        if line["product_id"] == 0
    ]
    assert lines
    assert all(line["sku"] is None and line["image"]["id"] == 0 and line["name"] for line in lines)


async def test_amounts_add_up(api: httpx.AsyncClient) -> None:
    for order in (await api.get("orders", params={"per_page": 100, "status": "any"})).json():
        parts = [*order["line_items"], *order["shipping_lines"], *order["fee_lines"]]
        total = sum(float(part["total"]) for part in parts) + float(order["total_tax"])
        assert total == pytest.approx(float(order["total"]), abs=0.005)
        taxes = sum(float(tax["total"]) for part in parts for tax in part["taxes"])
        assert taxes == pytest.approx(float(order["total_tax"]) if order["tax_lines"] else 0.0, abs=0.005)


async def test_the_world_has_its_oddities(shop: WooShop) -> None:
    orders = list(shop.final_state()["orders"].values())
    assert {bool(order["customer_id"]) for order in orders} == {True, False}
    assert any(order["refunds"] for order in orders)
    assert any(order["fee_lines"] for order in orders)
    assert any(order["coupon_lines"] for order in orders)
    assert any(len(row.shipping_lines) == 2 for row in shop.orders.values())
    skus = [row.sku for row in shop.products.values() if not row.parent_id]
    assert skus.count("") >= 2
    assert skus.count("KOP-7") == 2
    assert "&amp;" in json.dumps([row.name for row in shop.products.values()])


async def test_refunds_name_their_order_in_the_global_list_only(shop: WooShop, api: httpx.AsyncClient) -> None:
    row = (await api.get("refunds")).json()[0]
    refund = shop.refunds[row["id"]]
    assert row["parent_id"] == refund.order_id
    assert "date_modified" not in row
    alone = (await api.get(f"orders/{refund.order_id}/refunds")).json()[0]
    assert "parent_id" not in alone
    assert alone["_links"]["up"][0]["href"].endswith(f"/orders/{refund.order_id}")
    assert alone["line_items"][0]["quantity"] == -1


async def test_statuses_settings_and_the_rest(shop: WooShop, api: httpx.AsyncClient) -> None:
    slugs = [row["slug"] for row in (await api.get("orders/statuses")).json()]
    assert {"pakket", "checkout-draft"} <= set(slugs)
    totals = {row["slug"]: row["total"] for row in (await api.get("reports/orders/totals")).json()}
    assert totals["completed"] == sum(order.status == "completed" for order in shop.orders.values())
    setting = (await api.get("settings/tax/woocommerce_prices_include_tax")).json()
    assert (setting["value"], setting["group_id"]) == ("yes", "tax")
    general = {row["id"]: row["value"] for row in (await api.get("settings/general")).json()}
    assert general["woocommerce_currency"] == "DKK"
    assert (await api.get("data/countries/dk")).json()["name"] == "Denmark"
    assert {row["id"] for row in (await api.get("payment_gateways")).json()} >= {"bacs", "cod"}
    assert (await api.get("system_status")).json()["settings"]["HPOS_enabled"] is True
