"""Webhook & API for the contract suite."""

from tests.support.relay_facts import Facts

FACTS = Facts(
    kinds={"order": "orders", "product": "products", "customer": "customers", "stock": "stock"},
    config={"shop_url": "https://shop.test/"},
    unsigned="the shop has a token of its own: whoever knows it is the shop",
)
