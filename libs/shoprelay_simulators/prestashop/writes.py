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

_ONLY_CHANGED = frozenset({"stock_availables"})
# Writes of these move the date of the record itself; nothing else's.
_CREATED = {"order_histories", "order_slip", "order_payments", "order_details", "messages", "specific_prices", "combinations"}


def write(shop: "PrestaShop", method: str, resource: str, number: str, body: bytes) -> list[int]:
    """The ids to show; none after a deletion."""
    if method == "DELETE":
        return _delete(shop, resource, number)
    if method not in {"POST", "PUT", "PATCH"}:
        raise Refusal(405, (25, f"Method {method} is not allowed for the resource {resource} with this authentication key"))
    values = _values(body, KINDS[resource].single)
    if method == "POST":
        return [_create(shop, resource, values)]
    own = int(str(values.pop("id", "") or 0))
    if not own:
        raise Refusal(400, (90, "id is required when modifying a resource"))
    if own not in shop.tables[resource]:
        raise Refusal(404, (92, f"Unable to edit {KINDS[resource].single} {own}"))
    _edit(shop, resource, own, values if method == "PATCH" else _emptied(shop.tables[resource][own], values))
    return [own]


def _create(shop: "PrestaShop", resource: str, values: Row) -> int:
    if values.get("id"):
        raise Refusal(400, (91, "id is forbidden when adding a new resource"))
    if resource not in _CREATED:
        raise Refusal(405, (101, "Not available"))
    if resource == "order_histories":
        order, state = int(str(values.get("id_order") or 0)), int(str(values.get("id_order_state") or 0))
        if order not in shop.tables["orders"] or state not in shop.tables["order_states"]:
            raise died()
        return acts.set_state(shop, order, state)
    return shop.add(resource, {**blanks.blank(resource), **values})


def _edit(shop: "PrestaShop", resource: str, own: int, values: Row) -> None:
    """`current_state` makes history; a stock is absolute; a product's row is its own and nothing of its parts."""
    state = values.pop("current_state", None) if resource == "orders" else None
    if resource == "orders" and "shipping_number" in values:
        tracking = {"tracking_number": values.pop("shipping_number")}
        for row in shop.where("order_carriers", id_order=own):
            shop.change("order_carriers", int(str(row["id"])), tracking)
    shop.change(resource, own, values)
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


def _emptied(row: Row, values: Row) -> Row:
    kept = {"id", "date_add", "date_upd", "associations"}
    return {name: values.get(name, row[name] if name in kept or name.startswith("_") else "") for name in row if name != "id"}


def _values(body: bytes, single: str) -> Row:
    try:
        root = fromstring(body)
    except ParseError:
        raise Refusal(500, (127, "XML error : String could not be parsed as XML")) from None
    found = root.find(single)
    if found is None:
        raise not_there()
    return {child.tag: _value(child) for child in found if child.tag != "associations"}


def _value(element: Element) -> object:
    languages = element.findall("language")
    if languages:
        return [{"id": each.attrib["id"], "value": each.text or ""} for each in languages]
    return element.text or ""
