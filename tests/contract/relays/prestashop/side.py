"""A simulated shop, and the relay that is connected to it over HTTP."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from shoprelay_relays.prestashop import RELAY
from shoprelay_relays.spec import Connection, Gone, Mode, Page, Record, Window
from shoprelay_relays.trial import DemoShop
from shoprelay_simulators import ManualClock, PrestaShop, serve

MARCH = datetime(2026, 3, 2, 9, 30, 5, tzinfo=UTC)
LEARNT = {
    "time_zone": "Europe/Copenhagen",
    "currency": "DKK",
    "currency_id": "1",
    "country_id": "20",
    "language_id": "2",
    "manage_stock": "1",
    "allow_backorders": "0",
}
"""What the shop's settings tell, without asking it in every test."""


@dataclass
class Side:
    """A shop, and the relay that is connected to it."""

    shop: PrestaShop
    clock: ManualClock
    client: httpx.AsyncClient
    config: dict[str, Any]

    async def pages(
        self,
        resource: str,
        since: datetime | None = None,
        mode: Mode = Mode.UPDATED_SINCE_LAST_REQUEST,
        cursor: str | None = None,
    ) -> AsyncIterator[Page]:
        listed = RELAY.resource(resource).pages
        assert listed is not None
        async for page in listed(self.client, Window(mode, since, self.clock.now), cursor, self.config):
            yield page

    async def listed(self, resource: str, since: datetime | None = None, **how: Any) -> list[Record]:
        return [record async for page in self.pages(resource, since, **how) for record in page.records]

    async def ids(self, resource: str, since: datetime | None = None, **how: Any) -> list[int]:
        return [int(record.remote_id) for record in await self.listed(resource, since, **how)]

    async def read(self, resource: str, remote_id: int | str) -> list[Record] | Gone:
        read = RELAY.resource(resource).read
        assert read is not None
        return await read(self.client, str(remote_id), self.config)

    async def documents(self, resource: str, remote_id: int) -> list[Any]:
        found = await self.read(resource, remote_id)
        assert isinstance(found, list)
        return [draft.document for record in found for draft in self.mapped(record).drafts]

    def mapped(self, record: Record):
        return RELAY.resource(record.resource).map(json.loads(record.body), DemoShop(config=self.config))


@asynccontextmanager
async def connected(clock: ManualClock, **shop: Any) -> AsyncIterator[Side]:
    made = PrestaShop(7, clock=clock, **{"orders": 12, "products": 6, "customers": 5, **shop})
    async with serve(made) as url:
        config: dict[str, Any] = {"shop_url": url, "key": made.key, **LEARNT}
        async with RELAY.client(config, Connection(httpx.AsyncHTTPTransport(verify=False))) as client:
            yield Side(made, clock, client, config)


def of(kind: type, documents: list[Any]) -> list[Any]:
    return [document for document in documents if isinstance(document, kind)]
