"""The simulated PrestaShop: what a write changes, and what it makes of what it is given."""

from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from tests.unit.test_simulator_prestashop import ask, ids, rows
from tests.unit.test_simulator_prestashop_whole import full, write

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(3, orders=4, products=6, customers=4, clock=ManualClock(NOON))


def refused(shop: PrestaShop, method: str, path: str, body: str, **params: str) -> tuple[int, str | None]:
    response = ask(shop, path, method, f"<prestashop>{body}</prestashop>", **params)
    return response.status, fromstring(response.body).findtext(".//code")


def test_the_id_of_the_body_is_changed_and_not_that_of_the_address(shop: PrestaShop):
    before = full(shop, "addresses", 2)
    write(shop, "PATCH", "addresses", "<id>3</id><city>Ribe</city>", "2")
    assert full(shop, "addresses", 2) == before
    assert full(shop, "addresses", 3)["city"] == "Ribe"


def test_a_body_of_several_records_changes_them_all_and_so_is_the_answer(shop: PrestaShop):
    body = "".join(f"<address><id>{number}</id><city>Ribe</city></address>" for number in (2, 3))
    response = ask(shop, "addresses", "PATCH", f"<prestashop>{body}</prestashop>")
    assert [one.findtext("id") for one in fromstring(response.body).iter("address")] == ["2", "3"]
    assert [full(shop, "addresses", number)["city"] for number in (2, 3)] == ["Ribe", "Ribe"]


def test_ids_are_for_changes_and_not_for_what_is_new(shop: PrestaShop):
    inner = "<id>9</id><price>8</price>"
    assert refused(shop, "POST", "products", f"<product>{inner}</product>") == (400, "91")
    for method in ("PUT", "PATCH"):
        assert refused(shop, method, "products/1", "<product><price>8</price></product>") == (400, "90")


def test_a_put_of_a_part_is_refused_where_more_is_required(shop: PrestaShop):
    assert refused(shop, "PUT", "orders/2", "<order><id>2</id><note>x</note></order>") == (400, "41")
    assert full(shop, "orders", 2)["note"] == ""


def test_a_patch_changes_what_is_sent_alone(shop: PrestaShop):
    before = full(shop, "products", 1)
    write(shop, "PATCH", "products", "<id>1</id><reference>NY</reference>", "1")
    changed = {"reference": "NY", "date_upd": "2026-03-02 13:00:00"}
    assert full(shop, "products", 1) == before | changed


def test_an_association_that_is_sent_replaces_all_of_its_members(shop: PrestaShop):
    before = full(shop, "products", 1)["associations"]
    inner = "<id>1</id><associations><categories><category><id>4</id></category></categories></associations>"
    write(shop, "PATCH", "products", inner, "1")
    assert full(shop, "products", 1)["associations"] == before | {"categories": [{"id": "4"}]}


def test_fields_that_nobody_knows_are_ignored(shop: PrestaShop):
    before = full(shop, "products", 1)
    write(shop, "PATCH", "products", "<id>1</id><bogus>1</bogus>", "1")
    assert full(shop, "products", 1) == before | {"date_upd": "2026-03-02 13:00:00"}


def test_json_is_not_taken_and_neither_is_what_is_no_xml(shop: PrestaShop):
    for body in ('{"order":{"id":2,"note":"x"}}', "<prestashop><order>"):
        response = ask(shop, "orders/2", "PUT", body)
        assert response.status == 500
        assert b"<code><![CDATA[127]]>" in response.body


def test_a_method_may_be_put_in_the_address(shop: PrestaShop):
    body = "<prestashop><order><id>2</id><note>Haster</note></order></prestashop>"
    assert ask(shop, "orders/2", "POST", body, ps_method="PATCH").status == 200
    assert full(shop, "orders", 2)["note"] == "Haster"


def test_an_email_that_exists_and_a_password_of_one_letter_are_taken(shop: PrestaShop):
    email = full(shop, "customers", 1)["email"]
    write(shop, "POST", "customers", f"<passwd>a</passwd><lastname>B</lastname><firstname>C</firstname><email>{email}</email>")
    assert len(rows(shop, "customers", filter__email=f"[{email.upper()}]")) == 2


def test_a_product_without_a_name_is_taken(shop: PrestaShop):
    write(shop, "POST", "products", "<price>8</price>")
    assert {each["value"] for each in full(shop, "products", 7)["name"]} == {""}


@pytest.mark.parametrize("count", ["-4", "0", "100"])
def test_a_stock_is_what_is_written_even_less_than_none(shop: PrestaShop, count: str):
    write(shop, "PATCH", "stock_availables", f"<id>1</id><quantity>{count}</quantity>", "1")
    assert full(shop, "stock_availables", 1)["quantity"] == count


def test_rows_of_stock_come_and_go_with_their_goods_alone(shop: PrestaShop):
    before = ids(shop, "stock_availables")
    assert refused(shop, "POST", "stock_availables", "<stock_available><quantity>1</quantity></stock_available>") == (405, "101")
    assert refused(shop, "DELETE", "stock_availables/1", "") == (405, "101")
    assert ids(shop, "stock_availables") == before


def test_a_tax_that_lines_name_stays_for_them_and_another_takes_its_place(shop: PrestaShop):
    before = rows(shop, "order_details", display="full", sort="[id_ASC]")
    write(shop, "PATCH", "taxes", "<id>1</id><rate>22.000</rate>", "1")
    found = rows(shop, "taxes", display="full", sort="[id_ASC]")
    assert [(row["id"], row["rate"], row["deleted"]) for row in found] == [(1, "25.000", "1"), (2, "22.000", "0")]
    assert {row["id_tax"] for row in rows(shop, "tax_rules", display="full")} == {"2"}
    assert rows(shop, "order_details", display="full", sort="[id_ASC]") == before
    write(shop, "PATCH", "taxes", "<id>2</id><rate>23.000</rate>", "2")
    assert [row["rate"] for row in rows(shop, "taxes", display="full", sort="[id_ASC]")] == ["25.000", "23.000"]


# Versions


def test_patch_came_with_version_8():
    older = PrestaShop(3, orders=2, products=4, customers=4, version="1.7.8.11")
    assert refused(older, "PATCH", "products/1", "<product><id>1</id></product>") == (405, "23")
    assert dict(ask(older, "orders").headers)["PSWS-Version"] == "1.7.8.11"


@pytest.mark.parametrize(("version", "dropped"), [("1.7.8.11", False), ("8.0.0", True), ("8.2.1", True)])
def test_single_json_answers_drop_nothing_before_version_8(version: str, dropped: bool):
    shop = PrestaShop(3, orders=2, products=4, customers=4, version=version)
    write(shop, "PUT", "stock_availables", "<id>1</id><id_product>1</id_product><id_product_attribute>0</id_product_attribute>"
          "<quantity>0</quantity>", "1")  # fmt: skip
    body = ask(shop, "stock_availables/1", output_format="JSON").body
    assert (b'"quantity"' not in body) == dropped


@pytest.mark.parametrize(("version", "known"), [("1.7.7.0", False), ("1.7.8.0", True), ("8.2.1", True)])
def test_vouchers_of_orders_and_notes_came_with_version_1_7_8(version: str, known: bool):
    shop = PrestaShop(3, orders=2, products=4, customers=4, version=version)
    assert ask(shop, "order_cart_rules").status == (200 if known else 400)
    assert ("note" in full(shop, "orders", 1)) == known
