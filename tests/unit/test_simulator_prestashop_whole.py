"""Records of the simulated PrestaShop that are read and put back whole, and what comes of it."""

from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.messages import Response
from shoprelay_simulators.prestashop import acts
from shoprelay_simulators.prestashop.acts import Item
from shoprelay_simulators.prestashop.kinds import KINDS
from tests.unit.test_simulator_prestashop import ask, rows

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
SHOWN_ONLY = {"products": ("manufacturer_name", "quantity"), "categories": ("level_depth", "nb_products_recursive")}


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(3, orders=6, products=6, customers=4, clock=ManualClock(NOON))


def write(shop: PrestaShop, method: str, resource: str, inner: str, number: str = "") -> Response:
    single = KINDS[resource].single
    body = f"<prestashop><{single}>{inner}</{single}></prestashop>"
    response = ask(shop, f"{resource}/{number}" if number else resource, method, body)
    assert response.status in {200, 201}, response.body
    return response


def whole(shop: PrestaShop, resource: str, number: int) -> tuple[Element, Element]:
    """The answer to a GET, and the record in it, without what cannot be written."""
    root = fromstring(ask(shop, f"{resource}/{number}").body)
    (record,) = root
    for name in SHOWN_ONLY.get(resource, ()):
        _drop(record, name)
    return root, record


def _drop(record: Element, name: str) -> None:
    node = record.find(name)
    assert node is not None
    record.remove(node)


def put_back(
    shop: PrestaShop,
    resource: str,
    number: int,
    params: dict[str, str] | None = None,
    *,
    without: str = "",
    status: int = 200,
    **fields: str,
) -> bytes:
    """A record as it was read, with these fields exchanged; the answer."""
    root, record = whole(shop, resource, number)
    for name, value in fields.items():
        node = record.find(name)
        assert node is not None
        node.text = value
    if without:
        _drop(record, without)
    response = ask(shop, f"{resource}/{number}", "PUT", tostring(root, encoding="unicode"), **(params or {}))
    assert response.status == status, response.body
    return response.body


def full(shop: PrestaShop, resource: str, number: int) -> dict[str, Any]:
    (row,) = rows(shop, resource, filter__id=f"[{number}]", display="full")
    return row


@pytest.mark.parametrize(
    "resource", ["orders", "customers", "addresses", "order_carriers", "stock_availables", "products", "categories"]
)
def test_a_record_that_is_put_back_as_it_was_read_stays_as_it_was(shop: PrestaShop, resource: str):
    before = full(shop, resource, 3)
    put_back(shop, resource, 3)
    after = full(shop, resource, 3)
    assert after | {"date_upd": before.get("date_upd")} == before | {"date_upd": before.get("date_upd")}


def test_a_combination_that_is_put_back_has_a_threshold_of_zero_where_it_had_none(shop: PrestaShop):
    before = full(shop, "combinations", 1)
    assert before["low_stock_threshold"] is None
    put_back(shop, "combinations", 1)
    assert full(shop, "combinations", 1) == before | {"low_stock_threshold": "0"}


def test_a_product_that_is_put_back_without_associations_keeps_them(shop: PrestaShop):
    before = full(shop, "products", 2)["associations"]
    assert {"categories", "images", "combinations"} <= before.keys()
    put_back(shop, "products", 2, without="associations")
    assert full(shop, "products", 2)["associations"] == before


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ("products", "manufacturer_name"),
        ("products", "quantity"),
        ("categories", "level_depth"),
        ("categories", "nb_products_recursive"),
    ],
)
def test_what_is_only_shown_cannot_be_put_back(shop: PrestaShop, resource: str, name: str):
    inner = f"<id>3</id><{name}>1</{name}>"
    single = KINDS[resource].single
    response = ask(shop, f"{resource}/3", "PUT", f"<prestashop><{single}>{inner}</{single}></prestashop>")
    assert response.status == 400
    assert b"<code><![CDATA[93]]>" in response.body
    assert name.encode() in response.body


def test_what_a_put_leaves_out_is_empty_afterwards(shop: PrestaShop):
    before = full(shop, "products", 1)
    assert all(before[name] for name in ("reference", "id_manufacturer", "id_category_default", "id_tax_rules_group"))
    write(shop, "PUT", "products", "<id>1</id><price>41</price>", "1")
    after = full(shop, "products", 1)
    emptied = ("active", "reference", "id_manufacturer", "id_category_default", "id_tax_rules_group")
    assert (after["price"], [after[name] for name in emptied]) == ("41", [""] * 5)


def test_a_product_whose_default_category_is_deleted_can_be_patched_and_not_put(shop: PrestaShop):
    category = full(shop, "products", 1)["id_category_default"]
    assert ask(shop, f"categories/{category}", "DELETE").status == 200
    assert b"<code><![CDATA[134]]>" in put_back(shop, "products", 1, status=500)
    write(shop, "PATCH", "products", "<id>1</id><reference>NY</reference>", "1")
    assert full(shop, "products", 1)["reference"] == "NY"


def test_an_order_that_is_put_back_in_another_state_forgets_its_invoice_and_what_was_paid(shop: PrestaShop):
    """The state does what it does, and then the old fields of the body are written over it."""
    order = acts.place(shop, 1, [Item(1, 0, 1)])
    total = full(shop, "orders", order)["total_paid"]
    put_back(shop, "orders", order, current_state="2")
    after = full(shop, "orders", order)
    told = ("current_state", "invoice_number", "valid", "total_paid_real")
    assert [after[name] for name in told] == ["2", "0", "0", "0.000000"]
    assert len(rows(shop, "order_invoices", filter__id_order=f"[{order}]")) == 1
    (payment,) = rows(shop, "order_payments", filter__order_reference=f"[{after['reference']}]", display="full")
    assert payment["amount"] == total


@pytest.mark.parametrize("by", ["patch", "history"])
def test_a_state_that_is_set_alone_keeps_its_invoice_and_what_was_paid(shop: PrestaShop, by: str):
    order = acts.place(shop, 1, [Item(1, 0, 1)])
    if by == "patch":
        write(shop, "PATCH", "orders", f"<id>{order}</id><current_state>2</current_state>", str(order))
    else:
        write(shop, "POST", "order_histories", f"<id_order>{order}</id_order><id_order_state>2</id_order_state>")
    after = full(shop, "orders", order)
    assert (after["current_state"], after["valid"], after["total_paid_real"]) == ("2", "1", after["total_paid"])
    assert after["invoice_number"] != "0"


def test_an_order_that_is_put_back_in_its_own_state_has_no_more_history(shop: PrestaShop):
    before = rows(shop, "order_histories", filter__id_order="[3]")
    put_back(shop, "orders", 3)
    assert len(rows(shop, "order_histories", filter__id_order="[3]")) == len(before)
