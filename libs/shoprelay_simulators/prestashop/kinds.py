"""The resources: what their lists are called, which dates they have, what can be asked of them."""

from dataclasses import dataclass, field

BOTH = frozenset({"date_add", "date_upd"})
ADDED = frozenset({"date_add"})


@dataclass(frozen=True)
class Kind:
    """`plural` is the key of a list, which is not always the resource. `nodes`: what the members of an association are called.

    `dynamic`: fields that are computed, which cannot be filtered by.
    """

    plural: str
    single: str
    dates: frozenset[str] = frozenset()
    dynamic: frozenset[str] = frozenset()
    nodes: dict[str, str] = field(default_factory=dict)


def _plain(plural: str, single: str, dates: frozenset[str] = frozenset()) -> Kind:
    return Kind(plural, single, dates)


KINDS: dict[str, Kind] = {
    "orders": Kind("orders", "order", BOTH, frozenset({"shipping_number"}), {"order_rows": "order_row"}),
    "order_details": Kind("order_details", "order_detail", nodes={"taxes": "tax"}),
    "order_carriers": _plain("order_carriers", "order_carrier", ADDED),
    "order_slip": Kind("order_slips", "order_slip", BOTH, nodes={"order_slip_details": "order_slip_detail"}),
    "order_invoices": _plain("order_invoices", "order_invoice", ADDED),
    "order_payments": _plain("order_payments", "order_payment", ADDED),
    "order_histories": _plain("order_histories", "order_history", ADDED),
    "order_cart_rules": _plain("order_cart_rules", "order_cart_rule"),
    "order_states": _plain("order_states", "order_state"),
    "carts": Kind("carts", "cart", BOTH, nodes={"cart_rows": "cart_row"}),
    "customer_threads": _plain("customer_threads", "customer_thread", BOTH),
    "customer_messages": _plain("customer_messages", "customer_message", BOTH),
    "messages": _plain("messages", "message", ADDED),
    "cart_rules": _plain("cart_rules", "cart_rule", BOTH),
    "customers": Kind("customers", "customer", BOTH, nodes={"groups": "group"}),
    "addresses": _plain("addresses", "address", BOTH),
    "groups": _plain("groups", "group", BOTH),
    "products": Kind(
        "products",
        "product",
        BOTH,
        frozenset({"quantity", "manufacturer_name", "type", "position_in_category", "id_default_combination"}),
        {
            "categories": "category",
            "images": "image",
            "combinations": "combination",
            "product_features": "product_feature",
            "tags": "tag",
            "stock_availables": "stock_available",
            "accessories": "product",
        },
    ),
    "manufacturers": _plain("manufacturers", "manufacturer", BOTH),
    "combinations": Kind(
        "combinations", "combination", nodes={"product_option_values": "product_option_value", "images": "image"}
    ),
    "stock_availables": _plain("stock_availables", "stock_available"),
    "stock_movements": _plain("stock_mvts", "stock_mvt", ADDED),
    "specific_prices": _plain("specific_prices", "specific_price"),
    "product_options": Kind("product_options", "product_option", nodes={"product_option_values": "product_option_value"}),
    "product_option_values": _plain("product_option_values", "product_option_value"),
    "product_features": _plain("product_features", "product_feature"),
    "product_feature_values": _plain("product_feature_values", "product_feature_value"),
    "tags": _plain("tags", "tag"),
    "categories": Kind("categories", "category", BOTH, frozenset({"nb_products_recursive"})),
    "carriers": _plain("carriers", "carrier"),
    "countries": _plain("countries", "country"),
    "states": _plain("states", "state"),
    "currencies": _plain("currencies", "currency"),
    "languages": _plain("languages", "language"),
    "taxes": _plain("taxes", "tax"),
    "tax_rules": _plain("tax_rules", "tax_rule"),
    "configurations": _plain("configurations", "configuration", BOTH),
    "shops": _plain("shops", "shop"),
}
