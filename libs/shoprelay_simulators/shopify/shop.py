"""One Shopify shop: its rows, its clock, its app; answers requests, lives, calls webhooks."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from shoprelay_simulators.clock import Clock, utc_now
from shoprelay_simulators.faults import Faults
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.messages import Json, Request, Response
from shoprelay_simulators.shopify import build, living
from shoprelay_simulators.shopify.access import Access
from shoprelay_simulators.shopify.api import Bucket, answer
from shoprelay_simulators.shopify.bulk import Bulk
from shoprelay_simulators.shopify.hooks import Hooks, rest
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.roots import ROOTS
from shoprelay_simulators.shopify.schema import Ref, Row, resolver
from shoprelay_simulators.shopify.writes import computed
from shoprelay_simulators.shopify.writes.common import SCOPES

VERSION = "2026-07"
RESOURCES = {"Order": "orders", "Product": "products", "Customer": "customers", "Collection": "collections"}
VISIBLE = timedelta(days=60)
"""How far back an app sees orders without read_all_orders."""


class ShopifyShop:
    """`app`: which credentials are given away: public (OAuth), admin (a permanent token) or dev (client credentials).

    `reach`: how many rows one list can be paged through. `index_lag`: seconds until lists know of a change. `protected_data`:
    whether Shopify approved the app to see buyers' data. `files_url`: the other host, where results of bulk operations are.
    """

    platform = "shopify"
    version = VERSION

    def __init__(
        self,
        seed: int = 1,
        *,
        orders: int = 60,
        products: int = 27,
        customers: int = 13,
        clock: Clock = utc_now,
        site_url: str = "http://127.0.0.1",
        app: str = "public",
        webhook_delay: float = 0.0,
        index_lag: float = 0.0,
        bulk_seconds: float = 1.0,
        points: float = 2000.0,
        restore: float = 100.0,
        reach: int = 25_000,
    ) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a reproducible world, no secret
        self.clock, self.site_url, self.files_url, self.app = clock, site_url, site_url, app
        self.faults, self.ledger, self.paused = Faults(), Ledger(), False
        self.index_lag, self.reach, self.protected_data = index_lag, reach, True
        self.access = Access(random.Random(seed + 1), clock)  # noqa: S311 - what apps ask for leaves the world's course alone
        self.bucket = Bucket(clock, points, restore)
        self.bulk: Bulk = Bulk(self, bulk_seconds)
        self.hooks: Hooks = Hooks(self, webhook_delay)
        self.resolver = resolver(ROOTS, computed, SCOPES)
        self.bulk_running = False
        self.warned: list[dict[str, Any]] = []
        self.rows: dict[str, dict[str, Row]] = defaultdict(dict)
        self.stamps: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
        self._last = 1000
        self.about: Row = build.shop()
        build.fill(self, orders=orders, products=products, customers=customers)

    def now(self) -> datetime:
        """The shop's time: UTC, whole seconds."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def stamp(self) -> str:
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def next_number(self) -> int:
        """Ids of all types rise with time."""
        self._last += 1
        return self._last

    def credentials(self) -> dict[str, str]:
        keys = {"client_id": self.access.client_id, "client_secret": self.access.client_secret}
        return {
            "public": {**keys, "refresh_token": self.access.first_refresh},
            "admin": {"access_token": self.access.permanent, "client_secret": self.access.client_secret},
            "dev": keys,
        }[self.app]

    def answer(self, request: Request) -> Response:
        return answer(self, request)

    def step(self) -> str:
        """One random change; says which."""
        return living.step(self)

    async def deliver_due(self) -> int:
        return await self.hooks.deliver_due()

    def opened(self, site_url: str) -> None:
        """Takes its address and notes the state it opens with as first versions."""
        self.site_url, self.files_url = site_url, site_url.replace("127.0.0.1", "localhost")
        for resource, rows in self.final_state().items():
            for row_id, body in rows.items():
                self.ledger.note(self.now(), resource, row_id, body)

    def keep(self, row: Row) -> Row:
        """Adds a row, and those within it that can be read by themselves."""
        self.rows[row["id"].split("/")[3]][row["id"]] = row
        return row

    def changed(self, row: Row, event: str = "update") -> None:
        """A row that is (re)made: its modified time, its version in the ledger, its webhook."""
        kind = row["id"].split("/")[3]
        row["updatedAt"] = self.stamp()
        self.stamps[row["id"]].append((self.clock(), row["updatedAt"]))
        self.ledger.note(self.now(), RESOURCES[kind], str(number(row)), self.shown(row))
        word = "updated" if (kind, event) == ("Order", "update") else event
        self.hooks.happened(f"{RESOURCES[kind]}/{word}", str(number(row)), rest(row))

    def delete(self, gid: str) -> None:
        row = self.rows[gid.split("/")[3]].pop(gid)
        resource = RESOURCES[gid.split("/")[3]]
        for variant in row.get("variants") or ():
            self.rows["ProductVariant"].pop(variant.gid, None)
        self.ledger.note(self.now(), resource, str(number(row)), None)
        self.hooks.happened(f"{resource}/delete", str(number(row)), {"id": number(row)})

    def row(self, gid: str) -> Row | None:
        """A row by its global id, as far as the app may see it."""
        parts = gid.split("/")
        found = self.rows.get(parts[3] if len(parts) > 3 else "", {}).get(gid)  # noqa: PLR2004 - gid: / / shopify / type
        return found if found is not None and self._visible(found) else None

    def find(self, value: Any) -> Any:
        return self.row(value.gid) if isinstance(value, Ref) else value

    def indexed(self, kind: str) -> list[Row]:
        """The rows as the search index knows them, which is behind by `index_lag`."""
        found = [row for row in self.rows[kind].values() if self._visible(row)]
        if not self.index_lag:
            return found
        known = [(row, self._indexed_at(row)) for row in found]
        return [row if stamp == row.get("updatedAt") else {**row, "updatedAt": stamp} for row, stamp in known if stamp]

    def _indexed_at(self, row: Row) -> str | None:
        until = self.clock() - timedelta(seconds=self.index_lag)
        stamps = self.stamps[row["id"]]
        return next((stamp for at, stamp in reversed(stamps) if at <= until), None) if stamps else row.get("updatedAt")

    def _visible(self, row: Row) -> bool:
        if row["id"].split("/")[3] != "Order" or "read_all_orders" in self.access.scopes:
            return True
        return bool(datetime.fromisoformat(row["createdAt"]) >= self.clock() - VISIBLE)

    def shown(self, row: Row) -> Json:
        """A row as JSON, in which another row is its global id."""
        return {name: self._plain(value) for name, value in row.items()}

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return value.gid
        if isinstance(value, list):
            return [self._plain(item) for item in value]
        return {name: self._plain(item) for name, item in value.items()} if isinstance(value, dict) else value

    def final_state(self) -> dict[str, dict[str, Json]]:
        return {
            resource: {str(number(row)): self.shown(row) for row in self.rows[kind].values()}
            for kind, resource in RESOURCES.items()
        }
