"""What can be done in a PrestaShop: https://devdocs.prestashop-project.org/8/webservice/"""

from shoprelay_relays.actions import action
from shoprelay_relays.prestashop.actions import found, orders, parcels, slips, stock

_STATUS = "A status does in the shop what it is set up to do there (invoice, payment, stock). The buyer gets no e-mail."
_PAPER = "A credit slip moves no money: pay back at the payment provider."

ACTIONS = {
    "orders/close": action(
        orders.close,
        "status_id",
        reads=orders.reads,
        comments=f"Moves the order into `status_id`, else into the shop's status for delivered orders. {_STATUS}",
        example={},
    ),
    "orders/create_shipment": action(
        parcels.create_shipment,
        "tracking_number",
        "courier",
        "status_id",
        reads=orders.reads,
        comments="PrestaShop sends orders whole. `courier` is one of the shop's carriers, by name. Moves the order into "
        f"`status_id`, else into the shop's status for shipped orders. {_STATUS}",
        example={"tracking_number": "ABC123456789"},
    ),
    "orders/refund": action(
        slips.refund,
        "refund_amount",
        "status_id",
        reads=orders.reads,
        comments=f"{_PAPER} Without an amount all that is left is credited, and the order moves into the shop's status for "
        "refunded orders, unless `status_id` names another one.",
    ),
    "orders/return": action(
        slips.return_,
        "order_lines",
        "order_line_ids",
        "include_shipping",
        "restock",
        "status_id",
        reads=orders.reads,
        comments=f"{_PAPER} The slip does not put goods back either: `restock` adds them to the stock beside it.",
    ),
    "orders/update_status": action(orders.update_status, "status_id", reads=orders.reads, comments=_STATUS),
    "orders/cancel": action(
        orders.cancel,
        "refund",
        reads=orders.reads,
        comments="Moves the order into the shop's status for cancelled orders, which puts the goods back in stock; `refund` "
        "can only be false.",
    ),
    "orders/destroy": action(
        orders.destroy,
        reads=orders.reads,
        comments="The order is gone for good, and leaves its lines behind in the database. Nothing is put back in stock.",
    ),
    "shipments/update": action(
        parcels.update,
        "tracking_number",
        "courier",
        reads=parcels.reads,
        comments="`courier` is one of the shop's carriers, by name.",
        example={"tracking_number": "ABC123456789"},
    ),
    "variants/change_stock": action(
        stock.change_stock,
        "stock",
        "stock_change",
        reads=found.reads,
        comments="PrestaShop only sets counts: a change is read, added and set, so that a sale in between can be lost.",
    ),
}
