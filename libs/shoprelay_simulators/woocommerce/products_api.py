"""products, products/{id} (a variation is readable there), products/{id}/variations."""

from typing import TYPE_CHECKING

from shoprelay_simulators.woocommerce import changes, paging
from shoprelay_simulators.woocommerce.args import DATE_CHECKS, Args, Check, one_of
from shoprelay_simulators.woocommerce.build import slug
from shoprelay_simulators.woocommerce.call import Answer, Call, created, page_answer, text
from shoprelay_simulators.woocommerce.errors import WpError, invalid_id, no_route
from shoprelay_simulators.woocommerce.paging import Page, Sort
from shoprelay_simulators.woocommerce.product_json import product_json, variation_json
from shoprelay_simulators.woocommerce.product_parts import stock_status
from shoprelay_simulators.woocommerce.product_writes import choices, fill
from shoprelay_simulators.woocommerce.rows import Product

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

TYPES = ("simple", "grouped", "external", "variable")
STATUSES = ("any", "future", "trash", "draft", "pending", "private", "publish")
SORTS: dict[str, Sort[Product]] = {
    "date": lambda row: row.created,
    "id": lambda row: row.id,
    "include": lambda row: row.id,
    "title": lambda row: row.name,
    "slug": lambda row: row.slug,
    "modified": lambda row: row.modified,
    "popularity": lambda row: row.sales,
    "rating": lambda row: row.id,
    "post__in": lambda row: row.id,
    "price": lambda row: float(row.regular_price or 0),
    "sales": lambda row: row.sales,
    "menu_order": lambda row: row.menu_order,
    "random": lambda row: row.id,
}
VARIATION_SORTS = {name: SORTS[name] for name in ("date", "id", "include", "title", "slug", "modified", "menu_order")}
CHECKS: dict[str, Check] = {
    **DATE_CHECKS,
    "type": one_of(TYPES),
    "include_types": one_of(TYPES),
    "status": one_of(STATUSES),
    "stock_status": one_of(("instock", "outofstock", "onbackorder")),
}


def list_products(call: Call) -> Answer:
    """Variations are never listed; only `sku` finds them. Past the end the totals stay true."""
    args, shop = call.args, call.shop
    args.check(tuple(SORTS), CHECKS)
    rows = paging.window(paging.chosen(_listed(shop, args), args), args)
    rows = [row for row in rows if _matches(shop, row, args)]
    shown = paging.cut(paging.ordered(rows, args, SORTS, "date"), args)
    return page_answer(call, Page([product_json(shop, row) for row in shown], len(rows), {}, {}))


def _listed(shop: "WooShop", args: Args) -> list[Product]:
    by_sku = {name for name in ("sku", "search_sku", "search_name_or_sku") if name in args.values}
    wanted = set(args.words("status") or ["any"])
    return [
        row
        for row in shop.products.values()
        if (by_sku or not row.parent_id) and (row.status in wanted or ("any" in wanted and row.status != "trash"))
    ]


def _matches(shop: "WooShop", row: Product, args: Args) -> bool:
    skus, part = args.words("sku"), args.text("search_sku").lower()
    either = args.text("search_name_or_sku").lower()
    categories, tags = args.ids("category"), args.ids("tag")
    parent = shop.products.get(row.parent_id)
    return (
        (not skus or row.sku in skus)
        and part in row.sku.lower()
        and (not either or either in row.sku.lower() or either in row.name.lower())
        and args.text("search").lower() in f"{row.name} {row.sku} {row.description}".lower()
        and (not args.text("type") or row.type == args.text("type"))
        and (not categories or bool(set(categories) & set(row.categories)))
        and (not tags or bool(set(tags) & set(row.tags)))
        and (not args.text("slug") or row.slug == args.text("slug"))
        and args.text("stock_status", stock_status(row, parent)) == stock_status(row, parent)
    )


def find(shop: "WooShop", row_id: int, missing: int = 404) -> Product:
    if row_id not in shop.products:
        raise invalid_id("product", missing)
    return shop.products[row_id]


def get_product(call: Call) -> Answer:
    row = find(call.shop, call.number())
    return Answer(paging.only_fields(product_json(call.shop, row), call.args))


def create_product(call: Call) -> Answer:
    shop, body = call.shop, call.body
    now = shop.now()
    name = text(body, "name", "Product")
    row = Product(shop.next_id(), text(body, "type", "simple"), name, slug(name), now, now)
    fill(shop, row, body)
    changes.create_product(shop, row)
    return created(call, product_json(shop, row))


def update_product(call: Call) -> Answer:
    """A variation cannot be written here, though it can be read."""
    row = find(call.shop, call.number(), missing=400)
    if row.parent_id:
        where = "/products/&lt;product_id&gt;/variations/&lt;id&gt;"
        advice = f"To manipulate product variations you should use the {where} endpoint."
        raise WpError(404, "woocommerce_rest_invalid_product_id", advice)
    fill(call.shop, row, call.body)
    changes.change_product(call.shop, row)
    return Answer(product_json(call.shop, row))


def delete_product(call: Call) -> Answer:
    row = find(call.shop, call.number())
    body = product_json(call.shop, row)
    _delete(call, row, "product")
    return Answer(body)


def _delete(call: Call, row: Product, kind: str) -> None:
    if call.args.flag("force"):
        changes.delete_product(call.shop, row)
    elif row.status == "trash":
        raise WpError(410, "woocommerce_rest_already_trashed", f"The {kind} has already been deleted.")
    else:
        changes.trash_product(call.shop, row)


def list_variations(call: Call) -> Answer:
    args, shop = call.args, call.shop
    parent = find(shop, call.number())
    args.check(tuple(VARIATION_SORTS), {**DATE_CHECKS, "status": one_of(STATUSES)})
    held = [row for row in shop.variations_of(parent.id) if row.status != "trash"]
    rows = paging.window(paging.chosen(held, args), args)
    rows = [row for row in rows if not args.words("sku") or row.sku in args.words("sku")]
    shown = paging.cut(paging.ordered(rows, args, VARIATION_SORTS, "date"), args)
    return page_answer(call, Page([variation_json(shop, row) for row in shown], len(rows), {}, {}))


def list_all_variations(call: Call) -> Answer:
    """GET /variations, which WooCommerce has since 10.3: those of every product, or of the `parent`s."""
    args, shop = call.args, call.shop
    if not shop.lists_variations:
        raise no_route()
    args.check(tuple(VARIATION_SORTS), {**DATE_CHECKS, "status": one_of(STATUSES)})
    parents = set(args.ids("parent"))
    held = [row for row in shop.products.values() if row.parent_id and row.status != "trash"]
    rows = paging.window(paging.chosen(held, args), args)
    rows = [row for row in rows if not parents or row.parent_id in parents]
    shown = paging.cut(paging.ordered(rows, args, VARIATION_SORTS, "date"), args)
    items = [{**variation_json(shop, row), "parent_id": row.parent_id} for row in shown]
    return page_answer(call, Page(items, len(rows), {}, {}))


def _find_variation(call: Call, missing: int = 404) -> Product:
    row = call.shop.products.get(call.number(1))
    if row is None or row.parent_id != call.number():
        raise invalid_id("product_variation", missing)
    return row


def get_variation(call: Call) -> Answer:
    return Answer(paging.only_fields(variation_json(call.shop, _find_variation(call)), call.args))


def create_variation(call: Call) -> Answer:
    shop, body = call.shop, call.body
    parent = find(shop, call.number())
    options = choices(parent, body)
    name = ", ".join(option for _, option in options)
    now = shop.now()
    row = Product(shop.next_id(), "variation", name, f"{parent.slug}-{slug(name)}", now, now, parent_id=parent.id)
    row.choices = options
    fill(shop, row, body)
    changes.create_product(shop, row)
    return created(call, variation_json(shop, row))


def update_variation(call: Call) -> Answer:
    row = _find_variation(call, missing=400)
    fill(call.shop, row, call.body)
    if "attributes" in call.body:
        row.choices = choices(call.shop.products[row.parent_id], call.body)
        row.name = ", ".join(option for _, option in row.choices)
    changes.change_product(call.shop, row)
    return Answer(variation_json(call.shop, row))


def delete_variation(call: Call) -> Answer:
    row = _find_variation(call)
    body = variation_json(call.shop, row)
    _delete(call, row, "product_variation")
    return Answer(body)
