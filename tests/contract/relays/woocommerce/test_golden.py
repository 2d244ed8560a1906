"""Payloads in WooCommerce's shape, with invented values, and the documents that they become.

SHOPRELAY_WRITE_GOLDEN=1 writes the documents anew; what changed is then reviewed by eye.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId

from shoprelay_relays.spec import Mapped
from shoprelay_relays.woocommerce import RELAY
from tests.unit.relays.woocommerce.shop import FakeShop

HERE = Path(__file__).parent
CASES = {
    "order_full": "orders",
    "order_guest": "orders",
    "order_draft": "orders",
    "order_trash": "orders",
    "refund": "refunds",
    "product_simple": "products",
    "product_variable": "products",
    "product_trash": "products",
    "variation": "variations",
    "customer": "customers",
    "category": "categories",
    "status": "statuses",
    "country": "countries",
    "payment_method": "payment_methods",
    "delivery_method": "delivery_methods",
    "tracking": "shipments",
}


def payload(name: str) -> Any:
    return json.loads((HERE / "payloads" / f"{name}.json").read_text())


def readable(mapped: Mapped, shop: FakeShop) -> dict[str, Any]:
    """What is mapped as plain JSON, in which an _id is written as "collection key"."""
    drafts = [
        {
            "collection": draft.document.collection,
            "key": draft.key,
            **({"aliases": list(draft.aliases)} if draft.aliases else {}),
            **({"derived": True} if draft.derived else {}),
            **({"follow_up": list(draft.follow_up)} if draft.follow_up else {}),
            "document": draft.document.model_dump(exclude_unset=True, exclude_none=True),
        }
        for draft in mapped.drafts
    ]
    owns = [[parent.key, collection, ids] for parent, collection, ids in mapped.owns]
    whole = {"version": mapped.version, "drafts": drafts, "owns": owns, "gone": mapped.gone, "unknown": mapped.unknown}
    return json.loads(
        json.dumps(whole, default=lambda value: shop.name(value) if isinstance(value, ObjectId) else value.isoformat())
    )


@pytest.mark.parametrize(("name", "resource"), CASES.items())
def test_a_payload_becomes_its_documents(name: str, resource: str):
    shop = FakeShop()
    found = readable(RELAY.resource(resource).map(payload(name), shop), shop)
    golden = HERE / "golden" / f"{name}.json"
    if os.environ.get("SHOPRELAY_WRITE_GOLDEN"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(golden.read_text())


def test_a_variation_is_the_same_document_in_both_of_its_shapes():
    shop = FakeShop()
    listed = RELAY.resource("variations").map(payload("variation"), shop)
    pushed = RELAY.resource("variations").map(payload("variation_as_product"), shop)
    assert readable(listed, shop) == readable(pushed, shop)


def test_a_variation_under_the_products_resource_is_a_variant():
    shop = FakeShop()
    mapped = RELAY.resource("products").map(payload("variation_as_product"), shop)
    assert [draft.document.collection for draft in mapped.drafts] == ["variants", "stock_messages"]
