"""Coupons that a write puts on an order. One that the shop does not have is refused."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.call import objects, text
from shoprelay_simulators.woocommerce.errors import WpError
from shoprelay_simulators.woocommerce.php import cents
from shoprelay_simulators.woocommerce.rows import CouponLine, Order

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

PERCENT = 10


def unknown(shop: "WooShop", body: Json) -> str:
    """The first of the codes that the shop does not have, or ""."""
    codes = [text(item, "code").lower() for item in objects(body, "coupon_lines")]
    return next((code for code in codes if code not in shop.coupons.values()), "")


def refused(code: str, extra: Json | None = None) -> WpError:
    return WpError(400, "woocommerce_rest_invalid_coupon", f"Coupon &quot;{code}&quot; does not exist!", extra)


def take_off(shop: "WooShop", row: Order, body: Json) -> None:
    """Each coupon takes its part off what the lines come to."""
    for item in objects(body, "coupon_lines"):
        coupon = CouponLine(shop.next_id("item"), text(item, "code").lower(), PERCENT, Decimal(0), Decimal(0))
        for line in row.lines:
            net, tax = cents(line.total * PERCENT / 100), cents(line.total_tax * PERCENT / 100)
            line.total, line.total_tax = line.total - net, line.total_tax - tax
            coupon.discount, coupon.discount_tax = coupon.discount + net, coupon.discount_tax + tax
        row.coupons.append(coupon)
