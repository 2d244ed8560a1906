"""The simulated Magento 2 behaves as the real one does, where that surprises."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shoprelay_simulators.clock import ManualClock
from shoprelay_simulators.magento2.shop import Magento2Shop
from shoprelay_simulators.messages import Request, Response

NOON = datetime(2031, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def shop() -> Magento2Shop:
    made = Magento2Shop(5, clock=ManualClock(NOON))
    made.access.bearer = True
    return made


def ask(shop: Magento2Shop, path: str, query: dict[str, str] | None = None, token: str = "") -> Response:
    headers = {"authorization": f"Bearer {token or shop.access.access_token}"}
    return shop.answer(Request("GET", f"/rest/V1/{path}", tuple((query or {}).items()), headers))


def body(shop: Magento2Shop, path: str, query: dict[str, str] | None = None) -> Any:
    return json.loads(ask(shop, path, query).body)


def filtered(*filters: tuple[int, str, str, str], **page: str) -> dict[str, str]:
    """(group, field, condition, value)"""
    found = {f"searchCriteria[{name}]": value for name, value in page.items()} or {"searchCriteria": ""}
    for place, (group, field, condition, value) in enumerate(filters):
        prefix = f"searchCriteria[filter_groups][{group}][filters][{place}]"
        found |= {f"{prefix}[field]": field, f"{prefix}[condition_type]": condition, f"{prefix}[value]": value}
    return found


def test_a_page_past_the_end_is_the_last_one_again(shop: Magento2Shop):
    last = body(shop, "orders", filtered(pageSize="8", currentPage="4"))
    assert len(last["items"]) == 6
    assert body(shop, "orders", filtered(pageSize="8", currentPage="5")) == last
    assert last["total_count"] == 30


def test_a_list_wants_criteria_be_they_empty(shop: Magento2Shop):
    assert ask(shop, "orders").status == 400
    assert len(body(shop, "orders", {"searchCriteria": ""})["items"]) == 30


def test_filters_of_a_group_are_alternatives_and_groups_all_hold(shop: Magento2Shop):
    either = body(shop, "orders", filtered((0, "entity_id", "eq", "7001"), (0, "entity_id", "in", "7003,7004")))
    assert [row["entity_id"] for row in either["items"]] == [7001, 7003, 7004]
    both = body(shop, "orders", filtered((0, "entity_id", "gteq", "7003"), (1, "entity_id", "lt", "7005")))
    assert [row["entity_id"] for row in both["items"]] == [7003, 7004]


def test_an_unknown_field_is_refused_or_breaks_the_shop(shop: Magento2Shop):
    assert ask(shop, "products", filtered((0, "colour", "eq", "1"))).status == 400
    assert ask(shop, "orders", filtered((0, "colour", "eq", "1"))).status == 500


def test_fields_trim_an_answer(shop: Magento2Shop):
    query = filtered((0, "entity_id", "eq", "7001")) | {"fields": "items[increment_id,payment[method]],total_count"}
    (row,) = body(shop, "orders", query)["items"]
    assert row.keys() == {"increment_id", "payment"}
    assert row["payment"].keys() == {"method"}


def test_only_a_single_product_shows_its_stock_item(shop: Magento2Shop):
    listed = body(shop, "products", {"searchCriteria": ""})["items"]
    assert all("stock_item" not in row["extension_attributes"] for row in listed)
    sku = next(row["sku"] for row in listed if row["type_id"] == "simple" and "/" not in row["sku"])
    assert "stock_item" in body(shop, f"products/{sku}")["extension_attributes"]


def test_stock_dates_no_product_anew(shop: Magento2Shop):
    assert isinstance(shop.clock, ManualClock)
    shop.clock.advance(3600)
    before = {key: row["updated_at"] for key, row in shop.products.items()}
    shop.take(next(iter(shop.stock))[0], 3)
    assert {key: row["updated_at"] for key, row in shop.products.items()} == before


def test_a_token_alone_is_refused_unless_the_shop_allows_it(shop: Magento2Shop):
    shop.access.bearer = False
    refused = ask(shop, "orders", {"searchCriteria": ""})
    assert refused.status == 401
    assert json.loads(refused.body)["parameters"] == {"resources": "Magento_Sales::actions_view"}


def test_a_login_lasts_four_hours(shop: Magento2Shop):
    assert isinstance(shop.clock, ManualClock)
    given = json.dumps({"username": "lager", "password": shop.access.password}).encode()
    token = json.loads(shop.answer(Request("POST", "/rest/V1/integration/admin/token", body=given)).body)
    assert ask(shop, "orders", {"searchCriteria": ""}, token).status == 200
    shop.clock.advance(4 * 3600)
    assert ask(shop, "orders", {"searchCriteria": ""}, token).status == 401


def test_what_is_not_there_is_said_in_the_shops_words(shop: Magento2Shop):
    assert json.loads(ask(shop, "customers/9").body)["parameters"] == {"fieldName": "customerId", "fieldValue": "9"}
    assert "does not match any route" in json.loads(ask(shop, "nothing/here").body)["message"]


def test_the_same_seed_lives_the_same_life():
    lives = []
    for _ in range(2):
        shop = Magento2Shop(9, clock=ManualClock(NOON))
        lives.append(([shop.step() for _ in range(50)], shop.final_state()))
    assert lives[0] == lives[1]


def act(shop: Magento2Shop, method: str, path: str, given: dict[str, Any]) -> Response:
    headers = {"authorization": f"Bearer {shop.access.access_token}"}
    return shop.answer(Request(method, f"/rest/V1/{path}", (), headers, json.dumps(given).encode()))


def first_new(shop: Magento2Shop) -> dict[str, Any]:
    return next(row for row in shop.orders.values() if row["state"] == "new" and not row["items"][0].get("parent_item_id"))


def test_the_state_follows_from_what_is_done(shop: Magento2Shop):
    row = first_new(shop)
    states = []
    for path in ("invoice", "ship", "refund"):
        assert act(shop, "POST", f"order/{row['entity_id']}/{path}", {}).status == 200
        states.append(row["state"])
    assert states == ["processing", "complete", "closed"]


def test_a_status_belongs_to_its_state(shop: Magento2Shop):
    row = first_new(shop)
    refused = act(shop, "POST", f"orders/{row['entity_id']}/comments", {"statusHistory": {"comment": "", "status": "complete"}})
    assert refused.status == 400
    assert "is not part of the order status history" in json.loads(refused.body)["message"]


def test_what_is_invoiced_is_not_cancelled_and_that_is_said_with_200(shop: Magento2Shop):
    row = first_new(shop)
    act(shop, "POST", f"order/{row['entity_id']}/invoice", {})
    answer = act(shop, "POST", f"orders/{row['entity_id']}/cancel", {})
    assert (answer.status, answer.body) == (200, b"false")


def test_an_attribute_that_the_set_does_not_have_is_dropped_without_a_word(shop: Magento2Shop):
    number = next(iter(shop.products))
    given = {
        "product": {"custom_attributes": [{"attribute_code": "scent", "value": "1"}, {"attribute_code": "cost", "value": 2}]}
    }
    assert act(shop, "PUT", f"products/{shop.products[number]['sku']}", given).status == 200
    codes = {one["attribute_code"] for one in shop.products[number]["custom_attributes"]}
    assert "cost" in codes
    assert "scent" not in codes


def test_writes_need_rights_of_their_own(shop: Magento2Shop):
    shop.access.denied.add("Magento_Sales::ship")
    refused = act(shop, "POST", f"order/{first_new(shop)['entity_id']}/ship", {})
    assert (refused.status, json.loads(refused.body)["parameters"]) == (401, {"resources": "Magento_Sales::ship"})
