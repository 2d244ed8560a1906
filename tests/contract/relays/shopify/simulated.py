"""A simulated Shopify shop for the conduct suite, for both kinds of app."""

from datetime import UTC, datetime
from functools import partial

from shoprelay_simulators import ManualClock, ShopifyShop
from shoprelay_simulators.shopify.orders import new_order
from shoprelay_simulators.shopify.paging import number
from tests.support.simulated import Config, Simulated, subscribed


def _shop(app: str, count: int, at: datetime, clock: ManualClock) -> ShopifyShop:
    shop = ShopifyShop(7, orders=0, products=4, customers=3, clock=clock, app=app, bulk_seconds=0, points=1e6, restore=1e6)
    for _ in range(count):
        new_order(shop, at, lines=1)["updatedAt"] = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return shop


def _config(shop: ShopifyShop, url: str) -> Config:
    return {"shop_url": url, **shop.credentials(), "read_all_orders": "yes"}


def _gid(one: str) -> str:
    return f"gid://shopify/Order/{one}"


def simulated_app(app: str) -> Simulated:
    return Simulated(
        shop=partial(_shop, app),
        config=_config,
        ids=lambda shop: {str(number(row)) for row in shop.rows["Order"].values()},
        add=lambda shop: shop.changed(new_order(shop, shop.now()), "create"),
        change=lambda shop, one: shop.changed(shop.rows["Order"][_gid(one)]),
        remove=lambda shop, one: shop.delete(_gid(one)),
        removes={
            "products": lambda shop, one: shop.delete(f"gid://shopify/Product/{one}"),
            "customers": lambda shop, one: shop.delete(f"gid://shopify/Customer/{one}"),
        },
        several=50,
        tokens=lambda shop: shop.access.tokens,
        listen=subscribed,
    )


SIMULATED = simulated_app("public")
