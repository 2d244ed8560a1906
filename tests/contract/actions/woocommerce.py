"""What is done in a simulated WooCommerce shop."""

from typing import Any

from shoprelay_simulators import WooShop
from tests.support.acting import Acted, Case


def _shop() -> WooShop:
    return WooShop(7, orders=3, products=4, customers=3)


def _config(shop: WooShop, url: str) -> dict[str, Any]:
    return {"shop_url": url, **shop.credentials(), "auth": "basic"}


def _order(shop: WooShop) -> str:
    order = next(iter(shop.orders.values()))
    order.status = "processing"
    return str(order.id)


def _simple(shop: WooShop) -> Any:
    return next(product for product in shop.products.values() if product.type == "simple")


def _stocked(shop: WooShop) -> str:
    product = _simple(shop)
    product.stock = 5
    return str(product.id)


ACTED = Acted(
    shop=_shop,
    config=_config,
    cases=(
        Case(
            "orders/update_status",
            target=_order,
            data=lambda _shop: {"status_id": "completed"},
            shop_says=lambda shop: next(iter(shop.orders.values())).status,
            holds="completed",
            document=("orders", {"state": "closed"}),
            result={"status_id": "completed"},
        ),
        Case(
            "variants/change_stock",
            name="to",
            target=_stocked,
            data=lambda _shop: {"stock": 12},
            shop_says=lambda shop: _simple(shop).stock,
            holds=12,
            document=("variants", {"stock": 12}),
            result={"stock": 12},
        ),
        Case(
            "variants/change_stock",
            name="by",
            target=_stocked,
            data=lambda _shop: {"stock_change": -2},
            shop_says=lambda shop: _simple(shop).stock,
            holds=3,
            document=("variants", {"stock": 3}),
            result={"stock": 3},
        ),
    ),
)
