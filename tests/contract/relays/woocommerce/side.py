"""A simulated shop, the relay that is connected to it, and what it tells: for the tests of what real shops were seen to do."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from shoprelay_relays.spec import Gone, Mapped, Mode, Record, Routed, Verdict, Window
from shoprelay_relays.trial import DemoShop
from shoprelay_relays.woocommerce import RELAY
from shoprelay_simulators import ManualClock, WooShop, serve
from shoprelay_simulators.receiver import Receiver
from shoprelay_simulators.woocommerce import rows
from tests.support.loopback import loopback

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Side:
    shop: WooShop
    clock: ManualClock
    client: httpx.AsyncClient
    config: dict[str, Any]

    async def listed(
        self, resource: str, mode: Mode = Mode.UPDATED_SINCE_LAST_REQUEST, since: datetime | None = None
    ) -> list[Record]:
        """A poll since the shop was made, unless `since` says from when."""
        listing = RELAY.resource(resource).pages
        assert listing is not None
        window = Window(mode, since or NOON, self.clock.now)
        return [record async for page in listing(self.client, window, None, self.config) for record in page.records]

    async def swept(self, resource: str) -> list[Record]:
        found = RELAY.resource(resource)
        sweep = found.sweep_pages or found.pages
        assert found.sweep
        assert sweep is not None
        window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, self.clock.now)
        return [record async for page in sweep(self.client, window, None, self.config) for record in page.records]

    async def read(self, resource: str, remote_id: object) -> list[Record] | Gone:
        read = RELAY.resource(resource).read
        assert read is not None
        return await read(self.client, str(remote_id), self.config)

    async def read_records(self, resource: str, remote_id: object) -> list[Record]:
        found = await self.read(resource, remote_id)
        assert not isinstance(found, Gone)
        return found

    async def hear(self, inbox: Receiver) -> None:
        """Subscribe to all topics, and have the pings over."""
        assert RELAY.webhook is not None
        assert RELAY.webhook.subscribe is not None
        self.config |= RELAY.webhook.prepare(self.config)
        await RELAY.webhook.subscribe(self.client, self.config, f"{inbox.url}/hook")
        await self.told(inbox)

    async def told(self, inbox: Receiver) -> list[tuple[str, str]]:
        """What the webhooks that are due say: (resource, id), of records and reads alike. All are genuine, or pings."""
        inbox.calls.clear()
        await self.shop.deliver_due()
        return [one for routed in self._routed(inbox) for one in (*map(_name, routed.records), *routed.reads)]

    async def heard(self, inbox: Receiver) -> list[Record]:
        """The records that the webhooks that are due carry."""
        inbox.calls.clear()
        await self.shop.deliver_due()
        return [record for routed in self._routed(inbox) for record in routed.records]

    def _routed(self, inbox: Receiver) -> list[Routed]:
        """What the relay makes of what came."""
        webhook = RELAY.webhook
        assert webhook is not None
        found = []
        for call in inbox.calls:
            headers = {name.lower(): value for name, value in call.headers}
            assert webhook.check(self.config, headers, call.body) is not Verdict.FORGED
            found.append(webhook.route(headers, call.body))
        return found


def _name(record: Record) -> tuple[str, str]:
    return record.resource, record.remote_id


@asynccontextmanager
async def connected(clock: ManualClock | None = None, **shop: Any) -> AsyncIterator[Side]:
    """A shop that was made before noon, and now it is half past. (OAuth tells the real time.)"""
    clock = clock or ManualClock(NOON)
    made = WooShop(7, clock=clock, **{"orders": 30, "products": 12, **shop})
    async with serve(made) as url:
        config = {"shop_url": url, **made.credentials(), "auth": "basic"}
        clock.advance(1800)
        async with RELAY.client(config, loopback()) as client:
            yield Side(made, clock, client, config)


def ids(records: list[Record], resource: str) -> list[int]:
    return [int(record.remote_id.rpartition("/")[2]) for record in records if record.resource == resource]


def documents(records: list[Record], kind: type) -> dict[str, Any]:
    drafts = [draft for one in records for draft in mapped(one).drafts]
    return {draft.key: draft.document for draft in drafts if type(draft.document) is kind}


def one_of(shop: WooShop, status: str = "processing") -> int:
    return max((row.created, row.id) for row in shop.orders.values() if row.status == status and row.lines)[1]


def mapped(record: Record) -> Mapped:
    return RELAY.resource(record.resource).map(json.loads(record.body), DemoShop())


def owned(records: list[Record], product: int) -> list[Any]:
    """The variants that the record of a product says are all it has."""
    (record,) = (one for one in records if (one.resource, one.remote_id) == ("products", str(product)))
    return next(children for _, collection, children in mapped(record).owns if collection == "variants")


def simple(shop: WooShop) -> rows.Product:
    """A product of which there are twenty."""
    row = next(row for row in shop.products.values() if row.type == "simple" and row.status == "publish")
    row.manage_stock, row.stock = True, 20
    return row


def variable(shop: WooShop) -> rows.Product:
    return next(row for row in shop.products.values() if row.type == "variable" and row.status == "publish")


def uncounted(shop: WooShop) -> int:
    """An order whose goods nobody counts, so that nothing but the order moves."""
    order = one_of(shop)
    for product in shop.products.values():
        product.manage_stock = False
    return order
