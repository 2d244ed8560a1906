"""Changes of products, customers, coupons and categories. Each says what it did, or "" when it found no row."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.woocommerce import build, changes, coupons
from shoprelay_simulators.woocommerce.php import entities
from shoprelay_simulators.woocommerce.rows import Coupon, Product
from shoprelay_simulators.world.goods import catalogue
from shoprelay_simulators.world.people import nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop


def _pick_product(shop: "WooShop", *types: str) -> Product | None:
    fitting = [row for row in shop.products.values() if row.type in types and row.status != "trash"]
    return shop.rng.choice(fitting) if fitting else None


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
    held = coupons.valid(shop)
    if len(held) < 2:  # noqa: PLR2004
        row = Coupon(shop.next_id(), f"kode{shop.next_id('code')}", Decimal(10), shop.now(), shop.now())
        coupons.create(shop, row)
        return f"coupon {row.id} created"
    row = shop.rng.choice(sorted(held.values(), key=lambda each: each.id))
    coupons.trash(shop, row)
    return f"coupon {row.id} trashed"


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
