"""An operator's webhooks in a process of their own: `python -m bench.endpoints --port 8090`.

POST /<milliseconds>/<any> is answered with 200 after so long, POST /hang/<any> never. GET /seen tells how many different
webhook-ids came since the last POST /forget, and the last request but those that hang.
"""

import argparse
import asyncio
import base64
import hmac
import json
import signal
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import httpx
import uvloop

from shoprelay_runtime.web import serving

TOKEN = "the operator's token"
SECRET = "whsec_" + base64.b64encode(b"a signing key of thirty-two bytes").decode()
_EVER = 3600.0


async def seen(operator: httpx.AsyncClient) -> tuple[int, dict[str, str], bytes]:
    """What the operator has: (how many different webhooks, the last one's headers, its body)."""
    found = (await operator.get("/seen")).json()
    return found["ids"], found["last"].get("headers", {}), found["last"].get("body", "").encode()


def is_ours(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a webhook has our token, and a signature that https://www.standardwebhooks.com calls valid."""
    signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    expected = base64.b64encode(hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), signed, sha256)).decode()
    token = f"Basic {base64.b64encode(TOKEN.encode()).decode()}"
    return headers["webhook-signature"] == f"v1,{expected}" and headers["authorization"] == token


class Operator:
    """The ASGI application."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._last: dict[str, Any] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", scope["method"] == "POST"
        while more:
            message = await receive()
            body += message["body"]
            more = message.get("more_body", False)
        answer = await self._answer(scope["path"], scope["headers"], body)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(answer)).encode())]})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, path: str, headers: Any, body: bytes) -> bytes:
        if path == "/seen":
            return json.dumps({"ids": len(self._ids), "last": self._last}).encode()
        if path == "/forget":
            self._ids.clear()
        elif path != "/health/ready":
            wait = path.split("/")[1]
            await asyncio.sleep(_EVER if wait == "hang" else int(wait) / 1000)
            named = {name.decode(): value.decode() for name, value in headers}
            self._ids.add(named.get("webhook-id", ""))
            self._last = {"headers": named, "body": body.decode()}
        return b""


async def serve(port: int) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with serving(Operator(), "127.0.0.1", port, drain_seconds=0.1):
        await stopping.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
