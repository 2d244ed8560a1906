"""Signed webhooks: HMAC over the raw bytes, compared in constant time, under any secret that is valid now."""

import base64
import hmac
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any


def known_secrets(config: Mapping[str, Any], name: str = "webhook_secret") -> list[str]:
    """The secrets of a webshop's config: text, or a list while one is rotated. Empty ones do not count."""
    known = config.get(name) or []
    return [known] if isinstance(known, str) else [str(secret) for secret in known if secret]


def signed(secrets: list[str], given: str | None, body: bytes, sign: Callable[[str, bytes], str]) -> bool:
    """Whether `given` is the signature of `body` under one of the secrets; every one is tried, whatever the others said."""
    found = [hmac.compare_digest(sign(secret, body).encode(), (given or "").strip().encode()) for secret in secrets]
    return any(found)


def sha256_base64(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, sha256)).decode()


def sha256_hex(secret: str, body: bytes) -> str:
    return hmac.digest(secret.encode(), body, sha256).hex()
