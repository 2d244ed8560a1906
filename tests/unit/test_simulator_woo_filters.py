"""Filters of the simulated WooCommerce shop's lists, beyond those of orders, and what a list says beside its rows."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shoprelay_simulators import ManualClock, WooShop, serve

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
BEFORE, AT, AFTER = "2026-11-22T11:59:59", "2026-11-22T12:00:00", "2026-11-22T12:00:01"


@pytest.fixture
def shop() -> WooShop:
    return WooShop(7, products=16, clock=ManualClock(NOON - timedelta(days=1)))


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


def dated(shop: WooShop, kind: str) -> tuple[str, int]:
    """A row that was made and changed at noon, and the list that it is in."""
    if kind == "refunds":
        refund = next(iter(shop.refunds.values()))
        refund.created = NOON
        return "refunds", refund.id
    if kind == "coupons":
        coupon = next(iter(shop.coupons.values()))
        coupon.created = coupon.modified = NOON
        return "coupons", coupon.id
    row: Any = next(row for row in shop.products.values() if bool(row.parent_id) == (kind == "variations"))
    row.created = row.modified = NOON
    return f"products/{row.parent_id}/variations" if row.parent_id else "products", row.id


@pytest.mark.parametrize("kind", ["products", "variations", "refunds", "coupons"])
@pytest.mark.parametrize("prefix", ["modified_", ""])
async def test_date_filters_are_exclusive_to_the_second_in_every_list_that_takes_them(
    shop: WooShop, api: httpx.AsyncClient, kind: str, prefix: str
) -> None:
    path, key = dated(shop, kind)
    for name, value, found in (("after", AT, []), ("after", BEFORE, [key]), ("before", AT, []), ("before", AFTER, [key])):
        asked = {f"{prefix}{name}": value, "dates_are_gmt": "true", "include": str(key)}
        assert await ids(api, path, **asked) == found, asked


@pytest.mark.parametrize("text", ["2026-11-22 11:59:59", "2026-11-22T11:59:59.999", "2026-11-22T11:59:59"])
async def test_a_space_and_fractions_are_taken_in_dates_and_fractions_do_not_count(
    shop: WooShop, api: httpx.AsyncClient, text: str
) -> None:
    path, key = dated(shop, "products")
    assert await ids(api, path, modified_after=text, dates_are_gmt="true", include=str(key)) == [key]


@pytest.mark.parametrize("zone", ["+01:00", "-05:00", "Z"])
async def test_a_zone_alone_is_understood(shop: WooShop, api: httpx.AsyncClient, zone: str) -> None:
    path, key = dated(shop, "products")
    hours = {"+01:00": 13, "-05:00": 7, "Z": 12}[zone]
    assert await ids(api, path, modified_after=f"2026-11-22T{hours:02}:00:00{zone}", include=str(key)) == []
    assert await ids(api, path, modified_after=f"2026-11-22T{hours - 1:02}:59:59{zone}", include=str(key)) == [key]


@pytest.mark.parametrize("path", ["products/categories", "products/tags"])
async def test_terms_ignore_dates_without_a_word(api: httpx.AsyncClient, path: str) -> None:
    everything = await ids(api, path, per_page=100)
    assert len(everything) > 3
    assert await ids(api, path, per_page=100, modified_after="2030-01-01T00:00:00", after="words") == everything


async def test_skus_are_found_several_at_once_and_in_part_and_in_variations(shop: WooShop, api: httpx.AsyncClient) -> None:
    simple = next(row for row in shop.products.values() if row.type == "simple" and row.sku.startswith("VAR-"))
    child = next(row for row in shop.products.values() if row.parent_id and row.sku)
    assert set(await ids(api, "products", sku=f"{simple.sku},{child.sku}")) == {simple.id, child.id}
    for name in ("search_sku", "search_name_or_sku"):
        assert child.id in await ids(api, "products", **{name: child.sku[1:].lower()}, per_page=100)


async def test_several_statuses_come_as_one_text_or_as_a_list(shop: WooShop, api: httpx.AsyncClient) -> None:
    wanted = {row.id for row in shop.orders.values() if row.status in {"completed", "cancelled"}}
    assert set(await ids(api, "orders", status="completed,cancelled", per_page=100)) == wanted
    listed = await api.get("orders", params=[("status[]", "completed"), ("status[]", "cancelled"), ("per_page", "100")])
    assert {row["id"] for row in listed.json()} == wanted


async def test_products_of_every_status_but_the_trash_are_listed(shop: WooShop, api: httpx.AsyncClient) -> None:
    rows = [row for row in shop.products.values() if row.type == "simple"]
    for row, status in zip(rows, ("publish", "draft", "private", "pending", "trash"), strict=False):
        row.status = status
    shown = {row["status"] for row in (await api.get("products", params={"per_page": 100})).json()}
    assert shown == {"publish", "draft", "private", "pending"}
    assert {row["status"] for row in (await api.get("products", params={"status": "trash"})).json()} == {"trash"}


@pytest.mark.parametrize("path", ["products", "customers", "products/categories"])
async def test_past_the_end_every_other_list_keeps_its_total(api: httpx.AsyncClient, path: str) -> None:
    first, last = [await api.get(path, params={"page": page, "per_page": 2}) for page in (1, 99)]
    assert last.json() == []
    assert last.headers["X-WP-Total"] == first.headers["X-WP-Total"] != "0"
    assert last.headers["X-WP-TotalPages"] == first.headers["X-WP-TotalPages"]


@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_nothing_may_be_kept_and_nothing_tells_whether_it_changed(api: httpx.AsyncClient, method: str) -> None:
    response = await api.request(method, "orders")
    assert response.status_code == 200
    assert int(response.headers["X-WP-Total"]) > 10
    assert "no-store" in response.headers["Cache-Control"]
    assert not {"etag", "last-modified", "content-encoding"} & set(response.headers)


async def test_amounts_have_two_decimals_and_as_many_as_are_asked_for(api: httpx.AsyncClient) -> None:
    order = (await ids(api, "orders", status="completed"))[0]
    for path, params in ((f"orders/{order}", {}), ("orders", {"include": str(order)})):
        for dp, query in ((2, params), (4, {**params, "dp": "4"})):
            body = (await api.get(path, params=query)).json()
            row = body[0] if isinstance(body, list) else body
            amounts = [
                row["total"],
                row["total_tax"],
                *(line[name] for line in row["line_items"] for name in ("total", "subtotal")),
            ]
            assert {len(amount.partition(".")[2]) for amount in amounts} == {dp}


async def test_the_version_before_answers_too_and_the_place_without_rewriting(shop: WooShop, api: httpx.AsyncClient) -> None:
    site = str(api.base_url).removesuffix("/wp-json/wc/v3/")
    known = await ids(api, "orders")
    for path in ("/wp-json/wc/v2/orders", "/index.php/wp-json/wc/v3/orders"):
        assert await ids(api, f"{site}{path}") == known
    unknown = await api.get(f"{site}/wp-json/wc/v3/orders/{known[0]}/fulfillments")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "rest_no_route")
