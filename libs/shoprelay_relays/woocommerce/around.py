"""The small lists around orders. They are not polled, as orders name what they need of them: a caller may ask the shop for them.

https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-countries, #list-all-payment-gateways and
#list-all-shipping-methods-from-a-shipping-zone
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

from shoprelay_relays.spec import Page, Window
from shoprelay_relays.woocommerce.client import get
from shoprelay_relays.woocommerce.walk import record

Config = Mapping[str, Any]


async def countries(shop: httpx.AsyncClient, _window: Window, _cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """All that WooCommerce knows, by their codes."""
    answer = await get(shop, "data/countries")
    yield Page([record("countries", row, str(row.get("code"))) for row in answer.body], answer.asked_at, None)


async def payment_methods(shop: httpx.AsyncClient, _window: Window, _cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """Every gateway that is installed, switched on or not: old orders name those that are off.

    Nothing more is asked for: the settings of a gateway have its secrets in them.
    """
    answer = await get(shop, "payment_gateways", {"_fields": "id,title,method_title"})
    yield Page([record("payment_methods", row, str(row.get("id"))) for row in answer.body], answer.asked_at, None)


async def delivery_methods(shop: httpx.AsyncClient, _window: Window, _cursor: str | None, _config: Config) -> AsyncIterator[Page]:
    """The methods of all shipping zones, as orders name them: flat_rate:3."""
    zones = await get(shop, "shipping/zones")
    found = [row for zone in zones.body for row in (await get(shop, f"shipping/zones/{int(zone['id'])}/methods")).body]
    records = [record("delivery_methods", row, f"{row.get('method_id')}:{row.get('instance_id')}") for row in found]
    yield Page(records, zones.asked_at, None, 1 + len(zones.body))
