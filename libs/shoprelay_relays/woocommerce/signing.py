"""The ways to sign a request, https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication."""

import base64
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from urllib.parse import quote, urlencode

import httpx

Sign = Callable[[str, httpx.URL], Mapping[str, str]]
"""What is added to the query of a request: (method, its address so far) to parameters."""


class InQuery(httpx.AsyncBaseTransport):
    """Signs in the query, at the last moment: below the client, so that no log line shows the keys.

    Of several ways the next is tried when the shop refuses one, and the one that it takes is kept.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, *ways: Sign) -> None:
        self._inner = inner
        self._ways = list(ways)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        *others, last = self._ways
        for way in others:
            response = await self._send(request, way)
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return response
            # Read and closed before the next: a shop's budget may allow one request at a time.
            await response.aread()
            await response.aclose()
        return await self._send(request, last)

    async def _send(self, request: httpx.Request, way: Sign) -> httpx.Response:
        added = urlencode(way(request.method, request.url)).encode()
        query = b"&".join(part for part in (request.url.query, added) if part)
        response = await self._inner.handle_async_request(sent_to(request, request.url.copy_with(query=query)))
        if response.is_success:
            self._ways = [way]
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def sent_to(request: httpx.Request, url: httpx.URL) -> httpx.Request:
    """The same request to another address."""
    return httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions)


def plainly(key: str, secret: str) -> Sign:
    """The keys themselves, for hosts that drop the Authorization header."""
    return lambda _method, _url: {"consumer_key": key, "consumer_secret": secret}


def oauth1(key: str, secret: str, scheme: str) -> Sign:
    """OAuth 1.0a one-legged, HMAC-SHA256. The only way that WooCommerce takes over plain http.

    `scheme`: what the shop takes its address to begin with. Behind a proxy that ends TLS and does not say so that is http.
    """

    def sign(method: str, url: httpx.URL) -> dict[str, str]:
        given = {
            "oauth_consumer_key": key,
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_timestamp": str(int(time.time())),
        }
        return {**given, "oauth_signature": signature(method, url.copy_with(scheme=scheme).copy_merge_params(given), secret)}

    return sign


def signature(method: str, url: httpx.URL, secret: str) -> str:
    """The OAuth signature of a request without a token (RFC 5849 section 3.4, with SHA-256).

    WordPress writes its own address without a slash at the end, whatever was asked for.
    """
    pairs = sorted((_encode(name), _encode(value)) for name, value in url.params.multi_items())
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    address = str(url.copy_with(query=None, fragment=None)).rstrip("/")
    base = "&".join(_encode(part) for part in (method.upper(), address, parameters))
    return base64.b64encode(hmac.digest(f"{_encode(secret)}&".encode(), base.encode(), sha256)).decode()


def _encode(value: str) -> str:
    return quote(value, safe="-._~")
