"""Shops that behave like the real platforms, faults included: real HTTP servers on loopback, deterministic from a seed.

>>> from shoprelay_simulators import WooShop, serve
>>> async with serve(WooShop(seed=7)) as url: ...
"""

from shoprelay_simulators.clock import ManualClock, utc_now
from shoprelay_simulators.faults import Faults
from shoprelay_simulators.hostedshop.shop import HostedShop
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.magento2.shop import Magento2Shop
from shoprelay_simulators.prestashop.shop import PrestaShop
from shoprelay_simulators.quickbutik.shop import QuickbutikShop
from shoprelay_simulators.serving import Shop, serve
from shoprelay_simulators.shopgo.shop import ShopGoShop
from shoprelay_simulators.shopify.shop import ShopifyShop
from shoprelay_simulators.woocommerce.shop import WooShop

__all__ = [
    "Faults",
    "HostedShop",
    "Ledger",
    "Magento2Shop",
    "ManualClock",
    "PrestaShop",
    "QuickbutikShop",
    "Shop",
    "ShopGoShop",
    "ShopifyShop",
    "WooShop",
    "serve",
    "utc_now",
]
