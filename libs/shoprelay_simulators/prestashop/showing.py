"""A row as the webservice shows it: computed fields and associations come from the other tables."""

from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop.query import Row

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

_ORDER_ROW = (
    "product_id", "product_attribute_id", "product_quantity", "product_name", "product_reference", "product_ean13",
    "product_isbn", "product_upc", "product_price", "id_customization", "unit_price_tax_incl", "unit_price_tax_excl",
)  # fmt: skip


def shown(shop: "PrestaShop", resource: str, number: int, shop_id: str = "") -> Row:
    row = shop.tables[resource][number]
    visible = {name: value for name, value in row.items() if not name.startswith("_")}
    if resource == "orders":
        # The note came with the same version as the resource of vouchers.
        if "order_cart_rules" in shop.absent:
            visible.pop("note", None)
        return _order(shop, number, visible)
    if resource == "products":
        return _product(shop, number, visible, _of_shop(row, shop_id))
    return visible


def _of_shop(row: Row, shop_id: str) -> Row:
    """What the queried shop has of its own. The default shop's is what is shown without one, and of all."""
    own = row.get("_shops")
    return own.get("1" if shop_id in {"", "all"} else shop_id, {}) if isinstance(own, dict) else {}


def _order(shop: "PrestaShop", number: int, row: Row) -> Row:
    carriers = list(shop.where("order_carriers", id_order=number))
    details = [
        {"id": str(detail["id"]), **{name: detail.get(name, "") for name in _ORDER_ROW}}
        for detail in shop.where("order_details", id_order=number)
    ]
    tracking = str(carriers[0]["tracking_number"]) if carriers else None
    return {**row, "shipping_number": tracking, "associations": {"order_rows": details}}


def _product(shop: "PrestaShop", number: int, row: Row, of_shop: Row) -> Row:
    combinations = list(shop.where("combinations", id_product=number))
    stock = shop.where("stock_availables", id_product=number)
    own = row.get("associations")
    associations = {
        **(own if isinstance(own, dict) else {}),
        "combinations": [{"id": str(each["id"])} for each in combinations],
        "stock_availables": [{"id": str(each["id"]), "id_product_attribute": each["id_product_attribute"]} for each in stock],
    }
    made_by = shop.tables["manufacturers"].get(int(str(row["id_manufacturer"]) or 0), {})
    first = {
        "id_default_combination": str(combinations[0]["id"]) if combinations else "0",
        "manufacturer_name": made_by.get("name", ""),
    }
    return {**row, **first, "quantity": "0", "type": "simple", **of_shop, "associations": associations}
