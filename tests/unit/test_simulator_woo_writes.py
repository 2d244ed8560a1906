"""Writes and deletes in the simulated WooCommerce shop: what moves, what is refused and how."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from shoprelay_simulators import ManualClock, WooShop, serve
from shoprelay_simulators.woocommerce.rows import Order, Product

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def shop(clock: ManualClock) -> WooShop:
    made = WooShop(7, clock=clock)
    clock.advance(3600)
    return made


@pytest.fixture
async def api(shop: WooShop) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(shop) as url,
        httpx.AsyncClient(base_url=f"{url}/wp-json/wc/v3/", auth=(shop.key.key, shop.key.secret)) as client,
    ):
        yield client


def order_in(shop: WooShop, *statuses: str) -> Order:
    return next(row for row in shop.orders.values() if row.status in statuses)


def simple(shop: WooShop) -> Product:
    return next(row for row in shop.products.values() if row.type == "simple" and row.status == "publish")


async def refused(response: httpx.Response) -> tuple[int, str, str]:
    return response.status_code, response.json()["code"], response.json()["message"]


async def test_missing_rows(api: httpx.AsyncClient, shop: WooShop) -> None:
    assert await refused(await api.get("orders/99999")) == (404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
    assert await refused(await api.get("products/99999")) == (404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
    assert await refused(await api.get("customers/99999")) == (404, "wc_user_invalid_id", "Invalid user ID.")
    variation = next(row for row in shop.products.values() if row.parent_id)
    elsewhere = await api.get(f"products/{simple(shop).id}/variations/{variation.id}")
    assert await refused(elsewhere) == (404, "woocommerce_rest_product_variation_invalid_id", "Invalid ID.")
    assert "Allow" not in elsewhere.headers
    assert (await refused(await api.get("nosuch")))[1] == "rest_no_route"


async def test_writing_a_missing_row_is_a_400(api: httpx.AsyncClient) -> None:
    for path, code in (("orders", "shop_order"), ("products", "product")):
        answer = await refused(await api.put(f"{path}/99999", json={}))
        assert answer == (400, f"woocommerce_rest_{code}_invalid_id", "Invalid ID.")


async def test_trash_again_and_restore(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order_in(shop, "cancelled")
    shown = (await api.delete(f"orders/{row.id}")).json()
    assert shown["status"] == "cancelled"
    assert (await api.get(f"orders/{row.id}")).json()["status"] == "trash"
    again = await refused(await api.delete(f"orders/{row.id}"))
    assert again == (410, "woocommerce_rest_already_trashed", "The shop_order has already been deleted.")
    assert (await api.put(f"orders/{row.id}", json={"status": "pending"})).json()["status"] == "pending"


async def test_a_forced_delete_leaves_nothing(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order_in(shop, "completed")
    assert (await api.delete(f"orders/{row.id}", params={"force": "true"})).status_code == 200
    assert (await api.get(f"orders/{row.id}")).status_code == 404
    assert shop.ledger.history("orders", str(row.id))[-1].body is None
    for path in (f"customers/{next(iter(shop.customers))}", f"products/categories/{next(iter(shop.categories))}"):
        answer = await refused(await api.delete(path))
        assert answer[:2] == (501, "woocommerce_rest_trash_not_supported")


async def test_a_note_moves_nothing(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order_in(shop, "processing")
    before = (await api.get(f"orders/{row.id}")).content
    note = (await api.post(f"orders/{row.id}/notes", json={"note": "Sendt", "customer_note": True})).json()
    assert [held["note"] for held in (await api.get(f"orders/{row.id}/notes")).json()] == ["Sendt"]
    await api.delete(f"orders/{row.id}/notes/{note['id']}", params={"force": "true"})
    assert (await api.get(f"orders/{row.id}")).content == before


async def test_a_refund_moves_the_order_and_its_delete_does_not(
    api: httpx.AsyncClient, shop: WooShop, clock: ManualClock
) -> None:
    row = order_in(shop, "processing")
    made = await api.post(f"orders/{row.id}/refunds", json={"amount": "5.00", "reason": "Skæv", "api_refund": False})
    assert made.status_code == 201
    shown = (await api.get(f"orders/{row.id}")).json()
    assert shown["refunds"][0] == {"id": made.json()["id"], "reason": "Skæv", "total": "-5.00"}
    assert shown["date_modified_gmt"] == "2026-11-22T13:00:00"
    clock.advance(60)
    await api.delete(f"orders/{row.id}/refunds/{made.json()['id']}", params={"force": "true"})
    after = (await api.get(f"orders/{row.id}")).json()
    assert after["refunds"] == []
    assert after["date_modified_gmt"] == "2026-11-22T13:00:00"


async def test_too_much_refund_is_a_500_with_a_number(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order_in(shop, "processing")
    response = await api.post(f"orders/{row.id}/refunds", json={"amount": "999999.00"})
    assert response.status_code == 500
    code = "woocommerce_rest_cannot_create_order_refund"
    assert response.json() == {"code": code, "message": "Invalid refund amount.", "data": 500}
    empty = await api.post(f"orders/{row.id}/refunds", json={"amount": "0"})
    assert (empty.status_code, empty.json()["amount"]) == (201, "0.00")


async def test_a_full_refund_makes_the_order_refunded(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order_in(shop, "processing")
    total = (await api.get(f"orders/{row.id}")).json()["total"]
    await api.post(f"orders/{row.id}/refunds", json={"amount": total})
    assert (await api.get(f"orders/{row.id}")).json()["status"] == "refunded"


async def test_quantity_alone_leaves_the_amounts(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = order_in(shop, "on-hold", "pending", "processing")
    line = (await api.get(f"orders/{row.id}")).json()["line_items"][0]
    update = {"line_items": [{"id": line["id"], "quantity": line["quantity"] + 3}]}
    changed = (await api.put(f"orders/{row.id}", json=update)).json()["line_items"][0]
    assert (changed["quantity"], changed["total"]) == (line["quantity"] + 3, line["total"])
    removed = {"line_items": [{"id": line["id"], "quantity": 0}]}
    left = (await api.put(f"orders/{row.id}", json=removed)).json()["line_items"]
    assert line["id"] not in [held["id"] for held in left]


async def test_an_unknown_product_makes_an_empty_line(api: httpx.AsyncClient) -> None:
    made = await api.post("orders", json={"line_items": [{"product_id": 999999, "quantity": 1}]})
    assert made.status_code == 201
    assert made.headers["Location"].endswith(f"/orders/{made.json()['id']}")
    line = made.json()["line_items"][0]
    assert (line["product_id"], line["name"], line["sku"]) == (0, "", None)


async def test_an_order_takes_its_goods_from_stock(api: httpx.AsyncClient, shop: WooShop) -> None:
    product = simple(shop)
    product.manage_stock, product.stock = True, 10
    lines = [{"product_id": product.id, "quantity": 4}]
    made = (await api.post("orders", json={"status": "processing", "line_items": lines})).json()
    assert (await api.get(f"products/{product.id}")).json()["stock_quantity"] == 6
    await api.put(f"orders/{made['id']}", json={"status": "cancelled"})
    assert (await api.get(f"products/{product.id}")).json()["stock_quantity"] == 10


async def test_bodies_are_checked(api: httpx.AsyncClient, shop: WooShop) -> None:
    broken = await api.post("orders", content=b'{"status": "pending",')
    assert broken.json()["data"] == {"status": 400, "json_error_code": 4, "json_error_message": "Syntax error"}
    nameless = await api.post("products/categories", json={})
    assert nameless.json()["data"] == {"status": 400, "params": ["name"]}
    email = await api.post("orders", json={"billing": {"email": "sven.åker@gaest.example"}})
    assert email.json()["data"]["params"] == {"billing": "Invalid email address."}
    stock = await api.put(f"products/{simple(shop).id}", json={"stock_quantity": "mange"})
    assert stock.json()["data"]["params"] == {"stock_quantity": "stock_quantity is not of type integer."}


async def test_twins_are_refused(api: httpx.AsyncClient, shop: WooShop) -> None:
    held = next(row for row in shop.products.values() if row.sku.startswith("VAR-"))
    sku = (await api.post("products", json={"name": "Kopi", "sku": held.sku})).json()
    assert (sku["code"], sku["data"]["resource_id"]) == ("product_invalid_sku", held.id)
    email = next(iter(shop.customers.values())).email
    assert (await api.post("customers", json={"email": email})).json()["code"] == "registration-error-email-exists"
    term = next(iter(shop.tags.values()))
    made = await api.post("products/tags", json={"name": "nyhed"})
    assert (made.json()["code"], made.json()["data"]["resource_id"]) == ("term_exists", term.id)


async def test_batches_carry_errors_inside(api: httpx.AsyncClient, shop: WooShop) -> None:
    row, gone = order_in(shop, "processing"), order_in(shop, "completed")
    update = [{"id": row.id, "status": "completed"}, {"id": 999999, "status": "completed"}]
    body = (await api.post("orders/batch", json={"update": update, "delete": [gone.id]})).json()
    assert body["update"][0]["status"] == "completed"
    assert body["update"][1]["error"]["code"] == "woocommerce_rest_shop_order_invalid_id"
    assert body["update"][1]["error"]["data"] == {"status": 400}
    assert gone.id not in shop.orders  # a batch always deletes for good
    too_many = await api.post("orders/batch", json={"update": [{"id": row.id}] * 101})
    assert too_many.status_code == 413


async def test_a_deleted_customer_leaves_guests(api: httpx.AsyncClient, shop: WooShop) -> None:
    row = next(order for order in shop.orders.values() if order.customer_id and order.status != "trash")
    before = (await api.get(f"orders/{row.id}")).json()
    await api.delete(f"customers/{row.customer_id}", params={"force": "true"})
    after = (await api.get(f"orders/{row.id}")).json()
    assert (after["customer_id"], after["date_modified_gmt"]) == (0, before["date_modified_gmt"])
