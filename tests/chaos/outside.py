"""What is outside of Shoprelay: the shops, the load balancer before webhook-ingest, the operator's endpoint. Each keeps a log."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from shoprelay_cli.demo.endpoint import Endpoint
from shoprelay_simulators.faults import Fault
from shoprelay_simulators.listening import Message, Receive, Send, read_body
from shoprelay_simulators.serving import Shop, serve
from shoprelay_simulators.shopgo.shop import ShopGoShop
from shoprelay_simulators.woocommerce import hooks
from shoprelay_simulators.woocommerce.shop import WooShop

# A shop that gives its webhooks up after some failures would leave nothing to test.
hooks.FAILURES_BEFORE_DISABLING = 10**9
_GONE_TOPICS = {"orders": "order.deleted", "products": "product.deleted", "customers": "customer.deleted"}
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


def make_shops(seed: int) -> list[Shop]:
    return [
        WooShop(seed, orders=30, products=12, customers=8),
        ShopGoShop(seed + 1, orders=30),
        WooShop(seed + 2, orders=30, products=12, customers=8),
    ]


@contextlib.asynccontextmanager
async def living(shops: Sequence[Shop], rate: float) -> AsyncIterator[list[str]]:
    """Serve them; each changes `rate` times a second unless it is paused. Gives their addresses."""
    for shop in shops:
        shop.paused = True
        shop.faults.webhook_late_seconds = 6.0
    async with contextlib.AsyncExitStack() as stack:
        urls = [await stack.enter_async_context(serve(shop, deliver_every=0.1)) for shop in shops]
        lives = [asyncio.create_task(_live(shop, rate)) for shop in shops]
        try:
            yield urls
        finally:
            for life in lives:
                life.cancel()
            await asyncio.gather(*lives, return_exceptions=True)


async def _live(shop: Shop, rate: float) -> None:
    while True:
        await asyncio.sleep(1 / rate)
        if not shop.paused:
            shop.step()


def plan_fault(shop: Shop, kind: str, times: int) -> None:
    shop.faults.planned.extend([Fault(kind, 503, None, 2.0)] * times)


async def webhooks_delivered(shop: Any) -> None:
    """Wait until the shop has sent what it has to send; then tell once more of what vanished without a word being taken."""
    await _sent(shop)
    for _ in range(3):
        untold = unannounced(shop)
        if not untold:
            return
        for topic, row in untold:
            shop.hooks.fire(topic, int(row))
        await _sent(shop)


async def _sent(shop: Any) -> None:
    while shop.hooks.pending if shop.platform == "woocommerce" else shop.calls.pending:  # noqa: ASYNC110 - it empties by itself
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)  # the last one is on its way


def unannounced(shop: Any) -> list[tuple[str, str]]:
    """Deletions of which no webhook got a 2xx. No listing shows them: without a word nobody can know."""
    if shop.platform != "woocommerce":
        return []
    gone: dict[tuple[str, str], datetime | None] = {}
    for version in shop.ledger.versions:
        if version.resource in _GONE_TOPICS:
            absent = version.text is None or '"status":"trash"' in version.text
            since = gone.get((version.resource, version.id)) or version.at
            gone[version.resource, version.id] = since if absent else None
    told = [(d.topic, d.resource_id, d.at) for d in shop.ledger.deliveries if 200 <= d.status < 300]
    return [
        (_GONE_TOPICS[resource], row)
        for (resource, row), at in gone.items()
        if at is not None and not any(t == _GONE_TOPICS[resource] and r == row and when >= at for t, r, when in told)
    ]


def write_down(
    folder: Path, shops: Mapping[str, Shop], hooks_of: Mapping[str, str], balancer: Balancer, endpoint: LoggingEndpoint
) -> None:
    """The logs as files; `hooks_of`: webshop by the hash of its webhook token."""
    for webshop, shop in shops.items():
        report = shop.ledger.report(shop.final_state())
        (folder / f"ledger-{webshop}.json").write_text(json.dumps(report, default=str))
    answered = [{**each, "webshop": hooks_of.get(each["hook"], "")} for each in balancer.log]
    (folder / "webhooks.jsonl").write_text("".join(json.dumps(each) + "\n" for each in answered))
    (folder / "endpoint.jsonl").write_text("".join(json.dumps(each) + "\n" for each in endpoint.log))
