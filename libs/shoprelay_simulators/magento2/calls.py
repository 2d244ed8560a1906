"""What a merchant's module calls: {"event", "id"}, signed with the secret that the merchant entered. The shop itself has none."""

import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import httpx

from shoprelay_simulators import outgoing
from shoprelay_simulators.ledger import Delivery

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

_EVENTS = {
    "orders": "order",
    "invoices": "invoice",
    "shipments": "shipment",
    "creditmemos": "creditmemo",
    "products": "product",
    "customers": "customer",
    "categories": "category",
    "stock": "stock",
}


@dataclass
class Calls:
    """`url` empty: no module. A call that fails is not made again."""

    shop: "Magento2Shop"
    delay: float = 0.0
    url: str = ""
    secret: str = ""
    waiting: list[tuple[datetime, str, str]] = field(default_factory=list)

    def tell(self, resource: str, row_id: int) -> None:
        if self.url and self.shop.faults.webhooks != "never":
            late = self.shop.faults.lateness()
            due = self.shop.clock() + timedelta(seconds=self.delay + late)
            times = 2 if self.shop.faults.webhooks == "duplicate" else 1
            self.waiting += [(due, _EVENTS[resource], str(row_id))] * times

    async def deliver_due(self) -> int:
        """Sends what is due; gives how many."""
        now = self.shop.clock()
        due = [one for one in self.waiting if one[0] <= now]
        self.waiting = [one for one in self.waiting if one[0] > now]
        if due:
            async with outgoing.client(10.0) as client:
                for _, event, row_id in due:
                    await self._send(client, event, row_id)
        return len(due)

    async def _send(self, client: httpx.AsyncClient, event: str, row_id: str) -> None:
        body = json.dumps({"event": event, "id": row_id}).encode()
        signature = hmac.digest(self.secret.encode(), body, sha256).hex()
        headers = {"Content-Type": "application/json", "X-Shoprelay-Signature": signature}
        try:
            status = (await client.post(self.url, content=body, headers=headers)).status_code
        except httpx.HTTPError:
            status = 0
        self.shop.ledger.deliveries.append(Delivery(self.shop.clock(), event, row_id, self.url, status))
