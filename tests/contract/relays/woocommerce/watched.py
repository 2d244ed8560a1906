"""A simulated shop as its API and its webhooks show it: for the tests that hold it to what real shops were seen to do."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from shoprelay_simulators import ManualClock, WooShop, serve
from shoprelay_simulators.receiver import Receiver, receiver
from shoprelay_simulators.woocommerce.rows import Order, Product

TOPICS = [f"{kind}.{event}" for kind in ("order", "product") for event in ("created", "updated", "deleted", "restored")]
TOPICS += [f"customer.{event}" for event in ("created", "updated", "deleted")]
Told = list[tuple[str, int]]


@dataclass
class Watched:
    """A shop that sends whatever happens to it."""

    shop: WooShop
    clock: ManualClock
    api: httpx.AsyncClient
    inbox: Receiver

    async def told(self, kind: str = "") -> Told:
        """What was sent since the last time: topics (of one kind) and ids, in alphabetical order."""
        self.inbox.calls.clear()
        await self.shop.deliver_due()
        topics = [(call.header("X-WC-Webhook-Topic"), call.body) for call in self.inbox.calls]  # pings have none
        return sorted((topic, json.loads(body)["id"]) for topic, body in topics if topic and topic.startswith(kind))

    async def ask(self, method: str, path: str, body: Any = None, **params: str) -> Any:
        """One call, a minute after whatever was before it."""
        self.clock.advance(60)
        answer = await self.api.request(method, path, json=body, params=params)
        assert answer.is_success, answer.text
        return answer.json()

    async def read(self, path: str) -> Any:
        return (await self.api.get(path)).raise_for_status().json()

    async def moved(self, path: str) -> bool:
        """Whether the row was last changed at this very time."""
        row = await self.read(path)
        return bool(row["date_modified_gmt"] == self.clock.now.strftime("%Y-%m-%dT%H:%M:%S"))

    def order(self, status: str = "processing") -> Order:
        return next(row for row in self.shop.orders.values() if row.status == status)

    def simple(self) -> Product:
        return next(row for row in self.shop.products.values() if row.type == "simple" and row.status == "publish")

    def variable(self) -> Product:
        return next(row for row in self.shop.products.values() if row.type == "variable" and row.status == "publish")


@asynccontextmanager
async def watched(topics: Sequence[str] = TOPICS, **how: Any) -> AsyncIterator[Watched]:
    """`topics`: what the shop sends."""
    clock = ManualClock(datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC))
    shop = WooShop(7, clock=clock, **{"orders": 20, "products": 12, "customers": 3, **how})
    auth = (shop.key.key, shop.key.secret)
    async with (
        serve(shop) as url,
        httpx.AsyncClient(base_url=f"{url}/wp-json/wc/v3/", auth=auth) as api,
        receiver() as inbox,
    ):
        for topic in topics:
            await api.post("webhooks", json={"topic": topic, "delivery_url": inbox.url})
        await shop.deliver_due()
        yield Watched(shop, clock, api, inbox)
