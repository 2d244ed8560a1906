"""Webhooks: subscriptions, signed deliveries, retries, and the end of a subscription after eight failures.

https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
"""

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import httpx

from shoprelay_simulators import outgoing
from shoprelay_simulators.ledger import SUCCESS, Delivery
from shoprelay_simulators.shopify.paging import number

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.shop import ShopifyShop

TIMEOUT_SECONDS = 5.0
MOST_FAILURES = 8


@dataclass
class Pending:
    """One delivery to come; `tries` were in vain."""

    due: datetime
    subscription: str
    topic: str
    resource_id: str
    body: bytes
    delivery_id: str
    event_id: str
    triggered: str
    tries: int = 0


class Hooks:
    """`seconds`: how long after an event its webhooks leave."""

    def __init__(self, shop: "ShopifyShop", seconds: float) -> None:
        self.shop, self.seconds = shop, seconds
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.pending: list[Pending] = []

    def listed(self, args: dict[str, Any]) -> list[dict[str, Any]]:
        wanted, uri = args.get("topics"), args.get("uri") or args.get("callbackUrl")
        rows = self.subscriptions.values()
        return [row for row in rows if (not wanted or row["topic"] in wanted) and (not uri or row["uri"] == uri)]

    def create(self, topic: str, given: dict[str, Any]) -> dict[str, Any]:
        uri = str(given.get("uri") or "")
        if not uri.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            return {"webhookSubscription": None, "userErrors": [_error("Address is invalid")]}
        if any((row["topic"], row["uri"]) == (topic, uri) for row in self.subscriptions.values()):
            return {"webhookSubscription": None, "userErrors": [_error("Address for this topic has already been taken")]}
        gid, now = f"gid://shopify/WebhookSubscription/{self.shop.next_number()}", self.shop.stamp()
        row = {"id": gid, "topic": topic, "uri": uri, "format": given.get("format") or "JSON", "createdAt": now, "updatedAt": now}
        self.subscriptions[gid] = {
            **row,
            "includeFields": given.get("includeFields") or [],
            "filter": given.get("filter"),
            "failures": 0,
        }
        return {"webhookSubscription": self.subscriptions[gid], "userErrors": []}

    def delete(self, gid: str) -> dict[str, Any]:
        if self.subscriptions.pop(gid, None) is None:
            return {"deletedWebhookSubscriptionId": None, "userErrors": [_error("Webhook subscription does not exist")]}
        return {"deletedWebhookSubscriptionId": gid, "userErrors": []}

    def happened(self, topic: str, resource_id: str, body: dict[str, Any]) -> None:
        """An event: one delivery for each subscription of its topic."""
        late = self.shop.faults.lateness()
        due, event = self.shop.clock() + timedelta(seconds=self.seconds + late), f"evt-{self.shop.next_number()}"
        for gid, row in self.subscriptions.items():
            if row["topic"] == topic.upper().replace("/", "_"):
                told = {name: body[name] for name in row["includeFields"] if name in body} if row["includeFields"] else body
                delivery = f"dlv-{self.shop.next_number()}"
                sent = json.dumps(told, ensure_ascii=False).encode()
                self.pending.append(Pending(due, gid, topic, resource_id, sent, delivery, event, self.shop.stamp()))

    async def deliver_due(self) -> int:
        now = self.shop.clock()
        due = [item for item in self.pending if item.due <= now]
        self.pending = [item for item in self.pending if item.due > now]
        if self.shop.faults.webhooks == "never" or not due:
            return 0
        times = 2 if self.shop.faults.webhooks == "duplicate" else 1
        async with outgoing.client(TIMEOUT_SECONDS) as client:
            for item in [item for item in due for _ in range(times)]:
                await self._deliver(client, item)
        return len(due) * times

    async def _deliver(self, client: httpx.AsyncClient, item: Pending) -> None:
        row = self.subscriptions.get(item.subscription)
        if row is None:
            return
        try:
            status = (await client.post(row["uri"], content=item.body, headers=self._headers(item))).status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            status = 0
        self.shop.ledger.deliveries.append(Delivery(self.shop.clock(), item.topic, item.resource_id, row["uri"], status))
        row["failures"] = 0 if status in SUCCESS else row["failures"] + 1
        if row["failures"] >= MOST_FAILURES:
            self.subscriptions.pop(item.subscription)
        elif status not in SUCCESS:
            item.tries += 1
            item.due = self.shop.clock() + timedelta(seconds=60 * 2**item.tries)
            self.pending.append(item)

    def _headers(self, item: Pending) -> dict[str, str]:
        signature = hmac.digest(self.shop.access.client_secret.encode(), item.body, sha256)
        return {
            "Content-Type": "application/json",
            "X-Shopify-Topic": item.topic,
            "X-Shopify-Hmac-Sha256": base64.b64encode(signature).decode(),
            "X-Shopify-Shop-Domain": self.shop.about["myshopifyDomain"],
            "X-Shopify-API-Version": self.shop.version,
            "X-Shopify-Webhook-Id": item.delivery_id,
            "X-Shopify-Event-Id": item.event_id,
            "X-Shopify-Triggered-At": item.triggered,
        }


def rest(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the old REST API shows it: numbers for ids, other names, times with the shop's offset."""
    return {
        "id": number(row),
        "admin_graphql_api_id": row["id"],
        "created_at": row.get("createdAt"),
        "updated_at": row.get("updatedAt"),
        **{name: row[name] for name in ("name", "title", "handle", "email", "tags") if name in row},
    }


def _error(message: str) -> dict[str, Any]:
    return {"field": ["webhookSubscription", "uri"], "message": message}
