"""A parcel shop's name stands in the company of the delivery: it is not where the buyer works."""

from typing import Any

import pytest

from shoprelay_relays.registry import RELAYS
from shoprelay_schema.documents import Customer
from tests.unit.relays.woocommerce.shop import FakeShop

Place = dict[str, Any]
HOME: Place = {"city": "Odense"}


def _woocommerce(billing: Place, shipping: Place) -> Any:
    told = {"id": 1, "number": "1", "status": "processing", "line_items": [], "date_modified_gmt": "2031-01-01T00:00:00"}
    return {**told, "billing": {**billing, "email": "ida@example.com"}, "shipping": shipping}


def _shopify(billing: Place, shipping: Place) -> Any:
    told = {"id": "gid://shopify/Order/7", "name": "#7", "email": "ida@example.com"}
    return {**told, "billingAddress": billing or None, "shippingAddress": shipping}


def _magento2(billing: Place, shipping: Place) -> Any:
    told = {"entity_id": 1, "increment_id": "000000001", "state": "new", "status": "pending", "items": []}
    assigned = {"shipping_assignments": [{"shipping": {"address": shipping}}]}
    return {**told, "customer_email": "ida@example.com", "billing_address": billing, "extension_attributes": assigned}


ORDERS = {"woocommerce": _woocommerce, "shopify": _shopify, "magento2": _magento2}


def company(relay: str, billing: Place, shipping: Place) -> str | None:
    mapped = RELAYS[relay].resource("orders").map(ORDERS[relay](billing, shipping), FakeShop({}))
    (found,) = [draft.document for draft in mapped.drafts if isinstance(draft.document, Customer)]
    return found.company


@pytest.mark.parametrize("relay", ORDERS)
def test_a_parcel_shop_is_not_the_buyers_company(relay: str) -> None:
    parcel_shop = {"company": "Coop 365", "city": "Odense"}
    assert company(relay, HOME, parcel_shop) is None
    assert company(relay, {**HOME, "company": "Havn ApS"}, parcel_shop) == "Havn ApS"
    assert company(relay, {}, {**HOME, "company": "Havn ApS"}) == "Havn ApS"
