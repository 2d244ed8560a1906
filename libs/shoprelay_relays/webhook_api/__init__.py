"""Webhook & API, v1: the shop posts to us what it has; docs/guides/push-api.md"""

from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import BaseModel, Field, HttpUrl

from shoprelay_relays.spec import Connection, Relay, Resource, Webhook
from shoprelay_relays.webhook_api import mapping, orders, routing
from shoprelay_relays.webhook_api.taking import take


class Credentials(BaseModel):
    """Nothing secret: the shop gets a token from us, which is shown once when it is connected."""

    shop_url: HttpUrl = Field(
        title="Shop address",
        description="The address of the shop, with https://. It is a name only: nothing is called there.",
        examples=["https://shop.example.com"],
    )


def client(_config: Mapping[str, Any], connection: Connection) -> httpx.AsyncClient:
    """Never asked: the shop speaks, we listen."""
    return httpx.AsyncClient(transport=connection.transport)


async def settings(_shop: httpx.AsyncClient, _config: Mapping[str, Any]) -> dict[str, str]:
    """Nothing to learn and nothing to test."""
    return {}


RELAY = Relay(
    name="webhook_api",
    label="Webhook & API",
    docs="docs/guides/push-api.md",
    author="Shoprelay",
    credentials=Credentials,
    client=client,
    settings=settings,
    resources=(
        Resource("orders", orders.order),
        Resource("products", mapping.product),
        Resource("customers", mapping.customer),
        Resource("stock", mapping.stock, collection="variants"),
    ),
    passing=(
        "categories",
        "countries",
        "credit_notes",
        "delivery_methods",
        "invoices",
        "order_lines",
        "payment_methods",
        "shipments",
        "statuses",
        "stock_messages",
    ),
    webhook=Webhook(check=routing.check, route=routing.route, take=take),
    identifiable_config_keys=("shop_url",),
    blind_spots=(
        "Only what the shop posts is known: nothing can be asked for again, and nothing is noticed that it does not post.",
        "Posts without updated_at count in the order in which they arrive; so do products and stock, always.",
        "A product that is posted without its variants is its own only one.",
        "Countries are known by their codes, categories, statuses and methods by their names.",
    ),
)
