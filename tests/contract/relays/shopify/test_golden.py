"""Payloads in Shopify's shape, with invented values, and the documents that they become."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shoprelay_relays.shopify import RELAY
from shoprelay_schema.documents import Order, OrderLine
from tests.contract.relays.shopify.facts import KINDS
from tests.support.golden import readable, reviewed
from tests.unit.relays.woocommerce.shop import FakeShop

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in (HERE / "payloads").glob("*.json"))
SUMS = [name for name in NAMES if name.startswith("order_") and name != "order_webhook"]
SHOP = {"currency": "DKK"}


def payload(name: str) -> Any:
    return json.loads((HERE / "payloads" / f"{name}.json").read_text())


def mapping(name: str) -> Any:
    return RELAY.resource(KINDS[name.split("_", 1)[0]]).map


@pytest.mark.parametrize("name", NAMES)
def test_a_payload_becomes_its_documents(name: str):
    shop = FakeShop(SHOP)
    found = readable(mapping(name)(payload(name), shop), shop)
    assert found == reviewed(HERE / "golden" / f"{name}.json", found)


@pytest.mark.parametrize("name", SUMS)
def test_the_amounts_of_an_order_add_up(name: str):
    documents = [draft.document for draft in mapping(name)(payload(name), FakeShop(SHOP)).drafts]
    (order,) = (document for document in documents if isinstance(document, Order))
    lines = sum(Decimal(str(line.price)) * line.quantity for line in documents if isinstance(line, OrderLine))
    rest = [Decimal(str(amount)) for amount in (order.delivery_price, order.payment_price, -order.discount_amount)]
    assert abs(lines + sum(rest) - Decimal(str(order.price))) < Decimal("0.005")


def test_a_variant_is_the_same_document_within_its_product_and_by_itself():
    shop = FakeShop(SHOP)
    within = mapping("product")(payload("product_full"), shop).drafts
    (alone,) = mapping("variant")(payload("variant"), shop).drafts
    assert alone in within
