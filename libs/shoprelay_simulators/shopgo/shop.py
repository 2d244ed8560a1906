"""One ShopGo shop: its orders, its clock, its keys; answers requests, lives, calls webhooks."""

import random
from datetime import timedelta
from decimal import Decimal

from shoprelay_simulators.clock import Clock, utc_now
from shoprelay_simulators.faults import Faults
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.messages import Json, Request, Response
from shoprelay_simulators.shopgo import build, living
from shoprelay_simulators.shopgo.access import Access
from shoprelay_simulators.shopgo.api import answer
from shoprelay_simulators.shopgo.calls import Calls
from shoprelay_simulators.shopgo.rows import Order
from shoprelay_simulators.shopgo.show import order_json
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.people import jordanian_person

HISTORY = timedelta(days=60)


class ShopGoShop:
    """Deterministic: the same seed, size, clock and calls give the same bytes.

    `webhook_delay`: seconds between a confirmation and its webhook being due. `subscribed` False: every call is 402.
    """

    platform = "shopgo"

    def __init__(
        self,
        seed: int = 1,
        *,
        orders: int = 40,
        clock: Clock = utc_now,
        site_url: str = "http://127.0.0.1",
        currency: str = "JOD",
        webhook_delay: float = 0.0,
    ) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a reproducible world, no secret
        self.clock, self.site_url, self.currency = clock, site_url, currency
        self.faults, self.ledger, self.paused = Faults(), Ledger(), False
        self.calls = Calls(self, webhook_delay)
        self.counter, self.user_id = 0, f"{self.rng.getrandbits(96):024x}"
        self.access = Access(
            "dana@matjar.example",
            f"pw-{self.rng.getrandbits(64):016x}",
            f"{self.rng.getrandbits(128):032x}",
            f"{self.rng.getrandbits(128):032x}",
            str(self.rng.randint(100, 999)),
            "matjar",
        )
        self.subscribed = self.available = True
        self.webhooks = {"confirm-order": "", "calculate-shipping-rates": ""}
        self.flat_rate = Decimal("2.00")
        self.address = build.address(jordanian_person(self.rng, 0))
        self.orders: dict[str, Order] = {}
        self._fill(orders)

    def _fill(self, orders: int) -> None:
        opened = self.clock() - HISTORY
        for number in range(orders):
            row = build.order(self, opened + HISTORY * (number + 1) / (orders + 1))
            row.confirmed = row.viewed = chance(self.rng, 90)
            row.authorized = row.confirmed and chance(self.rng, 70)
            row.cancelled = not row.authorized and chance(self.rng, 30)
            for shipment in row.shipments if row.authorized else ():
                shipment.state = self.rng.choice(("ready", "shipped", "delivered"))
            self.orders[row.number] = row

    def credentials(self) -> dict[str, str]:
        return {
            "email": self.access.email,
            "password": self.access.password,
            "api_key": self.access.user_key,
            "platform_key": self.access.platform_key,
            "tenant_id": self.access.tenant_id,
            "tenant_name": self.access.tenant_name,
        }

    def answer(self, request: Request) -> Response:
        return answer(self, request)

    def step(self) -> str:
        """One random change; says which."""
        return living.step(self)

    async def deliver_due(self) -> int:
        return await self.calls.deliver_due()

    async def shipping_rates(self, destination: Json) -> list[Json]:
        """The rates of a checkout; asks the calculate-shipping-rates webhook when one is set."""
        return await self.calls.rates(destination)

    def confirm(self, order: Order) -> None:
        order.confirmed = True
        self.record(order)
        self.calls.confirm(order)

    def opened(self, site_url: str) -> None:
        """Takes its address and notes the state it opens with as first versions."""
        self.site_url = site_url
        for row in self.orders.values():
            self.record(row)

    def record(self, order: Order) -> None:
        self.ledger.note(self.clock(), "orders", order.number, order_json(self, order))

    def final_state(self) -> dict[str, dict[str, Json]]:
        return {"orders": {number: order_json(self, row) for number, row in self.orders.items()}}
