"""WooCommerce for the contract suite."""

import base64
import hmac
from hashlib import sha256

from tests.support.relay_facts import Facts, Signing


def _headers(secret: str, body: bytes) -> dict[str, str]:
    signature = base64.b64encode(hmac.digest(secret.encode(), body, sha256)).decode()
    return {"x-wc-webhook-signature": signature, "x-wc-webhook-topic": "order.updated", "content-type": "application/json"}


FACTS = Facts(
    kinds={
        "category": "categories",
        "country": "countries",
        "customer": "customers",
        "delivery_method": "delivery_methods",
        "order": "orders",
        "payment_method": "payment_methods",
        "product": "products",
        "refund": "refunds",
        "status": "statuses",
        "tracking": "shipments",
        "variation": "variations",
    },
    samples={
        "categories": "categories",
        "countries": "countries",
        "credit_notes": "refunds",
        "customers": "customers",
        "delivery_methods": "delivery_methods",
        "orders": "orders",
        "payment_methods": "payment_methods",
        "products": "products",
        "shipments": "shipments",
        "statuses": "statuses",
        "variants": "variations",
    },
    not_mapped={
        "-": "coupons, taxes, settings, reviews, webhooks, errors: not in the contract",
        "stock": "the analytics report of wc-admin: stock comes with products and variations",
    },
    # Carts that are no orders yet.
    fewer={"rest_orders_page1.json": 2},
    config={"shop_url": "https://shop.test/"},
    signing=Signing(lambda secrets: {"webhook_secret": secrets}, _headers),
)
