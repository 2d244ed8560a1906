"""The shops: they change all the time, send webhooks (some twice, late, or never), and keep a ledger of the truth."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import httpx

from shoprelay_simulators.faults import Fault
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.serving import Shop, serve
from shoprelay_simulators.shopgo.shop import ShopGoShop
from shoprelay_simulators.woocommerce import hooks
from shoprelay_simulators.woocommerce.shop import WooShop

# A shop that gives its webhooks up after some failures would leave nothing to test.
hooks.FAILURES_BEFORE_DISABLING = 10**9
_GONE_TOPICS = {"orders": "order.deleted", "products": "product.deleted", "customers": "customer.deleted"}


@dataclass
class Ledgered(Ledger):
    """`asked`: every request that was answered: [when, method, path, status]; status 0 was broken off."""

    asked: list[tuple[float, str, str, int]] = field(default_factory=list)

    def answered(self, method: str, path: str, status: int) -> None:
        super().answered(method, path, status)
        self.asked.append((time.time(), method, path, status))


def make_shops(seed: int) -> list[Shop]:
    made = [
        WooShop(seed, orders=30, products=12, customers=8),
        ShopGoShop(seed + 1, orders=30),
        WooShop(seed + 2, orders=30, products=12, customers=8),
    ]
    for shop in made:
        shop.ledger = Ledgered()
    return made


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


_UNREAD = {"trash", "checkout-draft", "auto-draft"}


async def send_wrong(shop: Any, rng: random.Random) -> str:
    """A genuine webhook that no mapping can read; the SHA-256 of its body."""
    webhook = rng.choice([each for each in shop.webhooks.values() if each.topic == "order.updated"])
    # Of an order in the trash, or of a cart, nothing else is read.
    read = sorted(number for number, order in shop.orders.items() if order.status not in _UNREAD)
    row = shop.read("orders", rng.choice(read))
    wrong = rng.choice(({**row, "total": "twelve"}, {**row, "line_items": "none"}))
    body = rng.choice((json.dumps({**wrong, "noise": rng.random()}), f"[{rng.random()}")).encode()
    with contextlib.suppress(httpx.HTTPError):
        async with httpx.AsyncClient(timeout=10) as client:
            await client.post(webhook.url, content=body, headers=shop.hooks.headers(webhook, body))
    return sha256(body).hexdigest()
