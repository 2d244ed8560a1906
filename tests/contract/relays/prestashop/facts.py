"""PrestaShop for the contract suite."""

from tests.support.relay_facts import Facts

FACTS = Facts(
    kinds={
        "category": "categories",
        "combination": "combinations",
        "country": "countries",
        "customer": "customers",
        "delivery_method": "delivery_methods",
        "order_carrier": "shipments",
        "order_detail": "order_lines",
        "order_invoice": "invoices",
        "order_slip": "credit_notes",
        "order": "orders",
        "payment_method": "payment_methods",
        "product": "products",
        "status": "statuses",
    },
    samples={
        "categories": "categories",
        "countries": "countries",
        "credit_notes": "credit_notes",
        "customers": "customers",
        "delivery_methods": "delivery_methods",
        "invoices": "invoices",
        "order_lines": "order_lines",
        "orders": "orders",
        "products": "products",
        "shipments": "shipments",
        "statuses": "statuses",
        "variants": "combinations",
    },
    not_mapped={
        "-": "addresses, currencies, taxes, ... are put beside what names them; carts are not in the contract",
        "stock": "a row of stock_availables is put beside its product, and becomes the stock of a variant",
    },
    # Lists of ids, or of ids and dates, which are read one by one.
    fewer={
        "json_orders_ids.json": 41,
        "xml_orders_changed_since.xml": 37,
        # Begun in the back office and never finished.
        "xml_products_full.xml": 1,
        "xml_products_multishop_filter_vs_value.xml": 1,
        "carriers_filter_5Bdeleted_5D_0.xml": 2,
        "categories_date_1_limit_0_2C1000_filter_5Bdate_upd_5D_3E_5B2016_09_01_00_3A00_3A.xml": 11,
        "countries_filter_5Bactive_5D_1.xml": 244,
        "customers_date_1_limit_0_2C1000_filter_5Bdate_upd_5D_3E_5B2016_09_01_00_3A00_3A0.xml": 2,
        "order_states_limit_0_2C1000.xml": 14,
        "orders_limit_0_2C1000_filter_5Bdate_upd_5D_3E_5B2019_01_23_00_3A00_3A00_5D_date_.xml": 5,
        "products_date_1_limit_0_2C1000_filter_5Bdate_upd_5D_3E_5B2016_09_01_00_3A00_3A00.xml": 7,
    },
    config={"shop_url": "https://shop.test/"},
)
