"""Coupons: what happens to them, and what they take off an order. One that the shop does not have is refused."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.call import objects, text
from shoprelay_simulators.woocommerce.errors import WpError
from shoprelay_simulators.woocommerce.php import cents
from shoprelay_simulators.woocommerce.rows import Coupon, CouponLine, Order

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop


def valid(shop: "WooShop") -> dict[str, Coupon]:
    """Those that are not in the trash, by their codes."""
    return {row.code: row for row in shop.coupons.values() if row.status == "publish"}


def create(shop: "WooShop", row: Coupon) -> None:
    shop.coupons[row.id] = row
    shop.hooks.fire("coupon.created", row.id)


def change(shop: "WooShop", row: Coupon, *, moves_date: bool) -> None:
    """What is not the post's own (an amount) moves no date, and is sent."""
    row.modified = shop.now() if moves_date else row.modified
    shop.hooks.fire("coupon.updated", row.id)


def trash(shop: "WooShop", row: Coupon) -> None:
    """product.deleted is sent as well, with the coupon's id: it names no product."""
    row.before_trash, row.status, row.modified = row.status, "trash", shop.now()
    shop.hooks.fire("coupon.deleted", row.id)
    shop.hooks.fire("product.deleted", row.id)


def restore(shop: "WooShop", row: Coupon) -> None:
    """product.restored is sent as well; its body is an error object."""
    row.status, row.modified = row.before_trash or "publish", shop.now()
    shop.hooks.fire("coupon.restored", row.id)
    shop.hooks.fire("product.restored", row.id)


def unknown(shop: "WooShop", body: Json) -> str:
    """The first of the codes that the shop does not have, or ""."""
    codes = [text(item, "code").lower() for item in objects(body, "coupon_lines")]
    return next((code for code in codes if code not in valid(shop)), "")


def refused(code: str, extra: Json | None = None) -> WpError:
    return WpError(400, "woocommerce_rest_invalid_coupon", f"Coupon &quot;{code}&quot; does not exist!", extra)


def take_off(shop: "WooShop", row: Order, body: Json) -> None:
    """Each coupon takes its part off what the lines come to."""
    for item in objects(body, "coupon_lines"):
        coupon = valid(shop)[text(item, "code").lower()]
        line = CouponLine(shop.next_id("item"), coupon.code, int(coupon.amount), Decimal(0), Decimal(0))
        for held in row.lines:
            net, tax = (cents(amount * coupon.amount / 100) for amount in (held.total, held.total_tax))
            held.total, held.total_tax = held.total - net, held.total_tax - tax
            line.discount, line.discount_tax = line.discount + net, line.discount_tax + tax
        row.coupons.append(line)
