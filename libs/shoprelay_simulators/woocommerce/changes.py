"""What happens in a shop: which dates move, which webhooks are queued. REST writes and the living shop share it."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.woocommerce.order_json import totals
from shoprelay_simulators.woocommerce.rows import Customer, Line, Meta, Order, Product, Refund

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

# Statuses in which the goods of an order are off the shelf.
HOLDING = {"processing", "on-hold", "completed", "refunded", "pakket", "afhentet"}
PAID = {"processing", "completed"}
# From these a payment moves an order on.
UNPAID = {"pending", "on-hold", "failed", "checkout-draft"}


def place_order(shop: "WooShop", order: Order, *, by_checkout: bool = False) -> None:
    """A checkout queues order.updated before order.created; a REST create sends both with one body."""
    shop.orders[order.id] = order
    move_stock(shop, order, 0, HOLDING)
    shop.record("orders", order.id)
    topics = ("order.updated", "order.created") if by_checkout else ("order.created", "order.updated")
    for topic in topics:
        shop.hooks.fire(topic, order.id)


def start_draft(shop: "WooShop", order: Order) -> None:
    """An abandoned block checkout: listed by default, and announced by order.updated alone."""
    shop.orders[order.id] = order
    shop.record("orders", order.id)
    shop.hooks.fire("order.updated", order.id)


def place_draft(shop: "WooShop", order: Order) -> None:
    """The draft becomes an order; date_created stays the moment the draft was begun."""
    order.status = "processing"
    order.paid = order.modified = shop.now()
    place_order(shop, order, by_checkout=True)


def change_order(shop: "WooShop", order: Order, *, moves_date: bool = True) -> None:
    order.modified = shop.now() if moves_date else order.modified
    shop.record("orders", order.id)
    shop.hooks.fire("order.updated", order.id)


def set_status(shop: "WooShop", order: Order, status: str) -> None:
    """A trashed order is restored by this, and no webhook tells of it (the older storage does tell)."""
    restored, was = order.status == "trash", order.status
    order.status = status
    date_status(shop, order)
    if was in HOLDING and status == "cancelled":
        move_stock(shop, order, 1, {status})
    if was not in HOLDING and not restored:
        move_stock(shop, order, 0, HOLDING)
    order.modified = shop.now()
    shop.record("orders", order.id)
    if not (restored and shop.order_tables):
        shop.hooks.fire("order.updated", order.id)


def date_status(shop: "WooShop", order: Order) -> None:
    """What a status dates: the payment, once, and the completion."""
    if order.status in PAID:
        order.paid = order.paid or shop.now()
    if order.status == "completed":
        order.completed = shop.now()


def move_stock(shop: "WooShop", order: Order, sign: int, when: set[str]) -> None:
    """Takes the lines' goods from stock (`sign` 0) or puts them back (1), when the status is one of `when`."""
    if order.status not in when:
        return
    for line in order.lines:
        product = shop.products.get(line.variation_id or line.product_id)
        if product is not None:
            put_back(shop, product, line.quantity if sign else -line.quantity)


def put_back(shop: "WooShop", product: Product, quantity: int) -> None:
    owner = product if product.manage_stock else shop.products.get(product.parent_id, product)
    if owner.manage_stock:
        owner.stock = (owner.stock or 0) + quantity
        change_product(shop, owner)


def trash_order(shop: "WooShop", order: Order) -> None:
    """In the older storage product.deleted and coupon.deleted are sent as well, with the order's id."""
    order.before_trash, order.status, order.modified = order.status, "trash", shop.now()
    shop.record("orders", order.id)
    for resource in ("order",) if shop.order_tables else ("order", "product", "coupon"):
        shop.hooks.fire(f"{resource}.deleted", order.id)


def restore_order(shop: "WooShop", order: Order) -> None:
    """As in the admin pages."""
    order.status, order.modified = order.before_trash or "pending", shop.now()
    shop.record("orders", order.id)
    shop.hooks.fire("order.restored", order.id)


def delete_order(shop: "WooShop", order: Order) -> None:
    """For good: no webhook, no trace."""
    for refund_id in shop.refund_ids.pop(order.id, []):
        if shop.refunds.pop(refund_id, None):
            shop.record("refunds", refund_id)
    shop.orders.pop(order.id)
    shop.record("orders", order.id)


def refundable(shop: "WooShop", order: Order) -> Decimal:
    return totals(order)["total"] - sum((refund.amount for refund in shop.refunds_of(order.id)), Decimal(0))


def refund_order(shop: "WooShop", order: Order, refund: Refund, *, restock: bool = True) -> None:
    """A refund of all that is left makes the order refunded."""
    shop.refunds[refund.id] = refund
    shop.refund_ids.setdefault(order.id, []).append(refund.id)
    if refundable(shop, order) <= 0:
        order.status = "refunded"
    shop.record("refunds", refund.id)
    change_order(shop, order)
    for line in refund.lines if restock else ():
        product = shop.products.get(line.variation_id or line.product_id)
        if product is not None:
            put_back(shop, product, -line.quantity)


def delete_refund(shop: "WooShop", refund: Refund) -> None:
    """The refund leaves the order's `refunds`; the order's date stays and nothing is sent."""
    shop.refunds.pop(refund.id)
    shop.refund_ids[refund.order_id].remove(refund.id)
    shop.record("refunds", refund.id)
    shop.record("orders", refund.order_id)


def negative(shop: "WooShop", line: Line, quantity: int) -> Line:
    """A refund's line for some of an order's line, which its meta names."""
    share = Decimal(quantity) / line.quantity
    total, tax = round(-line.total * share, 2), round(-line.total_tax * share, 2)
    return Line(
        shop.next_id("item"), line.name, line.product_id, line.variation_id, -quantity, total, tax, total, tax,
        line.parent_name, [Meta(shop.next_id("meta"), "_refunded_item_id", str(line.id))],
    )  # fmt: skip


def create_product(shop: "WooShop", product: Product) -> None:
    """Products send created alone; a new variation moves its parent."""
    add_product(shop, product)
    shop.record_product(product)
    shop.hooks.fire("product.created", product.id)
    parent = shop.products.get(product.parent_id)
    if parent is not None:
        parent.modified = shop.now()
        shop.record_product(parent)


def add_product(shop: "WooShop", product: Product) -> None:
    shop.products[product.id] = product
    if product.parent_id:
        shop.children.setdefault(product.parent_id, []).append(product.id)


def change_product(shop: "WooShop", product: Product) -> None:
    """A variation moves its parent's date too, but the webhook carries the variation alone."""
    product.modified = shop.now()
    shop.record_product(product)
    parent = shop.products.get(product.parent_id)
    if parent is not None:
        parent.modified = shop.now()
        shop.record_product(parent)
    shop.hooks.fire("product.updated", product.id)


def trash_product(shop: "WooShop", product: Product) -> None:
    """Outside of the admin pages coupon.deleted is sent as well, with the product's id."""
    for row in [product, *shop.variations_of(product.id)]:
        row.before_trash, row.status, row.modified = row.status, "trash", shop.now()
        shop.record_product(row)
        shop.hooks.fire("product.deleted", row.id)
        shop.hooks.fire("coupon.deleted", row.id)


def restore_product(shop: "WooShop", product: Product) -> None:
    """coupon.restored is sent as well; its body is an error object."""
    for row in [product, *shop.variations_of(product.id)]:
        row.status, row.modified = row.before_trash or "publish", shop.now()
        shop.record_product(row)
        shop.hooks.fire("product.restored", row.id)
        shop.hooks.fire("coupon.restored", row.id)


def delete_product(shop: "WooShop", product: Product) -> None:
    """For good, variations included: no webhook, no trace but the orders' lines without product."""
    for row in [*shop.variations_of(product.id), product]:
        shop.products.pop(row.id)
        shop.record_product(row)
    shop.children.pop(product.id, None)
    if product.parent_id:
        shop.children[product.parent_id].remove(product.id)


def create_customer(shop: "WooShop", customer: Customer) -> None:
    shop.customers[customer.id] = customer
    shop.record("customers", customer.id)
    shop.hooks.fire("customer.created", customer.id)
    shop.hooks.fire("customer.updated", customer.id)


def change_customer(shop: "WooShop", customer: Customer) -> None:
    customer.modified = shop.now()
    shop.record("customers", customer.id)
    shop.hooks.fire("customer.updated", customer.id)


def delete_customer(shop: "WooShop", customer: Customer) -> None:
    """Orders of the customer become guests' orders, and their dates stay."""
    shop.customers.pop(customer.id)
    shop.record("customers", customer.id)
    for order in shop.orders.values():
        if order.customer_id == customer.id:
            order.customer_id = 0
            shop.record("orders", order.id)
    shop.hooks.fire("customer.deleted", customer.id)
