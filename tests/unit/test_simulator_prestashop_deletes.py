"""The simulated PrestaShop: what goes with a record that is deleted, and what outlives it."""

from datetime import UTC, datetime

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.prestashop import acts
from shoprelay_simulators.prestashop.acts import Item
from tests.unit.test_simulator_prestashop import ask, ids, rows
from tests.unit.test_simulator_prestashop_orders import lines
from tests.unit.test_simulator_prestashop_whole import full, write

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(3, orders=6, products=6, customers=4, clock=ManualClock(NOON))


def gone(shop: PrestaShop, path: str) -> bool:
    """As XML and as JSON alike, without a word."""
    answers = [ask(shop, path), ask(shop, path, output_format="JSON")]
    return [(answer.status, answer.body) for answer in answers] == [(404, b""), (404, b"")]


def delete(shop: PrestaShop, path: str) -> None:
    response = ask(shop, path, "DELETE")
    assert (response.status, response.body) == (200, b"")
    assert gone(shop, path)


def test_a_product_goes_with_its_stock_and_its_combinations_and_orders_still_name_it(shop: PrestaShop):
    product = int(full(shop, "combinations", 1)["id_product"])
    order = acts.place(shop, 1, [Item(product, 1, 1)])
    before = lines(shop, order)
    delete(shop, f"products/{product}")
    for resource in ("combinations", "stock_availables"):
        assert rows(shop, resource, filter__id_product=f"[{product}]") == []
    assert lines(shop, order) == before
    assert before[0]["product_id"] == str(product)


def test_an_order_leaves_its_lines_and_its_history_behind(shop: PrestaShop):
    before = {name: rows(shop, name, filter__id_order="[2]", sort="[id_ASC]") for name in ("order_details", "order_histories")}
    delete(shop, "orders/2")
    assert all(before.values())
    assert {name: rows(shop, name, filter__id_order="[2]", sort="[id_ASC]") for name in before} == before


def test_a_customer_goes_with_the_carts_and_leaves_orders_and_addresses(shop: PrestaShop):
    order = acts.place(shop, 2, [Item(1, 0, 1)])
    addresses = rows(shop, "addresses", filter__id_customer="[2]")
    delete(shop, "customers/2")
    assert rows(shop, "carts", filter__id_customer="[2]") == []
    assert full(shop, "orders", order)["id_customer"] == "2"
    assert rows(shop, "addresses", filter__id_customer="[2]") == addresses != []


def test_a_category_goes_with_all_that_is_below_it_and_products_still_name_it(shop: PrestaShop):
    below = "<active>1</active><id_parent>5</id_parent><name>Små</name><link_rewrite>smaa</link_rewrite>"
    write(shop, "POST", "categories", below)
    named = {row["id"]: row["id_category_default"] for row in rows(shop, "products", display="full")}
    assert {"4", "5"} & {*named.values()}
    delete(shop, "categories/4")
    assert ids(shop, "categories") == [1, 2, 3]
    assert {row["id"]: row["id_category_default"] for row in rows(shop, "products", display="full")} == named


def test_a_carrier_goes_for_good_and_orders_still_name_it(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 1)], carrier=3)
    delete(shop, "carriers/3")
    (parcel,) = rows(shop, "order_carriers", filter__id_order=f"[{order}]", display="full")
    assert (full(shop, "orders", order)["id_carrier"], parcel["id_carrier"]) == ("3", "3")


def test_an_address_goes_unless_an_order_needs_it(shop: PrestaShop):
    inner = "<id_country>20</id_country><alias>a</alias><lastname>b</lastname><firstname>c</firstname><address1>d</address1>"
    write(shop, "POST", "addresses", f"{inner}<city>e</city>")
    delete(shop, f"addresses/{max(ids(shop, 'addresses'))}")
    used = full(shop, "orders", 1)["id_address_invoice"]
    assert ask(shop, f"addresses/{used}", "DELETE").status == 200
    assert full(shop, "addresses", int(used))["deleted"] == "1"


def test_an_address_that_orders_use_is_changed_for_them_as_well(shop: PrestaShop):
    used = full(shop, "orders", 1)["id_address_invoice"]
    write(shop, "PATCH", "addresses", f"<id>{used}</id><city>Ribe</city>", used)
    assert full(shop, "orders", 1)["id_address_invoice"] == used
    assert full(shop, "addresses", int(used))["city"] == "Ribe"


def test_several_are_deleted_at_once_or_none_where_one_is_missing(shop: PrestaShop):
    refused = ask(shop, "products", "DELETE", id="[2,99,3]")
    assert refused.status == 404
    assert b"<code><![CDATA[87]]>" in refused.body
    assert ids(shop, "products") == [1, 2, 3, 4, 5, 6]
    assert ask(shop, "products", "DELETE", id="[2,3]").body == b""
    assert ids(shop, "products") == [1, 4, 5, 6]


@pytest.mark.parametrize(
    ("method", "body", "code"),
    [
        ("DELETE", "", 87),
        ("PUT", "<prestashop><product><id>99</id><price>1</price></product></prestashop>", 92),
        ("PATCH", "<prestashop><product><id>99</id></product></prestashop>", 92),
    ],
)
def test_a_write_of_what_is_not_there_says_so_where_a_read_says_nothing(shop: PrestaShop, method: str, body: str, code: int):
    response = ask(shop, "products/99", method, body)
    assert response.status == 404
    assert f"<code><![CDATA[{code}]]>".encode() in response.body
    assert gone(shop, "products/99")
