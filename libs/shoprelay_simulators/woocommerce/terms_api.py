"""products/categories, products/brands and products/tags: no dates, no webhooks, names with HTML entities."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce import paging
from shoprelay_simulators.woocommerce.build import slug
from shoprelay_simulators.woocommerce.call import Answer, Call, created, integer, simple_page, text
from shoprelay_simulators.woocommerce.errors import WpError, missing_params
from shoprelay_simulators.woocommerce.paging import Sort
from shoprelay_simulators.woocommerce.people_json import brand_json, category_json, tag_json
from shoprelay_simulators.woocommerce.php import entities
from shoprelay_simulators.woocommerce.rows import Image, Term

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

Show = Callable[["WooShop", Term], Json]
SORTS: dict[str, Sort[Term]] = {
    "id": lambda row: row.id,
    "include": lambda row: row.id,
    "name": lambda row: row.name.lower(),
    "slug": lambda row: row.slug,
    "term_group": lambda row: row.name.lower(),
    "description": lambda row: row.description,
    "count": lambda row: row.id,
}


def _rows(call: Call) -> tuple[str, dict[int, Term], Show]:
    if "/products/tags" in call.request.path:
        return "tags", call.shop.tags, tag_json
    if "/products/brands" in call.request.path:
        return "brands", call.shop.brands, brand_json
    return "categories", call.shop.categories, category_json


def list_terms(call: Call) -> Answer:
    _, held, show = _rows(call)
    args = call.args
    args.check(tuple(SORTS))
    rows = paging.chosen(held.values(), args)
    if "parent" in args.values:
        rows = [row for row in rows if row.parent == args.integer("parent", 0)]
    rows = [row for row in rows if args.text("search").lower() in row.name.lower()]
    items = [show(call.shop, row) for row in rows]
    if args.flag("hide_empty"):
        kept = {item["id"] for item in items if item["count"]}
        rows = [row for row in rows if row.id in kept]
    shown = paging.cut(paging.ordered(rows, args, SORTS, "name", "asc"), args)
    return simple_page(call, [show(call.shop, row) for row in shown], len(rows))


def _find(call: Call) -> Term:
    _, held, _ = _rows(call)
    if call.number() not in held:
        raise WpError(404, "woocommerce_rest_term_invalid", "Resource does not exist.", allow=False)
    return held[call.number()]


def get_term(call: Call) -> Answer:
    _, _, show = _rows(call)
    return Answer(show(call.shop, _find(call)))


def create_term(call: Call) -> Answer:
    resource, held, show = _rows(call)
    if not call.body.get("name"):
        raise missing_params("name")
    name = entities(text(call.body, "name"))
    twin = next((row for row in held.values() if row.name == name), None)
    if twin is not None:
        message = "A term with the name provided already exists with this parent."
        raise WpError(400, "term_exists", message, {"resource_id": twin.id})
    _check(call, held)
    row_id = call.shop.next_id("term")
    row = Term(row_id, name, text(call.body, "slug") or slug(name))
    _fill(call, row)
    held[row_id] = row
    call.shop.record(resource, row_id)
    return created(call, show(call.shop, row))


def update_term(call: Call) -> Answer:
    """Products with the category do not move."""
    resource, held, show = _rows(call)
    row = _find(call)
    _check(call, held)
    row.name = entities(text(call.body, "name")) if "name" in call.body else row.name
    _fill(call, row)
    call.shop.record(resource, row.id)
    return Answer(show(call.shop, row))


def _check(call: Call, held: dict[int, Term]) -> None:
    parent = integer(call.body.get("parent"))
    if parent and parent not in held:
        raise WpError(400, "woocommerce_rest_term_invalid", "Parent is invalid.")


def _fill(call: Call, row: Term) -> None:
    row.description = text(call.body, "description", row.description)
    row.parent = integer(call.body.get("parent"), row.parent)
    given = call.body.get("image")
    if isinstance(given, dict) and given.get("src"):
        file = str(given["src"]).rsplit("/", 1)[-1]
        name = str(given.get("name") or file.rsplit(".", 1)[0])
        image = Image(call.shop.next_id(), call.shop.now(), f"/wp-content/uploads/{file}", name, str(given.get("alt", "")))
        row.image = image


def delete_term(call: Call) -> Answer:
    resource, held, show = _rows(call)
    row = _find(call)
    if not call.args.flag("force"):
        raise WpError(501, "woocommerce_rest_trash_not_supported", "Resource does not support trashing.")
    body = show(call.shop, row)
    held.pop(row.id)
    call.shop.record(resource, row.id)
    return Answer(body)
