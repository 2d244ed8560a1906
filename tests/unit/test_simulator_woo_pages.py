"""Pages of the simulated WooCommerce shop's lists: order, totals, links."""

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


async def test_fields_keep_the_resources_order(api: httpx.AsyncClient) -> None:
    body = (await api.get("orders", params={"_fields": "total,id,billing.email", "per_page": 1})).json()
    assert list(body[0]) == ["id", "total", "billing"]
    assert list(body[0]["billing"]) == ["email"]
