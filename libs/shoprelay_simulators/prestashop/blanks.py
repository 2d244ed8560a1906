"""Rows as PrestaShop fills them in where nothing is said, in the fields' own order."""

from shoprelay_simulators.prestashop.query import Row

ZERO_DATE = "0000-00-00 00:00:00"


def words(text: str, danish: str = "") -> list[dict[str, str]]:
    """A translated field: English (1) and Danish (2)."""
    return [{"id": "1", "value": text}, {"id": "2", "value": danish or text}]


def blank(resource: str) -> Row:
    """A new row of a resource that programs may write."""
    return dict(BLANK.get(resource, {}))


_ORDER = (
    "id_address_delivery", "id_address_invoice", "id_cart", "id_currency", "id_lang", "id_customer", "id_carrier",
    "current_state",
    "module", "invoice_number", "invoice_date", "delivery_number", "delivery_date", "valid", "date_add", "date_upd", "note",
    "id_shop_group", "id_shop", "secure_key", "payment", "recyclable", "gift", "gift_message", "mobile_theme",
)  # fmt: skip
_TOTALS = ("total_discounts", "total_paid", "total_shipping", "total_wrapping")
_DETAIL = (
    "id_order", "product_id", "product_attribute_id", "product_quantity_reinjected", "group_reduction", "id_order_invoice",
    "id_warehouse", "id_shop", "id_customization", "product_name", "product_quantity", "product_quantity_in_stock",
    "product_quantity_return", "product_quantity_refunded", "product_price", "reduction_percent", "reduction_amount",
    "product_ean13", "product_isbn", "product_upc", "product_reference", "product_weight", "id_tax_rules_group",
)  # fmt: skip
_TEXTS = ("product_name", "product_ean13", "product_isbn", "product_upc", "product_reference", "note", "gift_message")
BLANK: dict[str, Row] = {
    "orders": {
        **{name: "" if name in _TEXTS else "0" for name in _ORDER if not name.startswith("date_")},
        "id_currency": "1", "id_lang": "2", "id_shop": "1", "id_shop_group": "1", "invoice_date": ZERO_DATE,
        "delivery_date": ZERO_DATE,
        **{f"{name}{suffix}": "0.000000" for name in _TOTALS for suffix in ("", "_tax_incl", "_tax_excl")},
        "total_paid_real": "0.000000", "total_products": "0.000000", "total_products_wt": "0.000000",
        "carrier_tax_rate": "25.000", "round_mode": "2", "round_type": "2", "conversion_rate": "1.000000", "reference": "",
    },
    "order_details": {
        **{name: "" if name in _TEXTS else "0" for name in _DETAIL},
        "id_shop": "1", "id_tax_rules_group": "1", "product_weight": "0.300000", "total_refunded_tax_excl": "0.000000",
        "total_refunded_tax_incl": "0.000000", "associations": {"taxes": [{"id": "1"}]},
    },
    "carts": {
        "id_address_delivery": "0", "id_address_invoice": "0", "id_currency": "1", "id_customer": "0", "id_guest": "0",
        "id_lang": "2", "id_shop_group": "1", "id_shop": "1", "id_carrier": "0", "recyclable": "0", "gift": "0",
        "gift_message": "", "delivery_option": "", "secure_key": "", "associations": {"cart_rows": []},
    },
    "customer_threads": {
        "id_lang": "2", "id_shop": "1", "id_customer": "0", "id_order": "0", "id_product": "0", "id_contact": "0", "email": "",
        "token": "", "status": "open",
    },
    "customer_messages": {
        "id_employee": "0", "id_customer_thread": "0", "ip_address": "0", "message": "", "file_name": "", "user_agent": "",
        "private": "0", "read": "0",
    },
    "order_payments": {"transaction_id": "", "card_number": "", "conversion_rate": "1.000000"},
    "order_slip": {"partial": "0", "shipping_cost_amount": "0.000000", "order_slip_type": "0", "associations": {}},
    "messages": {"id_cart": "0", "id_employee": "0", "private": "0"},
    "specific_prices": {
        "id_shop_group": "0", "id_shop": "0", "id_cart": "0", "id_product": "0", "id_product_attribute": "0", "id_currency": "0",
        "id_country": "0", "id_group": "0", "id_customer": "0", "id_specific_price_rule": "0", "price": "-1.000000",
        "from_quantity": "1", "reduction": "0.000000", "reduction_tax": "1", "reduction_type": "percentage",
        "from": ZERO_DATE, "to": ZERO_DATE,
    },
    "combinations": {
        "id_product": "0", "ean13": "", "isbn": "", "upc": "", "mpn": "", "reference": "",
        "supplier_reference": "", "wholesale_price": "0.000000", "price": "0.000000", "ecotax": "0.000000", "weight": "0.000000",
        "unit_price_impact": "0.000000", "minimal_quantity": "1", "low_stock_threshold": "", "low_stock_alert": "0",
        "default_on": "", "available_date": "0000-00-00", "available_now": [], "available_later": [],
        "associations": {"product_option_values": [], "images": []},
    },
}  # fmt: skip

PRODUCT: Row = {
    "id_manufacturer": "1", "id_supplier": "0", "id_category_default": "2", "new": "", "cache_default_attribute": "0",
    "id_default_image": "", "id_default_combination": "0", "id_tax_rules_group": "1", "position_in_category": "0",
    "manufacturer_name": "", "quantity": "0", "type": "simple", "id_shop_default": "1", "reference": "", "supplier_reference": "",
    "location": "", "width": "12.000000", "height": "8.500000", "depth": "0.000000", "weight": "0.000000", "ean13": "",
    "isbn": "",
    "upc": "", "mpn": "", "is_virtual": "0", "state": "1", "product_type": "standard", "on_sale": "0", "ecotax": "0.000000",
    "minimal_quantity": "1", "low_stock_threshold": "", "price": "0.000000", "wholesale_price": "0.000000", "active": "1",
    "available_for_order": "1", "available_date": "0000-00-00", "condition": "new", "show_price": "1", "visibility": "both",
    "meta_description": words(""), "meta_title": words(""), "link_rewrite": words(""), "name": words(""),
    "description": words(""),
    "description_short": words(""), "available_now": words("In stock", "På lager"), "available_later": words(""),
}  # fmt: skip
STOCK: Row = {
    "id_product": "0", "id_product_attribute": "0", "id_shop": "1", "id_shop_group": "0", "quantity": "0",
    "depends_on_stock": "0",
    "out_of_stock": "2", "location": "",
}  # fmt: skip
CUSTOMER: Row = {
    "id_default_group": "3", "id_lang": "2", "newsletter_date_add": ZERO_DATE, "deleted": "0", "passwd": "", "lastname": "",
    "firstname": "", "email": "", "id_gender": "0", "birthday": "0000-00-00", "newsletter": "0", "optin": "0", "website": "",
    "company": "", "siret": "", "ape": "", "active": "1", "note": "", "is_guest": "0", "id_shop": "1", "id_shop_group": "1",
    "secure_key": "", "reset_password_token": "", "reset_password_validity": ZERO_DATE,
    "associations": {"groups": [{"id": "3"}]},
}  # fmt: skip
ADDRESS: Row = {
    "id_customer": "0", "id_manufacturer": "0", "id_supplier": "0", "id_warehouse": "0", "id_country": "20", "id_state": "0",
    "alias": "Hjem", "company": "", "lastname": "", "firstname": "", "vat_number": "", "address1": "", "address2": "",
    "postcode": "", "city": "", "other": "", "phone": "", "phone_mobile": "", "dni": "", "deleted": "0",
}  # fmt: skip
CATEGORY: Row = {
    "id_parent": "2", "level_depth": "2", "nb_products_recursive": "-1", "active": "1", "id_shop_default": "1",
    "is_root_category": "0", "position": "0", "name": words(""), "link_rewrite": words(""), "description": words(""),
    "additional_description": words(""), "meta_title": words(""), "meta_description": words(""), "meta_keywords": words(""),
}  # fmt: skip
_OPTION: Row = {"is_color_group": "0", "group_type": "select", "position": "0", "name": words(""), "public_name": words("")}
_NOTHING_MORE: Row = {
    "categories": [], "images": [], "product_features": [], "tags": [], "accessories": [],
}  # fmt: skip
BLANK |= {
    "products": {**PRODUCT, "active": "0", "state": "0", "id_tax_rules_group": "0", "associations": _NOTHING_MORE},
    "customers": CUSTOMER,
    "addresses": ADDRESS,
    "categories": CATEGORY,
    "product_options": {**_OPTION, "associations": {"product_option_values": []}},
    "product_option_values": {"id_attribute_group": "0", "color": "", "position": "0", "name": words("")},
}
