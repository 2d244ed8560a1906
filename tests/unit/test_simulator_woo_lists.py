"""The simulated WooCommerce shop's lists: filters, order, pages, totals, errors."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

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


async def test_modified_filters_are_exclusive_to_the_second(shop: WooShop, api: httpx.AsyncClient) -> None:
    row = max(shop.orders.values(), key=lambda order: order.modified)
    row.status = "processing"
    row.modified = NOON
    args = {"dates_are_gmt": "true", "include": str(row.id)}
    assert await ids(api, "orders", modified_after="2026-11-22T12:00:00", **args) == []
    assert await ids(api, "orders", modified_after="2026-11-22T11:59:59", **args) == [row.id]
    assert await ids(api, "orders", modified_before="2026-11-22T12:00:00", **args) == []
    assert await ids(api, "orders", modified_before="2026-11-22T12:00:01", **args) == [row.id]


async def test_a_zone_together_with_gmt_moves_the_filter_by_the_offset(shop: WooShop, api: httpx.AsyncClient) -> None:
    row = next(order for order in shop.orders.values() if order.status == "completed")
    row.modified = NOON
    only = {"include": str(row.id)}
    an_hour_back, a_second_more = "2026-11-22T11:00:00Z", "2026-11-22T10:59:59Z"
    assert await ids(api, "orders", modified_after=an_hour_back, dates_are_gmt="true", **only) == []
    assert await ids(api, "orders", modified_after=a_second_more, dates_are_gmt="true", **only) == [row.id]
    assert await ids(api, "orders", modified_after=an_hour_back, **only) == [row.id]
    assert await ids(api, "orders", modified_after="2026-11-22T12:59:59", **only) == [row.id]  # local time
    assert await ids(api, "orders", modified_after="2026-11-22T13:00:00", **only) == []


async def test_the_doubled_hour_hides_from_local_filters(shop: WooShop, api: httpx.AsyncClient) -> None:
    first, second = [order for order in shop.orders.values() if order.status == "completed"][:2]
    first.modified = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second.modified = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    rows = (await api.get("orders", params={"include": f"{first.id},{second.id}"})).json()
    assert {row["date_modified"] for row in rows} == {"2026-10-25T02:30:00"}
    assert len({row["date_modified_gmt"] for row in rows}) == 2
    both = {"include": f"{first.id},{second.id}", "orderby": "id", "order": "asc"}
    assert await ids(api, "orders", modified_after="2026-10-25T02:29:59", **both) == [second.id]
    gmt = {**both, "dates_are_gmt": "true"}
    assert await ids(api, "orders", modified_after="2026-10-25T00:29:59", **gmt) == [first.id, second.id]


@pytest.mark.parametrize("text", ["2026-11-22", "2026-11-22T10:00", "1795316504", "yesterday"])
async def test_other_dates_are_refused(api: httpx.AsyncClient, text: str) -> None:
    response = await api.get("orders", params={"modified_after": text})
    assert (response.status_code, response.json()["code"]) == (400, "rest_invalid_param")
    assert response.json()["data"]["params"] == {"modified_after": "Invalid date."}


async def walk(api: httpx.AsyncClient, path: str, **params: str | int) -> list[int]:
    found: list[int] = []
    page = 1
    while batch := await ids(api, path, page=page, **params):
        found += batch
        page += 1
    return found


async def test_walking_by_modified_loses_ties_and_by_id_does_not(shop: WooShop, api: httpx.AsyncClient) -> None:
    held = [order for order in shop.orders.values() if order.status != "trash"]
    for order in held[:36]:
        order.modified = NOON
    everything = {order.id for order in held}
    by_date = await walk(api, "orders", orderby="modified", order="asc", per_page=7)
    assert len(by_date) == len(everything)
    assert set(by_date) < everything
    by_id = await walk(api, "orders", orderby="id", order="asc", per_page=7)
    assert by_id == sorted(everything)
    window = {"modified_after": "2026-11-22T11:59:59", "modified_before": "2026-11-22T12:00:01", "dates_are_gmt": "true"}
    assert len(await walk(api, "orders", orderby="id", per_page=7, **window)) == 36


async def test_one_page_of_ties_is_the_same_each_time(shop: WooShop, api: httpx.AsyncClient) -> None:
    for order in shop.orders.values():
        order.modified = NOON
    pages = [await ids(api, "orders", orderby="modified", per_page=7, page=3) for _ in range(2)]
    assert pages[0] == pages[1]


async def test_links_name_neighbours_only(api: httpx.AsyncClient) -> None:
    first = await api.get("orders", params={"per_page": 10, "page": 1})
    defaults = "status%5B0%5D=any&dp=2&context=view"
    assert first.headers["Link"] == f'<{api.base_url}orders?per_page=10&page=2&{defaults}>; rel="next"'
    middle = await api.get("orders", params={"per_page": 10, "page": 3})
    assert "page=2&" in middle.headers["Link"]
    assert [part.rsplit("rel=")[1] for part in middle.headers["Link"].split(", ")] == ['"prev"', '"next"']
    products = await api.get("products", params={"per_page": 10})
    assert products.headers["Link"] == f'<{api.base_url}products?per_page=10&page=2>; rel="next"'


async def test_past_the_end_orders_forget_their_total(shop: WooShop, api: httpx.AsyncClient) -> None:
    orders = await api.get("orders", params={"per_page": 100, "page": 99})
    assert (orders.status_code, orders.content) == (200, b"[]")
    assert (orders.headers["X-WP-Total"], orders.headers["X-WP-TotalPages"]) == ("0", "0")
    assert "page=0&status%5B0%5D=any>" in orders.headers["Link"]
    products = await api.get("products", params={"page": 99})
    assert products.json() == []
    assert products.headers["X-WP-Total"] == str(len([p for p in shop.products.values() if not p.parent_id]))


@pytest.mark.parametrize(("name", "value"), [("per_page", 0), ("per_page", 101), ("page", 0), ("orderby", "total")])
async def test_pages_have_limits(api: httpx.AsyncClient, name: str, value: object) -> None:
    body = (await api.get("orders", params={name: str(value)})).json()
    assert body["code"] == "rest_invalid_param"
    assert body["message"] == f"Invalid parameter(s): {name}"
    assert list(body["data"]["params"]) == [name]


async def test_head_counts(shop: WooShop, api: httpx.AsyncClient) -> None:
    response = await api.head("customers")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["X-WP-Total"] == str(len(shop.customers))


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


async def test_fields_keep_the_resources_order(api: httpx.AsyncClient) -> None:
    body = (await api.get("orders", params={"_fields": "total,id,billing.email", "per_page": 1})).json()
    assert list(body[0]) == ["id", "total", "billing"]
    assert list(body[0]["billing"]) == ["email"]


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


async def test_customers_ignore_dates_and_know_no_modified(shop: WooShop, api: httpx.AsyncClient) -> None:
    found = await ids(api, "customers", modified_after="2030-01-01T00:00:00", per_page=100)
    assert len(found) == len(shop.customers)
    assert (await api.get("customers", params={"orderby": "modified"})).status_code == 400


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


async def test_dates_are_shown_twice(shop: WooShop, api: httpx.AsyncClient) -> None:
    row = next(order for order in shop.orders.values() if order.status == "completed")
    row.modified = NOON - timedelta(days=120)  # summer time
    shown = (await api.get(f"orders/{row.id}")).json()
    assert (shown["date_modified"], shown["date_modified_gmt"]) == ("2026-07-25T14:00:00", "2026-07-25T12:00:00")
