"""Rules of the mapping that a payload alone does not show."""

from typing import Any

import pytest

from shoprelay_relays.shopify import RELAY
from shoprelay_relays.spec import Mapped
from shoprelay_schema.documents import Order
from tests.unit.relays.woocommerce.shop import FakeShop


def order(**more: Any) -> Mapped:
    return RELAY.resource("orders").map({"id": "gid://shopify/Order/7", "name": "#7", **more}, FakeShop({}))


def head(**more: Any) -> Order:
    document = order(**more).drafts[0].document
    assert isinstance(document, Order)
    return document


def bag(shop: str, buyer: str | None = None) -> dict[str, Any]:
    told = {"shopMoney": {"amount": shop, "currencyCode": "DKK"}}
    return told | ({"presentmentMoney": {"amount": buyer, "currencyCode": "SEK"}} if buyer else {})


def line(price: dict[str, Any], quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": "gid://shopify/LineItem/1", "title": "Krus", "quantity": quantity, "originalUnitPriceSet": price, **more}


def lines(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"nodes": list(rows), "pageInfo": {"hasNextPage": False}}


def test_an_order_its_payments_and_refunds_are_in_the_buyers_currency():
    refund = {"id": "gid://shopify/Refund/3", "totalRefundedSet": bag("10.0", "15.0")}
    payment = {"id": "gid://shopify/OrderTransaction/4", "kind": "SALE", "status": "SUCCESS", "amountSet": bag("10.0", "15.0")}
    mapped = order(
        presentmentCurrencyCode="SEK",
        currencyCode="DKK",
        totalPriceSet=bag("10.0", "15.0"),
        lineItems=lines(line(bag("10.0", "15.0"))),
        refunds=[refund],
        transactions=[payment],
    )
    told = {draft.document.collection: draft.document for draft in mapped.drafts}
    assert (told["orders"].currency, told["orders"].price) == ("SEK", 15.0)
    assert told["order_lines"].price == told["invoices"].amount == told["credit_notes"].amount == 15.0


def test_a_payload_that_tells_the_shops_currency_alone_is_read_in_it():
    found = head(currencyCode="DKK", presentmentCurrencyCode="SEK", totalPriceSet=bag("10.0"), lineItems=lines(line(bag("10.0"))))
    assert (found.currency, found.price) == ("DKK", 10.0)


@pytest.mark.parametrize(("included", "unit"), [(True, 125.0), (False, 156.25), (None, 125.0)])
def test_prices_are_with_tax_whether_they_include_it_or_not(included: bool | None, unit: float):
    taxes = [{"rate": 0.25, "priceSet": bag("0", "62.5")}]
    row = line(bag("0", "125.0"), 2, taxLines=taxes)
    (found,) = (
        draft.document
        for draft in order(taxesIncluded=included, totalPriceSet=bag("0", "1.0"), lineItems=lines(row)).drafts
        if draft.document.collection == "order_lines"
    )
    assert (found.price, found.vat_pct) == (unit, 0.25)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, "open"),
        ({"displayFulfillmentStatus": "PARTIALLY_FULFILLED"}, "open"),
        ({"displayFulfillmentStatus": "FULFILLED"}, "closed"),
        ({"closedAt": "2026-01-01T00:00:00Z"}, "closed"),
        ({"displayFinancialStatus": "REFUNDED", "closedAt": "2026-01-01T00:00:00Z"}, "refunded"),
        ({"displayFinancialStatus": "PARTIALLY_REFUNDED"}, "open"),
        ({"displayFinancialStatus": "REFUNDED", "cancelledAt": "2026-01-01T00:00:00Z"}, "cancelled"),
    ],
)
def test_the_state_follows_from_what_happened(told: dict[str, str], state: str):
    assert head(**told).state == state


@pytest.mark.parametrize(
    ("told", "placed"),
    [
        ({"displayFinancialStatus": "PENDING"}, False),
        ({"displayFinancialStatus": "PENDING", "paymentGatewayNames": ["Bank Deposit"]}, True),
        ({"displayFinancialStatus": "PENDING", "transactions": [{"manualPaymentGateway": True}]}, True),
        ({"displayFinancialStatus": "AUTHORIZED"}, True),
        ({"displayFinancialStatus": "PAID"}, True),
        ({"displayFinancialStatus": "VOIDED"}, False),
        ({"displayFinancialStatus": "VOIDED", "transactions": [{"kind": "AUTHORIZATION", "status": "FAILURE"}]}, False),
        ({"displayFinancialStatus": "VOIDED", "transactions": [{"kind": "AUTHORIZATION", "status": "SUCCESS"}]}, True),
        ({}, False),
    ],
)
def test_an_order_is_placed_once_it_is_authorized_or_paid_by_hand(told: dict[str, Any], placed: bool):
    assert (head(processedAt="2026-01-01T00:00:00Z", **told).created_at is not None) is placed


@pytest.mark.parametrize(("field", "collection"), [("refunds", "credit_notes"), ("fulfillments", "shipments")])
def test_a_list_that_may_go_on_is_not_claimed_as_complete(field: str, collection: str):
    kind = {"refunds": "Refund", "fulfillments": "Fulfillment"}[field]
    rows = [{"id": f"gid://shopify/{kind}/{number}", "status": "SUCCESS"} for number in range(1, 251)]
    whole, cut = order(**{field: rows[:249]}), order(**{field: rows})
    assert collection in {name for _, name, _ in whole.owns}
    assert collection not in {name for _, name, _ in cut.owns}
    assert cut.unknown == [f"orders.{field}=250 or more"]


def test_lines_that_were_not_read_to_their_end_are_not_claimed_as_complete():
    mapped = order(lineItems={"nodes": [line(bag("1"))], "pageInfo": {"hasNextPage": True}})
    assert mapped.owns == []


@pytest.mark.parametrize(
    ("resource", "body"),
    [
        ("orders", {"id": 7, "updated_at": "2008-01-10T11:00:00-05:00"}),
        ("products", {"id": 7, "updated_at": "2008-01-10T11:00:00-05:00"}),
        ("customers", {"id": 7, "updated_at": "2008-01-10T11:00:00-05:00"}),
        ("categories", {"id": 7, "updated_at": "2008-01-10T11:00:00-05:00"}),
    ],
)
def test_a_body_in_the_old_shape_is_only_a_hint(resource: str, body: dict[str, Any]):
    assert RELAY.resource(resource).map(body, FakeShop({})) == Mapped(reads=[(resource, "7")])


@pytest.mark.parametrize(("taxable", "vat_class"), [(False, "none"), (True, None)])
def test_a_product_with_one_variant_has_its_vat_class(taxable: bool, vat_class: str | None):
    row = {"id": "gid://shopify/ProductVariant/9", "title": "Default Title", "price": "8.00", "taxable": taxable}
    mapped = RELAY.resource("products").map({"id": "gid://shopify/Product/8", "variants": lines(row)}, FakeShop({}))
    assert [draft.document.vat_class for draft in mapped.drafts] == [vat_class, vat_class]
