"""What a shop is set up with: stores, groups, taxes, sources; and the tree of categories."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from shoprelay_simulators.magento2.errors import Refusal
from shoprelay_simulators.magento2.rows import Row

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop


def store_configs(shop: "Magento2Shop") -> list[Row]:
    return [
        {
            "id": number,
            "code": code,
            "website_id": 1,
            "locale": locale,
            "base_currency_code": "DKK",
            "default_display_currency_code": "DKK",
            "timezone": "Europe/Copenhagen",
            "weight_unit": "kgs",
            "base_url": f"{shop.site_url}/",
            "base_link_url": f"{shop.site_url}/",
            "base_media_url": f"{shop.site_url}/media/",
        }
        for number, code, locale in ((1, "default", "da_DK"), (2, "de", "de_DE"))
    ]


def store_views(_shop: "Magento2Shop") -> list[Row]:
    names = ((0, "admin", "Admin"), (1, "default", "Default Store View"), (2, "de", "Deutsch"))
    return [{"id": n, "code": code, "name": name, "website_id": min(n, 1), "is_active": 1} for n, code, name in names]


def countries(_shop: "Magento2Shop | None" = None) -> list[Row]:
    names = {"DK": ("DNK", "Danmark", "Denmark"), "SE": ("SWE", "Sverige", "Sweden"), "DE": ("DEU", "Tyskland", "Germany")}
    return [
        {
            "id": code,
            "two_letter_abbreviation": code,
            "three_letter_abbreviation": three,
            "full_name_locale": own,
            "full_name_english": english,
            "available_regions": [{"id": "1", "code": "X", "name": "X"}],
        }
        for code, (three, own, english) in names.items()
    ]


def country(code: str) -> Row:
    found = next((row for row in countries() if row["id"] == code), None)
    if found is None:
        raise Refusal(404, "The country isn't available.")
    return found


def groups(_shop: "Magento2Shop") -> Iterable[Row]:
    names = ("NOT LOGGED IN", "General", "Wholesale")
    return [{"id": number, "code": name, "tax_class_id": 3, "tax_class_name": "Retail"} for number, name in enumerate(names)]


def tax_rules(_shop: "Magento2Shop") -> Iterable[Row]:
    rule = {"code": "Moms", "priority": 0, "position": 0, "calculate_subtotal": False}
    return [{"id": 1, **rule, "customer_tax_class_ids": [3], "product_tax_class_ids": [2], "tax_rate_ids": [5, 6]}]


def tax_rates(_shop: "Magento2Shop") -> Iterable[Row]:
    return [
        {"id": number, "tax_country_id": country, "tax_region_id": 0, "tax_postcode": "*", "rate": rate, "code": f"{country} *"}
        for number, country, rate in ((5, "DK", 25), (6, "DE", 19))
    ]


def source_items(shop: "Magento2Shop") -> Iterable[Row]:
    """`source_item_id` is a column to sort by, and not shown."""
    return shop.stock.values()


def sources(_shop: "Magento2Shop") -> Iterable[Row]:
    return [{"source_code": code, "name": code, "enabled": True} for code in ("aarhus", "default")]


def links(_shop: "Magento2Shop") -> Iterable[Row]:
    return [{"stock_id": 1, "source_code": code, "priority": place} for place, code in enumerate(("default", "aarhus"), 1)]


def salable(shop: "Magento2Shop", sku: str) -> float:
    """What lies there less what is ordered and not yet sent."""
    held = [row for (own, _), row in shop.stock.items() if own == sku]
    if not held:
        raise Refusal(400, "The requested sku is not assigned to given stock.")
    open_orders = (row for row in shop.orders.values() if row["state"] in {"new", "processing"})
    reserved = sum(
        item["qty_ordered"] for row in open_orders for item in row["items"] if item["sku"] == sku and item["row_total"]
    )
    return float(sum(row["quantity"] for row in held if row["status"]) - reserved)


def stock_item(shop: "Magento2Shop", product: Row) -> Row:
    quantity = sum(row["quantity"] for (sku, _), row in shop.stock.items() if sku == product["sku"])
    return {
        "item_id": product["id"],
        "product_id": product["id"],
        "stock_id": 1,
        "qty": quantity,
        "is_in_stock": quantity > 0,
        "is_qty_decimal": False,
        "manage_stock": True,
        "backorders": 0,
        "min_sale_qty": 1,
        "max_sale_qty": 10000,
        "notify_stock_qty": 1,
        **shop.rules.get(product["id"], {}),
    }


def tree(shop: "Magento2Shop", number: int) -> Row:
    row = shop.categories[number]
    below = [one["id"] for one in shop.categories.values() if one["parent_id"] == number]
    names = ("id", "parent_id", "name", "is_active", "position", "level")
    return {**{name: row[name] for name in names}, "product_count": 0, "children_data": [tree(shop, child) for child in below]}
