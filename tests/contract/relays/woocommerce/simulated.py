"""A simulated WooCommerce shop for the conduct suite."""

from dataclasses import replace
from datetime import datetime

from shoprelay_simulators import ManualClock, WooShop
from shoprelay_simulators.woocommerce import changes
from tests.support.simulated import Config, Simulated, subscribed


def _shop(count: int, at: datetime, clock: ManualClock) -> WooShop:
    shop = WooShop(7, orders=1, products=4, customers=3, clock=clock)
    (model,) = shop.orders.values()
    shop.orders = {}
    for _ in range(count):
        number = shop.next_id()
        shop.orders[number] = replace(model, id=number, status="processing", modified=at)
    return shop


def _config(shop: WooShop, url: str) -> Config:
    return {"shop_url": url, **shop.credentials(), "auth": "basic"}


def _add(shop: WooShop) -> None:
    model = next(iter(shop.orders.values()))
    changes.place_order(shop, replace(model, id=shop.next_id(), created=shop.now(), modified=shop.now()))


def _change(shop: WooShop, one: str) -> None:
    row = shop.orders[int(one)]
    changes.set_status(shop, row, "on-hold" if row.status == "processing" else "processing")


SIMULATED = Simulated(
    shop=_shop,
    config=_config,
    ids=lambda shop: {str(number) for number in shop.orders},
    add=_add,
    change=_change,
    remove=lambda shop, one: changes.delete_order(shop, shop.orders[int(one)]),
    removes={
        "products": lambda shop, one: changes.delete_product(shop, shop.products[int(one)]),
        "customers": lambda shop, one: changes.delete_customer(shop, shop.customers[int(one)]),
    },
    listen=subscribed,
)
