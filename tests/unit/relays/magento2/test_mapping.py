"""The rules that hurt when they are wrong: which rows are lines, what is charged, what is owned."""

from decimal import Decimal
from typing import Any

import pytest

from shoprelay_relays.magento2 import RELAY
from shoprelay_schema.documents import CreditNote, Invoice, Order, OrderLine, Shipment, Variant
from tests.unit.relays.magento2.shop import CONFIG, FakeShop, payload


def documents(resource: str, body: Any, kind: type, config: dict[str, Any] = CONFIG) -> list[Any]:
    drafts = RELAY.resource(resource).map(body, FakeShop(config)).drafts
    return [draft.document for draft in drafts if type(draft.document) is kind]


def lines(body: Any) -> list[tuple[str | None, int | None, float | None]]:
    return [(line.variant_sku, line.quantity, line.price) for line in documents("orders", body, OrderLine)]


@pytest.mark.parametrize("name", ["order_full", "order_guest", "order_prices_with_tax"])
def test_the_amounts_add_up(name: str):
    (order,) = documents("orders", payload(name), Order)
    whole = sum((Decimal(str(price)) * (quantity or 0) for _, quantity, price in lines(payload(name))), Decimal(0))
    whole += Decimal(str(order.delivery_price)) + Decimal(str(order.payment_price)) - Decimal(str(order.discount_amount))
    assert whole == Decimal(str(order.price))


def test_a_configurable_product_is_one_line_with_its_variant():
    found = documents("orders", payload("order_full"), OrderLine)
    coats = [line for line in found if line.variant_sku == "COAT-M"]
    assert [line.variant_id for line in coats] == [FakeShop().id("variants", "62")]


def test_a_kit_with_prices_for_its_parts_is_its_parts_and_one_with_a_price_is_itself():
    skus = [sku for sku, _, _ in lines(payload("order_full"))]
    assert skus == ["COAT-M", "KOP", "FAD", "KIT-FIX"]


def test_a_kit_that_costs_nothing_is_still_a_line():
    body = payload("order_full")
    for item in body["items"]:
        item |= {"price": 0, "row_total": 0, "row_total_incl_tax": 0}
    assert "KIT-DYN-KOP-FAD" in [sku for sku, _, _ in lines(body)]


def test_a_row_whose_parent_is_not_told_stands_for_itself():
    body = payload("order_full")
    body["items"] = [item for item in body["items"] if item["item_id"] != 501]
    assert "COAT-M" in [sku for sku, _, _ in lines(body)]


def test_a_discount_before_tax_saves_its_tax_too():
    (order,) = documents("orders", payload("order_full"), Order)
    assert order.discount_amount == 80 * 1.25 + 100  # with the gift card


def test_an_order_without_its_items_owns_none_and_keeps_its_amounts():
    body = payload("order_prices_with_tax")
    del body["items"]
    mapped = RELAY.resource("orders").map(body, FakeShop())
    assert mapped.owns == []
    assert [draft.document.discount_amount for draft in mapped.drafts if isinstance(draft.document, Order)] == [12.5]


@pytest.mark.parametrize(
    ("state", "meaning"),
    [("new", "open"), ("holded", "open"), ("complete", "closed"), ("canceled", "cancelled"), ("closed", "refunded")],
)
def test_states(state: str, meaning: str):
    (order,) = documents("orders", payload("order_full") | {"state": state}, Order)
    assert order.state == meaning


def test_a_state_that_nobody_knows_is_open_and_counted():
    mapped = RELAY.resource("orders").map(payload("order_full") | {"state": "lost"}, FakeShop())
    assert mapped.unknown == ["state=lost"]


PLACED = [
    ("banktransfer", "new", {}, True),
    ("quickpay_gateway", "pending_payment", {}, False),
    ("quickpay_gateway", "payment_review", {"amount_authorized": 5}, True),
    ("quickpay_gateway", "processing", {}, True),
    ("quickpay_gateway", "canceled", {}, False),
]


@pytest.mark.parametrize(("method", "state", "payment", "placed"), PLACED)
def test_when_an_order_counts_as_placed(method: str, state: str, payment: dict[str, Any], placed: bool):
    body = payload("order_guest") | {"state": state, "payment": {"method": method, **payment}}
    (order,) = documents("orders", body, Order)
    assert (order.created_at is not None) == placed
    assert order.initialized_at is not None


def test_a_kit_that_is_sent_as_a_whole_is_its_parts():
    (first, _) = documents("shipments", payload("shipment"), Shipment)
    assert [(line["variant_sku"], line["quantity"]) for line in first.order_lines] == [
        ("COAT-M", 1),
        ("KOP", 4),
        ("FAD", 2),
        ("SÆBE", 2),
    ]


def test_an_invoice_counts_no_row_twice():
    (invoice,) = documents("invoices", payload("invoice"), Invoice)
    added = sum(line["amount"] for line in invoice.order_lines) + invoice.shipping_amount + invoice.payment_amount
    assert added == invoice.amount


def test_an_invoice_whose_order_is_not_known_still_has_its_lines():
    body = payload("invoice")
    del body["learnt"]
    (invoice,) = documents("invoices", body, Invoice)
    assert invoice.order_number is None
    assert "COAT-M" in [line["variant_sku"] for line in invoice.order_lines]


def test_a_discount_on_the_delivery_is_off_what_an_invoice_charges_for_it():
    body = payload("invoice")
    body |= {"discount_amount": -60, "shipping_tax_amount": 5, "grand_total": 740.0}
    (invoice,) = documents("invoices", body, Invoice)
    assert (invoice.shipping_amount, invoice.payment_amount) == (40 - 20 + 5, 15)


@pytest.mark.parametrize(("resource", "kind"), [("invoices", Invoice), ("credit_notes", CreditNote)])
def test_the_parts_of_what_was_cancelled_come_to_nothing_like_the_whole(resource: str, kind: type):
    (paper,) = documents(resource, payload("invoice") | {"state": 3}, kind)
    assert (paper.amount, paper.shipping_amount, paper.payment_amount, paper.order_lines) == (0, 0, 0, [])


def test_goods_sold_by_measure_are_one_piece_in_a_parcel_as_they_are_in_the_order():
    body = payload("shipment")
    body["items"] = [{"order_item_id": 601, "sku": "STOF", "qty": 2.5}]
    body["learnt"]["order"]["items"] = [{"item_id": 601, "sku": "STOF", "qty_ordered": 2.5, "row_total": 80}]
    (first, _) = documents("shipments", body, Shipment)
    assert [line["quantity"] for line in first.order_lines] == [1]


@pytest.mark.parametrize(("include", "price"), [("yes", 200.0), ("no", 250.0)])
def test_prices_with_tax(include: str, price: float):
    (variant,) = documents("products", payload("product_simple"), Variant, {**CONFIG, "prices_include_tax": include})
    assert variant.price == price


def test_the_last_day_of_an_offer_belongs_to_it_however_long_it_is():
    (variant,) = documents("products", payload("product_simple"), Variant)
    assert variant.offer_finished_at.isoformat() == "2031-10-26T23:00:00+00:00"  # a day of 25 hours


def test_sources_of_other_websites_are_places_and_no_stock():
    (variant,) = documents("products", payload("product_simple"), Variant)
    assert (variant.stock, variant.locations) == (9, {"aarhus": 7, "default": 2, "gammel": 99})


def test_a_source_that_is_out_of_stock_counts_nothing():
    body = payload("product_simple")
    body["learnt"]["source_items"][0]["status"] = 0
    (variant,) = documents("products", body, Variant)
    assert variant.stock == 2


def test_a_kit_counts_no_stock_of_its_own():
    body = payload("product_legacy") | {"type_id": "bundle"}
    assert [variant.stock for variant in documents("products", body, Variant)] == [None]


def test_a_configurable_product_owns_its_variants_and_one_shown_alone_as_well_owns_none():
    rule, shop = RELAY.resource("products").map, FakeShop()
    ((_, _, ids),) = rule(payload("product_configurable"), shop).owns
    assert ids == [shop.id("variants", "61"), shop.id("variants", "62")]
    assert rule(payload("product_variant_shown_alone"), shop).owns == []


def test_a_configurable_product_whose_links_were_not_asked_for_claims_nothing():
    body = payload("product_configurable")
    del body["extension_attributes"]["configurable_product_links"]
    assert RELAY.resource("products").map(body, FakeShop()).owns == []
