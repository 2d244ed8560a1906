"""Webhooks. https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks

A body is made when it is sent, not when the thing happened: it is the record's newest state, or an error object when the record
is gone by then.
"""

import html
import secrets
from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw
from shoprelay_relays.signatures import known_secrets, sha256_base64, signed
from shoprelay_relays.spec import Json, Record, Routed, Verdict
from shoprelay_relays.woocommerce.client import ask
from shoprelay_relays.woocommerce.products import is_variable
from shoprelay_relays.woocommerce.variations import parent_id
from shoprelay_relays.woocommerce.walk import Place, walk

_SIGNATURE = "x-wc-webhook-signature"
_TOPIC = "x-wc-webhook-topic"
DELIVERY = "x-wc-webhook-delivery-id"
KEEP = (_TOPIC, "x-wc-webhook-source", "x-wc-webhook-id", DELIVERY)

_RESOURCES = {"order": "orders", "product": "products", "customer": "customers"}
TOPICS = (
    *(f"order.{event}" for event in ("created", "updated", "deleted", "restored")),
    *(f"product.{event}" for event in ("created", "updated", "deleted", "restored")),
    *(f"customer.{event}" for event in ("created", "updated", "deleted")),
)


def check(config: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> Verdict:
    """The signature over the raw bytes, under any of the secrets in `webhook_secret` (text, or a list while it is rotated)."""
    given = headers.get(_SIGNATURE)
    if given is None:
        return Verdict.PING if _is_ping(headers, body) else Verdict.FORGED
    return Verdict.GENUINE if signed(known_secrets(config), given, body, _sign) else Verdict.FORGED


def route(headers: Mapping[str, str], body: bytes) -> Routed:
    """What one delivery says. Coupons and plug-ins' own actions say nothing of use."""
    topic, _, event = headers.get(_TOPIC, "").partition(".")
    resource = _RESOURCES.get(topic)
    if resource is None:
        return Routed(topic or "unknown")
    row = _object(body)
    if not str(row.get("id")).isdigit():
        return Routed(resource)  # genuine, but the record was gone when it was sent: {"code": ..., "message": ...}
    remote_id = str(row["id"])
    if event == "deleted":
        # Outside wp-admin the trash announces ids under topics that are not theirs: only a read tells what is gone.
        return Routed(resource, reads=[(resource, remote_id)])
    if resource == "products":
        return _product(Raw(row), remote_id, body)
    return Routed(resource, [Record(resource, remote_id, body)])


def _product(raw: Raw, remote_id: str, body: bytes) -> Routed:
    """A variation comes under the product's topics; a variable product comes without its variations, which are then read."""
    if raw.text("type") == "variation":
        return Routed("products", [Record("variations", f"{parent_id(raw)}/{remote_id}", body)])
    follow = [("products", remote_id)] if is_variable(raw) and raw.text("status") != "trash" else []
    return Routed("products", [Record("products", remote_id, body)], follow)


def prepare(config: Mapping[str, Any]) -> dict[str, str]:
    """The secret that the shop is to sign with: one that WooCommerce chooses itself is never shown."""
    return {"webhook_secret": next(iter(known_secrets(config)), None) or secrets.token_urlsafe(32)}


async def subscribe(shop: httpx.AsyncClient, config: Mapping[str, Any], url: str) -> dict[str, str]:
    """One active webhook per topic for `url`, under the config's first secret; those that exist for this url are taken over."""
    secret = known_secrets(config)[0]
    existing: dict[str, int] = {}
    async for step in walk(shop, "webhooks", [{}], Place()):
        existing |= {row["topic"]: row["id"] for row in step.rows if row.get("delivery_url") == url}
    for topic in TOPICS:
        wanted = {"name": f"Shoprelay {topic}", "topic": topic, "delivery_url": url, "secret": secret, "status": "active"}
        if topic in existing:
            await ask(shop, "PUT", f"webhooks/{existing[topic]}", json=wanted)
        else:
            await ask(shop, "POST", "webhooks", json=wanted)
    return {}


def _is_ping(headers: Mapping[str, str], body: bytes) -> bool:
    """Sent when a webhook is saved: a form with the webhook's id, unsigned."""
    form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return form and body.startswith(b"webhook_id=") and body.removeprefix(b"webhook_id=").isdigit()


def _sign(secret: str, body: bytes) -> str:
    # WooCommerce decodes entities in the secret before it signs.
    return sha256_base64(html.unescape(secret), body)


def _object(body: bytes) -> dict[str, Json]:
    try:
        row = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise PayloadInvalid("", f"expected JSON: {error}") from None
    if not isinstance(row, dict):
        raise PayloadInvalid("", "expected an object")
    return row
