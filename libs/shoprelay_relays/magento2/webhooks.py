"""Webhooks: Open Source sends none, and what Adobe Commerce sends is the merchant's to set up.

So the shop has a small module, or any script of the merchant's, that tells what changed; docs/guides/magento2.md describes it:

    POST <address>  X-Shoprelay-Signature: hex HMAC-SHA256 of the body  {"event": "order", "id": "17"}

It is a hint and nothing more: the record is read. One that is sent twice, late or again by somebody else does no harm.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import orjson

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw
from shoprelay_relays.signatures import known_secrets, sha256_hex, signed
from shoprelay_relays.spec import Routed, Verdict

_SIGNATURE = "x-shoprelay-signature"

_RESOURCES = {
    "order": "orders",
    "shipment": "shipments",
    "invoice": "invoices",
    "creditmemo": "credit_notes",
    "product": "products",
    "stock": "products",
    "customer": "customers",
    "category": "categories",
}
_KLASSES = {"shipments": "orders", "invoices": "orders", "credit_notes": "orders"}


def check(config: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> Verdict:
    """The signature over the raw bytes, under any of the secrets in `webhook_secret` (text, or a list while it is rotated)."""
    given = headers.get(_SIGNATURE)
    if not given or not signed(known_secrets(config), given, body, sha256_hex):
        return Verdict.FORGED
    return Verdict.PING if body.strip() == b"{}" else Verdict.GENUINE


def route(_headers: Mapping[str, str], body: bytes) -> Routed:
    """What to read. Events that nobody knows say nothing of use."""
    raw = Raw(_parsed(body))
    event = (raw.text("event") or "").partition(".")[0]
    resource = _RESOURCES.get(event)
    if resource is None:
        return Routed(event or "unknown")
    return Routed(_KLASSES.get(resource, resource), reads=[(resource, raw.id())])


def prepare(config: Mapping[str, Any]) -> dict[str, str]:
    """The secret that the shop is to sign with, which the merchant enters there."""
    return {"webhook_secret": next(iter(known_secrets(config)), None) or secrets.token_urlsafe(32)}


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise PayloadInvalid("", f"expected JSON: {error}") from None
