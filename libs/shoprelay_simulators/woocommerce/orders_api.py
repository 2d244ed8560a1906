"""orders, orders/{id}: read, list, create, update, trash and delete."""

from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce import changes, coupons, paging
from shoprelay_simulators.woocommerce.args import DATE_CHECKS, Args, Check, one_of
from shoprelay_simulators.woocommerce.call import Answer, Call, created, integer, objects, page_answer, text
from shoprelay_simulators.woocommerce.errors import WpError, invalid_id, invalid_params
from shoprelay_simulators.woocommerce.order_json import UNPAID, order_json, totals
from shoprelay_simulators.woocommerce.order_lines import check_lines, fill_lines
from shoprelay_simulators.woocommerce.paging import Page, Sort
from shoprelay_simulators.woocommerce.people_json import ADDRESS
from shoprelay_simulators.woocommerce.rows import Meta, Order
from shoprelay_simulators.woocommerce.statuses import STATUSES
from shoprelay_simulators.woocommerce.taxes import tax

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

SORTS: dict[str, Sort[Order]] = {
    "date": lambda row: row.created,
    "modified": lambda row: row.modified,
    "id": lambda row: row.id,
    "include": lambda row: row.id,
    "title": lambda row: row.id,
    "slug": lambda row: row.id,
}
CHECKS: dict[str, Check] = {**DATE_CHECKS, "status": one_of(("any", "trash", *STATUSES))}
UNSEEN_EDITS = {"line_items", "meta_data"}
EMPTY = dict.fromkeys((*ADDRESS[:6], "state", "postcode", "country"), "")


def list_orders(call: Call) -> Answer:
    """Default statuses: all but trash, so abandoned checkouts (checkout-draft) are in the list."""
    args, shop = call.args, call.shop
    args.check(tuple(SORTS), CHECKS)
    rows = paging.window(paging.chosen(_by_status(shop, args), args), args)
    rows = [row for row in rows if _matches(row, args)]
    shown = paging.cut(paging.ordered(rows, args, SORTS, "date"), args)
    dp = args.integer("dp", 2)
    status: dict[str, str | list[str]] = {"status": ["any"]}
    late: dict[str, str | list[str]] = {"dp": "2", "context": "view"}
    items = [order_json(shop, row, dp) for row in shown]
    return page_answer(call, Page(items, len(rows), status, late, forgets_total=shop.order_tables))


def _by_status(shop: "WooShop", args: Args) -> list[Order]:
    wanted = set(args.words("status") or ["any"])
    if "any" in wanted:
        return [row for row in shop.orders.values() if row.status != "trash"]
    return [row for row in shop.orders.values() if row.status in wanted]


def _matches(row: Order, args: Args) -> bool:
    if "customer" in args.values and row.customer_id != args.integer("customer", 0):
        return False
    product = args.integer("product", 0)
    if product and all(product not in {item.product_id, item.variation_id} for item in row.lines):
        return False
    return args.text("search").lower() in _haystack(row)


def _haystack(row: Order) -> str:
    """A search looks everywhere: 106 also finds an order whose phone or line holds 106."""
    parts = [str(row.id), row.key, *row.billing.values(), *row.shipping.values()]
    parts += [f"{item.name} {item.id}" for item in row.lines]
    return " ".join(parts).lower()


def find(shop: "WooShop", row_id: int, missing: int = 404) -> Order:
    if row_id not in shop.orders:
        raise invalid_id("shop_order", missing)
    return shop.orders[row_id]


def get_order(call: Call) -> Answer:
    call.args.check(tuple(SORTS))
    body = order_json(call.shop, find(call.shop, call.number()), call.args.integer("dp", 2))
    return Answer(paging.only_fields(body, call.args))


def create_order(call: Call) -> Answer:
    shop = call.shop
    now = shop.now()
    key = f"wc_order_{shop.api_rng.getrandbits(64):016x}"
    empty = {**EMPTY, "email": "", "phone": ""}
    row = Order(shop.next_id(), "pending", now, now, shop.currency, key, empty, {**EMPTY, "phone": ""}, via="rest-api")
    row.tax_line_ids = [shop.next_id("item")]
    row.customer_id = integer(call.body.get("customer_id"))
    row.currency = text(call.body, "currency", shop.currency)
    _fill(shop, row, call.body)
    if code := coupons.unknown(shop, call.body):
        raise _left_behind(shop, row, code)
    coupons.take_off(shop, row, call.body)
    row.status = text(call.body, "status", row.status)
    if call.body.get("set_paid") is True and row.status in changes.UNPAID:
        row.status = _once_paid(row)
    changes.date_status(shop, row)
    changes.place_order(shop, row)
    return created(call, order_json(shop, row))


def _left_behind(shop: "WooShop", row: Order, code: str) -> WpError:
    """An order whose coupon is refused stays, as a draft of the checkout, and is announced like any other."""
    row.status = "checkout-draft"
    changes.place_order(shop, row)
    return coupons.refused(code, {"new_draft_order_id": row.id})


def update_order(call: Call) -> Answer:
    """Even an empty update moves the date (older storage: not one of lines or meta). Unknown fields are ignored.

    `set_paid` is heeded only while the order waits for its payment.
    """
    shop, body = call.shop, call.body
    row = find(shop, call.number(), missing=400)
    if code := coupons.unknown(shop, body):
        raise coupons.refused(code)
    _fill(shop, row, body)
    if "status" in body:
        changes.set_status(shop, row, text(body, "status"))
    elif body and set(body) <= UNSEEN_EDITS and not shop.order_tables:
        changes.change_order(shop, row, moves_date=False)
    else:
        changes.change_order(shop, row)
    if body.get("set_paid") is True and row.status in UNPAID and totals(row)["total"] > 0:
        changes.set_status(shop, row, _once_paid(row))
    return Answer(order_json(shop, row))


def _once_paid(row: Order) -> str:
    """Cash on delivery is paid when the goods are there, so that gateway ends the order (seen with WooCommerce 11.0.1)."""
    return "completed" if row.payment_method == "cod" else "processing"


def _fill(shop: "WooShop", row: Order, body: Json) -> None:
    _check(body)
    _check_customer(shop, body)
    check_lines(row, body)
    for name, target in (("billing", row.billing), ("shipping", row.shipping)):
        given = body.get(name)
        target.update({k: str(v) for k, v in given.items() if k in target} if isinstance(given, dict) else {})
    if not row.taxes:
        tax(shop, row, row.billing["country"])
    row.note = text(body, "customer_note", row.note)
    row.payment_method = text(body, "payment_method", row.payment_method)
    row.payment_title = text(body, "payment_method_title", row.payment_title)
    row.transaction_id = text(body, "transaction_id", row.transaction_id)
    for meta in objects(body, "meta_data"):
        row.meta = [held for held in row.meta if held.key != meta.get("key")]
        row.meta.append(Meta(shop.next_id("meta"), text(meta, "key"), meta.get("value")))
    fill_lines(shop, row, body)


def _check(body: Json) -> None:
    status, billing = body.get("status"), body.get("billing")
    if status is not None and status not in (*STATUSES, "trash"):
        names = ", ".join(STATUSES[:-1])
        raise invalid_params({"status": ("rest_not_in_enum", f"status is not one of {names}, and {STATUSES[-1]}.")})
    email = billing.get("email", "") if isinstance(billing, dict) else ""
    if email and ("@" not in str(email) or not str(email).isascii()):
        raise invalid_params({"billing": ("rest_invalid_email", "Invalid email address.")})


def _check_customer(shop: "WooShop", body: Json) -> None:
    if body.get("customer_id") and integer(body["customer_id"]) not in shop.customers:
        raise WpError(400, "woocommerce_rest_invalid_customer_id", "Customer ID is invalid.")


def delete_order(call: Call) -> Answer:
    """Without force: to trash (again: 410). The answer shows the order as it was."""
    shop = call.shop
    row = find(shop, call.number())
    body = order_json(shop, row)
    if call.args.flag("force"):
        changes.delete_order(shop, row)
    elif row.status == "trash":
        raise WpError(410, "woocommerce_rest_already_trashed", "The shop_order has already been deleted.")
    else:
        changes.trash_order(shop, row)
    return Answer(body)
