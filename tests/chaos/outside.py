"""What is outside of Shoprelay: the load balancer before webhook-ingest, and the operator's endpoint. Each keeps a log."""

import asyncio
import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from shoprelay_cli.demo.endpoint import Endpoint
from shoprelay_simulators.listening import Message, Receive, Send, read_body
from shoprelay_simulators.serving import Shop

_DROPPED = ("connection", "content-length", "host", "transfer-encoding")


@dataclass
class Balancer:
    """Spreads webhooks over the processes of webhook-ingest and writes down what the shop was answered."""

    targets: Sequence[str]
    rng: random.Random
    cutting: bool = False
    log: list[dict[str, Any]] = field(default_factory=list)
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=8))
    later: set[asyncio.Task[None]] = field(default_factory=set)
    _next: int = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await read_body(receive)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        call = (scope["path"], {k: v for k, v in headers.items() if k not in _DROPPED}, body)
        status, answer = await self._forward(*call)
        if self.cutting and self.rng.random() < 0.3:
            # The way back is cut: the shop does not learn that it was taken, and sends it again when newer ones have come.
            status, answer = 502, b""
            again = asyncio.create_task(self._again(call))
            self.later.add(again)
            again.add_done_callback(self.later.discard)
        self._note(call, status)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", str(len(answer)).encode())]})
        await send({"type": "http.response.body", "body": answer})

    async def _again(self, call: tuple[str, Mapping[str, str], bytes]) -> None:
        await asyncio.sleep(self.rng.uniform(2, 8))
        self._note(call, (await self._forward(*call))[0])

    def _note(self, call: tuple[str, Mapping[str, str], bytes], status: int) -> None:
        path, _, body = call
        hook = sha256(path.rpartition("/")[2].encode()).hexdigest()
        ping = body.startswith(b"webhook_id=")
        self.log.append({"at": time.time(), "hook": hook, "sha256": sha256(body).hexdigest(), "status": status, "ping": ping})

    async def _forward(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        for _ in self.targets:
            self._next = (self._next + 1) % len(self.targets)
            try:
                answer = await self.client.post(self.targets[self._next] + path, content=body, headers=headers)
            except httpx.ConnectError:
                continue
            except httpx.HTTPError:
                return 502, b""
            return answer.status_code, answer.content
        return 503, b""


@dataclass(slots=True)
class LoggingEndpoint(Endpoint):
    """The operator's endpoint: answers 500 now and then, and writes everything down."""

    log: list[dict[str, Any]] = field(default_factory=list)
    rng: random.Random = field(default_factory=random.Random)
    failing: float = 0.05

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await read_body(receive)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        genuine = self.take(headers, body)
        status = 500 if self.rng.random() < self.failing else 204
        self.log.append(
            {"id": headers.get("webhook-id"), "sha256": sha256(body).hexdigest(), "status": status, "genuine": genuine}
        )
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def write_down(
    folder: Path, shops: Mapping[str, Shop], hooks_of: Mapping[str, str], balancer: Balancer, endpoint: LoggingEndpoint
) -> None:
    """The logs as files; `hooks_of`: webshop by the hash of its webhook token."""
    for webshop, shop in shops.items():
        report = {**shop.ledger.report(shop.final_state()), "asked": shop.ledger.asked}
        (folder / f"ledger-{webshop}.json").write_text(json.dumps(report, default=str))
    answered = [{**each, "webshop": hooks_of.get(each["hook"], "")} for each in balancer.log]
    (folder / "webhooks.jsonl").write_text("".join(json.dumps(each) + "\n" for each in answered))
    (folder / "endpoint.jsonl").write_text("".join(json.dumps(each) + "\n" for each in endpoint.log))
