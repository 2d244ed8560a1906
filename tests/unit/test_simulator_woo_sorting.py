"""How the simulated WooCommerce shop's lists are sorted, and what that loses."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shoprelay_simulators import ManualClock, WooShop, serve

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


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


SORTS = {
    "orders": "date id include title slug modified",
    "coupons": "date id include title slug modified",
    "refunds": "date id include title slug modified",
    "products": "date id include title slug modified popularity rating post__in price sales menu_order random",
    "variations": "date id include title slug modified menu_order",
    "customers": "id include name registered_date",
    "products/categories": "id include name slug term_group description count",
    "products/brands": "id include name slug term_group description count",
    "products/tags": "id include name slug term_group description count",
    "webhooks": "date id title",
    "taxes": "id order priority",
}


@pytest.mark.parametrize("path", SORTS)
async def test_every_list_has_its_own_ways_to_be_sorted(shop: WooShop, api: httpx.AsyncClient, path: str) -> None:
    allowed = SORTS[path].split()
    parent = next(row.parent_id for row in shop.products.values() if row.parent_id)
    asked = f"products/{parent}/variations" if path == "variations" else path
    for name in {name for sorts in SORTS.values() for name in sorts.split()}:
        response = await api.get(asked, params={"orderby": name})
        assert (response.status_code == 200) == (name in allowed), name
        assert name in allowed or response.json()["code"] == "rest_invalid_param"


async def test_the_newest_come_first_but_customers_and_terms_come_by_name(shop: WooShop, api: httpx.AsyncClient) -> None:
    created = [row["date_created_gmt"] for row in (await api.get("orders", params={"per_page": 50})).json()]
    assert created == sorted(created, reverse=True)
    made = [row["date_created_gmt"] for row in (await api.get("products", params={"per_page": 50})).json()]
    assert made == sorted(made, reverse=True)
    people = [row["username"] for row in (await api.get("customers", params={"per_page": 50})).json()]
    assert people == sorted(people)
    for path in ("products/categories", "products/tags"):
        names = [row["name"].lower() for row in (await api.get(path, params={"per_page": 50})).json()]
        assert names == sorted(names)
        assert len(names) > 3


async def walk(api: httpx.AsyncClient, path: str, **params: str | int) -> list[int]:
    found: list[int] = []
    page = 1
    while batch := await ids(api, path, page=page, **params):
        found += batch
        page += 1
    return found


@pytest.mark.parametrize("orderby", ["date", "modified"])
async def test_products_of_one_second_are_lost_in_pages_by_date_and_not_by_id(
    shop: WooShop, api: httpx.AsyncClient, orderby: str
) -> None:
    held = sorted(row.id for row in shop.products.values() if not row.parent_id)
    for row in shop.products.values():
        row.created = row.modified = NOON
    by_date = await walk(api, "products", orderby=orderby, per_page=3)
    assert len(by_date) == len(held)
    assert set(by_date) < set(held)
    assert await walk(api, "products", orderby="id", order="asc", per_page=3) == held
    parent = next(row.parent_id for row in shop.products.values() if row.parent_id)
    children = sorted(row.id for row in shop.variations_of(parent))
    assert set(await walk(api, f"products/{parent}/variations", orderby=orderby, per_page=1)) < set(children)
    assert await walk(api, f"products/{parent}/variations", orderby="id", order="asc", per_page=1) == children


async def test_tax_rates_are_listed_in_their_order_or_by_id(api: httpx.AsyncClient) -> None:
    rates = (await api.get("taxes")).json()
    assert [(row["country"], row["rate"], row["class"]) for row in rates][:2] == [
        ("DK", "25.0000", "standard"),
        ("SE", "25.0000", "standard"),
    ]
    assert await ids(api, "taxes", orderby="id", order="desc") == sorted((row["id"] for row in rates), reverse=True)
    assert (await api.get(f"taxes/{rates[1]['id']}")).json() == rates[1]
    missing = await api.get("taxes/999")
    assert (missing.status_code, missing.json()["code"]) == (404, "woocommerce_rest_invalid_id")
