"""What can be done in a WooCommerce shop."""

from shoprelay_relays.actions import action
from shoprelay_relays.woocommerce.actions import orders, stock

ACTIONS = {
    "orders/update_status": action(orders.update_status, "status_id", reads=orders.reads),
    "variants/change_stock": action(
        stock.change,
        "stock",
        "stock_change",
        reads=stock.reads,
        comments="WooCommerce only sets a count: a change is read, added and set, so that a sale in between can be lost.",
    ),
}
