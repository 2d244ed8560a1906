"""Quickbutik for the contract suite."""

from tests.support.relay_facts import Facts

FACTS = Facts(
    kinds={"category": "categories", "order": "orders", "product": "products"},
    samples={"orders": "orders"},
    config={"shop_url": "https://shop.test/", "api_url": "https://api.test/v1/"},
)
