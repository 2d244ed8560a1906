"""What a write may hold, and what it must."""

from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop.errors import Refusal
from shoprelay_simulators.prestashop.query import Row

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

REQUIRED = {
    "customers": ("passwd", "lastname", "firstname", "email"),
    "addresses": ("id_country", "alias", "lastname", "firstname", "address1", "city"),
    "categories": ("active", "name", "link_rewrite"),
    "products": ("price",),
    "combinations": ("id_product", "minimal_quantity"),
    "product_options": ("group_type", "name", "public_name"),
    "product_option_values": ("id_attribute_group", "name"),
    "order_slip": ("id_customer", "id_order", "conversion_rate", "total_products_tax_excl", "total_products_tax_incl"),
    "orders": ("id_address_delivery", "id_cart", "id_currency", "id_customer", "id_carrier", "module", "payment", "total_paid"),
    "order_payments": ("order_reference", "id_currency", "amount"),
}
"""Of a new record."""
WHOLE = {
    **{name: REQUIRED[name] for name in ("customers", "addresses", "categories", "products", "combinations")},
    "stock_availables": ("id_product", "id_product_attribute"),
    "orders": ("id_address_delivery", "id_customer"),
    "order_carriers": ("id_order", "id_carrier"),
}
"""Of a record that is put back whole."""
SHOWN_ONLY = {"products": {"manufacturer_name", "quantity"}, "categories": {"level_depth", "nb_products_recursive"}}
_NUMBERS = {"price", "wholesale_price", "weight", "amount"}
_COUNTS = {"quantity", "minimal_quantity"}


def required(values: Row, names: tuple[str, ...]) -> None:
    """Missing fields are named one at a time, and so are those that are not what they should be."""
    if missing := next((name for name in names if not values.get(name)), None):
        raise Refusal(400, (41, f'parameter "{missing}" required'))


def writable(values: Row, resource: str) -> None:
    if wrong := sorted(values.keys() & SHOWN_ONLY.get(resource, set())):
        raise Refusal(400, (93, f'parameter "{wrong[0]}" not writable. Please remove this attribute of this XML'))


def valid(values: Row, single: str) -> None:
    named = "".join(part.title() for part in single.split("_"))
    for name, value in values.items():
        text = str(value)
        wrong = name in _NUMBERS and not text.removeprefix("-").replace(".", "", 1).isdigit()
        wrong = wrong or (name in _COUNTS and not text.removeprefix("-").isdigit())
        if wrong or (name == "email" and "@" not in text):
            raise Refusal(400, (85, f'Validation error: "Property {named}->{name} is not valid"'))


def placed(shop: "PrestaShop", values: Row) -> None:
    """A product is put into its default category at a place there, which one that is deleted does not have."""
    category = str(values.get("id_category_default") or 0)
    if category != "0" and int(category) not in shop.tables["categories"]:
        raise Refusal(500, (134, "You cannot set 0 or a negative position, the minimum is 1."))
