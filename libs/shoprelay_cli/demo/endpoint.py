"""A small operator's endpoint: it verifies what it is sent as an operator should, and counts."""

import base64
import hmac
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import orjson

_TOLERANCE: Final = 300  # seconds that a signature's time may be off (Standard Webhooks)
Message = MutableMapping[str, Any]


@dataclass(slots=True)
class Endpoint:
    """Takes the operator's webhooks. `token` and `secret` are those of the project."""

    token: str = ""
    secret: str = ""
    events: Counter[str] = field(default_factory=Counter)
    verified: int = 0
    refused: int = 0
    ids: set[str] = field(default_factory=set)

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        body = await _body(receive)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        status = 204 if self.take(headers, body) else 401
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def take(self, headers: dict[str, str], body: bytes) -> bool:
        """Whether the call is genuine; counts it."""
        if not (self._token_fits(headers) and self._signature_fits(headers, body)):
            self.refused += 1
            return False
        self.verified += 1
        self.ids.add(headers["webhook-id"])
        self.events[orjson.loads(body)["event"]] += 1
        return True

    def _token_fits(self, headers: dict[str, str]) -> bool:
        expected = "Basic " + base64.b64encode(self.token.encode()).decode()
        return hmac.compare_digest(headers.get("authorization", ""), expected)

    def _signature_fits(self, headers: dict[str, str], body: bytes) -> bool:
        sent_at = headers.get("webhook-timestamp", "0")
        if not sent_at.isdigit() or abs(time.time() - int(sent_at)) > _TOLERANCE:
            return False
        signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        expected = "v1," + base64.b64encode(hmac.digest(key, signed, sha256)).decode()
        return any(hmac.compare_digest(one, expected) for one in headers.get("webhook-signature", "").split())


async def _body(receive: Callable[[], Awaitable[Message]]) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = bool(message.get("more_body"))
    return body
