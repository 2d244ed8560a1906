"""The whole way without servers: a simulated shop, its relay over HTTP, and the normalizer with its documents in memory."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from bson import ObjectId

from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Gone, Mode, Record, Relay, Window
from shoprelay_simulators import Magento2Shop, ManualClock, PrestaShop, ShopifyShop, WooShop, serve
from tests.support.loopback import loopback
from tests.unit.normalizer.memory import Memory, gone, record, webshop

NOW = datetime.now(UTC).replace(microsecond=0)
"""Tokens and signatures tell the real time."""


@dataclass
class Way:
    """From a shop to documents: what is listed or read goes through the normalizer at once."""

    shop: Any
    relay: Relay
    clock: ManualClock
    client: httpx.AsyncClient
    config: dict[str, Any]
    memory: Memory
    second: int = 0
    watermarks: dict[str, datetime] = field(default_factory=dict)

    async def poll(self, resource: str, mode: Mode = Mode.UPDATED_SINCE_LAST_REQUEST, cursor: str | None = None) -> None:
        """A poll as the poller makes it: from the watermark of the last one, less the overlap."""
        found = self.relay.resource(resource)
        since = self.watermarks.get(resource, self.clock.now - timedelta(days=60))
        window = Window(mode, since - found.overlap, self.clock.now)
        assert found.pages is not None
        async for page in found.pages(self.client, window, cursor, self.config):
            self.keep(page.records)
        self.watermarks[resource] = window.until

    async def sweep(self, resource: str) -> None:
        found = self.relay.resource(resource)
        pages = found.sweep_pages or found.pages
        assert found.sweep is not None
        assert pages is not None
        async for page in pages(self.client, Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, self.clock.now), None, self.config):
            self.keep(page.records)

    async def read_what_is_asked(self) -> None:
        """The direct reads that the normalizer asked for."""
        for resource, remote_id in self.memory.asked():
            read = self.relay.resource(resource).read
            assert read is not None
            found = await read(self.client, remote_id, self.config)
            if isinstance(found, Gone):
                self.second += 1
                self.memory.batch(gone(remote_id, self.second, resource=resource, evidence=found.evidence))
            else:
                self.keep(found)

    def keep(self, records: Any) -> None:
        self.second += 1
        self.memory.batch(*(self._raw(one) for one in records))

    def _raw(self, one: Record) -> Any:
        return record(json.loads(one.body), self.second, resource=one.resource, remote_id=one.remote_id)

    def document(self, collection: str, remote_id: object) -> dict[str, Any]:
        (found,) = (row for row in self.memory.documents(collection) if row.get("remote_id") == str(remote_id))
        return found

    def id(self, collection: str, key: object) -> ObjectId:
        return self.memory.shop.id(collection, str(key))


@asynccontextmanager
async def way(shop: Any, relay: str, **more: Any) -> AsyncIterator[Way]:
    """The way from this shop, whose credentials are completed by `more`."""
    chosen = RELAYS[relay]
    async with serve(shop) as url:
        config = {"shop_url": url, **shop.credentials(), **more}
        memory = Memory(replace(webshop(), config=config), relay=chosen)
        async with chosen.client(config, loopback()) as client:
            yield Way(shop, chosen, shop.clock, client, config, memory)


def woo(**how: Any) -> WooShop:
    return WooShop(7, **{"orders": 12, "products": 8, "clock": ManualClock(NOW), **how})


def prestashop(**how: Any) -> PrestaShop:
    return PrestaShop(7, **{"orders": 6, "products": 5, "customers": 3, "clock": ManualClock(NOW), **how})


def magento(**how: Any) -> Magento2Shop:
    return Magento2Shop(7, **{"orders": 6, "products": 8, "customers": 3, "clock": ManualClock(NOW), **how})


def shopify(**how: Any) -> ShopifyShop:
    plenty = {"bulk_seconds": 0, "points": 1e6, "restore": 1e6}
    return ShopifyShop(7, **{"orders": 6, "products": 5, "customers": 3, "clock": ManualClock(NOW), **plenty, **how})


SHOPS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "woocommerce": (woo, {"auth": "basic"}),
    "prestashop": (
        prestashop,
        {"time_zone": "Europe/Copenhagen", "currency": "DKK", "currency_id": "1", "country_id": "20", "language_id": "2"}
        | {"manage_stock": "1"},
    ),
    "magento2": (magento, {"sources": '["default", "aarhus"]'}),
    "shopify": (shopify, {}),
}


def over(name: str, **how: Any) -> Any:
    """The way from a shop of this platform."""
    make, more = SHOPS[name]
    return way(make(**how), name, **more)
