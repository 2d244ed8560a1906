"""Shapes that bite in the simulated WooCommerce shop's answers, and its refusals by kind."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.relays.woocommerce.watched import Watched, watched


@pytest.fixture
async def side() -> AsyncIterator[Watched]:
    async with watched() as made:
        yield made


async def line_of(side: Watched, **asked: object) -> Any:
    body = {"billing": {"country": "DK"}, "line_items": [{"quantity": 1, **asked}]}
    return (await side.ask("POST", "orders", body))["line_items"][0]


async def test_the_image_of_a_line_is_named_by_a_text_a_number_or_nothing(side: Watched) -> None:
    simple, parent = side.simple(), side.variable()
    await side.ask("PUT", f"products/{simple.id}", {"images": [{"src": "https://shop.example/a.jpg"}]})
    named = (await line_of(side, product_id=simple.id))["image"]["id"]
    assert isinstance(named, str)
    assert named.isdigit()
    await side.ask("PUT", f"products/{simple.id}", {"images": []})
    assert (await line_of(side, product_id=simple.id))["image"] == {"id": "", "src": ""}
    await side.ask("PUT", f"products/{parent.id}", {"images": []})
    child = side.shop.variations_of(parent.id)[0]
    assert (await line_of(side, product_id=parent.id, variation_id=child.id))["image"] == {"id": 0, "src": ""}


async def test_a_line_whose_product_is_deleted_loses_its_number_its_sku_and_its_image(side: Watched) -> None:
    row = side.simple()
    made = await side.ask("POST", "orders", {"line_items": [{"product_id": row.id}]})
    await side.ask("DELETE", f"products/{row.id}", force="true")
    line = (await side.read(f"orders/{made['id']}"))["line_items"][0]
    assert (line["product_id"], line["sku"], line["image"]["id"]) == (0, None, 0)
    assert line["name"] == made["line_items"][0]["name"]


@pytest.mark.parametrize(("price", "shown"), [("500", b'"price":400,'), ("62.50", b'"price":50,'), ("99.95", b'"price":79.96,')])
async def test_the_price_of_a_line_is_a_number_without_a_tail(side: Watched, price: str, shown: bytes) -> None:
    row = side.simple()
    row.sale_price, row.regular_price = "", price
    body = {"billing": {"country": "DK"}, "line_items": [{"product_id": row.id}]}
    assert shown in (await side.api.post("orders", json=body)).content


async def test_stock_is_managed_or_not_or_by_the_product(side: Watched) -> None:
    parent = side.variable()
    own, last = (side.shop.variations_of(parent.id)[at] for at in (0, -1))
    parent.manage_stock, parent.stock = True, 5
    path = f"products/{parent.id}/variations"
    shown = {row["id"]: row["manage_stock"] for row in await side.read(f"{path}?per_page=100")}
    assert (shown[own.id], shown[last.id]) == (True, "parent")
    await side.ask("PUT", f"products/{parent.id}", {"manage_stock": False})
    assert (await side.read(f"{path}/{last.id}"))["manage_stock"] is False


@pytest.mark.parametrize("kind", ["image", "images"])
async def test_the_dates_of_images_carry_the_zone_twice_in_products_and_in_variations(side: Watched, kind: str) -> None:
    parent = side.variable()
    await side.ask("PUT", f"products/{parent.id}", {"images": [{"src": "https://shop.example/a.jpg"}]})
    at = side.clock.now.strftime("%H:%M:%S")
    child = side.shop.variations_of(parent.id)[-1].id
    shown = await side.read(f"products/{parent.id}/variations/{child}" if kind == "image" else f"products/{parent.id}")
    image = shown[kind] if kind == "image" else shown[kind][0]
    assert (image["date_created_gmt"][11:], image["date_created"][11:]) == (at, at.replace("12:", "14:"))


async def test_what_is_taken_names_who_has_it_and_what_is_free(side: Watched) -> None:
    made = {"name": "Krus", "sku": "KRUS-1", "global_unique_id": "5712345678901"}
    held, other = [await side.ask("POST", "products", body) for body in (made, {"name": "Kop"})]
    sku = await side.api.put(f"products/{other['id']}", json={"sku": "KRUS-1"})
    assert sku.json()["code"] == "product_invalid_sku"
    assert sku.json()["data"] == {"status": 400, "resource_id": held["id"], "unique_sku": "KRUS-1-1"}
    gtin = await side.api.put(f"products/{other['id']}", json={"global_unique_id": "5712345678901"})
    assert gtin.json()["code"] == "product_invalid_global_unique_id"
    assert gtin.json()["data"] == {"status": 400, "resource_id": held["id"]}


async def test_the_trash_of_products_is_read_by_id_and_entered_once(side: Watched) -> None:
    path = f"products/{side.simple().id}"
    await side.ask("DELETE", path)
    assert (await side.read(path))["status"] == "trash"
    again = await side.api.delete(path)
    assert (again.status_code, again.json()["code"]) == (410, "woocommerce_rest_already_trashed")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("orders", "woocommerce_rest_shop_order_invalid_id"),
        ("products", "woocommerce_rest_product_invalid_id"),
        ("customers", "wc_user_invalid_id"),
    ],
)
async def test_what_was_deleted_is_a_404_to_read_and_a_400_to_write(side: Watched, path: str, code: str) -> None:
    key = {"orders": side.order().id, "products": side.simple().id, "customers": min(side.shop.customers)}[path]
    await side.ask("DELETE", f"{path}/{key}", force="true")
    for method, status in (("GET", 404), ("PUT", 400)):
        answer = await side.api.request(method, f"{path}/{key}", json={} if method == "PUT" else None)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    if path != "customers":
        each = (await side.ask("POST", f"{path}/batch", {"update": [{"id": key}]}))["update"][0]
        assert (each["id"], each["error"]["code"], each["error"]["data"]["status"]) == (key, code, 400)


@pytest.mark.parametrize("path", ["customers", "webhooks"])
async def test_customers_and_webhooks_have_no_trash(side: Watched, path: str) -> None:
    key = (await side.read(path))[0]["id"]
    answer = await side.api.delete(f"{path}/{key}")
    assert (answer.status_code, answer.json()["code"]) == (501, "woocommerce_rest_trash_not_supported")
    assert (await side.read(f"{path}/{key}"))["id"] == key


async def test_ids_alone_are_listed_for_a_sweep(side: Watched) -> None:
    answer = await side.api.get("orders", params={"_fields": "id", "orderby": "id", "order": "asc", "per_page": 100})
    held = [row.id for row in side.shop.orders.values() if row.status != "trash"]
    assert json.loads(answer.content) == [{"id": key} for key in sorted(held)]


async def test_a_brand_s_name_comes_with_entities_within_products_too_and_moves_none_of_them(side: Watched) -> None:
    brand = await side.ask("POST", "products/brands", {"name": "Havn & Hus"})
    path = f"products/{side.simple().id}"
    shown = await side.ask("PUT", path, {"brands": [{"id": brand["id"]}]})
    assert brand["name"] == "Havn &amp; Hus"
    assert shown["brands"] == [{"id": brand["id"], "name": "Havn &amp; Hus", "slug": brand["slug"]}]
    assert (await side.read(f"products/brands/{brand['id']}"))["count"] == 1
    await side.told()
    await side.ask("PUT", f"products/brands/{brand['id']}", {"name": "Havn"})
    assert (await side.read(path))["brands"][0]["name"] == "Havn"
    assert not await side.moved(path)
    assert await side.told() == []
    assert [row["id"] for row in await side.read("products/brands?modified_after=2030-01-01T00:00:00")] == [brand["id"]]
