"""WooCommerce shops that are connected, what they hold, and the webhooks that they send."""

import asyncio
import base64
import hmac
import json
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bson import ObjectId

from shoprelay_relays.registry import relay_id
from shoprelay_relays.spec import Mode
from shoprelay_runtime.admin import create_project
from shoprelay_runtime.admin.modes import switch
from shoprelay_runtime.codec import seal
from shoprelay_runtime.crypto import new_token, token_hash
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_simulators.woocommerce.shop import WooShop

SECRET = "a webhook secret"


@dataclass(frozen=True)
class Connected:
    """A webshop and the token of its webhook address."""

    project: Project = field(repr=False)
    id: ObjectId
    token: str = field(repr=False)


async def project(store: Store, settings: Settings) -> Project:
    made = await create_project(store, settings, "bench")
    return await Projects(store, settings.master()).get(made.id)


async def connect(store: Store, owner: Project) -> Connected:
    """A WooCommerce shop that is never polled."""
    token, webshop = new_token(), ObjectId()
    config = seal(owner.cipher, "webshops", {"config": {"webhook_secret": SECRET}})["config"]
    row = {"_id": webshop, "company_id": ObjectId(), "relay_id": relay_id("woocommerce"), "active": True, "config": config}
    await store.database(owner.database)["webshops"].insert_one(row)
    hook = {"_id": token_hash(token), "project": owner.id, "webshop": webshop, "relay": "woocommerce"}
    await store.collection(Control.HOOKS).insert_one(hook)
    return Connected(owner, webshop, token)


async def shopify(store: Store, owner: Project, url: str) -> ObjectId:
    """A Shopify shop at this address whose orders are polled."""
    webshop, config = ObjectId(), {"shop_url": url, "access_token": "shpat_bench"}
    row = {"_id": webshop, "company_id": ObjectId(), "relay_id": relay_id("shopify_custom_app"), "active": True}
    polled = {**row, switch("orders", Mode.CREATED_SINCE_LAST_REQUEST): True}
    await store.database(owner.database)["webshops"].insert_one(polled | seal(owner.cipher, "webshops", {"config": config}))
    return webshop


class Orders:
    """Any number of WooCommerce orders of the simulated shop's making, each with an id, lines and a buyer of its own."""

    def __init__(self) -> None:
        shop = WooShop(orders=60)
        self._bodies = [shop.read("orders", number) for number, row in shop.orders.items() if row.status == "completed"]

    def body(self, number: int) -> bytes:
        order: dict[str, Any] = self._bodies[number % len(self._bodies)]
        billing = {**order["billing"], "email": f"buyer-{number % 5000}@shop.example"}
        parts = {
            name: [{**part, "id": 10 * number + n} for n, part in enumerate(order[name])] for name in ("line_items", "refunds")
        }
        own = {"id": number, "number": str(number), "customer_id": 0, "billing": billing, **parts}
        return json.dumps(order | own).encode()


def webhook(token: str, body: bytes) -> bytes:
    """The HTTP request with which WooCommerce tells of an order."""
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, sha256)).decode()
    lines = [
        f"POST /webhooks/{token} HTTP/1.1",
        "host: 127.0.0.1",
        "content-type: application/json",
        "x-wc-webhook-topic: order.updated",
        "x-wc-webhook-delivery-id: 5",
        f"x-wc-webhook-signature: {signature}",
        f"content-length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def post(reader: StreamReader, writer: StreamWriter, request: bytes) -> None:
    """Send a request and wait for its 200; anything else is an error."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"answered {head[:60]!r}")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))


async def connection(port: int) -> tuple[StreamReader, StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port)
