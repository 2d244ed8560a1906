"""Webhooks. https://shopify.dev/docs/apps/build/webhooks

A body is the resource as the old REST API shows it, and it can be overtaken by another one. So it is a hint: what it names is
read. A deleted record is read as well: that read finds it gone.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from shoprelay_relays.errors import PayloadInvalid, RelayError
from shoprelay_relays.shopify.api import ask, change
from shoprelay_relays.shopify.reading import INVENTORY
from shoprelay_relays.signatures import known_secrets, sha256_base64, signed
from shoprelay_relays.spec import Json, Routed, Verdict

_SIGNATURE, _TOPIC, _DOMAIN = "x-shopify-hmac-sha256", "x-shopify-topic", "x-shopify-shop-domain"
DELIVERY = "x-shopify-webhook-id"
KEEP = (
    _TOPIC,
    _DOMAIN,
    "x-shopify-api-version",
    DELIVERY,
    "x-shopify-event-id",
    "x-shopify-triggered-at",
)

_OWN = {"orders": "orders", "products": "products", "customers": "customers", "collections": "categories"}
# topic -> (class, resource, the field of the body that has its id)
_PARTS = {
    "refunds": ("orders", "orders", "order_id"),
    "fulfillments": ("orders", "orders", "order_id"),
    "order_transactions": ("orders", "orders", "order_id"),
    "inventory_levels": ("products", "variants", "inventory_item_id"),
    "inventory_items": ("products", "variants", "id"),
    "variants": ("products", "products", "product_id"),
}
_WITHIN = {("orders", "edited"): ("order_edit", "order_id"), ("customers", "redact"): ("customer", "id")}
SUBSCRIBED = {
    "ORDERS_CREATE": "id",
    "ORDERS_UPDATED": "id",
    "ORDERS_DELETE": "id",
    "REFUNDS_CREATE": "order_id",
    "FULFILLMENTS_CREATE": "order_id",
    "FULFILLMENTS_UPDATE": "order_id",
    "PRODUCTS_CREATE": "id",
    "PRODUCTS_UPDATE": "id",
    "PRODUCTS_DELETE": "id",
    "INVENTORY_LEVELS_UPDATE": "inventory_item_id",
    "CUSTOMERS_CREATE": "id",
    "CUSTOMERS_UPDATE": "id",
    "CUSTOMERS_DELETE": "id",
    "COLLECTIONS_CREATE": "id",
    "COLLECTIONS_UPDATE": "id",
    "COLLECTIONS_DELETE": "id",
}
"""The topics and the one field of each that is sent: what a hint needs, and no personal data."""

_LIST = """query Hooks($after: String) { webhookSubscriptions(first: 100, after: $after) {
  nodes { topic uri } pageInfo { hasNextPage endCursor } } }"""
_CREATE = """mutation Hook($topic: WebhookSubscriptionTopic!, $hook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $hook) {
    webhookSubscription { id } userErrors { field message } } }"""


def check(config: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> Verdict:
    """The signature over the raw bytes, under the app's secret or (while it is rotated) the one before.

    An app has one secret for all shops: a webhook that names another shop than this one is refused too.
    """
    secrets = [*known_secrets(config, "client_secret"), *known_secrets(config, "previous_client_secret")]
    secrets = [secret for secret in secrets if secret]
    known, named = config.get("myshopify_domain"), headers.get(_DOMAIN)
    if known and named and str(known).lower() != named.lower():
        return Verdict.FORGED
    return Verdict.GENUINE if signed(secrets, headers.get(_SIGNATURE), body, sha256_base64) else Verdict.FORGED


def route(headers: Mapping[str, str], body: bytes) -> Routed:
    """What to read because of one delivery; topics of other things say nothing of use."""
    topic, _, event = headers.get(_TOPIC, "").partition("/")
    row = _object(body)
    if (topic, event) in _WITHIN:
        name, field = _WITHIN[topic, event]
        inner = row.get(name)
        return _read(topic, topic, inner.get(field) if isinstance(inner, dict) else None)
    if topic in _OWN and event != "data_request":
        return _read(_OWN[topic], _OWN[topic], row.get("id"))
    if topic in _PARTS:
        klass, resource, field = _PARTS[topic]
        return _read(klass, resource, row.get(field), INVENTORY if topic.startswith("inventory") else "")
    return Routed(topic or "unknown")


def _read(klass: str, resource: str, number: Json, before: str = "") -> Routed:
    known = str(number) if isinstance(number, int | str) and str(number).isdigit() else None
    return Routed(klass, reads=[(resource, f"{before}{known}")] if known else [])


async def subscribe(shop: httpx.AsyncClient, _config: Mapping[str, Any], url: str) -> dict[str, str]:
    """One subscription per topic for `url`; those that exist are left as they are. Shopify removes one after eight failures."""
    existing = await _existing(shop, url)
    for topic, field in SUBSCRIBED.items():
        if topic not in existing:
            hook = {"uri": url, "format": "JSON", "includeFields": [field]}
            made = await change(shop, _CREATE, {"topic": topic, "hook": hook}, "webhookSubscriptionCreate")
            if errors := made.get("userErrors"):
                raise RelayError(f"webhookSubscriptionCreate {topic}: {errors[0].get('message')}")
    return {}


async def _existing(shop: httpx.AsyncClient, url: str) -> set[str]:
    found: set[str] = set()
    after: str | None = None
    while True:
        page = (await ask(shop, _LIST, {"after": after})).data["webhookSubscriptions"]
        found |= {str(row["topic"]) for row in page["nodes"] if row["uri"] == url}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def _object(body: bytes) -> dict[str, Json]:
    try:
        row = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise PayloadInvalid("", f"expected JSON: {error}") from None
    if not isinstance(row, dict):
        raise PayloadInvalid("", "expected an object")
    return row
