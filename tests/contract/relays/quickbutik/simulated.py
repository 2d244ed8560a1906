"""A simulated Quickbutik shop for the conduct suite: its orders were made before the window, and their status changed in it."""

from dataclasses import replace
from datetime import datetime, timedelta

from shoprelay_simulators import ManualClock, QuickbutikShop
from shoprelay_simulators.quickbutik.rows import DONE, UNPAID
from tests.support.simulated import Config, Simulated


def _shop(count: int, at: datetime, clock: ManualClock) -> QuickbutikShop:
    shop = QuickbutikShop(7, orders=1, products=3, customers=3, clock=clock)
    (model,) = shop.orders.values()
    shop.orders.clear()
    for _ in range(count):
        number = shop.next_id("order")
        shop.orders[number] = replace(model, id=number, created=at - timedelta(days=2), status_at=at, status=UNPAID)
    return shop


def _config(shop: QuickbutikShop, url: str) -> Config:
    return {"shop_url": "https://shop.test/", "api_url": f"{url}/v1/", **shop.credentials()}


SIMULATED = Simulated(
    shop=_shop,
    config=_config,
    ids=lambda shop: {str(number) for number in shop.orders},
    add=lambda shop: shop.place(),
    change=lambda shop, one: shop.set_status(shop.orders[int(one)], DONE),
    remove=lambda shop, one: shop.delete("orders", int(one)),
    removes={"products": lambda shop, one: shop.delete("products", int(one))},
)
