"""ShopGo for the contract suite."""

from tests.support.relay_facts import Facts

FACTS = Facts(
    kinds={"orders": "orders"},
    samples={"orders": "orders"},
    not_mapped={"-": "answers of writes and errors"},
    config={"base_url": "https://shop.test/"},
    unsigned="the secret is in the address",
)
