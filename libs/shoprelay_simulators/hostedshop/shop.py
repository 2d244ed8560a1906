"""One shop of the HostedShop family: its rows, its clock, its sessions; answers requests, lives, calls webhooks."""

import random
from collections import Counter
from datetime import timedelta
from typing import Literal

from shoprelay_simulators.clock import Clock, utc_now
from shoprelay_simulators.faults import Faults
from shoprelay_simulators.hostedshop import api, build, lists, living
from shoprelay_simulators.hostedshop.hooks import Hooks
from shoprelay_simulators.hostedshop.rows import FIELDS, KINDS, Row, pick
from shoprelay_simulators.hostedshop.sessions import Sessions
from shoprelay_simulators.hostedshop.soap import shown
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.messages import Json, Request, Response
from shoprelay_simulators.world.goods import catalogue

HISTORY = timedelta(days=60)
NAMES = {"Order": "orders", "Product": "products", "User": "customers", "Category": "categories"}


class HostedShop:
    """Deterministic: the same seed, size, clock and calls give the same bytes.

    `lacking`: fields that this tenant does not have. `largest_page`: more rows than that no paged answer has, whatever is asked.
    `missing`: how a read of a record that is not there is answered.
    """

    platform = "hostedshop"

    def __init__(
        self,
        seed: int = 1,
        *,
        orders: int = 60,
        products: int = 27,
        customers: int = 13,
        clock: Clock = utc_now,
        site_url: str = "http://127.0.0.1",
        webhook_delay: float = 0.0,
        largest_page: int = 2500,
    ) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a reproducible world, no secret
        self.clock, self.site_url, self.largest_page = clock, site_url, largest_page
        self.faults, self.ledger, self.paused = Faults(), Ledger(), False
        self.username, self.password = "shoprelay", f"pw-{self.rng.getrandbits(64):016x}"
        self.hooks = Hooks(self, f"{self.rng.getrandbits(128):032x}", webhook_delay)
        self.sessions = Sessions(random.Random(seed))  # noqa: S311
        self.lacking: set[str] = set()
        self.missing: Literal["empty", "fault"] = "empty"
        self.delivery_times = lists.DELIVERY_TIMES
        self.variant_types: list[Row] = [dict(row) for row in lists.VARIANT_TYPES]
        self.variant_values: dict[str, list[Row]] = {
            kind: [dict(row) for row in rows] for kind, rows in lists.VARIANT_VALUES.items()
        }
        self._numbers: Counter[str] = Counter()
        self.tables: dict[str, dict[int, Row]] = {name: {} for name in NAMES}
        self.tables["Category"] = {row["Id"]: dict(row) for row in lists.CATEGORIES}
        self._fill(orders, products, customers)

    def _fill(self, orders: int, products: int, customers: int) -> None:
        opened = self.clock() - HISTORY
        for goods in catalogue(self.rng, products):
            row = build.product(self, goods, opened)
            self.tables["Product"][row["Id"]] = row
        for number in range(customers):
            row = build.user(self, opened + HISTORY * number / (customers + 1))
            self.tables["User"][row["Id"]] = row
        for number in range(orders):
            row = build.order(self, opened + HISTORY * (number + 1) / (orders + 1))
            self.tables["Order"][row["Id"]] = row

    def number(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]

    def credentials(self) -> dict[str, str]:
        return {
            "shop_url": self.site_url,
            "username": self.username,
            "password": self.password,
            "webhook_secret": self.hooks.secret,
            "api_url": self.site_url,
        }

    def answer(self, request: Request) -> Response:
        return api.answer(self, request)

    def step(self) -> str:
        """One random change; says which."""
        return living.step(self)

    async def deliver_due(self) -> int:
        return await self.hooks.deliver_due()

    def opened(self, site_url: str) -> None:
        """Takes its address and notes the state it opens with as first versions."""
        self.site_url = site_url
        for kind, rows in self.tables.items():
            for row in rows.values():
                self.note(kind, row)

    def add(self, kind: str, row: Row) -> None:
        self.tables[kind][row["Id"]] = row
        self.note(kind, row)

    def touch(self, kind: str, row: Row) -> None:
        """A change that the platform dates."""
        row["DateUpdated"] = build.stamp(self.clock())
        self.note(kind, row)

    def remove(self, kind: str, number: int) -> None:
        del self.tables[kind][number]
        self.ledger.note(self.clock(), NAMES[kind], str(number), None)

    def note(self, kind: str, row: Row) -> None:
        self.ledger.note(self.clock(), NAMES[kind], str(row["Id"]), self._whole(kind, row))

    def final_state(self) -> dict[str, dict[str, Json]]:
        return {
            NAMES[kind]: {str(number): self._whole(kind, row) for number, row in rows.items()}
            for kind, rows in self.tables.items()
        }

    def _whole(self, kind: str, row: Row) -> Json:
        """A row as a session with every field sees it."""
        fields = {operation: list(names) for operation, names in FIELDS.items()}
        found = shown(pick(row, KINDS[kind], fields) if kind in KINDS else row)
        assert isinstance(found, dict)
        return found
