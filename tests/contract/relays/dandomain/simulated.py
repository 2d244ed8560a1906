"""A simulated HostedShop for the conduct suite."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from shoprelay_relays.spec import Relay
from shoprelay_simulators import ManualClock
from shoprelay_simulators.hostedshop import build, living
from shoprelay_simulators.hostedshop.shop import HostedShop
from tests.support.simulated import Config, Simulated


def _shop(count: int, at: datetime, clock: ManualClock) -> HostedShop:
    shop = HostedShop(7, orders=count, products=4, customers=3, clock=clock)
    for row in shop.tables["Order"].values():
        row |= {"DateDelivered": build.stamp(at - timedelta(days=1)), "DateUpdated": build.stamp(at)}
    return shop


async def _listen(shop: HostedShop, _relay: Relay, _client: httpx.AsyncClient, config: Config, url: str) -> Config:
    """The merchant makes them by hand."""
    shop.hooks.url = url
    return config


def _remove(shop: Any, one: str) -> None:
    shop.remove("Order", int(one))


SIMULATED = Simulated(
    shop=_shop,
    config=lambda shop, _url: shop.credentials(),
    ids=lambda shop: {str(number) for number in shop.tables["Order"]},
    add=living.new_order,
    change=lambda shop, one: living.annotate(shop, shop.tables["Order"][int(one)]),
    remove=_remove,
    removes={
        "products": lambda shop, one: shop.remove("Product", int(one)),
        "customers": lambda shop, one: shop.remove("User", int(one)),
    },
    several=101,
    divides=False,  # time is what divides its lists, and these orders have one second: see test_simulated.py
    listen=_listen,
)
