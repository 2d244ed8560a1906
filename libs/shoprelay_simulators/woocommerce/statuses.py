"""Order statuses, with two of the shop's own."""

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.call import Answer, Call

NAMES = {
    "pending": "Pending payment",
    "processing": "Processing",
    "on-hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "failed": "Failed",
    "pakket": "Pakket",
    "afhentet": "Afhentet i butik",
    "checkout-draft": "Draft",
}
STATUSES = tuple(NAMES)


def list_statuses(_: Call) -> Answer:
    return Answer([{"slug": slug, "name": name} for slug, name in NAMES.items()])


def order_totals(call: Call) -> Answer:
    held = [row.status for row in call.shop.orders.values()]
    rows: list[Json] = [{"slug": slug, "name": name, "total": held.count(slug)} for slug, name in NAMES.items()]
    return Answer(rows)
