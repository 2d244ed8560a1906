"""A simulated Magento 2 shop for the conduct suite. The relay signs in as an administrator, whose token ends."""

import copy
from datetime import UTC, datetime

import httpx

from shoprelay_relays.spec import Relay
from shoprelay_simulators import Magento2Shop, ManualClock
from shoprelay_simulators.magento2 import living
from tests.support.simulated import Config, Simulated


def _shop(count: int, at: datetime, clock: ManualClock) -> Magento2Shop:
    shop = Magento2Shop(7, orders=1, products=4, customers=3, clock=clock)
    (model,) = shop.orders.values()
    shop.invoices.clear()
    shop.shipments.clear()
    shop.orders.clear()
    for _ in range(count):
        number = shop.next_id("order")
        row = copy.deepcopy(model) | {"entity_id": number, "increment_id": f"{number:09d}"}
        shop.orders[number] = row | {"state": "new", "updated_at": at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")}
    return shop


def _config(shop: Magento2Shop, url: str) -> Config:
    return {"shop_url": url, "auth": "login", "username": shop.access.username, "password": shop.access.password}


def _change(shop: Magento2Shop, one: str) -> None:
    shop.orders[int(one)]["updated_at"] = shop.stamp()
    shop.changed("orders", int(one))


def _remove(shop: Magento2Shop, one: str) -> None:
    del shop.orders[int(one)]
    shop.changed("orders", int(one))


async def _listen(shop: Magento2Shop, relay: Relay, _client: httpx.AsyncClient, config: Config, url: str) -> Config:
    """The merchant enters both in the shop's module."""
    assert relay.webhook is not None
    prepared = relay.webhook.prepare(config)
    shop.calls.url, shop.calls.secret = url, prepared["webhook_secret"]
    return {**config, **prepared}


SIMULATED = Simulated(
    shop=_shop,
    config=_config,
    ids=lambda shop: {str(number) for number in shop.orders},
    add=living.place,
    change=_change,
    remove=_remove,
    removes={
        "products": lambda shop, one: shop.products.pop(int(one)),
        "customers": lambda shop, one: shop.customers.pop(int(one)),
    },
    tokens=lambda shop: shop.access.logins,
    listen=_listen,
)
