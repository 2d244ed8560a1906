"""Writes, as XML alone. The id of the body counts, not that of the address; PUT empties what is left out; PATCH does not."""

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from shoprelay_simulators.prestashop import acts, blanks
from shoprelay_simulators.prestashop.errors import Refusal, died, not_there
from shoprelay_simulators.prestashop.kinds import KINDS
from shoprelay_simulators.prestashop.query import Row

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

# What programs may not make themselves.
_ONLY_CHANGED = frozenset({"stock_availables", "order_states", "order_invoices", "shops", "configurations", "languages"})
_REQUIRED = {
    "customers": ("passwd", "lastname", "firstname", "email"),
    "addresses": ("id_country", "alias", "lastname", "firstname", "address1", "city"),
    "categories": ("active", "name", "link_rewrite"),
    "products": ("price",),
    "combinations": ("id_product", "minimal_quantity"),
    "product_options": ("group_type", "name", "public_name"),
    "product_option_values": ("id_attribute_group", "name"),
    "order_slip": ("id_customer", "id_order", "conversion_rate", "total_products_tax_excl", "total_products_tax_incl"),
}
_PUT_WHOLE = {"stock_availables": ("id_product", "id_product_attribute"), "orders": ("id_address_delivery", "id_customer")}
_SHOWN_ONLY = {"products": {"manufacturer_name", "quantity"}, "categories": {"level_depth", "nb_products_recursive"}}
_NUMBERS = {"price", "wholesale_price", "weight", "amount"}
_COUNTS = {"quantity", "minimal_quantity"}


def write(shop: "PrestaShop", method: str, resource: str, number: str, body: bytes) -> list[int]:
    """The ids to show; none after a deletion."""
    if method == "DELETE":
        return _delete(shop, resource, number)
    if method not in {"POST", "PUT", "PATCH"}:
        raise Refusal(405, (25, f"Method {method} is not allowed for the resource {resource} with this authentication key"))
    values = _values(body, KINDS[resource].single)
    _valid(values, KINDS[resource].single)
    if wrong := sorted(values.keys() & _SHOWN_ONLY.get(resource, set())):
        raise Refusal(400, (93, f'parameter "{wrong[0]}" not writable. Please remove this attribute of this XML'))
    if method == "POST":
        return [_create(shop, resource, values)]
    own = int(str(values.pop("id", "") or 0))
    if not own:
        raise Refusal(400, (90, "id is required when modifying a resource"))
    if own not in shop.tables[resource]:
        raise Refusal(404, (92, f"Unable to edit {KINDS[resource].single} {own}"))
    if method == "PUT":
        _required(values, _PUT_WHOLE.get(resource, ()))
        values = _emptied(shop.tables[resource][own], values, _SHOWN_ONLY.get(resource, set()))
    _edit(shop, resource, own, values)
    return [own]


def _create(shop: "PrestaShop", resource: str, values: Row) -> int:
    if values.get("id"):
        raise Refusal(400, (91, "id is forbidden when adding a new resource"))
    if resource in _ONLY_CHANGED:
        raise Refusal(405, (101, "Not available"))
    _required(values, _REQUIRED.get(resource, ()))
    if resource == "order_histories":
        order, state = int(str(values.get("id_order") or 0)), int(str(values.get("id_order_state") or 0))
        if order not in shop.tables["orders"] or state not in shop.tables["order_states"]:
            raise died()
        return acts.set_state(shop, order, state)
    own = shop.add(resource, _joined(blanks.blank(resource), values))
    if resource in {"products", "combinations"}:
        of = {"id_product": str(own)} if resource == "products" else {
            "id_product": str(values["id_product"]), "id_product_attribute": str(own)
        }  # fmt: skip
        shop.add("stock_availables", blanks.STOCK | of)
    return own


def _required(values: Row, names: tuple[str, ...]) -> None:
    """Missing fields are named one at a time, and so are those that are not what they should be."""
    if missing := next((name for name in names if not values.get(name)), None):
        raise Refusal(400, (41, f'parameter "{missing}" required'))


def _valid(values: Row, single: str) -> None:
    named = "".join(part.title() for part in single.split("_"))
    for name, value in values.items():
        text = str(value)
        wrong = name in _NUMBERS and not text.removeprefix("-").replace(".", "", 1).isdigit()
        wrong = wrong or (name in _COUNTS and not text.removeprefix("-").isdigit())
        if wrong or (name == "email" and "@" not in text):
            raise Refusal(400, (85, f'Validation error: "Property {named}->{name} is not valid"'))


def _joined(row: Row, values: Row) -> Row:
    """An association that is given replaces the members that it had; the others stay."""
    own, given = row.get("associations"), values.get("associations")
    merged = {**(own if isinstance(own, dict) else {}), **(given if isinstance(given, dict) else {})}
    return {**row, **values, **({"associations": merged} if merged else {})}


def _edit(shop: "PrestaShop", resource: str, own: int, values: Row) -> None:
    """`current_state` makes history; a stock is absolute; a product's row is its own and nothing of its parts."""
    state = values.pop("current_state", None) if resource == "orders" else None
    if resource == "orders" and "shipping_number" in values:
        tracking = {"tracking_number": values.pop("shipping_number")}
        for row in shop.where("order_carriers", id_order=own):
            shop.change("order_carriers", int(str(row["id"])), tracking)
    known = shop.tables[resource][own]
    shop.change(resource, own, {name: value for name, value in _joined(known, values).items() if name in known})
    if state is not None:
        acts.set_state(shop, own, int(str(state)))


def _delete(shop: "PrestaShop", resource: str, number: str) -> list[int]:
    own = int(number) if number.isdigit() else 0
    if own not in shop.tables[resource]:
        raise Refusal(404, (87, f"Id(s) not exists: {number}"))
    if resource in _ONLY_CHANGED:
        raise Refusal(405, (101, "Not available"))
    acts.delete(shop, resource, own)
    return []


def _emptied(row: Row, values: Row, shown_only: set[str]) -> Row:
    kept = {"id", "date_add", "date_upd", "associations"} | shown_only
    return {name: values.get(name, row[name] if name in kept or name.startswith("_") else "") for name in row if name != "id"}


def _values(body: bytes, single: str) -> Row:
    try:
        root = fromstring(body)
    except ParseError:
        raise Refusal(500, (127, "XML error : String could not be parsed as XML")) from None
    found = root.find(single)
    if found is None:
        raise not_there()
    values: Row = {child.tag: _value(child) for child in found if child.tag != "associations"}
    listed = found.find("associations")
    if listed is not None:
        values["associations"] = {each.tag: [{leaf.tag: leaf.text or "" for leaf in one} for one in each] for each in listed}
    return values


def _value(element: Element) -> object:
    languages = element.findall("language")
    if languages:
        return [{"id": each.attrib["id"], "value": each.text or ""} for each in languages]
    return element.text or ""
