"""What can be done in a WooCommerce shop."""

from shoprelay_relays.actions import action
from shoprelay_relays.woocommerce.actions import belonging, creating, lines, orders, refunds, shipments, status, stock

_LINES = ("order_lines", "order_line_ids")
_TWICE = "A price with tax is set in a second request, once the shop has said what tax it puts on it."
_EDITS = "WooCommerce itself lets lines be edited while an order is pending or on hold; its API does not mind."
_ADDRESS = "A changed address makes WooCommerce work out the taxes again."
_NOTE = "company_note is added to the order's private notes, those before it stay."
_TRACKING = "Only where the plug-in Shipment Tracking or Advanced Shipment Tracking is active."

ORDERS = {
    "orders/create": action(
        creating.create,
        *orders.ATTRIBUTES,
        *("variants", "currency", "customer", "delivery_method", "delivery_price", "payment_method", "paid"),
        comments=f"{_TWICE} {_NOTE}",
    ),
    "orders/update": action(orders.update, *orders.ATTRIBUTES, reads=status.reads, comments=f"{_ADDRESS} {_NOTE}"),
    "orders/destroy": action(orders.destroy, reads=status.reads, comments="The order goes to the trash."),
    "orders/close": action(
        status.close,
        "status_id",
        reads=status.reads,
        comments="Moves the order into the status completed, or the one that is given. WooCommerce takes no payment by itself: "
        "the payment's plug-in does, most of them when an order becomes completed.",
        example={},
    ),
    "orders/create_shipment": action(
        shipments.create,
        *("tracking_number", "courier", "status_id"),
        reads=status.reads,
        comments=f"{_TRACKING} A shipment there is one of the whole order.",
        example={"tracking_number": "ABC123456789", "courier": "PostNord"},
    ),
    "orders/refund": action(
        refunds.refund,
        *("refund_amount", "status_id"),
        reads=status.reads,
        comments="The gateway that took the payment pays back; one that cannot is refused before anything is booked.",
    ),
    "orders/return": action(
        refunds.give_back,
        *_LINES,
        *("include_shipping", "include_payment", "include_discount", "refund", "refund_amount", "restock", "status_id"),
        reads=status.reads,
        comments="Makes a refund that names its lines. Without refund nothing is paid back by the gateway, it is only booked. "
        "Without lines: all that has not come back before. The delivery's price is credited when include_shipping says so.",
    ),
    "orders/update_status": action(status.update_status, "status_id", reads=status.reads, example={"status_id": "completed"}),
    "orders/cancel": action(
        refunds.cancel,
        *("refund", "refund_amount", "status_id"),
        reads=status.reads,
        comments="What the order held goes back on the shelf. status_id stands in for the status cancelled.",
    ),
    "orders/create_order_line": action(
        lines.create,
        *("id_", "sku", "sku_2", "sku_3", "name", "price", "quantity"),
        reads=status.reads,
        comments=f"{_TWICE} {_EDITS}",
    ),
    "order_lines/update": action(
        lines.update,
        *("price", "product_name", "quantity"),
        reads=belonging.reads,
        comments=f'With bypass_db it is named "order/line". {_EDITS}',
    ),
    "order_lines/destroy": action(
        lines.destroy, reads=belonging.reads, comments=f'With bypass_db it is named "order/line". {_EDITS}'
    ),
    "shipments/destroy": action(
        shipments.destroy, reads=belonging.reads, comments=f'With bypass_db it is named "order/shipment". {_TRACKING}'
    ),
}

GOODS = {
    "variants/change_stock": action(
        stock.change,
        "stock",
        "stock_change",
        reads=stock.reads,
        comments="WooCommerce only sets a count: a change is read, added and set, so that a sale in between can be lost.",
    ),
}

ACTIONS = {**ORDERS, **GOODS}
