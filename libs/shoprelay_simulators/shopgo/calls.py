"""What the shop calls: confirm-order after the fact, calculate-shipping-rates in the middle of a checkout."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import httpx

from shoprelay_simulators import outgoing
from shoprelay_simulators.ledger import Delivery
from shoprelay_simulators.messages import Json
from shoprelay_simulators.shopgo.rows import Order
from shoprelay_simulators.shopgo.show import money

if TYPE_CHECKING:
    from shoprelay_simulators.shopgo.shop import ShopGoShop

TIMEOUT_SECONDS = 10.0


class Calls:
    """`pending` holds order numbers with the time their confirm-order is due."""

    def __init__(self, shop: "ShopGoShop", delay: float) -> None:
        self.shop, self.delay = shop, delay
        self.pending: list[tuple[datetime, str]] = []

    def confirm(self, order: Order) -> None:
        late = self.shop.faults.lateness()
        self.pending.append((self.shop.clock() + timedelta(seconds=self.delay + late), order.number))

    async def deliver_due(self) -> int:
        """One unsigned attempt each; the documentation names the hook and not its body."""
        now, url = self.shop.clock(), self.shop.webhooks["confirm-order"]
        due = [number for at, number in self.pending if at <= now]
        self.pending = [(at, number) for at, number in self.pending if at > now]
        if not due or not url or self.shop.faults.webhooks == "never":
            return 0
        times = 2 if self.shop.faults.webhooks == "duplicate" else 1
        async with outgoing.client(TIMEOUT_SECONDS) as client:
            for number in [number for number in due for _ in range(times)]:
                status = await _post(client, url, {"order": {"number": number}})
                self.shop.ledger.deliveries.append(Delivery(now, "confirm-order", number, url, status))
        return len(due) * times

    async def rates(self, destination: Json) -> list[Json]:
        """The rates a shopper is offered: the shop's own unless the webhook answers with a list."""
        own: list[Json] = [
            {
                "id": "matrix-rate-1",
                "price": money(self.shop.flat_rate, self.shop.currency),
                "duration": {"value": 3, "unit": "days"},
                "name": {"en": "Standard", "ar": "عادي"},
                "description": {"en": "", "ar": ""},
                "provider": "matrix-rate",
            }
        ]
        url = self.shop.webhooks["calculate-shipping-rates"]
        if not url:
            return own
        checkout = {"shipping": destination, "destination": destination}
        async with outgoing.client(TIMEOUT_SECONDS) as client:
            try:
                answer = await client.post(url, json={"rates": own, "checkout": checkout})
                given = answer.json()
            except (httpx.HTTPError, httpx.InvalidURL, ValueError):
                return own
        return given if isinstance(given, list) and answer.is_success else own


async def _post(client: httpx.AsyncClient, url: str, body: Json) -> int:
    try:
        return (await client.post(url, json=body)).status_code
    except (httpx.HTTPError, httpx.InvalidURL):
        return 0
