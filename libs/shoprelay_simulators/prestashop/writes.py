"""Writes, as XML alone. The id of the body counts, not that of the address; PUT empties what is left out; PATCH does not."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop import acts, blanks, bodies, checks, shelves, taxes
from shoprelay_simulators.prestashop.amounts import amount, number
from shoprelay_simulators.prestashop.errors import Refusal, died
from shoprelay_simulators.prestashop.kinds import KINDS
from shoprelay_simulators.prestashop.query import Row

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

# What programs may not make themselves.
_ONLY_CHANGED = frozenset({"stock_availables", "order_states", "order_invoices", "shops", "configurations", "languages"})


def write(shop: "PrestaShop", method: str, resource: str, body: bytes) -> list[int]:
    """The ids to show: a body may hold several records."""
    kind, found = KINDS[resource], []
    for values in bodies.parsed(body, kind.single):
        checks.valid(values, kind.single)
        checks.writable(values, resource)
        found.append(_create(shop, resource, values) if method == "POST" else _edit(shop, resource, values, method == "PUT"))
    return found


def delete(shop: "PrestaShop", resource: str, keys: list[str]) -> None:
    """All of them, or none where one is missing."""
    own = [int(key) if key.isdigit() else 0 for key in keys]
    if missing := [key for key, one in zip(keys, own, strict=True) if one not in shop.tables[resource]]:
        raise Refusal(404, (87, f"Id(s) not exists: {', '.join(missing)}"))
    if resource in _ONLY_CHANGED:
        raise Refusal(405, (101, "Not available"))
    for one in own:
        acts.delete(shop, resource, one)


def _create(shop: "PrestaShop", resource: str, values: Row) -> int:
    if values.get("id"):
        raise Refusal(400, (91, "id is forbidden when adding a new resource"))
    if resource in _ONLY_CHANGED:
        raise Refusal(405, (101, "Not available"))
    checks.required(values, checks.REQUIRED.get(resource, ()))
    if resource == "order_histories":
        return _history(shop, values)
    if resource == "orders":
        return _ordered(shop, values)
    own = shop.add(resource, _joined(blanks.blank(resource), values))
    if resource in {"products", "combinations"}:
        product = own if resource == "products" else number(values, "id_product")
        of = {"id_product": str(product), "id_product_attribute": "0" if resource == "products" else str(own)}
        shop.add("stock_availables", blanks.STOCK | of)
    if resource == "combinations":
        shelves.sum_up(shop, product)
    return own


def _history(shop: "PrestaShop", values: Row) -> int:
    order, state = number(values, "id_order"), number(values, "id_order_state")
    if order not in shop.tables["orders"] or state not in shop.tables["order_states"]:
        raise died()
    return acts.set_state(shop, order, state)


def _ordered(shop: "PrestaShop", values: Row) -> int:
    """What it comes to is reckoned from the cart; one that is said to be paid otherwise is in the state for that."""
    cart = number(values, "id_cart")
    if cart not in shop.tables["carts"]:
        raise died()
    given: Row = {name: values[name] for name in ("module", "payment", "gift", "gift_message", "note") if name in values}
    order = acts.begin(shop, cart, given)
    said, row = amount(values, "total_paid"), shop.tables["orders"][order]
    if acts.rounded(said) == amount(row, "total_paid"):
        acts.set_state(shop, order, number(values, "current_state") or acts.AWAITING_WIRE)
        return order
    acts.set_state(shop, order, acts.PAYMENT_ERROR)
    acts.pay(shop, order, Decimal(said), str(row["payment"]))
    shop.change("orders", order, {"total_paid_real": acts.six(said)})
    return order


def _edit(shop: "PrestaShop", resource: str, values: Row, whole: bool) -> int:
    """A product's row is its own and nothing of its parts; a stock is absolute."""
    own = number(values)
    if not own:
        raise Refusal(400, (90, "id is required when modifying a resource"))
    if own not in shop.tables[resource]:
        raise Refusal(404, (92, "Invalid ID"))
    row = shop.tables[resource][own]
    given = {name: value for name, value in values.items() if name != "id"}
    if whole:
        checks.required(given, checks.WHOLE.get(resource, ()))
        given = _emptied(resource, row, given)
    if resource == "products" and whole:
        checks.placed(shop, given)
    if resource == "orders":
        _act(shop, own, given)
    given = {name: _languages(row.get(name), value) for name, value in given.items()}
    if resource == "taxes" and taxes.in_use(shop, own):
        return taxes.replaced(shop, own, {name: value for name, value in given.items() if name in row})
    merged = _joined(row, given)
    shop.change(resource, own, {name: value for name, value in merged.items() if name in row and name in given})
    if resource == "stock_availables" and number(row, "id_product_attribute"):
        shelves.sum_up(shop, number(row, "id_product"))
    return own


def _act(shop: "PrestaShop", order: int, values: Row) -> None:
    """Another state makes its history, its invoice and its payment before the other fields are written, over them too."""
    if "shipping_number" in values:
        for row in shop.where("order_carriers", id_order=order):
            shop.change("order_carriers", number(row), {"tracking_number": values["shipping_number"]})
    state = number(values, "current_state")
    if state and str(state) != shop.tables["orders"][order]["current_state"]:
        if state not in shop.tables["order_states"]:
            raise died()
        acts.set_state(shop, order, state)


def _joined(row: Row, values: Row) -> Row:
    """An association that is given replaces the members that it had; the others stay."""
    own, given = row.get("associations"), values.get("associations")
    merged = {**(own if isinstance(own, dict) else {}), **(given if isinstance(given, dict) else {})}
    return {**row, **values, **({"associations": merged} if merged else {})}


def _languages(before: object, value: object) -> object:
    """A translated field is replaced whole: it is empty in the languages that are not given."""
    if not (isinstance(before, list) and isinstance(value, list)):
        return value
    given = {each["id"]: each["value"] for each in value}
    return [{"id": each["id"], "value": given.get(each["id"], "")} for each in before]


def _emptied(resource: str, row: Row, values: Row) -> Row:
    """A threshold that nobody set comes back as none at all, and is 0 from then on."""
    kept = {"date_add", "date_upd", "associations"} | checks.SHOWN_ONLY.get(resource, set())
    names = {*row, *values} - {"id"}
    found = {name: values.get(name, row.get(name) if name in kept or name.startswith("_") else "") for name in names}
    if resource == "combinations":
        found["low_stock_threshold"] = found["low_stock_threshold"] or "0"
    return found
