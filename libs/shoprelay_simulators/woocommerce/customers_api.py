"""customers: no date filters (they are ignored), forced deletes alone, guests are not among them."""

from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce import changes, paging
from shoprelay_simulators.woocommerce.call import Answer, Call, created, simple_page, text
from shoprelay_simulators.woocommerce.errors import WpError, missing_params
from shoprelay_simulators.woocommerce.paging import Sort
from shoprelay_simulators.woocommerce.people_json import customer_json
from shoprelay_simulators.woocommerce.rows import Customer

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

SORTS: dict[str, Sort[Customer]] = {
    "id": lambda row: row.id,
    "include": lambda row: row.id,
    "name": lambda row: row.username,
    "registered_date": lambda row: row.created,
}


def list_customers(call: Call) -> Answer:
    args = call.args
    args.check(tuple(SORTS))
    rows = paging.chosen(call.shop.customers.values(), args)
    email, search = args.text("email"), args.text("search").lower()
    rows = [row for row in rows if not email or row.email == email]
    rows = [row for row in rows if search in f"{row.username} {row.email} {row.first} {row.last}".lower()]
    shown = paging.cut(paging.ordered(rows, args, SORTS, "name", "asc"), args)
    return simple_page(call, [customer_json(call.shop, row) for row in shown], len(rows))


def find(shop: "WooShop", row_id: int, missing: int = 404) -> Customer:
    if row_id not in shop.customers:
        raise WpError(missing, "wc_user_invalid_id", "Invalid user ID.", allow=False)
    return shop.customers[row_id]


def get_customer(call: Call) -> Answer:
    return Answer(paging.only_fields(customer_json(call.shop, find(call.shop, call.number())), call.args))


def create_customer(call: Call) -> Answer:
    shop = call.shop
    if not call.body.get("email"):
        raise missing_params("email")
    email, now = text(call.body, "email"), shop.now()
    if "@" not in email:
        raise WpError(400, "registration-error-invalid-email", "Please provide a valid email address.")
    _check_email(shop, email, None)
    username = text(call.body, "username") or email.partition("@")[0]
    row = Customer(shop.next_id("user"), now, now, email, "", "", username, {}, {})
    _fill(row, call.body)
    changes.create_customer(shop, row)
    return created(call, customer_json(shop, row))


def update_customer(call: Call) -> Answer:
    row = find(call.shop, call.number(), missing=400)
    if "email" in call.body:
        _check_email(call.shop, text(call.body, "email"), row)
    _fill(row, call.body)
    changes.change_customer(call.shop, row)
    return Answer(customer_json(call.shop, row))


def delete_customer(call: Call) -> Answer:
    row = find(call.shop, call.number())
    if not call.args.flag("force"):
        raise WpError(501, "woocommerce_rest_trash_not_supported", "Customers do not support trashing.")
    body = customer_json(call.shop, row)
    changes.delete_customer(call.shop, row)
    return Answer(body)


def _fill(row: Customer, body: Json) -> None:
    row.email = text(body, "email", row.email)
    row.first = text(body, "first_name", row.first)
    row.last = text(body, "last_name", row.last)
    for name, target in (("billing", row.billing), ("shipping", row.shipping)):
        given = body.get(name)
        target.update({key: str(value) for key, value in given.items()} if isinstance(given, dict) else {})


def _check_email(shop: "WooShop", email: str, own: Customer | None) -> None:
    if any(row.email == email and row is not own for row in shop.customers.values()):
        advice = "Please log in or use a different email address."
        message = f"An account is already registered with {email}. {advice}"
        raise WpError(400, "registration-error-email-exists", message)
