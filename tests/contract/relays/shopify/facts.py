"""Shopify for the contract suite."""

import base64
import hmac
from hashlib import sha256

from tests.support.relay_facts import Facts, Signing


def headers(secret: str, body: bytes) -> dict[str, str]:
    signature = base64.b64encode(hmac.digest(secret.encode(), body, sha256)).decode()
    return {"x-shopify-hmac-sha256": signature, "x-shopify-topic": "orders/updated", "content-type": "application/json"}


SIGNING = Signing(
    lambda secrets: dict(zip(("client_secret", "previous_client_secret"), secrets, strict=False)),
    headers,
)
KINDS = {
    "collection": "categories",
    "country": "countries",
    "customer": "customers",
    "fulfillment": "shipments",
    "order": "orders",
    "product": "products",
    "variant": "variants",
}
CONFIG = {"shop_url": "https://anholt-uld.myshopify.com", "client_id": "0a1b2c3d4e5f"}

FACTS = Facts(
    kinds=KINDS,
    samples={
        "categories": "categories",
        "countries": "countries",
        "customers": "customers",
        "orders": "orders",
        "products": "products",
        "shipments": "shipments",
    },
    not_mapped={
        "-": "webhook subscriptions, shops, scopes, locations, images: not in the contract",
        "credit_notes": "the answer of a mutation: credit notes come with their order",
        "stock": "levels without a variant: stock comes with variants",
        "variants": "the old REST shape, which tells no product",
    },
    # Bodies of the old REST API, as webhooks send them, only say what to read.
    fewer={
        "rest_go_customcollection.json": 1,
        "rest_go_customer.json": 1,
        "rest_go_order.json": 1,
        "rest_go_orders.json": 1,
        "rest_go_product.json": 1,
        "rest_py_collection_listing.json": 1,
        "rest_py_customer.json": 1,
        "rest_py_fulfillment.json": 1,
        "rest_py_order.json": 1,
    },
    config=CONFIG,
    signing=SIGNING,
)
