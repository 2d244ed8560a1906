"""Webhooks: made in the shop's administration, and no more than an id. https://help.hostedshop.dk/webhooks

Whether the signature is written in hexadecimal digits or in base64 is not documented: both are taken.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.signatures import known_secrets, sha256_base64, sha256_hex, signed
from shoprelay_relays.spec import Routed, Verdict

_SIGNATURE, _TOPIC = "x-hmac-sha256", "x-webhook-topic"
KEEP = (_TOPIC, "x-shop-domain")
_RESOURCES = frozenset({"orders", "products"})


def check(config: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> Verdict:
    """The signature over the raw bytes, under any of the secrets in `webhook_secret` (text, or a list while it is rotated)."""
    secrets, given = known_secrets(config), (headers.get(_SIGNATURE) or "").strip()
    base64 = signed(secrets, given, body, sha256_base64)
    hexadecimal = signed(secrets, given.lower(), body, sha256_hex)
    return Verdict.GENUINE if base64 or hexadecimal else Verdict.FORGED


def route(headers: Mapping[str, str], body: bytes) -> Routed:
    """What to read; of a deleted product the read finds that it is gone. Other topics say nothing of use."""
    resource = headers.get(_TOPIC, "").partition("/")[0]
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise PayloadInvalid("", f"expected JSON: {error}") from None
    if not isinstance(told, dict):
        raise PayloadInvalid("", "expected an object")
    if resource not in _RESOURCES:
        return Routed(resource or "unknown")
    number = str(told.get("id"))
    if not (number.isascii() and number.isdigit()):
        raise PayloadInvalid("id", "expected a number, got other text")
    return Routed(resource, reads=[(resource, number)])
