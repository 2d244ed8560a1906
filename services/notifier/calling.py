"""One call to an endpoint: the signed request, and what came of it."""

import asyncio
import hmac
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Final

import httpx
from bson import ObjectId

from shoprelay_runtime.crypto import Cipher
from shoprelay_runtime.reachable import AddressRefused

_EXCERPT: Final = 1024
_LONGEST_WAIT: Final = 24 * 3600.0
_BUSY: Final = frozenset({429, 503})
_USER_AGENT: Final = "Shoprelay-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An operator's webhook, decrypted. `secrets`: more than one while they are exchanged."""

    id: ObjectId
    url: str
    token: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    cipher: Cipher = field(repr=False)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a call. `status` None: no answer, `error` says why. `wait`: seconds that the endpoint asked for."""

    status: int | None
    error: str
    seconds: float
    excerpt: str = ""
    wait: float = 0.0
    refused: bool = False

    @property
    def delivered(self) -> bool:
        """The endpoint has it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004

    @property
    def gone(self) -> bool:
        """410: the endpoint wants no calls any more."""
        return self.status == 410  # noqa: PLR2004


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """`webhook-signature` of https://www.standardwebhooks.com: v1, HMAC-SHA256 over id.timestamp.body."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((message.encode(), str(timestamp).encode(), body))
    return "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()


def headers(endpoint: Endpoint, delivery: ObjectId, now: datetime, body: bytes) -> dict[str, str]:
    """The contract's authorization (the token alone, base64), and who wants to can verify the signature."""
    message, timestamp = f"msg_{delivery}", int(now.timestamp())
    return {
        "content-type": "application/json",
        "user-agent": _USER_AGENT,
        "authorization": f"Basic {b64encode(endpoint.token.encode()).decode()}",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message, timestamp, body) for secret in endpoint.secrets),
    }


async def call(
    transport: httpx.AsyncBaseTransport, endpoint: Endpoint, delivery: ObjectId, body: bytes, now: datetime, seconds: float
) -> Result:
    """Call the endpoint once. Whatever goes wrong is a Result.

    Straight through the transport: redirects are not followed, cookies are not kept, and what httpx's client does beside that
    would be a quarter of a call's cost.
    """
    began = time.monotonic()
    try:
        async with asyncio.timeout(seconds):
            request = httpx.Request("POST", endpoint.url, content=body, headers=headers(endpoint, delivery, now, body))
            response = await transport.handle_async_request(request)
            try:
                excerpt = await _excerpt(response)
            finally:
                await response.aclose()
    except TimeoutError:
        return Result(None, f"no answer within {seconds:g} s", time.monotonic() - began)
    except AddressRefused as error:
        return Result(None, str(error), time.monotonic() - began, refused=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Result(None, f"{type(error).__name__}: {error}", time.monotonic() - began)
    status = response.status_code
    wait = retry_after(response.headers.get("retry-after", ""), now) if status in _BUSY else 0.0
    return Result(status, "", time.monotonic() - began, excerpt, wait)


async def _excerpt(response: httpx.Response) -> str:
    """The answer's beginning; the rest is not even read."""
    begun = b""
    if isinstance(response.stream, httpx.AsyncByteStream):
        async for part in response.stream:
            begun += part
            if len(begun) >= _EXCERPT:
                break
    return begun[:_EXCERPT].decode(errors="replace")


def retry_after(text: str, now: datetime) -> float:
    """Seconds that a Retry-After header asks for (RFC 9110: seconds or a date), at most a day; 0 when it says nothing."""
    if text.strip().isdecimal():
        return min(float(text), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), _LONGEST_WAIT)
