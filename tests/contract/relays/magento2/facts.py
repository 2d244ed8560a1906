"""Magento 2 for the contract suite."""

import hmac
from hashlib import sha256

from tests.support.relay_facts import Facts, Signing


def _headers(secret: str, body: bytes) -> dict[str, str]:
    return {"x-shoprelay-signature": hmac.digest(secret.encode(), body, sha256).hex(), "content-type": "application/json"}


FACTS = Facts(
    kinds={
        "category": "categories",
        "country": "countries",
        "credit_note": "credit_notes",
        "customer": "customers",
        "delivery_method": "delivery_methods",
        "invoice": "invoices",
        "order": "orders",
        "payment_method": "payment_methods",
        "product": "products",
        "shipment": "shipments",
        "status": "statuses",
        "variant": "variants",
    },
    samples={
        "customers": "customers",
        "invoices": "invoices",
        "orders": "orders",
        "payment_methods": "payment_methods",
        "products": "products",
        "shipments": "shipments",
    },
    not_mapped={"-": "options of kits, galleries, source selections and carts: not in the contract, or parts of products"},
    config={"shop_url": "https://shop.test/"},
    signing=Signing(lambda secrets: {"webhook_secret": secrets}, _headers),
)
