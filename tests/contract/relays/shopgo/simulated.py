"""A simulated ShopGo shop for the conduct suite: all orders come in one answer."""

from dataclasses import replace
from datetime import datetime

from shoprelay_simulators import ManualClock, ShopGoShop
from shoprelay_simulators.shopgo import build
from tests.support.simulated import Config, Simulated


def _shop(count: int, at: datetime, clock: ManualClock) -> ShopGoShop:
    shop = ShopGoShop(7, orders=1, clock=clock)
    (model,) = shop.orders.values()
    shop.orders = {f"R{number}": replace(model, number=f"R{number}", created=at) for number in range(100, 100 + count)}
    return shop


def _config(shop: ShopGoShop, url: str) -> Config:
    return {"api_key": shop.access.user_key, "base_url": f"{url}/v1/management/"}


def _add(shop: ShopGoShop) -> None:
    row = build.order(shop, shop.clock())
    shop.orders[row.number] = row
    shop.confirm(row)


def _change(shop: ShopGoShop, one: str) -> None:
    shop.orders[one].viewed = True
    shop.record(shop.orders[one])


SIMULATED = Simulated(
    divides=False,  # all orders come in one answer
    everything=True,
    shop=_shop,
    config=_config,
    ids=lambda shop: set(shop.orders),
    add=_add,
    change=_change,
    remove=lambda shop, one: shop.orders.pop(one),
)
