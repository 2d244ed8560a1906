"""What a line sells: https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-products

An id that the shop does not have makes an empty line there, so each is looked up first.
"""

from typing import Any

from shoprelay_relays.actions import Call
from shoprelay_relays.actions.bodies.orders import OrderedVariant
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.woocommerce.actions.asking import is_id, read, rows

Row = dict[str, Any]


async def item(call: Call[Any], asked: OrderedVariant, field: str = "") -> Row:
    """A new line. With a price of its own it is that price: what of it is tax, the shop says in its answer."""
    row = await found(call, asked, field)
    line: Row = {"quantity": pieces(asked.quantity, field)}
    if parent := row.get("parent_id") if row.get("type") == "variation" else None:
        line |= {"product_id": parent, "variation_id": row["id"]}
    else:
        line |= {"product_id": row["id"]}
    if asked.name is not None:
        line["name"] = asked.name
    if asked.price is not None:
        line["subtotal"] = line["total"] = f"{asked.price * line['quantity']:.6f}"
    return line


async def found(call: Call[Any], asked: OrderedVariant, field: str = "") -> Row:
    """The product or the variation: by its id (sku_2), else its sku. CannotDo when there is none to be sold."""
    key = asked.known_as("sku_2") or ("" if asked.sku else asked.sku_3 or "")
    if key:
        row = await by_id(call, key)
    else:
        row = await by_sku(call, asked.sku or "")
    if row is None:
        raise CannotDo(field or "sku", f"the shop has no variant {key or asked.sku}")
    if str(row.get("type")).startswith(("variable", "grouped")):
        raise CannotDo(field or "sku", f"{row.get('sku') or row['id']} is sold in variations: name one of them")
    return row


async def by_id(call: Call[Any], key: str) -> Row | None:
    """/products/<id> answers variations as well."""
    try:
        return await read(call.client, f"products/{key}") if is_id(key) else None
    except NotThere:
        return None


async def by_sku(call: Call[Any], sku: str) -> Row | None:
    """The list filtered by sku has variations in it; a comma there parts two skus, and a variation shows its product's."""
    if not sku or "," in sku:
        return None
    fitting = [row for row in await rows(call.client, "products", sku=sku) if row.get("sku") == sku]
    return fitting[0] if len(fitting) == 1 else None


def pieces(quantity: float, field: str = "") -> int:
    if quantity != int(quantity):
        raise CannotDo(f"{field}.quantity" if field else "quantity", "WooCommerce counts in whole pieces")
    return int(quantity)
