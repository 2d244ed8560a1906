"""Sales with dates. The shop writes them into prices, and out of them, in a job of each day: until then the price stays."""

from datetime import date
from typing import TYPE_CHECKING

from shoprelay_simulators.woocommerce import changes
from shoprelay_simulators.woocommerce.product_parts import price_of
from shoprelay_simulators.woocommerce.rows import Product

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop


class DailyJob:
    """Runs for the first time after the shop's next midnight."""

    def __init__(self, shop: "WooShop") -> None:
        self.shop, self.done = shop, self._today(shop)

    def run_when_due(self) -> None:
        if self._today(self.shop) != self.done:
            self.done = self._today(self.shop)
            for product in list(self.shop.products.values()):
                _settle(self.shop, product)

    @staticmethod
    def _today(shop: "WooShop") -> date:
        return shop.now().astimezone(shop.zone).date()


def _settle(shop: "WooShop", product: Product) -> None:
    """A sale that began loses its first date, and one that is over all that there was of it."""
    price, offer = price_of(product, shop.now())
    if not product.sale_price or offer == (price == product.sale_price):
        return
    product.sale_from, product.priced = None, shop.now()
    if not offer:
        product.sale_price, product.sale_to = "", None
    changes.change_product(shop, product)
