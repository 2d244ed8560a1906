"""Which rate belongs to a price."""

import json
from typing import Any

import httpx
import pytest

from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2.taxes import rates

GROUPS = [Raw({"id": 0, "code": "NOT LOGGED IN", "tax_class_id": 3}), Raw({"id": 1, "code": "General", "tax_class_id": 4})]
RATES = [
    {"id": 5, "tax_country_id": "DK", "tax_region_id": 0, "tax_postcode": "*", "rate": 25},
    {"id": 6, "tax_country_id": "DE", "tax_region_id": 0, "tax_postcode": "*", "rate": 19},
    {"id": 7, "tax_country_id": "DK", "tax_region_id": 12, "tax_postcode": "*", "rate": 1},
    {"id": 8, "tax_country_id": "DK", "tax_region_id": 0, "tax_postcode": "*", "rate": 10},
]


def rule(products: list[int], chosen: list[int], customers: tuple[int, ...] = (3,), priority: int = 0) -> dict[str, Any]:
    classes = {"customer_tax_class_ids": list(customers), "product_tax_class_ids": products}
    return {"id": 1, "priority": priority, "position": 0, "tax_rate_ids": chosen, **classes}


async def found(rules: list[dict[str, Any]], country: str = "DK") -> Any:
    bodies = {"taxRules": {"items": rules}, "taxRates": {"items": RATES}}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=bodies[request.url.path.split("/")[-2]]))
    async with httpx.AsyncClient(base_url="https://shop.test/rest/all/V1/", transport=transport) as shop:
        known = await rates(shop, GROUPS, country)
    return known and json.loads(known)


CASES: list[tuple[list[dict[str, Any]], str, Any]] = [
    ([rule([2], [6, 5])], "DK", {"2": "0.25"}),
    ([rule([2], [6, 5])], "DE", {"2": "0.19"}),
    ([rule([2], [6, 5])], "SE", {}),
    ([rule([2], [7])], "DK", {}),
    ([rule([2], [5], customers=(4,))], "DK", {}),
    ([rule([2], [5]), rule([2, 9], [8], priority=1)], "DK", {"2": "0.375", "9": "0.1"}),
    ([rule([2], [5]), rule([2], [8])], "DK", {"2": "0.25"}),
    ([rule([2], [5])], "", None),
]


@pytest.mark.parametrize(("rules", "country", "expected"), CASES)
async def test_the_rate_of_a_class(rules: list[dict[str, Any]], country: str, expected: Any):
    assert await found(rules, country) == expected
