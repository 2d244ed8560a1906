"""Webhooks: queued when something happens, built and sent later, one attempt each."""

import base64
import hashlib
import hmac
import html
import ipaddress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from shoprelay_simulators import outgoing
from shoprelay_simulators.ledger import Delivery
from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.errors import WpError
from shoprelay_simulators.woocommerce.php import encode
from shoprelay_simulators.woocommerce.rows import Webhook

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

SUCCESS = range(200, 303)  # 303 is a failure
FAILURES_BEFORE_DISABLING = 6
PUBLIC_PORTS = {None, 80, 443, 8080}
TIMEOUT_SECONDS = 60.0


class Hooks:
    """`pending` holds (webhook id, row id) -> when due. A second change before delivery joins the first."""

    def __init__(self, shop: "WooShop", delay: float, *, refuse_private: bool) -> None:
        self.shop, self.delay, self.refuse_private = shop, delay, refuse_private
        self.pending: dict[tuple[int, int], datetime] = {}
        self.pings: list[int] = []

    def fire(self, topic: str, row_id: int) -> None:
        due = self.shop.clock() + timedelta(seconds=self.delay + self.shop.faults.lateness())
        for webhook in self.shop.webhooks.values():
            if webhook.topic == topic and webhook.status == "active":
                self.pending.setdefault((webhook.id, row_id), due)

    async def deliver_due(self) -> int:
        """Sends what is due, one after another as the shop does; returns how many requests were made."""
        now = self.shop.clock()
        due = [key for key, at in self.pending.items() if at <= now]
        pings, self.pings = self.pings, []
        if not due and not pings:
            return 0
        sent = 0
        async with outgoing.client(TIMEOUT_SECONDS) as client:
            for webhook_id in pings:
                sent += await self._ping(client, webhook_id)
            for key in due:
                if self.pending.pop(key, None) is not None and self.shop.faults.webhooks != "never":
                    sent += await self._deliver(client, *key)
        return sent

    async def _deliver(self, client: httpx.AsyncClient, webhook_id: int, row_id: int) -> int:
        webhook = self.shop.webhooks.get(webhook_id)
        if webhook is None:
            return 0
        times = 2 if self.shop.faults.webhooks == "duplicate" else 1
        for _ in range(times):
            body = encode(payload(self.shop, webhook.topic, row_id))
            status = await self._send(client, webhook, body)
            now = self.shop.clock()
            self.shop.ledger.deliveries.append(Delivery(now, webhook.topic, str(row_id), webhook.url, status))
            self._judge(webhook, ok=status in SUCCESS)
            if webhook.ping_owed:
                await self._ping(client, webhook.id)
        return times

    async def _send(self, client: httpx.AsyncClient, webhook: Webhook, body: bytes) -> int:
        if self._refuses(webhook):
            return 0
        try:
            response = await client.post(webhook.url, content=body, headers=self.headers(webhook, body))
        except (httpx.HTTPError, httpx.InvalidURL):
            return 0
        return response.status_code

    def _refuses(self, webhook: Webhook) -> bool:
        return self.refuse_private and not allowed(webhook.url, self.shop.site_url)

    def headers(self, webhook: Webhook, body: bytes) -> dict[str, str]:
        resource, _, event = webhook.topic.partition(".")
        second = int(self.shop.clock().timestamp())
        return {
            "User-Agent": self.shop.agent,
            "Accept": "*/*",
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self.shop.site_url}/",
            "X-WC-Webhook-Topic": webhook.topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": sign(body, webhook.secret),
            "X-WC-Webhook-ID": str(webhook.id),
            # Made of the webhook and the second alone: two deliveries within one second share it.
            "X-WC-Webhook-Delivery-ID": hashlib.sha256(f"{webhook.id}{second}".encode()).hexdigest()[:32],
            "Connection": "close",
        }

    async def _ping(self, client: httpx.AsyncClient, webhook_id: int) -> int:
        """An unsigned form. Only exactly 200 settles it; else it comes again after every delivery."""
        webhook = self.shop.webhooks.get(webhook_id)
        if webhook is None or self._refuses(webhook):
            return 0
        try:
            response = await client.post(
                webhook.url,
                data={"webhook_id": str(webhook.id)},
                headers={"User-Agent": self.shop.agent, "Connection": "close"},
                follow_redirects=True,
            )
        except (httpx.HTTPError, httpx.InvalidURL):
            return 1
        if response.status_code == httpx.codes.OK:
            webhook.ping_owed = False
        return 1

    def _judge(self, webhook: Webhook, *, ok: bool) -> None:
        if ok:
            webhook.failures = 0
            return
        if webhook.failures >= FAILURES_BEFORE_DISABLING:
            webhook.status = "disabled"
            webhook.modified = self.shop.now()
        webhook.failures += 1


def sign(body: bytes, secret: str) -> str:
    """base64(HMAC-SHA256(body, secret)); HTML entities in the secret are decoded first."""
    key = html.unescape(secret).encode()
    return base64.b64encode(hmac.new(key, body.strip(), hashlib.sha256).digest()).decode()


def allowed(url: str, site: str) -> bool:
    """Whether the shop would send there: to a public address at port 80, 443 or 8080, or to its own.

    https://developer.wordpress.org/reference/functions/wp_http_validate_url/
    """
    there, own = urlsplit(url), urlsplit(site)
    if there.hostname is None:
        return False
    same = there.hostname == own.hostname
    if there.port not in PUBLIC_PORTS and not (same and there.port == own.port):
        return False
    return same or _is_public(there.hostname)


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return host != "localhost"


def payload(shop: "WooShop", topic: str, row_id: int) -> Json:
    """What REST says about the row at this moment, which may be an error when it is gone."""
    resource, _, event = topic.partition(".")
    if resource == "action":
        return {"action": event, "arg": row_id}
    if event == "deleted":
        return {"id": row_id}
    try:
        return shop.read(f"{resource}s", row_id)
    except WpError as error:
        return error.body()
