"""HostedShop for the contract suite, under its first brand."""

import hmac
from hashlib import sha256

from shoprelay_relays.hostedshop.soap import plain
from tests.support.relay_facts import Facts, Signing


def headers(secret: str, body: bytes) -> dict[str, str]:
    signature = hmac.digest(secret.encode(), body, sha256).hex()
    return {"x-hmac-sha256": signature, "x-webhook-topic": "orders/updated", "content-type": "application/json"}


KINDS = {
    "category": "categories",
    "country": "countries",
    "customer": "customers",
    "delivery_method": "delivery_methods",
    "order": "orders",
    "payment_method": "payment_methods",
    "product": "products",
    "status": "statuses",
    "stock_message": "stock_messages",
}
CONFIG = {"shop_url": "https://shop.test/", "username": "shoprelay"}
SIGNING = Signing(lambda secrets: {"webhook_secret": secrets}, headers)
FACTS = Facts(
    kinds=KINDS,
    platform="hostedshop",
    samples={"orders": "orders"},
    not_mapped={"order_lines": "lines come within their order", "-": "the service's own description"},
    plain=plain,
    config=CONFIG,
    signing=SIGNING,
)
