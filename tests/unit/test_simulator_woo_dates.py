"""Dates of the simulated WooCommerce shop: how they are shown, and filtered by."""

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


async def test_customers_ignore_dates_and_know_no_modified(shop: WooShop, api: httpx.AsyncClient) -> None:
    found = await ids(api, "customers", modified_after="2030-01-01T00:00:00", per_page=100)
    assert len(found) == len(shop.customers)
    assert (await api.get("customers", params={"orderby": "modified"})).status_code == 400


async def test_dates_are_shown_twice(shop: WooShop, api: httpx.AsyncClient) -> None:
    row = next(order for order in shop.orders.values() if order.status == "completed")
    row.modified = NOON - timedelta(days=120)  # summer time
    shown = (await api.get(f"orders/{row.id}")).json()
    assert (shown["date_modified"], shown["date_modified_gmt"]) == ("2026-07-25T14:00:00", "2026-07-25T12:00:00")
