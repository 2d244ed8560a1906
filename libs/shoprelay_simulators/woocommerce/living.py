"""One random change at a time, as shoppers and shopkeepers make them."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.woocommerce import build, changes
from shoprelay_simulators.woocommerce.php import entities
from shoprelay_simulators.woocommerce.rows import Order, Product, Refund
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.goods import catalogue
from shoprelay_simulators.world.people import nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

Change = Callable[["WooShop"], str]
NEXT_STATUS = {
    "pending": ("processing", "cancelled", "on-hold"),
    "on-hold": ("processing", "cancelled"),
    "processing": ("completed", "pakket", "completed"),
    "pakket": ("completed",),
    "failed": ("pending",),
}


def step(shop: "WooShop") -> str:
    """One change; falls back to a new order when the drawn one has nothing to work on."""
    kinds = list(WEIGHTS)
    change = shop.rng.choices(kinds, weights=[WEIGHTS[kind] for kind in kinds])[0]
    return change(shop) or new_order(shop)


def _pick_order(shop: "WooShop", *statuses: str) -> Order | None:
    fitting = [row for row in shop.orders.values() if row.status in statuses]
    return shop.rng.choice(fitting) if fitting else None


def _pick_product(shop: "WooShop", *types: str) -> Product | None:
    fitting = [row for row in shop.products.values() if row.type in types and row.status != "trash"]
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


def edit_product(shop: "WooShop") -> str:
    row = _pick_product(shop, "simple")
    if row is None:
        return ""
    row.regular_price = f"{Decimal(row.regular_price or '10.00') + shop.rng.randint(-3, 9):.2f}"
    row.short_description = f"<p>{shop.rng.choice(('Ny & bedre', 'Få på lager', 'Håndlavet'))}</p>\n"
    changes.change_product(shop, row)
    return f"product {row.id} costs {row.regular_price}"


def edit_variation(shop: "WooShop") -> str:
    row = _pick_product(shop, "variation")
    if row is None:
        return ""
    row.regular_price = f"{Decimal(row.regular_price or '10.00') + shop.rng.randint(1, 9):.2f}"
    changes.change_product(shop, row)
    return f"variation {row.id} costs {row.regular_price}"


def count_stock(shop: "WooShop") -> str:
    row = _pick_product(shop, "simple", "variation")
    if row is None:
        return ""
    row.manage_stock, row.stock = True, shop.rng.randint(0, 80)
    changes.change_product(shop, row)
    return f"product {row.id} has {row.stock} on stock"


def new_product(shop: "WooShop") -> str:
    goods = catalogue(shop.rng, 11)[-1]
    row = build.product(shop, goods, shop.now())
    row.sku = f"{goods.sku}-{row.id}"
    changes.create_product(shop, row)
    return f"product {row.id} created"


def trash_product(shop: "WooShop") -> str:
    row = _pick_product(shop, "simple", "variable")
    if row is None:
        return ""
    changes.trash_product(shop, row)
    return f"product {row.id} trashed"


def delete_product(shop: "WooShop") -> str:
    trashed = [row for row in shop.products.values() if row.status == "trash" and not row.parent_id]
    if not trashed:
        return ""
    row = shop.rng.choice(trashed)
    changes.delete_product(shop, row)
    return f"product {row.id} deleted"


def trash_coupon(shop: "WooShop") -> str:
    if len(shop.coupons) < 2:  # noqa: PLR2004
        shop.coupons[shop.next_id()] = f"kode{row_count(shop)}"
        return "coupon created"
    coupon_id = shop.rng.choice(sorted(shop.coupons))
    changes.trash_coupon(shop, coupon_id)
    return f"coupon {coupon_id} trashed"


def new_customer(shop: "WooShop") -> str:
    row = build.customer(shop, nordic_person(shop.rng, 9000 + shop.next_id("person")), shop.now())
    changes.create_customer(shop, row)
    return f"customer {row.id} registered"


def edit_customer(shop: "WooShop") -> str:
    if not shop.customers:
        return ""
    row = shop.rng.choice(list(shop.customers.values()))
    row.billing["phone"] = f"+45 {shop.rng.randint(10000000, 99999999)}"
    changes.change_customer(shop, row)
    return f"customer {row.id} has another phone"


def delete_customer(shop: "WooShop") -> str:
    if len(shop.customers) < 5:  # noqa: PLR2004
        return ""
    row = shop.rng.choice(list(shop.customers.values()))
    changes.delete_customer(shop, row)
    return f"customer {row.id} deleted"


def rename_category(shop: "WooShop") -> str:
    """No date moves and no webhook exists: only a full read sees it."""
    row = shop.rng.choice(list(shop.categories.values()))
    row.name = entities(f"{shop.rng.choice(('Køkken & Bad', 'Have', 'Gaver & kort', 'Tøj'))} {shop.rng.randint(1, 99)}")
    shop.record("categories", row.id)
    return f"category {row.id} is {row.name}"


WEIGHTS: dict[Change, int] = {
    new_order: 26,
    status: 26,
    correct_address: 5,
    refund: 5,
    drop_refund: 1,
    draft: 3,
    finish_draft: 3,
    trash_order: 2,
    restore_order: 1,
    delete_order: 1,
    edit_product: 6,
    edit_variation: 5,
    count_stock: 8,
    new_product: 2,
    trash_product: 1,
    delete_product: 1,
    trash_coupon: 1,
    new_customer: 3,
    edit_customer: 4,
    delete_customer: 1,
    rename_category: 1,
}
