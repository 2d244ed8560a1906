"""The ways to sign a request, https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication."""

import base64
import hmac
import secrets
import time
from collections.abc import Generator
from hashlib import sha256
from urllib.parse import quote

import httpx


class OAuth1(httpx.Auth):
    """OAuth 1.0a one-legged, HMAC-SHA256, in the query. The only way that WooCommerce takes over plain http."""

    def __init__(self, key: str, secret: str) -> None:
        self._key = key
        self._secret = secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        given = {
            "oauth_consumer_key": self._key,
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_timestamp": str(int(time.time())),
        }
        url = request.url.copy_merge_params(given)
        request.url = url.copy_merge_params({"oauth_signature": signature(request.method, url, self._secret)})
        yield request


def signature(method: str, url: httpx.URL, secret: str) -> str:
    """The OAuth signature of a request without a token (RFC 5849 section 3.4, with SHA-256)."""
    pairs = sorted((_encode(name), _encode(value)) for name, value in url.params.multi_items())
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    address = str(url.copy_with(query=None, fragment=None))
    base = "&".join(_encode(part) for part in (method.upper(), address, parameters))
    return base64.b64encode(hmac.digest(f"{_encode(secret)}&".encode(), base.encode(), sha256)).decode()


def _encode(value: str) -> str:
    return quote(value, safe="-._~")


class QueryKeys(httpx.AsyncBaseTransport):
    """Puts the keys into the query at the last moment, below the client, so that no log line shows them."""

    def __init__(self, inner: httpx.AsyncBaseTransport, key: str, secret: str) -> None:
        self._inner = inner
        self._keys = {"consumer_key": key, "consumer_secret": secret}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        signed = httpx.Request(
            request.method,
            request.url.copy_merge_params(self._keys),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(signed)

    async def aclose(self) -> None:
        await self._inner.aclose()
