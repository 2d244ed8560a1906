"""Changes of orders, as shoppers and shopkeepers make them. Each says what it did, or "" when it found no row."""

from typing import TYPE_CHECKING

from shoprelay_simulators.woocommerce import build, changes
from shoprelay_simulators.woocommerce.rows import Order, Refund
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.people import nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

NEXT_STATUS = {
    "pending": ("processing", "cancelled", "on-hold"),
    "on-hold": ("processing", "cancelled"),
    "processing": ("completed", "pakket", "completed"),
    "pakket": ("completed",),
    "failed": ("pending",),
}


def _pick_order(shop: "WooShop", *statuses: str) -> Order | None:
    fitting = [row for row in shop.orders.values() if row.status in statuses]
    return shop.rng.choice(fitting) if fitting else None


def new_order(shop: "WooShop") -> str:
    owners = list(shop.customers.values())
    owner = shop.rng.choice(owners) if owners and chance(shop.rng, 50) else None
    row = build.order(shop, nordic_person(shop.rng, 5000 + row_count(shop)), shop.now(), owner)
    if owner is not None:
        row.billing = dict(owner.billing)
    if row.payment_method == "testcard":
        row.status, row.paid = "processing", shop.now()
    else:
        row.status = "on-hold"
    changes.place_order(shop, row, by_checkout=True)
    return f"order {row.id} placed"


def row_count(shop: "WooShop") -> int:
    return len(shop.orders) + len(shop.customers)


def draft(shop: "WooShop") -> str:
    row = build.order(shop, nordic_person(shop.rng, 8000 + row_count(shop)), shop.now(), None)
    row.status, row.via = "checkout-draft", "store-api"
    changes.start_draft(shop, row)
    return f"order {row.id} begun"


def finish_draft(shop: "WooShop") -> str:
    row = _pick_order(shop, "checkout-draft")
    if row is None:
        return ""
    changes.place_draft(shop, row)
    return f"order {row.id} left the draft"


def status(shop: "WooShop") -> str:
    row = _pick_order(shop, *NEXT_STATUS)
    if row is None:
        return ""
    changes.set_status(shop, row, shop.rng.choice(NEXT_STATUS[row.status]))
    return f"order {row.id} is {row.status}"


def correct_address(shop: "WooShop") -> str:
    row = _pick_order(shop, "pending", "on-hold", "processing")
    if row is None:
        return ""
    row.shipping["address_1"] = f"Åboulevarden {shop.rng.randint(1, 99)}"
    changes.change_order(shop, row)
    return f"order {row.id} has another address"


def refund(shop: "WooShop") -> str:
    row = _pick_order(shop, "completed", "processing")
    if row is None or not row.lines:
        return ""
    left = changes.refundable(shop, row)
    line = changes.negative(shop, row.lines[0], 1)
    amount = min(-(line.total + line.total_tax), left)
    if amount <= 0:
        return ""
    made = Refund(shop.next_id(), row.id, shop.now(), amount, "Fortrudt køb", by_gateway=True, lines=[line])
    changes.refund_order(shop, row, made)
    return f"order {row.id} refunded by {amount}"


def drop_refund(shop: "WooShop") -> str:
    if not shop.refunds:
        return ""
    row = shop.rng.choice(list(shop.refunds.values()))
    changes.delete_refund(shop, row)
    return f"refund {row.id} deleted"


def trash_order(shop: "WooShop") -> str:
    row = _pick_order(shop, "cancelled", "failed", "pending")
    if row is None:
        return ""
    changes.trash_order(shop, row)
    return f"order {row.id} trashed"


def restore_order(shop: "WooShop") -> str:
    row = _pick_order(shop, "trash")
    if row is None:
        return ""
    changes.restore_order(shop, row)
    return f"order {row.id} restored"


def delete_order(shop: "WooShop") -> str:
    row = _pick_order(shop, "trash", "checkout-draft")
    if row is None:
        return ""
    changes.delete_order(shop, row)
    return f"order {row.id} deleted"
