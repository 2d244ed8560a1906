"""coupons: list, read, create, update, trash and delete."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce import coupons, paging
from shoprelay_simulators.woocommerce.args import DATE_CHECKS
from shoprelay_simulators.woocommerce.call import Answer, Call, created, simple_page, text
from shoprelay_simulators.woocommerce.dates import gmt, local
from shoprelay_simulators.woocommerce.errors import WpError, invalid_id, invalid_params
from shoprelay_simulators.woocommerce.links import links
from shoprelay_simulators.woocommerce.paging import Sort
from shoprelay_simulators.woocommerce.php import money
from shoprelay_simulators.woocommerce.rows import Coupon

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

SORTS: dict[str, Sort[Coupon]] = {
    "date": lambda row: row.created,
    "modified": lambda row: row.modified,
    "id": lambda row: row.id,
    "include": lambda row: row.id,
    "title": lambda row: row.code,
    "slug": lambda row: row.code,
}
# The post's own fields; all others are its meta data.
DATED = {"code", "description", "status"}


def coupon_json(shop: "WooShop", row: Coupon) -> Json:
    """Of what else a coupon can have (limits, goods it is for) nothing is simulated."""
    return {
        "id": row.id,
        "code": row.code,
        "amount": money(row.amount),
        "status": row.status,
        "date_created": local(row.created, shop.zone),
        "date_created_gmt": gmt(row.created),
        "date_modified": local(row.modified, shop.zone),
        "date_modified_gmt": gmt(row.modified),
        "discount_type": "percent",
        "description": row.description,
        "date_expires": None,
        "date_expires_gmt": None,
        "meta_data": [],
        "_links": links(shop.site_url, "coupons", row.id),
    }


def list_coupons(call: Call) -> Answer:
    args = call.args
    args.check(tuple(SORTS), DATE_CHECKS)
    held = [row for row in call.shop.coupons.values() if row.status != "trash"]
    rows = paging.window(paging.chosen(held, args), args)
    rows = [row for row in rows if args.text("code", row.code).lower() == row.code]
    shown = paging.cut(paging.ordered(rows, args, SORTS, "date"), args)
    return simple_page(call, [coupon_json(call.shop, row) for row in shown], len(rows))


def _find(call: Call, missing: int = 404) -> Coupon:
    if call.number() not in call.shop.coupons:
        raise invalid_id("shop_coupon", missing)
    return call.shop.coupons[call.number()]


def get_coupon(call: Call) -> Answer:
    return Answer(coupon_json(call.shop, _find(call)))


def create_coupon(call: Call) -> Answer:
    shop, now = call.shop, call.shop.now()
    code = text(call.body, "code").lower()
    if not code:
        raise WpError(400, "woocommerce_rest_empty_coupon_code", "The coupon code cannot be empty.")
    if code in coupons.valid(shop):
        raise WpError(400, "woocommerce_rest_coupon_code_already_exists", "The coupon code already exists")
    row = Coupon(shop.next_id(), code, _amount(call.body, Decimal(0)), now, now, text(call.body, "description"))
    coupons.create(shop, row)
    return created(call, coupon_json(shop, row))


def update_coupon(call: Call) -> Answer:
    row = _find(call, missing=400)
    row.amount = _amount(call.body, row.amount)
    row.description = text(call.body, "description", row.description)
    coupons.change(call.shop, row, moves_date=bool(DATED & set(call.body)))
    return Answer(coupon_json(call.shop, row))


def delete_coupon(call: Call) -> Answer:
    row = _find(call)
    body = coupon_json(call.shop, row)
    if call.args.flag("force"):
        call.shop.coupons.pop(row.id)
    elif row.status == "trash":
        raise WpError(410, "woocommerce_rest_already_trashed", "The shop_coupon has already been deleted.")
    else:
        coupons.trash(call.shop, row)
    return Answer(body)


def _amount(body: Json, held: Decimal) -> Decimal:
    try:
        return Decimal(text(body, "amount", str(held)))
    except InvalidOperation:
        raise invalid_params({"amount": ("rest_invalid_type", "amount is not of type string.")}) from None
