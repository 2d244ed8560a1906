"""One random change at a time, as shoppers and shopkeepers make them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shoprelay_simulators.woocommerce import living_goods as goods
from shoprelay_simulators.woocommerce import living_orders as orders

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

Change = Callable[["WooShop"], str]


def step(shop: "WooShop") -> str:
    """One change; falls back to a new order when the drawn one has nothing to work on."""
    kinds = list(WEIGHTS)
    change = shop.rng.choices(kinds, weights=[WEIGHTS[kind] for kind in kinds])[0]
    return change(shop) or orders.new_order(shop)


WEIGHTS: dict[Change, int] = {
    orders.new_order: 26,
    orders.status: 26,
    orders.correct_address: 5,
    orders.refund: 5,
    orders.drop_refund: 1,
    orders.draft: 3,
    orders.finish_draft: 3,
    orders.trash_order: 2,
    orders.restore_order: 1,
    orders.delete_order: 1,
    goods.edit_product: 6,
    goods.edit_variation: 5,
    goods.count_stock: 8,
    goods.new_product: 2,
    goods.trash_product: 1,
    goods.delete_product: 1,
    goods.trash_coupon: 1,
    goods.new_customer: 3,
    goods.edit_customer: 4,
    goods.delete_customer: 1,
    goods.rename_category: 1,
}
