"""Every simulated platform by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypedDict

from shoprelay_simulators.clock import Clock, utc_now
from shoprelay_simulators.hostedshop.shop import HostedShop
from shoprelay_simulators.magento2.shop import Magento2Shop
from shoprelay_simulators.prestashop.shop import PrestaShop
from shoprelay_simulators.quickbutik.shop import QuickbutikShop
from shoprelay_simulators.serving import Shop
from shoprelay_simulators.shopgo.shop import ShopGoShop
from shoprelay_simulators.shopify.shop import ShopifyShop
from shoprelay_simulators.woocommerce.shop import WooShop


class Size(TypedDict):
    """How much the shop has."""

    orders: int
    products: int
    customers: int


@dataclass(frozen=True)
class Wanted:
    """How large the shop is; the same seed makes the same shop. `webhook_delay`: seconds."""

    seed: int = 1
    orders: int = 60
    products: int = 27
    customers: int = 13
    webhook_delay: float = 0.0
    clock: Clock = utc_now

    @property
    def size(self) -> Size:
        return {"orders": self.orders, "products": self.products, "customers": self.customers}


PLATFORMS: Final[dict[str, Callable[[Wanted], Shop]]] = {
    "hostedshop": lambda w: HostedShop(w.seed, **w.size, clock=w.clock, webhook_delay=w.webhook_delay),
    "magento2": lambda w: Magento2Shop(w.seed, **w.size, clock=w.clock, webhook_delay=w.webhook_delay),
    "prestashop": lambda w: PrestaShop(w.seed, **w.size, clock=w.clock),
    "quickbutik": lambda w: QuickbutikShop(w.seed, **w.size, clock=w.clock),
    "shopgo": lambda w: ShopGoShop(w.seed, orders=w.orders, clock=w.clock, webhook_delay=w.webhook_delay),
    "shopify": lambda w: ShopifyShop(w.seed, **w.size, clock=w.clock, webhook_delay=w.webhook_delay),
    "woocommerce": lambda w: WooShop(w.seed, **w.size, clock=w.clock, webhook_delay=w.webhook_delay, tracks_shipments=True),
}
