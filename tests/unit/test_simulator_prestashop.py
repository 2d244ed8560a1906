"""The simulated PrestaShop does what a running 8.2.1 was seen to do."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.messages import Request, Response
from shoprelay_simulators.prestashop import acts

NOW = datetime(2026, 3, 2, 9, 30, 5, tzinfo=UTC)


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(3, orders=20, products=6, customers=4, clock=ManualClock(NOW))


def ask(shop: PrestaShop, path: str, method: str = "GET", body: str | bytes = "", **params: str) -> Response:
    query = (("ws_key", shop.key), *((name.replace("__", "[") + "]" if "__" in name else name, v) for name, v in params.items()))
    sent = body.encode() if isinstance(body, str) else body
    return shop.answer(Request(method, f"/api/{path}", query, {}, sent))


def rows(shop: PrestaShop, path: str, **params: str) -> list[dict[str, Any]]:
    response = ask(shop, path, output_format="JSON", **params)
    assert response.status == 200, response.body
    body = json.loads(response.body)
    return next(iter(body.values())) if body else []


def ids(shop: PrestaShop, path: str = "orders", **params: str) -> list[int]:
    return [row["id"] for row in rows(shop, path, sort="[id_ASC]", **params)]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("[5]", [5]), ("[3|5]", [3, 5]), ("[9,7]", [7, 8, 9]), (">[18]", [19, 20]), ("<[3]", [1, 2]), ("5", [5]),
        ("![1|2]", list(range(3, 21))), (">=[19]", list(range(1, 21))), ("~[19]", list(range(1, 21))),
    ],
)  # fmt: skip
def test_filters(shop: PrestaShop, given: str, found: list[int]):
    assert ids(shop, filter__id=given) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("[2026-03-01 10:00:00,2026-03-01 12:00:00]", [4]), ("[2026-03-01 12:00:00,2026-03-01 10:00:00]", [4]),
        ("[2026-03-01T11:00,2026-03-01T11:00]", [4]), (">[2026-03-01 11:00:00]", []), (">[2026-03-01 10:59:59]", [4]),
        ("[2026-03-01 11:00:00Z]", []), (">=[2026-03-01 11:00:00]", list(range(1, 21))), (">[yesterday]", list(range(1, 21))),
    ],
)  # fmt: skip
def test_dates(shop: PrestaShop, given: str, found: list[int]):
    for number, row in shop.tables["orders"].items():
        row["date_upd"] = "2026-03-01 11:00:00" if number == 4 else "2026-02-01 00:00:00"
    assert ids(shop, filter__date_upd=given, date="1") == found


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("orders", {"filter__date_upd": ">[2026-01-01]"}, 400, 32),
        ("orders", {"sort": "[date_upd_ASC]"}, 400, 38),
        ("orders", {"filter__shipping_number": "[1]"}, 400, 34),
        ("orders", {"display": "[id,bogus]"}, 400, 35),
        ("orders", {"limit": "1,2,3"}, 400, 39),
        ("orders", {"limit": "-1"}, 500, None),
        ("order_details", {"filter__date_upd": ">[2026-01-01]", "date": "1"}, 500, None),
        ("order", {}, 400, 27),
        ("orders/999", {}, 404, None),
        ("", {"output_format": "JSON"}, 500, None),
    ],
)
def test_refusals(shop: PrestaShop, path: str, params: dict[str, str], status: int, code: int | None):
    response = ask(shop, path, **params)
    assert response.status == status
    assert f"<code><![CDATA[{code}]]>".encode() in response.body if code else response.body == b""


@pytest.mark.parametrize(("limit", "found"), [("5,", 0), ("0", 0), ("abc", 0), ("3", 3), ("18,5", 2), ("30,5", 0)])
def test_limits(shop: PrestaShop, limit: str, found: int):
    assert len(rows(shop, "orders", limit=limit)) == found


def test_pages_over_ties_lose_rows_unless_the_id_decides(shop: PrestaShop):
    for row in shop.tables["orders"].values():
        row["date_upd"] = "2026-03-01 11:00:00"

    def paged(sort: str) -> set[int]:
        pages = (rows(shop, "orders", sort=sort, date="1", limit=f"{start},5") for start in range(0, 20, 5))
        return {row["id"] for page in pages for row in page}

    assert len(paged("[date_upd_ASC]")) < 20
    assert len(paged("[date_upd_ASC,id_ASC]")) == 20


def test_a_single_json_answer_drops_what_php_counts_as_nothing(shop: PrestaShop):
    shop.change("stock_availables", 1, {"quantity": "0"})
    (single,) = json.loads(ask(shop, "stock_availables/1", output_format="JSON").body).values()
    assert "quantity" not in single
    (whole,) = json.loads(ask(shop, "stock_availables/1", output_format="JSON", display="full").body)["stock_availables"]
    assert whole["quantity"] == "0"


def test_only_upper_case_asks_for_json(shop: PrestaShop):
    assert ask(shop, "orders", output_format="json").body.startswith(b"<?xml")


def test_the_list_of_slips_has_another_name(shop: PrestaShop):
    acts.refund(shop, 1, 1)
    assert list(json.loads(ask(shop, "order_slip", output_format="JSON").body)) == ["order_slips"]
    assert b"<order_slips>" in ask(shop, "order_slip").body


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("order_carriers/1", "<order_carrier><id>1</id><tracking_number>A</tracking_number></order_carrier>"),
        ("stock_availables/1", "<stock_available><id>1</id><quantity>7</quantity></stock_available>"),
        ("combinations/1", "<combination><id>1</id><price>7</price></combination>"),
    ],
)
def test_a_write_of_a_part_moves_no_date(shop: PrestaShop, path: str, body: str):
    before = {name: [row["date_upd"] for row in shop.tables[name].values()] for name in ("orders", "products")}
    assert ask(shop, path, "PATCH", f"<prestashop>{body}</prestashop>").status == 200
    assert before == {name: [row["date_upd"] for row in shop.tables[name].values()] for name in before}


def test_a_state_moves_the_order_and_the_same_again_makes_one_more_row(shop: PrestaShop):
    body = "<prestashop><order_history><id_order>1</id_order><id_order_state>4</id_order_state></order_history></prestashop>"
    before = len(shop.tables["order_histories"])
    for _ in range(2):
        assert ask(shop, "order_histories", "POST", body).status == 201
    assert len(shop.tables["order_histories"]) == before + 2
    assert shop.tables["orders"][1]["date_upd"] == "2026-03-02 10:30:05"
    wrong = body.replace("<id_order>1", "<id_order>99")
    assert (ask(shop, "order_histories", "POST", wrong).status, ask(shop, "order_histories", "POST", wrong).body) == (500, b"")


def test_the_id_of_the_body_counts_and_put_empties_what_is_left_out(shop: PrestaShop):
    body = "<prestashop><product><id>2</id><price>80.000000</price></product></prestashop>"
    assert ask(shop, "products/1", "PUT", body).status == 200
    assert (shop.tables["products"][2]["price"], shop.tables["products"][2]["reference"]) == ("80.000000", "")


def test_an_address_that_an_order_needs_is_only_hidden(shop: PrestaShop):
    used = str(shop.tables["orders"][1]["id_address_invoice"])
    assert ask(shop, f"addresses/{used}", "DELETE").status == 200
    assert shop.tables["addresses"][int(used)]["deleted"] == "1"


def test_the_same_seed_lives_the_same_life():
    lives = []
    for _ in range(2):
        shop = PrestaShop(5, clock=ManualClock(NOW))
        shop.opened("http://shop.test")
        lives.append(([shop.step() for _ in range(60)], shop.final_state(), len(shop.ledger.versions)))
    assert lives[0] == lives[1]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "customers", "<customer><firstname>A</firstname></customer>", 400, 41),
        ("POST", "stock_availables", "<stock_available><quantity>1</quantity></stock_available>", 405, 101),
        ("PATCH", "stock_availables/1", "<stock_available><id>1</id><quantity>2.5</quantity></stock_available>", 400, 85),
        ("PUT", "stock_availables/1", "<stock_available><id>1</id><quantity>2</quantity></stock_available>", 400, 41),
        ("PUT", "products/1", "<product><id>1</id><price>1</price><quantity>2</quantity></product>", 400, 93),
        ("PATCH", "products/1", "<product><id>1</id><price>12,50</price></product>", 400, 85),
    ],
)
def test_writes_that_are_refused(shop: PrestaShop, method: str, path: str, body: str, status: int, code: int):
    response = ask(shop, path, method, f"<prestashop>{body}</prestashop>")
    assert response.status == status
    assert f"<code><![CDATA[{code}]]>".encode() in response.body


def test_a_translated_field_is_replaced_whole(shop: PrestaShop):
    body = '<prestashop><product><id>1</id><name><language id="2">Ny</language></name></product></prestashop>'
    assert ask(shop, "products/1", "PATCH", body).status == 200
    (product,) = rows(shop, "products", filter__id="[1]", display="full")
    assert product["name"] == [{"id": "1", "value": ""}, {"id": "2", "value": "Ny"}]


def test_stock_rows_come_with_products_and_combinations(shop: PrestaShop):
    body = "<prestashop><product><price>8</price></product></prestashop>"
    assert ask(shop, "products", "POST", body).status == 201
    number = max(shop.tables["products"])
    inner = f"<id_product>{number}</id_product><minimal_quantity>1</minimal_quantity>"
    body = f"<prestashop><combination>{inner}</combination></prestashop>"
    assert ask(shop, "combinations", "POST", body).status == 201
    own = str(max(shop.tables["combinations"]))
    assert [row["id_product_attribute"] for row in shop.where("stock_availables", id_product=number)] == ["0", own]
