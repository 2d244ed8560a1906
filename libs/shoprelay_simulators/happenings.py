"""What happens in a shop on demand: what clients lose records by, at the moment somebody chooses."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from shoprelay_simulators.magento2 import cataloguing as magento2_catalogue
from shoprelay_simulators.prestashop import acts as prestashop_acts
from shoprelay_simulators.shopgo import living as shopgo_living
from shoprelay_simulators.woocommerce import changes as woocommerce_changes

if TYPE_CHECKING:
    from shoprelay_simulators.hostedshop.shop import HostedShop
    from shoprelay_simulators.magento2.shop import Magento2Shop
    from shoprelay_simulators.prestashop.shop import PrestaShop
    from shoprelay_simulators.quickbutik.shop import QuickbutikShop
    from shoprelay_simulators.serving import Shop
    from shoprelay_simulators.shopgo.shop import ShopGoShop
    from shoprelay_simulators.shopify.shop import ShopifyShop
    from shoprelay_simulators.woocommerce.shop import WooShop

Happening = Callable[[Any], object]


def happen(shop: "Shop", kind: str) -> None:
    """One of `kinds`. Where nothing is left that it could happen to, nothing happens."""
    if kind == "change":
        shop.step()
        return
    with _one_second(shop) if kind == "ties" else contextlib.suppress(LookupError):
        HAPPENINGS[shop.platform][kind](shop)


def kinds(platform: str) -> list[str]:
    """What can happen in a shop of that platform."""
    return ["change", *HAPPENINGS.get(platform, ())]


@contextlib.contextmanager
def _one_second(shop: "Shop") -> Iterator[None]:
    """The shop's clock stands, so that all that is touched has one modified time."""
    clock, now = shop.clock, shop.clock()
    shop.clock = lambda: now
    try:
        yield
    finally:
        shop.clock = clock


def _last(found: Iterable[int | str]) -> Any:
    """Of the products that orders name, the one that was sold last."""
    return list(found)[-1]


def _woocommerce_ties(shop: "WooShop") -> None:
    for order in shop.orders.values():
        woocommerce_changes.change_order(shop, order)
    for product in shop.products.values():
        woocommerce_changes.change_product(shop, product)


def _woocommerce_deleted(shop: "WooShop") -> None:
    lines = (line for order in shop.orders.values() for line in order.lines)
    sold = _last(line.product_id for line in lines if line.product_id in shop.products)
    woocommerce_changes.delete_product(shop, shop.products[sold])


def _prestashop_ties(shop: "PrestaShop") -> None:
    for resource in ("orders", "products", "customers"):
        for number in shop.tables[resource]:
            shop.touch(resource, number)


def _prestashop_deleted(shop: "PrestaShop") -> None:
    numbers = (int(str(row["product_id"])) for row in shop.tables["order_details"].values())
    prestashop_acts.delete(shop, "products", _last(number for number in numbers if number in shop.tables["products"]))


def _magento2_ties(shop: "Magento2Shop") -> None:
    for resource in ("orders", "products", "customers"):
        for number, row in shop.tables()[resource].items():
            row["updated_at"] = shop.stamp()
            shop.changed(resource, number)


def _magento2_deleted(shop: "Magento2Shop") -> None:
    numbers = (item["product_id"] for order in shop.orders.values() for item in order["items"])
    sold = _last(number for number in numbers if number in shop.products)
    magento2_catalogue.delete(shop, (shop.products[sold]["sku"],), {})


def _shopify_ties(shop: "ShopifyShop") -> None:
    for kind in ("Order", "Product", "Customer"):
        for row in shop.rows[kind].values():
            shop.changed(row)


def _shopify_deleted(shop: "ShopifyShop") -> None:
    lines = (line for order in shop.rows["Order"].values() for line in order["lineItems"])
    gids = (line["product"].gid for line in lines if line["product"])
    shop.delete(_last(gid for gid in gids if gid in shop.rows["Product"]))


def _hostedshop_ties(shop: "HostedShop") -> None:
    for kind in ("Order", "Product", "User"):
        for row in shop.tables[kind].values():
            shop.touch(kind, row)


def _hostedshop_deleted(shop: "HostedShop") -> None:
    numbers = (line["ProductId"] for order in shop.tables["Order"].values() for line in order["OrderLines"])
    sold = _last(number for number in numbers if number in shop.tables["Product"])
    shop.remove("Product", sold)
    shop.hooks.tell("products/delete", sold)


def _quickbutik_ties(shop: "QuickbutikShop") -> None:
    for order in shop.orders.values():
        shop.set_status(order, order.status)
    for product in shop.products.values():
        product.modified = shop.clock()
        shop.changed("products", product.id)


def _quickbutik_deleted(shop: "QuickbutikShop") -> None:
    numbers = (line.product.id for order in shop.orders.values() for line in order.lines)
    shop.delete("products", _last(number for number in numbers if number in shop.products))


def _shopgo_ties(shop: "ShopGoShop") -> None:
    """Orders have no modified time: some are placed in one second."""
    for _ in range(20):
        shopgo_living.new_order(shop)


HAPPENINGS: Final[Mapping[str, Mapping[str, Happening]]] = {
    "hostedshop": {
        "ties": _hostedshop_ties,
        "deleted": _hostedshop_deleted,
        "expire": lambda shop: shop.sessions.end_all(),
    },
    "magento2": {
        "ties": _magento2_ties,
        "deleted": _magento2_deleted,
        "expire": lambda shop: shop.access.logins.clear(),
    },
    "prestashop": {"ties": _prestashop_ties, "deleted": _prestashop_deleted},
    "quickbutik": {"ties": _quickbutik_ties, "deleted": _quickbutik_deleted},
    "shopgo": {"ties": _shopgo_ties},
    "shopify": {
        "ties": _shopify_ties,
        "deleted": _shopify_deleted,
        "expire": lambda shop: shop.access.end_all(),
    },
    "woocommerce": {"ties": _woocommerce_ties, "deleted": _woocommerce_deleted},
}
"""By platform: `ties` gives all records one modified time, `deleted` deletes a product that an order names, `expire` ends all
tokens. What a platform does not have is not in it: keys that do not end, orders that copy their goods."""
SENDS_NONE: Final = frozenset({"prestashop", "quickbutik"})
"""Platforms that send no webhooks."""
