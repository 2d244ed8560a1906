"""The world a shop opens with."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.woocommerce import build
from shoprelay_simulators.woocommerce.changes import negative
from shoprelay_simulators.woocommerce.order_json import totals
from shoprelay_simulators.woocommerce.php import entities
from shoprelay_simulators.woocommerce.rows import Coupon, Order, Refund, Term
from shoprelay_simulators.woocommerce.taxes import tax
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.goods import catalogue
from shoprelay_simulators.world.people import nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

CATEGORIES = (("Tøj", 0), ("Bolig", 0), ("Køkken & Bad", 2), ("Børn <12 år", 0), ('"Outlet"', 0), ("Glas & Keramik", 3))
TAGS = ("nyhed", "økologisk", "uld & silke", "gave")
COUPONS = ("sommer10", "velkommen")
MIX = ("completed",) * 6 + ("processing",) * 4 + ("pending", "on-hold", "cancelled", "failed", "pakket", "afhentet")
SETTLED = {"completed", "processing", "pakket", "afhentet"}
TRASHED_EVERY, DRAFT_EVERY, REFUND_EVERY = 29, 17, 9
HISTORY = timedelta(days=60)


def fill(shop: "WooShop", *, orders: int, products: int, customers: int) -> None:
    """Terms, coupons, products, customers, orders; then one product that was sold is deleted."""
    opened = shop.now() - HISTORY
    _terms(shop)
    for code in COUPONS:
        row_id = shop.next_id()
        shop.coupons[row_id] = Coupon(row_id, code, Decimal(10), opened, opened)
    _products(shop, products, opened)
    for number in range(customers):
        row = build.customer(shop, nordic_person(shop.rng, number), opened + timedelta(minutes=number))
        shop.customers[row.id] = row
    for number in range(orders):
        row_time = opened + HISTORY * (number + 1) / (orders + 1)
        _order(shop, number, row_time.replace(microsecond=0))
    _forget_a_product(shop)


def _terms(shop: "WooShop") -> None:
    first = shop.next_id("term")
    for number, (name, parent) in enumerate(CATEGORIES):
        row_id = first if number == 0 else shop.next_id("term")
        upper = first + parent - 1 if parent else 0
        shop.categories[row_id] = Term(row_id, entities(name), build.slug(name), upper, menu_order=number)
    for name in TAGS:
        row_id = shop.next_id("term")
        shop.tags[row_id] = Term(row_id, entities(name), build.slug(name))


def _products(shop: "WooShop", count: int, opened: datetime) -> None:
    """An import: several rows share a second."""
    for number, goods in enumerate(catalogue(shop.rng, count)):
        created = opened + timedelta(seconds=number // 8)
        row = build.product(shop, goods, created)
        shop.products[row.id] = row
        children = build.variations(shop, row, goods, created) if goods.sizes else []
        shop.children[row.id] = [child.id for child in children]
        shop.products.update({child.id: child for child in children})
        if number % 13 == 12:  # noqa: PLR2004
            row.status = "draft"


def _order(shop: "WooShop", number: int, created: datetime) -> None:
    owners = list(shop.customers.values())
    owner = shop.rng.choice(owners) if owners and chance(shop.rng, 60) else None
    person = nordic_person(shop.rng, 1000 + number)
    row = build.order(shop, person, created, owner)
    if owner is not None:
        row.billing, owner.paying = dict(owner.billing), True
        tax(shop, row, owner.billing["country"])
    _age(shop, row, number)
    shop.orders[row.id] = row
    if number % REFUND_EVERY == REFUND_EVERY - 1 and row.status in SETTLED:
        _refund(shop, row)


def _age(shop: "WooShop", row: Order, number: int) -> None:
    row.status = shop.rng.choice(MIX)
    row.modified = min(row.created + timedelta(seconds=shop.rng.randint(0, 40000)), shop.now())
    if row.status in SETTLED:
        row.paid = row.created + timedelta(seconds=42)
    if row.status == "completed":
        row.completed = row.modified
    if number % TRASHED_EVERY == TRASHED_EVERY - 1:
        row.before_trash, row.status = row.status, "trash"
    elif number % DRAFT_EVERY == DRAFT_EVERY - 1:
        row.status, row.via, row.paid, row.completed = "checkout-draft", "store-api", None, None


def _refund(shop: "WooShop", row: Order) -> None:
    line = negative(shop, row.lines[0], 1)
    amount = min(-(line.total + line.total_tax), totals(row)["total"])
    refund = Refund(shop.next_id(), row.id, row.modified, amount, "Beskadiget & sendt retur", by_gateway=False)
    refund.lines = [line]
    shop.refunds[refund.id] = refund
    shop.refund_ids[row.id] = [refund.id]


def _forget_a_product(shop: "WooShop") -> None:
    """Not one of those whose names and SKUs are the point."""
    sold = [line.product_id for row in shop.orders.values() for line in row.lines if not line.variation_id]
    plain = [row_id for row_id in sold if shop.products[row_id].sku.startswith("VAR-")]
    if plain:
        shop.products.pop(plain[0])
