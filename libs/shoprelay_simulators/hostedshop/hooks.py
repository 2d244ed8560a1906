"""Webhooks: made in the administration; an id, signed."""

import base64
import hmac
import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

import httpx

from shoprelay_simulators import outgoing
from shoprelay_simulators.ledger import Delivery

if TYPE_CHECKING:
    from shoprelay_simulators.hostedshop.shop import HostedShop

TIMEOUT_SECONDS = 10.0


class Hooks:
    """`url`: where the merchant pointed them; empty: none. How the signature is written is not documented."""

    def __init__(self, shop: "HostedShop", secret: str, delay: float) -> None:
        self.shop, self.secret, self.delay = shop, secret, delay
        self.url = ""
        self.written: Literal["base64", "hex"] = "base64"
        self.pending: list[tuple[datetime, str, str]] = []

    def tell(self, topic: str, number: int) -> None:
        late = self.shop.faults.lateness()
        self.pending.append((self.shop.clock() + timedelta(seconds=self.delay + late), topic, str(number)))

    async def deliver_due(self) -> int:
        now = self.shop.clock()
        due = [(topic, number) for at, topic, number in self.pending if at <= now]
        self.pending = [one for one in self.pending if one[0] > now]
        if not due or not self.url or self.shop.faults.webhooks == "never":
            return 0
        due *= 2 if self.shop.faults.webhooks == "duplicate" else 1
        async with outgoing.client(TIMEOUT_SECONDS) as client:
            for topic, number in due:
                status = await self._post(client, topic, number)
                self.shop.ledger.deliveries.append(Delivery(now, topic, number, self.url, status))
        return len(due)

    async def _post(self, client: httpx.AsyncClient, topic: str, number: str) -> int:
        body = json.dumps({"id": number}).encode()
        digest = hmac.digest(self.secret.encode(), body, sha256)
        headers = {
            "Content-Type": "application/json",
            "X-Hmac-Sha256": digest.hex() if self.written == "hex" else base64.b64encode(digest).decode(),
            "X-Webhook-Topic": topic,
            "X-Shop-Domain": "shop000000.mywebshop.io",
        }
        try:
            return (await client.post(self.url, content=body, headers=headers)).status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            return 0
