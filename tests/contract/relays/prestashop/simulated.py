"""A simulated PrestaShop for the conduct suite."""

from datetime import datetime
from functools import partial

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.prestashop import seed
from tests.support.simulated import Config, Simulated


def _shop(count: int, at: datetime, clock: ManualClock) -> PrestaShop:
    shop = PrestaShop(7, orders=1, products=4, customers=3, clock=clock)
    (model,) = shop.tables["orders"].values()
    for _ in range(count - 1):
        shop.add("orders", {name: value for name, value in model.items() if name != "id"})
    for row in shop.tables["orders"].values():
        row["date_upd"] = shop.local(at)
    return shop


def _config(shop: PrestaShop, url: str) -> Config:
    learnt = {"time_zone": "Europe/Copenhagen", "currency": "DKK", "currency_id": "1", "country_id": "20", "language_id": "2"}
    return {"shop_url": url, "key": shop.key, **learnt}


def _remove(resource: str, shop: PrestaShop, one: str) -> None:
    shop.remove(resource, int(one))


SIMULATED = Simulated(
    shop=_shop,
    config=_config,
    ids=lambda shop: {str(number) for number in shop.tables["orders"]},
    add=seed.add_order,
    change=lambda shop, one: shop.change("orders", int(one), {"note": "changed"}),
    remove=lambda shop, one: shop.remove("orders", int(one)),
    removes={name: partial(_remove, name) for name in ("products", "customers")},
    several=60,
)
