"""One Magento 2 shop: its tables, its clock, its keys; answers requests, lives, calls webhooks."""

import copy
import random
from collections.abc import Mapping
from datetime import UTC, timedelta

from shoprelay_simulators.clock import Clock, utc_now
from shoprelay_simulators.faults import Faults
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.magento2 import goods, living, orders, people
from shoprelay_simulators.magento2.api import answer
from shoprelay_simulators.magento2.auth import Access
from shoprelay_simulators.magento2.calls import Calls
from shoprelay_simulators.magento2.rows import Row
from shoprelay_simulators.messages import Request, Response

HISTORY = timedelta(days=30)
_FIRST = {"product": 60, "order": 7000, "item": 500, "invoice": 400, "shipment": 300, "creditmemo": 500, "customer": 50}


class Magento2Shop:
    """Deterministic: the same seed, size, clock and calls give the same bytes.

    `inventory` False: without the modules for sources, as some merchants switch them off. `largest_page`: the merchant's limit.
    `hidden`: ids of products that take up places in lists and are not shown.
    """

    platform = "magento2"

    def __init__(
        self,
        seed: int = 1,
        *,
        orders: int = 30,
        products: int = 20,
        customers: int = 8,
        clock: Clock = utc_now,
        site_url: str = "http://127.0.0.1",
        webhook_delay: float = 0.0,
        inventory: bool = True,
        largest_page: int | None = None,
    ) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a reproducible world, no secret
        self.clock, self.site_url, self.inventory, self.largest_page = clock, site_url, inventory, largest_page
        self.faults, self.ledger, self.paused = Faults(), Ledger(), False
        self.calls = Calls(self, webhook_delay)
        self.access = Access(self._key(), self._key(), self._key(), self._key(), self._key())
        self.hidden: set[int] = set()
        self.attributes: list[Row] = goods.attributes()
        self.orders: dict[int, Row] = {}
        self.products: dict[int, Row] = {}
        self.customers: dict[int, Row] = {}
        self.categories: dict[int, Row] = {}
        self.shipments: dict[int, Row] = {}
        self.invoices: dict[int, Row] = {}
        self.creditmemos: dict[int, Row] = {}
        self.stock: dict[tuple[str, str], Row] = {}
        self.rules: dict[int, Row] = {}
        self.carts: dict[str, Row] = {}
        self._counters = dict(_FIRST)
        self._back = timedelta(0)
        self._fill(orders, products, customers)

    def _fill(self, orders_: int, products: int, customers: int) -> None:
        self._back = HISTORY
        goods.categories(self)
        goods.products(self, products)
        for _ in range(customers):
            people.customer(self)
        for number in range(orders_):
            self._back = HISTORY * (orders_ - number) / (orders_ + 1)
            row = orders.order(self)
            self.orders[row["entity_id"]] = row
            if number % 3 == 0:
                living.invoice(self)
            if number % 4 == 0:
                living.ship(self)
        self._back = timedelta(0)
        self.calls.waiting.clear()

    def _key(self) -> str:
        return f"{self.rng.getrandbits(128):032x}"

    def stamp(self) -> str:
        """Now, as the shop writes times: UTC, to the second, unmarked."""
        return (self.clock() - self._back).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")

    def next_id(self, kind: str) -> int:
        self._counters[kind] = self._counters.get(kind, 0) + 1
        return self._counters[kind]

    def take(self, sku: str, quantity: float) -> None:
        """Sent from the default source."""
        held = self.stock.get((sku, "default"))
        if held is not None:
            held["quantity"] -= quantity
            held["status"] = int(held["quantity"] > 0)

    def changed(self, resource: str, row_id: int) -> None:
        """Notes the row's present state, or that it is gone, and has the module tell of it."""
        self.ledger.note(self.clock(), resource, str(row_id), copy.deepcopy(self.tables()[resource].get(row_id)))
        self.tell(resource, row_id)

    def tell(self, resource: str, row_id: int) -> None:
        self.calls.tell(resource, row_id)

    def tables(self) -> dict[str, Mapping[int, Row]]:
        names = ("orders", "products", "customers", "categories", "shipments", "invoices", "creditmemos")
        return {name: getattr(self, name) for name in names}

    def credentials(self) -> dict[str, str]:
        return {
            "consumer_key": self.access.consumer_key,
            "consumer_secret": self.access.consumer_secret,
            "access_token": self.access.access_token,
            "access_token_secret": self.access.access_token_secret,
        }

    def answer(self, request: Request) -> Response:
        return answer(self, request)

    def step(self) -> str:
        """One random change; says which."""
        return living.step(self)

    async def deliver_due(self) -> int:
        return await self.calls.deliver_due()

    def opened(self, site_url: str) -> None:
        """Takes its address and notes the state it opens with as first versions."""
        self.site_url = site_url
        for resource, rows in self.final_state().items():
            for row_id, body in rows.items():
                self.ledger.note(self.clock(), resource, row_id, body)

    def final_state(self) -> dict[str, dict[str, Row]]:
        """What lists show of every row; stock as "sku/source"."""
        found = {name: {str(key): copy.deepcopy(row) for key, row in rows.items()} for name, rows in self.tables().items()}
        return found | {"source_items": {f"{sku}/{source}": dict(row) for (sku, source), row in self.stock.items()}}
