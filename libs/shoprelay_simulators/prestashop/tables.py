"""The rows that every installation has, and those that are filled in where nothing is said."""

from shoprelay_simulators.prestashop.blanks import words
from shoprelay_simulators.prestashop.query import Row


def _state(name: str, *flags: str, module: str = "", template: str = "") -> Row:
    known = ("unremovable", "delivery", "hidden", "send_email", "invoice", "logable", "shipped", "paid", "deleted")
    return {
        **{flag: "1" if flag in {*flags, "unremovable"} else "0" for flag in known},
        "module_name": module, "color": "#34209E", "name": words(name), "template": words(template),
    }  # fmt: skip


def _country(code: str, english: str, danish: str) -> Row:
    return {"id_zone": "1", "iso_code": code, "active": "1", "contains_states": "0", "name": words(english, danish)}


def _setting(name: str, value: str) -> Row:
    return {"value": value, "name": name, "id_shop_group": "", "id_shop": ""}


def _carrier(name: str, reference: int, *, deleted: str = "0") -> Row:
    return {
        "deleted": deleted, "is_module": "0", "id_tax_rules_group": 1, "id_reference": str(reference), "name": name,
        "active": "1",
        "is_free": "0", "url": "https://spor.example/@", "delay": words("1-2 days", "1-2 dage"),
    }  # fmt: skip


def _category(name: str, parent: int, slug: str) -> Row:
    return {
        "id_parent": str(parent), "level_depth": "2", "nb_products_recursive": "-1", "active": "1", "id_shop_default": "1",
        "is_root_category": "0", "position": "0", "name": words(name), "link_rewrite": words(slug),
        "description": words(f"<p>{name}</p>"), "additional_description": words(""), "meta_title": words(name),
        "meta_description": words(""), "meta_keywords": words(""),
    }  # fmt: skip


def _names(name: str) -> Row:
    return {"name": words(name)}


FIXED: dict[str, dict[int, Row]] = {
    "shops": {1: {"id_shop_group": "1", "id_category": "2", "active": "1", "deleted": "0", "name": "Kystlageret"}},
    "languages": {
        1: {"name": "English", "iso_code": "en", "locale": "en-US", "language_code": "en-us", "active": "1"},
        2: {"name": "Dansk", "iso_code": "da", "locale": "da-DK", "language_code": "da-dk", "active": "1"},
    },
    "currencies": {
        1: {"names": words("Danish Krone", "Dansk krone"), "iso_code": "DKK", "conversion_rate": "1.000000", "active": "1"},
        2: {"names": words("Euro"), "iso_code": "EUR", "conversion_rate": "0.134000", "active": "1"},
    },
    "countries": {
        1: _country("DE", "Germany", "Tyskland"), 18: _country("SE", "Sweden", "Sverige"), 20: _country("DK", "Denmark",
        "Danmark"),
        21: _country("US", "United States", "USA"), 23: _country("NO", "Norway", "Norge"),
    },
    "states": {8: {"id_zone": "2", "id_country": "21", "iso_code": "CA", "name": "California", "active": "1"}},
    "groups": {number: {"reduction": "0.00", "show_prices": "1", **_names(name)} for number, name in enumerate(
        ("Visitor", "Guest", "Customer"), start=1)},
    "taxes": {1: {"rate": "25.000", "active": "1", "deleted": "0", **_names("Moms DK 25%")}},
    "tax_rules": {number: {
        "id_tax_rules_group": "1", "id_state": "0", "id_country": country, "zipcode_from": "0", "zipcode_to": "0", "id_tax": "1",
        "behavior": "0", "description": "",
    } for number, country in enumerate(("20", "18", "1"), start=1)},
    # The second was edited once: its first row stays, deleted.
    "carriers": {1: _carrier("0", 1), 2: _carrier("Fjordpost", 2), 3: _carrier("Kystbud", 3), 4: _carrier("Ekspres", 4),
                 5: _carrier("Øbud", 5, deleted="1"), 6: _carrier("Øbud", 5)},
    "order_states": {
        1: _state("Awaiting check payment", module="ps_checkpayment"), 2: _state("Payment accepted", "invoice", "logable",
        "paid"),
        3: _state("Processing in progress", "delivery", "invoice", "logable", "paid"),
        4: _state("Shipped", "delivery", "invoice", "logable", "shipped", "paid"),
        5: _state("Delivered", "delivery", "invoice", "logable", "shipped", "paid"), 6: _state("Canceled"),
        7: _state("Refunded", "invoice"), 8: _state("Payment error"), 9: _state("On backorder (paid)", "invoice", "paid"),
        10: _state("Awaiting bank wire payment", module="ps_wirepayment"),
        11: _state("Remote payment accepted", "invoice", "logable", "paid"), 12: _state("On backorder (not paid)"),
        13: _state("Awaiting Cash On Delivery validation", module="ps_cashondelivery"),
        14: _state("Klar til afhentning", "delivery", "invoice", "logable", "paid"),
    },
    "cart_rules": {1: {"code": "SOMMER50", "quantity": "900", "reduction_amount": "50.000000", "active": "1",
    **_names("Sommerrabat")}},
    "categories": {1: _category("Root", 0, "root"), 2: _category("Home", 1, "home"), 3: _category("Køkken & bord", 2, "koekken"),
                   4: _category("Tekstil", 2, "tekstil"), 5: _category("Håndklæder", 4, "haandklaeder")},
    "manufacturers": {1: {"active": "1", "name": "Klitværk", "description": words(""), "short_description": words("")}},
    "product_options": {1: {"group_type": "select", **_names("Size"), "public_name": words("Size", "Størrelse")},
                        2: {"group_type": "color", **_names("Colour"), "public_name": words("Colour", "Farve")}},
    "product_features": {1: {"position": "0", "name": words("Material", "Materiale")}},
    "product_feature_values": {1: {"id_feature": "1", "custom": "0", "value": words("Stoneware", "Stentøj")}},
    "tags": {1: {"id_lang": "2", "name": "nyhed"}},
    "configurations": {number: _setting(*pair) for number, pair in enumerate((
        ("PS_TIMEZONE", "Europe/Copenhagen"), ("PS_CURRENCY_DEFAULT", "1"), ("PS_LANG_DEFAULT", "2"), ("PS_COUNTRY_DEFAULT",
        "20"),
        ("PS_OS_CANCELED", "6"), ("PS_OS_REFUND", "7"), ("PS_WEIGHT_UNIT", "kg"), ("PS_DIMENSION_UNIT", "cm"),
        ("PS_STOCK_MANAGEMENT", "1"), ("PS_ORDER_OUT_OF_STOCK", "0"), ("PS_SHOP_NAME", "Kystlageret"),
        ("PS_OS_SHIPPING", "4"), ("PS_OS_DELIVERED", "5"),
    ), start=1)},
}  # fmt: skip
