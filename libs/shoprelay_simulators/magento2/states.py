"""The states of an order, which follow from what was done to it, and the statuses within them."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.magento2.errors import MISSING, Refusal
from shoprelay_simulators.magento2.rows import Row

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

# A merchant may add statuses to a state.
STATUSES = {
    "new": ["pending", "afventer_varer"],
    "pending_payment": ["pending_payment"],
    "processing": ["processing", "pakkes"],
    "complete": ["complete", "afhentet"],
    "closed": ["closed"],
    "canceled": ["canceled"],
    "holded": ["holded"],
}
_ENDED = {"complete", "closed", "canceled"}


def order_of(shop: "Magento2Shop", number: int) -> Row:
    if number not in shop.orders:
        raise Refusal(404, MISSING)
    return shop.orders[number]


def cancel(shop: "Magento2Shop", row: Row) -> bool:
    """What is invoiced cannot be cancelled: false, with 200."""
    if row["state"] in {*_ENDED, "holded"} or all(item["qty_invoiced"] for item in row["items"]):
        return False
    for item in row["items"]:
        item["qty_canceled"] = item["qty_ordered"] - item["qty_invoiced"]
    return into(shop, row, "canceled", "")


def hold(shop: "Magento2Shop", row: Row) -> bool:
    if row["state"] in {*_ENDED, "holded"}:
        raise Refusal(400, "A hold action is not available.")
    row |= {"hold_before_state": row["state"], "hold_before_status": row["status"]}
    return into(shop, row, "holded", "")


def unhold(shop: "Magento2Shop", row: Row) -> bool:
    if row["state"] != "holded":
        raise Refusal(400, "You cannot remove the hold.")
    status = row.pop("hold_before_status")
    return into(shop, row, row.pop("hold_before_state"), "", status)


def comment(shop: "Magento2Shop", row: Row, entry: Row) -> bool:
    """A status has to belong to the present state."""
    status = entry.get("status") or row["status"]
    if status not in STATUSES[row["state"]]:
        said = 'Unable to add comment: The status "%1" is not part of the order status history.'
        raise Refusal(400, said, [status])
    return into(shop, row, row["state"], str(entry.get("comment") or ""), status)


def settle(shop: "Magento2Shop", row: Row) -> None:
    """The state that follows: closed when all is credited, complete when all is invoiced and sent, else in process."""
    items = [item for item in row["items"] if not item.get("parent_item_id")]
    paid = Decimal(str(row.get("total_paid") or 0))
    invoiced = all(item["qty_invoiced"] >= item["qty_ordered"] for item in items)
    sent = all(item["qty_shipped"] + item["qty_refunded"] >= item["qty_ordered"] for item in items if _sendable(item))
    if invoiced and Decimal(str(row.get("total_refunded") or 0)) >= paid:
        into(shop, row, "closed" if paid else "complete", "")
    elif invoiced and sent:
        into(shop, row, "complete", "")
    else:
        into(shop, row, "processing", "")


def _sendable(item: Row) -> bool:
    return item["product_type"] not in {"virtual", "downloadable"}


def into(shop: "Magento2Shop", row: Row, state: str, text: str, status: str = "") -> bool:
    status = status or (row["status"] if row["state"] == state else STATUSES[state][0])
    entry = {"entity_id": shop.next_id("history"), "parent_id": row["entity_id"], "status": status, "comment": text}
    row["status_histories"].insert(0, {**entry, "created_at": shop.stamp(), "is_visible_on_front": 0})
    row |= {"state": state, "status": status, "updated_at": shop.stamp()}
    shop.changed("orders", row["entity_id"])
    return True
