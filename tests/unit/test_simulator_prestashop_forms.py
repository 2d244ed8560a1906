"""The simulated PrestaShop: JSON with PHP's habits, and XML that is not always one."""

import json
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.messages import Request, Response
from tests.unit.test_simulator_prestashop import ask, rows
from tests.unit.test_simulator_prestashop_whole import full, write

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(3, orders=4, products=6, customers=4, clock=ManualClock(NOON))


def told(shop: PrestaShop, path: str, headers: dict[str, str], **params: str) -> Response:
    return shop.answer(Request("GET", f"/api/{path}", (("ws_key", shop.key), *params.items()), headers, b""))


def single(shop: PrestaShop, path: str, method: str = "GET", body: str = "") -> dict[str, Any]:
    (row,) = json.loads(ask(shop, path, method, body, output_format="JSON").body).values()
    return row


@pytest.mark.parametrize(
    ("headers", "params", "form"),
    [
        ({}, {"output_format": "JSON"}, b"{"),
        ({}, {"io_format": "JSON"}, b"{"),
        ({"io-format": "JSON"}, {}, b"{"),
        ({"output-format": "JSON"}, {}, b"{"),
        ({"output-format": "json"}, {}, b"<"),
        ({"accept": "application/json"}, {}, b"<"),
    ],
)
def test_json_is_asked_for_by_one_of_four_ways_in_upper_case(
    shop: PrestaShop, headers: dict[str, str], params: dict[str, str], form: bytes
):
    response = told(shop, "orders", headers, **params)
    assert response.body[:1] == form
    kind = "application/json" if form == b"{" else "text/xml;charset=utf-8"
    assert dict(response.headers)["Content-Type"] == kind


FALSY = ("valid", "gift", "note", "shipping_number", "invoice_number")


def test_a_single_answer_lacks_its_falsy_fields_and_lists_and_full_displays_do_not(shop: PrestaShop):
    order = next(row["id"] for row in rows(shop, "orders", display="full") if row["valid"] == row["gift"] == "0")
    bare, whole = single(shop, f"orders/{order}"), full(shop, "orders", order)
    assert bare.keys().isdisjoint(FALSY)
    assert [whole[name] for name in FALSY] == ["0", "0", "", "", "0"]
    assert bare["total_discounts"] == whole["total_discounts"]
    (listed,) = json.loads(ask(shop, f"orders/{order}", output_format="JSON", display="full").body)["orders"]
    assert listed == whole


def test_zero_with_decimals_is_not_falsy(shop: PrestaShop):
    write(shop, "PATCH", "orders", "<id>1</id><total_discounts>0.000000</total_discounts>", "1")
    assert single(shop, "orders/1")["total_discounts"] == "0.000000"


def test_the_answer_to_a_write_has_its_id_as_text_and_lacks_its_falsy_fields(shop: PrestaShop):
    body = "<prestashop><stock_available><id>1</id><quantity>0</quantity></stock_available></prestashop>"
    row = single(shop, "stock_availables/1", "PATCH", body)
    assert row["id"] == "1"
    assert "quantity" not in row
    assert single(shop, "stock_availables/1")["id"] == 1


def test_lists_of_none_and_of_one(shop: PrestaShop):
    assert ask(shop, "orders", output_format="JSON", filter__id="[99]").body == b"[]"
    assert ask(shop, "orders", output_format="JSON", filter__id="[2]").body == b'{"orders":[{"id":2}]}'
    assert list(fromstring(ask(shop, "orders", filter__id="[99]").body)[0]) == []


def test_empty_associations_are_absent_in_json_and_empty_in_xml(shop: PrestaShop):
    write(shop, "PATCH", "products", "<id>1</id><associations><tags/></associations>", "1")
    assert "tags" not in full(shop, "products", 1)["associations"]
    tags = fromstring(ask(shop, "products/1").body).find("product/associations/tags")
    assert tags is not None
    assert list(tags) == []
    write(shop, "PATCH", "customers", "<id>1</id><associations><groups/></associations>", "1")
    assert "associations" not in full(shop, "customers", 1)


def test_what_is_no_text_in_json(shop: PrestaShop):
    write(shop, "PATCH", "products", "<id>1</id><id_manufacturer>0</id_manufacturer>", "1")
    product = full(shop, "products", 1)
    odd = ("id", "new", "manufacturer_name", "low_stock_threshold")
    assert [product[name] for name in odd] == [1, None, False, None]
    assert isinstance(product["id_default_combination"], int)
    assert full(shop, "carriers", 2)["id_tax_rules_group"] == 1
    assert {type(product[name]) for name in ("price", "active", "id_category_default")} == {str}
    shop.remove("order_carriers", 1)
    assert [full(shop, "orders", number)["shipping_number"] for number in (1, 2)] == [None, ""]
    assert full(shop, "products", 2)["manufacturer_name"] == full(shop, "manufacturers", 1)["name"]


def test_a_translated_field_is_a_list_or_in_one_language_a_text(shop: PrestaShop):
    both = full(shop, "categories", 3)["name"]
    assert [each["id"] for each in both] == ["1", "2"]
    (row,) = rows(shop, "categories", filter__id="[3]", display="full", language="2")
    assert row["name"] == both[1]["value"]
    (row,) = rows(shop, "categories", filter__id="[3]", display="full", language="[1|2]")
    assert row["name"] == both
    shop.remove("languages", 1)
    assert full(shop, "categories", 3)["name"] == both[1]["value"]


def test_the_root_is_xml_alone(shop: PrestaShop):
    assert ask(shop, "", output_format="JSON").status == 500
    assert fromstring(ask(shop, "").body).find("api/orders") is not None


@pytest.mark.parametrize("text", ["slut ]]> her", "bip\x0bbip"])
def test_text_that_is_no_xml_spoils_the_page_and_json_of_it_is_sound(shop: PrestaShop, text: str):
    shop.change("orders", 2, {"note": text})
    with pytest.raises(ParseError):
        fromstring(ask(shop, "orders", display="full").body)
    assert full(shop, "orders", 2)["note"] == text


@pytest.mark.parametrize("text", ["Tak 🎁 & <b>hej</b>", "Æ &amp; Å"])
def test_pictures_and_html_pass_unharmed(shop: PrestaShop, text: str):
    shop.change("orders", 2, {"note": text})
    assert fromstring(ask(shop, "orders/2").body).findtext("order/note") == text
    assert full(shop, "orders", 2)["note"] == text


def test_a_list_of_ids_in_xml_names_where_each_is(shop: PrestaShop):
    listed = fromstring(ask(shop, "orders", sort="[id_ASC]").body)[0]
    where = "{http://www.w3.org/1999/xlink}href"
    assert [(one.attrib["id"], one.attrib[where]) for one in listed][:1] == [("1", f"{shop.site_url}/api/orders/1")]


@pytest.mark.parametrize(("resource", "name"), [("orders", "shipping_number"), ("categories", "nb_products_recursive")])
def test_reckoned_fields_are_marked_in_xml(shop: PrestaShop, resource: str, name: str):
    record = fromstring(ask(shop, f"{resource}/1").body)[0]
    assert {one.tag for one in record if one.attrib.get("notFilterable") == "true"} == {name}


def test_errors_in_xml_have_entities_within_their_text(shop: PrestaShop):
    body = "<prestashop><customer><id>1</id><email>nobody</email></customer></prestashop>"
    answer = ask(shop, "customers/1", "PATCH", body)
    said = 'Validation error: "Property Customer{}email is not valid"'
    assert fromstring(answer.body).findtext(".//message") == said.format("-&gt;")
    plain = ask(shop, "customers/1", "PATCH", body, output_format="JSON")
    assert json.loads(plain.body) == {"errors": [{"code": 85, "message": said.format("->")}]}
    assert b'"code":85,' in plain.body
