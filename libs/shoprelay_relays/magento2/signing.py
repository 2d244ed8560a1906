"""OAuth 1.0a with an integration's four keys. https://developer.adobe.com/commerce/webapi/get-started/authentication/gs-authentication-oauth/"""

import base64
import hmac
import secrets
import time
from collections.abc import Generator, Mapping
from hashlib import sha256
from urllib.parse import quote

import httpx


class OAuth1(httpx.Auth):
    """Signs each request in its Authorization header, with HMAC-SHA256 (the shop refuses HMAC-SHA1)."""

    def __init__(self, consumer: tuple[str, str], token: tuple[str, str]) -> None:
        self._consumer_key, consumer_secret = consumer
        self._token, token_secret = token
        self._key = f"{_encode(consumer_secret)}&{_encode(token_secret)}".encode()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        # The shop decodes its query as RFC 3986 has it, in which a plus is no blank.
        request.url = request.url.copy_with(query=request.url.query.replace(b"+", b"%20") or None)
        given = {
            "oauth_consumer_key": self._consumer_key,
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_timestamp": str(int(time.time())),
            "oauth_token": self._token,
            "oauth_version": "1.0",
        }
        given["oauth_signature"] = signature(request.method, request.url, given, self._key)
        pairs = ", ".join(f'{name}="{_encode(value)}"' for name, value in given.items())
        request.headers["Authorization"] = f"OAuth {pairs}"
        yield request


def signature(method: str, url: httpx.URL, given: Mapping[str, str], key: bytes) -> str:
    """RFC 5849 section 3.4, with SHA-256: over the method, the address and all parameters."""
    pairs = sorted((_encode(name), _encode(value)) for name, value in [*url.params.multi_items(), *given.items()])
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    address = str(url.copy_with(query=None, fragment=None))
    base = "&".join(_encode(part) for part in (method.upper(), address, parameters))
    return base64.b64encode(hmac.digest(key, base.encode(), sha256)).decode()


def _encode(value: str) -> str:
    return quote(value, safe="-._~")
