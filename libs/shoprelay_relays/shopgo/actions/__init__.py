"""What can be done in a ShopGo store."""

from shoprelay_relays.actions import action
from shoprelay_relays.shopgo.actions import acting, money, orders, shop

_REGISTERED = "ShopGo moves no money: it registers that it was paid, or paid back."

ACTIONS = {
    "orders/update": action(
        orders.update,
        "tags",
        reads=acting.reads,
        comments="Only the tag hidden: it hides the order from the dashboard and the store front, no tags show it again.",
        example={"tags": ["hidden"]},
    ),
    "orders/update_status": action(
        orders.update_status,
        "status_id",
        reads=acting.reads,
        comments="Into authorized, cancelled (with its stock freed) or completed (everything delivered; it has to be paid).",
        example={"status_id": "authorized"},
    ),
    "orders/close": action(
        orders.close,
        *("capture", "capture_amount"),
        reads=acting.reads,
        comments=f"Authorizes the order and marks its shipments as delivered; capture settles what is not paid. {_REGISTERED}",
    ),
    "orders/create_shipment": action(
        orders.create_shipment,
        *("capture", "capture_amount"),
        reads=acting.reads,
        comments="Marks the shipments that are ready as shipped; the order has to be authorized. "
        "ShopGo knows no tracking numbers, and does not say which lines a shipment holds.",
        example={"capture": True},
    ),
    "orders/capture": action(money.capture, "capture_amount", reads=acting.reads, comments=_REGISTERED, example={}),
    "orders/refund": action(money.refund, "refund_amount", reads=acting.reads, comments=_REGISTERED, example={}),
    "orders/cancel": action(
        orders.cancel,
        *("refund", "refund_amount"),
        reads=acting.reads,
        comments=f"The stock that the order holds is freed. {_REGISTERED}",
    ),
    "webshops/update": action(
        shop.update,
        "settings",
        comments="The setting available: whether the store takes new orders, whatever its opening hours.",
        example={"settings": {"available": False}},
    ),
}
