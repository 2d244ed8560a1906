"""Orders that are written in the simulated WooCommerce shop: coupons, checkouts, what is passed over, what is refused."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.watched import Watched, watched


@pytest.fixture
async def side() -> AsyncIterator[Watched]:
    async with watched() as made:
        yield made


async def test_an_unknown_coupon_is_refused_and_leaves_a_draft_that_is_sent_as_a_created_order(side: Watched) -> None:
    product = side.simple()
    body = {"status": "processing", "line_items": [{"product_id": product.id}], "coupon_lines": [{"code": "findes-ikke"}]}
    answer = await side.api.post("orders", json=body)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (400, "woocommerce_rest_invalid_coupon")
    assert "&quot;findes-ikke&quot;" in said["message"]
    left = said["data"]["new_draft_order_id"]
    draft = await side.read(f"orders/{left}")
    assert (draft["status"], draft["coupon_lines"]) == ("checkout-draft", [])
    assert draft["line_items"][0]["product_id"] == product.id
    assert left in [row["id"] for row in await side.read("orders?per_page=100")]
    assert ("order.created", left) in await side.told()


async def test_an_unknown_coupon_leaves_an_order_that_is_there_as_it_was(side: Watched) -> None:
    path = f"orders/{side.order().id}"
    before = await side.read(path)
    answer = await side.api.put(path, json={"customer_note": "x", "coupon_lines": [{"code": "findes-ikke"}]})
    assert (answer.status_code, answer.json()["code"]) == (400, "woocommerce_rest_invalid_coupon")
    assert await side.read(path) == before
    assert await side.told() == []


async def test_a_coupon_that_the_shop_has_takes_its_part_off_the_lines(side: Watched) -> None:
    product = side.simple()
    product.regular_price, product.sale_price = "100", ""
    body = {"billing": {"country": "DK"}, "line_items": [{"product_id": product.id}], "coupon_lines": [{"code": "sommer10"}]}
    made = await side.ask("POST", "orders", body)
    assert (made["line_items"][0]["subtotal"], made["line_items"][0]["total"]) == ("80.00", "72.00")
    assert [(line["code"], line["discount"], line["discount_tax"]) for line in made["coupon_lines"]] == [
        ("sommer10", "8.00", "2.00")
    ]
    assert (made["discount_total"], made["total"]) == ("8.00", "90.00")


async def test_a_cart_is_sent_as_a_change_and_is_created_only_when_it_becomes_an_order(side: Watched) -> None:
    draft = side.order("checkout-draft")
    begun = (await side.read(f"orders/{draft.id}"))["date_created_gmt"]
    changes.start_draft(side.shop, draft)
    assert await side.told() == [("order.updated", draft.id)]
    side.clock.advance(3600)
    changes.place_draft(side.shop, draft)
    assert await side.told("order") == [("order.created", draft.id), ("order.updated", draft.id)]
    assert [call.header("X-WC-Webhook-Topic") for call in side.inbox.calls if b'"order_key"' in call.body][-2:] == [
        "order.updated",
        "order.created",
    ]
    assert (await side.read(f"orders/{draft.id}"))["date_created_gmt"] == begun
    placed = {"after": "2026-11-22T12:30:00", "dates_are_gmt": "true", "include": str(draft.id)}
    assert (await side.api.get("orders", params=placed)).json() == []


async def test_what_is_read_only_or_unknown_is_passed_over_without_a_word(side: Watched) -> None:
    path = f"orders/{side.order().id}"
    before = await side.read(path)
    after = await side.ask(
        "PUT", path, {"total": "1.00", "number": "A-1", "date_created": "2020-01-01T00:00:00", "colour": "blue"}
    )
    moved = {"date_modified", "date_modified_gmt"}
    assert {k: v for k, v in after.items() if k not in moved} == {k: v for k, v in before.items() if k not in moved}


async def test_a_refund_that_is_asked_for_twice_is_made_twice(side: Watched) -> None:
    path = f"orders/{side.order().id}/refunds"
    body = {"amount": "1.00", "api_refund": False}
    first, second = [await side.ask("POST", path, body) for _ in range(2)]
    assert {first["id"], second["id"]} <= {row["id"] for row in await side.read(path)}
    assert first["id"] != second["id"]


async def test_a_gateway_that_declines_a_refund_is_a_500_with_a_number(side: Watched) -> None:
    row = side.order()
    row.payment_method, side.shop.declines_refunds = "testcard", True
    before = await side.read(f"orders/{row.id}")
    answer = await side.api.post(f"orders/{row.id}/refunds", json={"amount": "1.00"})
    assert (answer.status_code, answer.json()["data"]) == (500, 500)
    assert answer.json()["code"] == "woocommerce_rest_cannot_create_order_refund"
    assert await side.read(f"orders/{row.id}") == before
    assert await side.told() == []


async def test_the_error_of_what_is_gone_is_sent_under_the_topics_of_its_creation(side: Watched) -> None:
    order = await side.ask("POST", "orders", {})
    product = await side.ask("POST", "products", {"name": "Kortlivet"})
    for path in (f"orders/{order['id']}", f"products/{product['id']}"):
        await side.ask("DELETE", path, force="true")
    side.inbox.calls.clear()
    await side.shop.deliver_due()
    found: dict[str, Any] = {call.header("X-WC-Webhook-Topic"): json.loads(call.body) for call in side.inbox.calls}
    assert {topic: body["code"] for topic, body in found.items()} == {
        "order.created": "woocommerce_rest_shop_order_invalid_id",
        "order.updated": "woocommerce_rest_shop_order_invalid_id",
        "product.created": "woocommerce_rest_product_invalid_id",
    }
    assert not any("id" in body for body in found.values())
