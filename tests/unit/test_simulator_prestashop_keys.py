"""The simulated PrestaShop: who comes in, what a key may do, and which shop of several answers."""

import base64
import json
from datetime import UTC, datetime

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.messages import Request, Response
from tests.unit.test_simulator_prestashop import ask, ids, rows
from tests.unit.test_simulator_prestashop_whole import full

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
WRONG = "W" * 32


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(3, orders=4, products=6, customers=4, clock=ManualClock(NOON))


def basic(user: str, password: str = "") -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


def enter(shop: PrestaShop, headers: dict[str, str], **params: str) -> Response:
    return shop.answer(Request("GET", "/api/orders", (*params.items(), ("output_format", "JSON")), headers, b""))


def codes(response: Response) -> list[int]:
    return [error["code"] for error in json.loads(response.body)["errors"]]


def test_the_key_is_the_user_of_basic_or_in_the_address_in_any_case(shop: PrestaShop):
    for headers, params in (
        (basic(shop.key), {}),
        (basic(shop.key, "ignored"), {}),
        (basic(shop.key.lower()), {}),
        ({}, {"ws_key": shop.key}),
        (basic(shop.key), {"ws_key": WRONG}),
    ):
        assert enter(shop, headers, **params).status == 200


def test_basic_goes_before_the_address_and_bearer_does_not_count(shop: PrestaShop):
    assert enter(shop, basic(WRONG), ws_key=shop.key).status == 401
    assert enter(shop, {"authorization": f"Bearer {shop.key}"}).body == b"401 Unauthorized"


def test_no_key_at_all_is_refused_in_bare_words(shop: PrestaShop):
    response = enter(shop, {})
    assert (response.status, response.body) == (401, b"401 Unauthorized")
    assert dict(response.headers)["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("key", "said"), [("", [17]), ("short", [18]), (WRONG, [20, 21])])
def test_a_key_that_is_none_is_told_why_and_asked_for_another(shop: PrestaShop, key: str, said: list[int]):
    response = enter(shop, basic(key))
    assert (response.status, codes(response)) == (401, said)
    assert "WWW-Authenticate" in dict(response.headers)


def test_a_right_that_is_missing_is_a_401_that_asks_for_no_other_key(shop: PrestaShop):
    shop.refused = {"orders"}
    response = enter(shop, basic(shop.key))
    assert (response.status, codes(response)) == (401, [26])
    assert "WWW-Authenticate" not in dict(response.headers)
    assert ids(shop, "customers") == [1, 2, 3, 4]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
def test_each_method_is_a_right_of_its_own(shop: PrestaShop, method: str):
    body = "<prestashop><order><id>1</id></order></prestashop>"
    assert ask(shop, "orders/1", method, body).status != 405
    shop.forbidden = {f"{method} orders"}
    response = ask(shop, "orders/1", method, body)
    assert response.status == 405
    assert (b"<code><![CDATA[25]]>" in response.body) == (method != "HEAD")


def test_a_head_has_the_headers_and_no_body(shop: PrestaShop):
    response, whole = ask(shop, "orders/1", "HEAD"), ask(shop, "orders/1")
    assert (response.status, response.body) == (200, b"")
    assert whole.body
    assert dict(response.headers)["Content-Sha1"] == dict(whole.headers)["Content-Sha1"]


def test_customers_come_with_their_hash_and_orders_with_a_key(shop: PrestaShop):
    assert full(shop, "customers", 1)["passwd"].startswith("$2y$")
    assert {"secure_key", "reset_password_token"} <= full(shop, "customers", 1).keys()
    assert full(shop, "orders", 1)["secure_key"]


def test_there_are_no_webhooks(shop: PrestaShop):
    response = ask(shop, "webhooks")
    assert response.status == 400
    assert b"<code><![CDATA[27]]>" in response.body


def test_a_body_that_is_known_by_its_hash_is_not_sent_again(shop: PrestaShop):
    first = ask(shop, "orders/1")
    digest = dict(first.headers)["Content-Sha1"]
    again = Request("GET", "/api/orders/1", (("ws_key", shop.key),), {"local-content-sha1": digest}, b"")
    assert (shop.answer(again).status, shop.answer(again).body) == (304, b"")
    shop.change("orders", 1, {"note": "ny"})
    assert shop.answer(again).status == 200


def test_small_answers_begin_a_session_and_large_ones_do_not(shop: PrestaShop):
    assert "Set-Cookie" in dict(ask(shop, "order_histories/1").headers)
    assert "Set-Cookie" not in dict(ask(shop, "orders", display="full").headers)


def test_maintenance_closes_the_pages_and_not_the_webservice(shop: PrestaShop):
    shop.maintenance = True
    assert shop.answer(Request("GET", "/", (), {}, b"")).status == 503
    assert ids(shop, "orders") == [1, 2, 3, 4]


@pytest.mark.parametrize(("form", "body"), [({}, b"<code><![CDATA[22]]>"), ({"output_format": "JSON"}, b'"code":22')])
def test_a_webservice_that_is_switched_off_says_so(shop: PrestaShop, form: dict[str, str], body: bytes):
    shop.enabled = False
    response = ask(shop, "orders", **form)
    assert (response.status, dict(response.headers)["PSWS-Version"]) == (503, "0")
    assert body in response.body


def test_another_host_name_is_sent_on_without_its_query(shop: PrestaShop):
    shop.host = "www.kystlageret.example"
    response = ask(shop, "orders", limit="1")
    assert response.status == 302
    assert dict(response.headers)["Location"] == "http://www.kystlageret.example/api/index.php"


# Several shops


@pytest.fixture
def several(shop: PrestaShop) -> PrestaShop:
    """Product 3 was changed last at 05:10 as a whole, in shop 1 at 05:20 and in shop 2 at 05:30."""
    shop.put("shops", 2, {"name": "Engros"})
    for row in shop.tables["products"].values():
        row["date_upd"] = "2026-01-01 00:00:00"
    shop.tables["products"][3] |= {
        "date_upd": "2026-03-01 05:10:00",
        "_shops": {
            "1": {"date_upd": "2026-03-01 05:20:00", "price": "80.000000"},
            "2": {"date_upd": "2026-03-01 05:30:00", "price": "90.000000"},
        },
    }
    shop.change("orders", 4, {"id_shop": "2"})
    return shop


@pytest.mark.parametrize(
    ("asked", "price"),
    [
        ({}, "80"),
        ({"id_shop": "1"}, "80"),
        ({"id_shop": "2"}, "90"),
        ({"id_shop": "all"}, "80"),
        ({"id_group_shop": "1"}, "80"),
    ],
)
def test_the_shop_that_is_asked_for_has_its_own_price(several: PrestaShop, asked: dict[str, str], price: str):
    (row,) = rows(several, "products", filter__id="[3]", display="full", **asked)
    assert row["price"] == f"{price}.000000"


@pytest.mark.parametrize(("shop_id", "shown"), [("1", "05:20:00"), ("2", "05:30:00")])
def test_the_filter_compares_the_last_change_in_any_shop_and_shows_that_of_one(several: PrestaShop, shop_id: str, shown: str):
    def since(time: str) -> list[dict[str, str]]:
        asked = {"filter__date_upd": f">[2026-03-01 {time}]", "date": "1", "display": "[id,date_upd]", "id_shop": shop_id}
        return rows(several, "products", **asked)

    assert since("05:09:59") == [{"id": 3, "date_upd": f"2026-03-01 {shown}"}]
    assert since("05:10:00") == []


def test_a_list_of_orders_is_of_one_shop_and_a_single_order_of_any(several: PrestaShop):
    assert ids(several, "orders", id_shop="2") == [4]
    assert json.loads(ask(several, "orders/1", output_format="JSON", id_shop="2").body)["order"]["id"] == 1


def test_a_shop_that_is_not_there_is_a_302_with_nothing_in_it(several: PrestaShop):
    response = ask(several, "orders", id_shop="9")
    assert (response.status, response.body) == (302, b"")
